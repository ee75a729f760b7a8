"""The scoring formula of a campaign: an example computed by hand, ties, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antin.errors import AntinError
from antin.registers.emulation.formula import (
    VERSION,
    Criterion,
    CrossScore,
    Fact,
    Inputs,
    OwnScore,
    Part,
    Place,
    Vote,
    check_cross,
    check_own,
    compute,
    share,
)

QD, CA, NG, DC = UNITS = ("A01", "A02", "A03", "A04")

# A thousand points: tasks on time 400, cross-scored work 300, movements scored by oneself 200, secret ballot 100.
CRITERIA = (
    Criterion("nhiem-vu", 400_000, "computed"),
    Criterion("chuyen-mon", 300_000, "cross"),
    Criterion("phong-trao", 200_000, "self"),
    Criterion("tin-nhiem", 100_000, "ballot"),
)
CROSS = {
    QD: {CA: 280_000, NG: 291_000, DC: 270_500},
    CA: {QD: 300_000, NG: 250_000, DC: 250_001},
    NG: {QD: 240_000, CA: 240_000, DC: 241_000},
    DC: {QD: 100_000, CA: 100_000, NG: 100_000},
}


def example() -> Inputs:
    return Inputs(
        1_000_000, CRITERIA, UNITS, UNITS,
        own=tuple(OwnScore(unit, "phong-trao", score) for unit, score in
                  ((QD, 190_000), (CA, 185_500), (NG, 200_000), (DC, 150_000))),
        cross=tuple(CrossScore(by, unit, "chuyen-mon", score)
                    for unit, given in CROSS.items() for by, score in given.items()),
        facts=(Fact(QD, "nhiem-vu", 47, 50), Fact(CA, "nhiem-vu", 50, 50), Fact(NG, "nhiem-vu", 2, 3),
               Fact(DC, "nhiem-vu", 0, 7)),
        votes=(Vote(QD, "tin-nhiem", 4, 4, 1), Vote(CA, "tin-nhiem", 3, 4, 1), Vote(NG, "tin-nhiem", 1, 4, 1),
               Vote(DC, "tin-nhiem", 0, 4, 1)),
    )  # fmt: skip


def refused(code: str, call: Callable[[], object], **fields: object) -> None:
    with pytest.raises(AntinError) as caught:
        call()
    assert caught.value.code == code
    assert {name: caught.value.fields[name] for name in fields} == fields


def test_the_example_comes_out_as_by_hand() -> None:
    """
    A01: 400·47/50 = 376; (280 + 291 + 270.5)/3 = 280.5; 190; 100·4/4 = 100.             Together 946.500
    A02: 400; (300 + 250 + 250.001)/3 = 266.667 (266.667 exactly); 185.5; 100·3/4 = 75.  Together 927.167
    A03: 400·2/3 = 266.667 (266.6666…); (240 + 240 + 241)/3 = 240.333 (240.3333…); 200; 25. Together 732.000
    A04: 0; 100; 150; 0.                                                                 Together 250.000
    """
    found = compute(VERSION, example())
    assert [(place.rank, place.unit, place.total, place.tied) for place in found] == [
        (1, QD, 946_500, False), (2, CA, 927_167, False), (3, NG, 732_000, False), (4, DC, 250_000, False),
    ]  # fmt: skip
    assert found[0].parts == (Part("nhiem-vu", 376_000, 1), Part("chuyen-mon", 280_500, 3),
                              Part("phong-trao", 190_000, 1), Part("tin-nhiem", 100_000, 1))  # fmt: skip
    assert [part.score for part in found[1].parts] == [400_000, 266_667, 185_500, 75_000]
    assert [part.score for part in found[2].parts] == [266_667, 240_333, 200_000, 25_000]


def test_ties_share_the_better_rank_and_say_so() -> None:
    own = tuple(OwnScore(unit, "a", score) for unit, score in zip("DCBA", (3, 7, 7, 9), strict=True))
    given_ = Inputs(10, (Criterion("a", 10, "self"),), ("D", "C", "B", "A"), own=own)
    assert [(each.unit, each.rank, each.tied) for each in compute(1, given_)] == [
        ("A", 1, False), ("B", 2, True), ("C", 2, True), ("D", 4, False),
    ]  # fmt: skip


def test_who_does_not_cross_score_does_so_for_nobody() -> None:
    whole = example()
    without = tuple(each for each in whole.cross if each.by != DC)
    refused("emulation-cross-missing", lambda: compute(1, replace(whole, cross=without)), by=DC, unit=QD,
            key="chuyen-mon")  # fmt: skip
    refused("emulation-unit-unknown", lambda: compute(1, replace(whole, scorers=(QD, CA, NG))), unit=DC)
    found = compute(1, replace(whole, scorers=(QD, CA, NG), cross=without))
    assert {place.unit: place.parts[1] for place in found} == {
        QD: Part("chuyen-mon", 285_500, 2), CA: Part("chuyen-mon", 275_000, 2),
        NG: Part("chuyen-mon", 240_000, 2), DC: Part("chuyen-mon", 100_000, 3),
    }  # fmt: skip


def test_an_own_score_beside_cross_scoring_does_not_count() -> None:
    whole = example()
    beside = replace(whole, own=(*whole.own, OwnScore(QD, "chuyen-mon", 300_000)))
    assert compute(1, beside) == compute(1, whole)


REFUSALS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("emulation-scale", {"scale": 999_999}, {"found": 1_000_000, "expected": 999_999}),
    ("emulation-scale", {"criteria": CRITERIA[:3]}, {"found": 900_000}),
    ("emulation-criterion-twice", {"criteria": (*CRITERIA, CRITERIA[1])}, {"key": "chuyen-mon"}),
    ("emulation-criterion-empty", {"criteria": (*CRITERIA, Criterion("x", 0, "self"))}, {"key": "x"}),
    ("emulation-criterion-empty", {"criteria": (*CRITERIA, Criterion("x", -1, "self"))}, {"maximum": -1}),
    ("emulation-method-unknown", {"criteria": (Criterion("x", 1_000_000, "guess"),)},  # type: ignore[arg-type]
     {"method": "guess"}),
    ("emulation-unit-twice", {"units": (*UNITS, CA)}, {"unit": CA}),
    ("emulation-unit-twice", {"scorers": (*UNITS, NG)}, {"unit": NG}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "changes", "fields"), REFUSALS, ids=[each[0] for each in REFUSALS])
def test_a_campaign_that_is_wrong_is_refused(code: str, changes: dict[str, Any], fields: dict[str, Any]) -> None:
    refused(code, lambda: compute(1, replace(example(), **changes)), **fields)


@pytest.mark.parametrize(("field", "more", "code"), [
    ("own", OwnScore(QD, "phong-trao", 200_001), "emulation-score-over"),
    ("own", OwnScore(QD, "phong-trao", -1), "emulation-score-over"),
    ("own", OwnScore(QD, "khong-co", 1), "emulation-criterion-unknown"),
    ("own", OwnScore(QD, "tin-nhiem", 1), "emulation-method-other"),
    ("own", OwnScore("A09", "phong-trao", 1), "emulation-unit-unknown"),
    ("own", OwnScore(QD, "phong-trao", 1), "emulation-scored-twice"),
    ("cross", CrossScore(QD, QD, "chuyen-mon", 1), "emulation-scored-itself"),
    ("cross", CrossScore(QD, CA, "chuyen-mon", 300_001), "emulation-score-over"),
    ("cross", CrossScore(QD, CA, "chuyen-mon", 1), "emulation-scored-twice"),
    ("cross", CrossScore(QD, CA, "phong-trao", 1), "emulation-method-other"),
    ("cross", CrossScore("A09", CA, "chuyen-mon", 1), "emulation-unit-unknown"),
    ("cross", CrossScore(QD, "A09", "chuyen-mon", 1), "emulation-unit-unknown"),
    ("facts", Fact(QD, "nhiem-vu", 1, 0), "emulation-fact-impossible"),
    ("facts", Fact(QD, "nhiem-vu", 8, 7), "emulation-fact-impossible"),
    ("facts", Fact(QD, "nhiem-vu", -1, 7), "emulation-fact-impossible"),
    ("facts", Fact(QD, "nhiem-vu", 1, 1), "emulation-scored-twice"),
    ("facts", Fact(QD, "chuyen-mon", 1, 1), "emulation-method-other"),
    ("votes", Vote(QD, "tin-nhiem", 0, 0, 1), "emulation-fact-impossible"),
    ("votes", Vote(QD, "tin-nhiem", 5, 4, 1), "emulation-fact-impossible"),
    ("votes", Vote(QD, "tin-nhiem", 1, 4, 1), "emulation-scored-twice"),
    ("votes", Vote(QD, "nhiem-vu", 1, 4, 1), "emulation-method-other"),
])  # fmt: skip
def test_an_input_that_is_wrong_is_refused(field: str, more: object, code: str) -> None:
    whole = example()
    refused(code, lambda: compute(1, replace(whole, **{field: (*getattr(whole, field), more)})))


@pytest.mark.parametrize(("field", "key"), [
    ("own", "phong-trao"), ("facts", "nhiem-vu"), ("votes", "tin-nhiem"),
])  # fmt: skip
def test_nothing_missing_is_taken_for_nought(field: str, key: str) -> None:
    whole = example()
    refused("emulation-score-missing", lambda: compute(1, replace(whole, **{field: getattr(whole, field)[1:]})),
            unit=QD, key=key)  # fmt: skip


def test_a_unit_alone_cannot_be_cross_scored() -> None:
    alone = Inputs(10, (Criterion("a", 10, "cross"),), (QD,), (QD,))
    refused("emulation-score-missing", lambda: compute(1, alone), unit=QD, key="a")


def test_a_formula_of_later_is_refused() -> None:
    refused("emulation-formula-unknown", lambda: compute(VERSION + 1, example()), version=VERSION + 1)


def test_each_score_is_refused_at_the_door_too() -> None:
    whole = example()
    check_own(whole, OwnScore(QD, "phong-trao", 200_000))
    check_cross(whole, CrossScore(QD, CA, "chuyen-mon", 300_000))
    refused("emulation-scored-itself", lambda: check_cross(whole, CrossScore(QD, QD, "chuyen-mon", 1)), unit=QD)
    refused("emulation-score-over", lambda: check_own(whole, OwnScore(QD, "phong-trao", 200_001)), maximum=200_000)


@given(st.integers(0, 10**9), st.integers(1, 10**9), st.integers(1, 10**6))
def test_a_share_is_rounded_to_the_nearest_halves_up(part: int, whole: int, maximum: int) -> None:
    exact = Fraction(part, whole) * maximum
    assert -Fraction(1, 2) < share(part, whole, maximum) - exact <= Fraction(1, 2)
    assert share(whole, whole, maximum) == maximum


@given(st.permutations(range(4)), st.randoms())
def test_the_order_of_the_inputs_changes_nothing(order: list[int], chance: Any) -> None:
    whole = example()
    shuffled = replace(whole, units=tuple(UNITS[n] for n in order))
    for field in ("own", "cross", "facts", "votes"):
        given_ = list(getattr(whole, field))
        chance.shuffle(given_)
        shuffled = replace(shuffled, **{field: tuple(given_)})
    found: tuple[Place, ...] = compute(1, shuffled)
    assert found == compute(1, whole)
