"""A secret ballot (spec/ballot.md): whole rounds, and everything that a member or the head may do to one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from block import Block, block, key, noise
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from antin.errors import AntinError, Malformed, Unverified
from antin.kernel import ballot
from antin.kernel.crypto import locker, wrap
from antin.kernel.crypto.suite import by_number, object_digest
from antin.kernel.formats.ballot import Ballot, BallotList, Cast, Member, Mixed, Round
from antin.kernel.formats.shape import encode, parse
from antin.signer.signer import Signer

SEEDED = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module", name="voted")
def _voted() -> Any:
    """A round of three that ended well: block, onions, casts, lists."""
    here = block(most=10, total=15)
    onions = here.onions({"A03.0": (0, 5, 10), "A03.1": (10, 0, 3), "A03.2": (1, 1, 1)})
    casts = here.casts(onions)
    return here, onions, casts, here.lists(casts)


def refused(code: str, call: Callable[[], object], **fields: object) -> None:
    with pytest.raises(AntinError) as caught:
        call()
    assert caught.value.code == code
    assert {name: caught.value.fields[name] for name in fields} == fields


# Whole rounds.


@SEEDED
@given(data=st.data(), members=st.integers(2, 8), order=st.integers(0, 1000))
def test_a_round_counts_what_was_cast(data: st.DataObject, members: int, order: int) -> None:
    here = block(members, 2, most=9, order=order)
    marks = {code: data.draw(st.tuples(st.integers(0, 9), st.integers(0, 9))) for code in here.codes}
    onions = here.onions(marks)
    casts = here.casts(onions)
    data.draw(st.randoms()).shuffle(casts)
    lists = here.lists(casts)
    last = lists[-1]
    found = ballot.recount(here.value, casts, lists, here.mixed(lists), here.confirmed(last, onions), here.opened(last))
    assert (found.valid, found.invalid) == (members, 0)
    assert [each.marks for each in found.sums] == [sum(each[n] for each in marks.values()) for n in (0, 1)]
    lines = {each[0].tracker: each[1] for each in ballot.open_list(here.value, last, here.opened(last)) if each}
    assert lines == {noise(f"tracker {code}", 16): marks[code] for code in here.codes}


@SEEDED
@given(data=st.data(), members=st.integers(2, 6), how=st.sampled_from(["replaced", "doubled", "dropped", "altered"]))
def test_a_mixer_who_cheats_is_refused_or_met_by_an_objection(data: st.DataObject, members: int, how: str) -> None:
    here = block(members, 2, order=data.draw(st.integers(0, 99)))
    onions = here.onions(dict.fromkeys(here.codes, (1, 0)))
    cheat = data.draw(st.integers(1, members))
    victim, other = data.draw(st.permutations(range(members)))[:2]
    byte, bit = data.draw(st.integers(0, 10**6)), 1 << data.draw(st.integers(0, 7))
    listed = ballot.gather(here.value, here.casts(onions))
    try:
        for position, code in enumerate(here.codes, 1):
            listed = ballot.peel(here.value, position, listed, here.unwrap(code))
            if position == cheat:
                listed = spoiled(here, listed, how, victim, other, (byte, bit))
    except AntinError as error:
        assert error.code in {"wrap-invalid", "ballot-list-count", "ballot-list-twice"}
        return
    if how in ("doubled", "dropped"):
        code = "ballot-list-twice" if how == "doubled" else "ballot-list-count"
        refused(code, lambda: ballot.stands(here.value, listed, object_digest(onions[here.codes[0]].inner)))
        return
    answers = here.confirmed(listed, onions)
    assert [each.holds for _, each in answers].count(False) == 1
    refused("ballot-objected", lambda: ballot.check_confirmed(here.value, listed, answers))


def spoiled(here: Block, listed: BallotList, how: str, victim: int, other: int, at: tuple[int, int]) -> BallotList:
    items = list(listed.items)
    if how == "dropped":
        del items[victim]
    elif how == "doubled":
        items[victim] = items[other]
    elif how == "altered":
        raw = bytearray(items[victim])
        raw[at[0] % len(raw)] ^= at[1]
        items[victim] = bytes(raw)
    else:
        # A ballot of the cheat's own making, closed for whoever comes after him.
        layers = list(enumerate(here.value.members, 1))
        item = ballot.wrap_layers(here.value, here.levels, here.plain("forged", 0, 1)).inner
        for position, member in reversed(layers[listed.position :]):
            item = wrap.wrap(here.suite, here.levels[member.code], item,
                             ballot.info(here.value, ballot.MIX, position))  # fmt: skip
        items[victim] = item
    return replace(listed, items=tuple(sorted(items)))


@pytest.mark.parametrize("suite", [1, 2])
def test_the_largest_round_fits_its_formats(suite: int) -> None:
    here = block(16, 64, most=1_000_000, suite=suite)
    one = ballot.wrap_layers(here.value, here.levels, here.plain("A03.0", *[1_000_000] * 64))
    assert len(one.outer) == ballot.item_size(here.value, 0)
    assert len(one.inner) == ballot.item_size(here.value, 16)
    copies = tuple(one.outer[:-1] + bytes([n]) for n in range(16))
    digest = ballot.round_digest(here.value)
    assert len(encode(BallotList(digest, 0, copies))) < 1024 * 1024
    assert parse(Round, encode(here.value)) == here.value


def test_two_suites_end_alike() -> None:
    here = block(2, 1, suite=2)
    onions = here.onions({"A03.0": (1,), "A03.1": (0,)})
    last = here.lists(here.casts(onions))[-1]
    assert ballot.tally(here.value, last, here.opened(last)).sums[0].marks == 1


def test_the_signer_peels_with_the_level_key_it_keeps(tmp_path: Path) -> None:
    signer, suite = Signer(tmp_path, locker.CHEAPEST), by_number(1)
    hands = signer.create_officer("an", suite, b"mat-khau", 1)
    here = block(2, 1)
    own, other = here.value.members
    public = hands.wrapping.public
    seats = (replace(own, kid=wrap.kid(suite, public)), other)
    here.value = replace(here.value, members=seats)
    levels = {**here.levels, own.code: public}
    casts = [(code, Cast(ballot.round_digest(here.value),
                         ballot.wrap_layers(here.value, levels, here.plain(code, 1)).outer))
             for code in here.codes]  # fmt: skip
    listed = ballot.gather(here.value, casts)
    given = ballot.peel(here.value, 1, listed, partial(signer.unwrap_secret, "an", now=2))
    assert given.position == 1 and len(given.items) == 2
    signer.close()


# Secrecy, as far as a test can see it.


def test_all_onions_of_a_list_have_one_size_whatever_they_hold(voted: Any) -> None:
    here, _, _, lists = voted
    sizes = [{len(item) for item in listed.items} for listed in lists]
    assert [len(each) for each in sizes] == [1] * 4
    assert len(here.plain("A03.0", 0, 0, 0)) == len(here.plain("A03.1", 10, 2, 3))


def test_nothing_is_learned_from_the_last_list_before_the_seeds(voted: Any) -> None:
    """Why there are two sets of layers: the mix yields closed onions, and one seed kept back keeps all closed."""
    here, onions, _, lists = voted
    assert {onion.inner for onion in onions.values()} == set(lists[-1].items)
    for kept in range(3):
        for item in lists[-1].items:
            for position, code in enumerate(here.codes[:kept], 1):
                bound = ballot.info(here.value, ballot.OPEN, position)
                item = key(here.suite, f"opening {code}").unwrap(item, bound)
            assert len(item) == ballot.item_size(here.value, 3 + kept)
            with pytest.raises(Malformed):
                parse(Ballot, item)
            for code in here.codes:
                if code != here.codes[kept]:
                    with pytest.raises(Unverified):
                        key(here.suite, f"opening {code}").unwrap(item, ballot.info(here.value, ballot.OPEN, kept + 1))
    seeds = here.opened(lists[-1])
    refused("ballot-paper-missing", lambda: ballot.open_list(here.value, lists[-1], seeds[1:]), who=here.codes[0])


def test_the_order_that_comes_out_is_not_that_which_went_in() -> None:
    """Over many rounds of two the second onion is first about half the time; the shuffle is the encapsulation's."""
    turned = 0
    for _ in range(60):
        here = block(2, 1)
        onions = here.onions({"A03.0": (1,), "A03.1": (0,)})
        ours = onions["A03.0"]
        lists = here.lists(here.casts(onions))
        turned += lists[0].items.index(ours.outer) != lists[-1].items.index(ours.inner)
    assert 10 < turned < 50


# Rounds.


def test_keys_of_a_round_are_those_that_the_members_published() -> None:
    here = block()
    value, levels, openings = here.value, here.levels, here.openings
    ballot.check_round(value, levels, openings)
    stranger = key(here.suite, "stranger").public
    one, two, three = value.members

    def with_members(*members: Member) -> Round:
        return replace(value, members=members)

    for which in (levels, openings):
        refused("ballot-round-key", lambda which=which: ballot.check_round(
            value, {**levels, **({one.code: stranger} if which is levels else {})},
            {**openings, **({one.code: stranger} if which is openings else {})}), who=one.code)  # fmt: skip
    refused("ballot-round-key", lambda: ballot.check_round(
        with_members(replace(one, opening=stranger), two, three), levels, openings))  # fmt: skip
    refused("ballot-round-repeats", lambda: ballot.check_round(with_members(one, one), levels, openings), what=one.code)
    copied = replace(two, opening=one.opening)
    refused("ballot-round-repeats", lambda: ballot.check_round(with_members(one, copied, three), levels, openings))
    refused("ballot-round-repeats", lambda: ballot.check_round(replace(value, candidates=("a", "a")), levels, openings))
    fewer = with_members(one, two)
    refused("ballot-paper-missing", lambda: ballot.check_round(fewer, levels, openings), who=three.code)
    refused("ballot-member-unknown", lambda: ballot.check_round(value, levels, {one.code: openings[one.code]}))


def test_a_weak_opening_key_is_refused() -> None:
    here = block()
    one = here.value.members[0]
    weak = one.opening[:-32] + bytes(32)
    value = replace(here.value, members=(replace(one, opening=weak), *here.value.members[1:]))
    openings = {**here.openings, one.code: weak}
    refused("key-malformed", lambda: ballot.check_round(value, here.levels, openings))


def test_marks_keep_to_the_round() -> None:
    here = block(most=3, total=5)
    refused("ballot-marks-count", lambda: here.plain("x", 1, 1), found=2, expected=3)
    refused("ballot-mark-over", lambda: here.plain("x", 0, 4, 0), mark=4, candidate="A03.1", most=3)
    refused("ballot-mark-over", lambda: here.plain("x", 0, -1, 0), mark=-1)
    refused("ballot-marks-over", lambda: here.plain("x", 3, 3, 0), found=6, total=5)
    assert here.plain("x", 3, 2, 0)


# Casts and lists.


def test_casts_are_one_by_each_member(voted: Any) -> None:
    here, _, casts, _ = voted
    codes = here.codes
    refused("ballot-paper-twice", lambda: ballot.gather(here.value, [*casts, casts[0]]), who=casts[0][0])
    refused("ballot-paper-missing", lambda: ballot.gather(here.value, casts[:1]), who=", ".join(codes[1:]))
    refused("ballot-member-unknown", lambda: ballot.gather(here.value, [*casts, ("B01", casts[0][1])]), who="B01")
    old = (casts[0][0], replace(casts[0][1], round=bytes(32)))
    refused("ballot-other-round", lambda: ballot.gather(here.value, [old, *casts[1:]]))
    copy = (casts[1][0], casts[0][1])
    refused("ballot-list-twice", lambda: ballot.gather(here.value, [casts[0], copy, casts[2]]))
    short = (casts[0][0], replace(casts[0][1], onion=casts[0][1].onion[1:]))
    refused("ballot-list-size", lambda: ballot.gather(here.value, [short, *casts[1:]]))


def test_a_list_is_whole_sorted_and_of_this_round(voted: Any) -> None:
    here, _, _, lists = voted
    good = lists[1]
    ballot.check_list(here.value, good)
    first, second, third = good.items
    refused("ballot-other-round", lambda: ballot.check_list(here.value, replace(good, round=bytes(32))))
    refused("ballot-list-count", lambda: ballot.check_list(here.value, replace(good, items=(first, second))), found=2)
    refused("ballot-list-order", lambda: ballot.check_list(here.value, replace(good, items=(second, first, third))))
    refused("ballot-list-twice", lambda: ballot.check_list(here.value, replace(good, items=(first, first, third))))
    refused("ballot-list-size", lambda: ballot.check_list(here.value, replace(good, position=2)))
    refused("ballot-list-position", lambda: ballot.check_list(here.value, replace(good, position=4)), expected=3)


def test_each_member_peels_in_his_turn(voted: Any) -> None:
    here, _, _, lists = voted
    own = here.unwrap(here.codes[1])
    assert ballot.peel(here.value, 2, lists[1], own) == lists[2]
    refused("ballot-list-position", lambda: ballot.peel(here.value, 2, lists[0], own), found=0, expected=1)
    refused("ballot-list-position", lambda: ballot.peel(here.value, 4, lists[3], own))
    stranger = key(here.suite, "stranger")
    refused("wrap-invalid", lambda: ballot.peel(here.value, 2, lists[1], lambda _, *rest: stranger.unwrap(*rest)))


def test_onions_that_come_out_alike_are_refused(voted: Any) -> None:
    """Two outer onions over one inner: the copy shows when the layer is off."""
    here, onions, casts, _ = voted
    code = here.codes[0]
    rest = onions[code].inner
    for position in (3, 2):
        member = here.value.members[position - 1]
        rest = wrap.wrap(here.suite, here.levels[member.code], rest, ballot.info(here.value, ballot.MIX, position))
    bound = ballot.info(here.value, ballot.MIX, 1)
    two = [wrap.wrap(here.suite, here.levels[code], rest, bound) for _ in range(2)]
    others = [each.onion for who, each in casts if who != code][:1]
    listed = BallotList(ballot.round_digest(here.value), 0, tuple(sorted(two + others)))
    refused("ballot-list-twice", lambda: ballot.peel(here.value, 1, listed, here.unwrap(code)))


def test_an_onion_of_another_round_opens_nothing() -> None:
    here, again = block(2, 1), block(2, 1, number=2)
    onions = here.onions({"A03.0": (1,), "A03.1": (0,)})
    casts = [(code, Cast(ballot.round_digest(again.value), onion.outer)) for code, onion in onions.items()]
    listed = ballot.gather(again.value, casts)
    refused("wrap-invalid", lambda: ballot.peel(again.value, 1, listed, again.unwrap(again.codes[0])))


# The chain, the confirmations, the seeds.


def test_the_chain_leads_from_the_casts_to_the_last_list(voted: Any) -> None:
    here, _, casts, lists = voted
    mixed = here.mixed(lists)
    ballot.check_mix(here.value, casts, lists, mixed)

    def broken(position: int, lists_: list[BallotList], mixed_: list[tuple[str, Mixed]]) -> None:
        refused("ballot-chain-broken", lambda: ballot.check_mix(here.value, casts, lists_, mixed_), position=position)

    broken(3, lists[:-1], mixed[:-1])
    broken(3, lists, mixed[:-1])
    broken(0, [replace(lists[0], items=lists[0].items[:2]), *lists[1:]], mixed)
    for n in range(4):
        code, step = mixed[n]
        for change in ({"taken": noise("x", 32)}, {"given": noise("x", 32)}, {"round": bytes(32)}, {"position": 4 - n}):
            if change.get("position") != n:
                broken(n, lists, [*mixed[:n], (code, replace(step, **change)), *mixed[n + 1 :]])
        if n:
            broken(n, lists, [*mixed[:n], (here.codes[n % 3], step), *mixed[n + 1 :]])
    items = (*lists[2].items[:2], lists[2].items[2][:-1] + b"\0")
    other = replace(lists[2], items=tuple(sorted(items)))
    broken(2, [*lists[:2], other, lists[3]], mixed)


def test_every_member_confirms_the_same_list(voted: Any) -> None:
    here, onions, _, lists = voted
    last, answers = lists[-1], here.confirmed(lists[-1], onions)
    ballot.check_confirmed(here.value, last, answers)
    code, first = answers[0]
    denied = [(code, replace(first, holds=False)), *answers[1:]]
    refused("ballot-objected", lambda: ballot.check_confirmed(here.value, last, denied), who=code)
    other = [(code, replace(first, list=bytes(32))), *answers[1:]]
    refused("ballot-list-other", lambda: ballot.check_confirmed(here.value, last, other), who=code)
    refused("ballot-paper-missing", lambda: ballot.check_confirmed(here.value, last, answers[1:]), who=code)
    refused("ballot-paper-twice", lambda: ballot.check_confirmed(here.value, last, [answers[0], *answers]), who=code)
    refused("ballot-list-position", lambda: ballot.check_confirmed(here.value, lists[2], answers), found=2, expected=3)
    refused("ballot-list-position", lambda: ballot.stands(here.value, lists[0], bytes(32)))
    assert not ballot.stands(here.value, last, bytes(32))


def test_only_the_members_own_seeds_open(voted: Any) -> None:
    here, _, _, lists = voted
    last, seeds = lists[-1], here.opened(lists[-1])
    code, first = seeds[0]
    for wrong in (noise("x", 96), noise("x", 112)):
        given_ = [(code, replace(first, seed=wrong)), *seeds[1:]]
        refused("ballot-seed-other", lambda given_=given_: ballot.tally(here.value, last, given_), who=code)
    other = [(code, replace(first, list=bytes(32))), *seeds[1:]]
    refused("ballot-list-other", lambda: ballot.tally(here.value, last, other), who=code)
    refused("ballot-list-position", lambda: ballot.tally(here.value, lists[0], seeds))


@pytest.mark.parametrize("how", ["noise", "over", "sum", "other-round"])
def test_an_invalid_ballot_is_counted_as_such_and_stops_nothing(how: str) -> None:
    here = block(2, 2, most=3, total=4)
    loose = replace(here.value, most=9, total=0)
    plain = {
        "noise": lambda: bytes(len(here.plain("x", 0, 0))),
        "over": lambda: ballot.fill(loose, bytes(16), (4, 0)),
        "sum": lambda: ballot.fill(loose, bytes(16), (3, 3)),
        "other-round": lambda: ballot.fill(loose, bytes(16), (1, 0)),
    }[how]()
    if how in ("over", "sum"):
        plain = plain.replace(ballot.round_digest(loose), ballot.round_digest(here.value))
    onions = {code: ballot.wrap_layers(here.value, here.levels, given_)
              for code, given_ in zip(here.codes, (plain, here.plain("A03.1", 1, 3)), strict=True)}  # fmt: skip
    casts = here.casts(onions)
    lists = here.lists(casts)
    last = lists[-1]
    found = ballot.recount(here.value, casts, lists, here.mixed(lists), here.confirmed(last, onions), here.opened(last))
    assert (found.valid, found.invalid, [each.marks for each in found.sums]) == (1, 1, [1, 3])
