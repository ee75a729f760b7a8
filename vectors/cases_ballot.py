"""Cases of a secret ballot (spec/ballot.md)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from people import Person, seed

from antin.kernel import ballot
from antin.kernel.crypto import wrap
from antin.kernel.crypto.suite import Suite, by_number
from antin.kernel.crypto.wrap import WrappingKey
from antin.kernel.formats import cbor
from antin.kernel.formats.ballot import BallotList, Cast, Member, Opened, Round
from antin.kernel.formats.shape import encode

Case = Callable[..., None]
RULE, CODES = "none", ("G10.2", "G10.1")


def make(case: Case, _people: dict[str, Person]) -> None:
    for number in (1, 2):
        _round(case, by_number(number))
    _forms(case, by_number(1))
    _mix(case, by_number(1))
    _count(case, by_number(1))


def _key(suite: Suite, name: str) -> WrappingKey:
    return WrappingKey(suite, seed(f"ballot {name}", suite.wrapping_seed))


def _value(suite: Suite, number: int = 1) -> Round:
    seats = tuple(
        Member(code, wrap.kid(suite, _key(suite, f"level {code}").public), _key(suite, f"opening {code}").public)
        for code in CODES
    )
    return Round(seed("ballot campaign", 32), number, 2, suite.number, seats, ("G10.1", "G10.2", "to-3"), 3, 4)


def _lists(value: Round, suite: Suite, plains: tuple[bytes, ...]) -> list[BallotList]:
    levels = {code: _key(suite, f"level {code}").public for code in CODES}
    casts = [(code, Cast(ballot.round_digest(value), ballot.wrap_layers(value, levels, plain).outer))
             for code, plain in zip(CODES, plains, strict=True)]  # fmt: skip
    lists = [ballot.gather(value, casts)]
    for position, code in enumerate(CODES, 1):
        own = _key(suite, f"level {code}")
        lists.append(ballot.peel(value, position, lists[-1], lambda _, item, info, own=own: own.unwrap(item, info)))  # type: ignore[misc]
    return lists


def _plains(value: Round) -> tuple[bytes, ...]:
    return tuple(ballot.fill(value, seed(f"ballot tracker {code}", 16), marks)
                 for code, marks in zip(CODES, ((1, 0, 3), (0, 2, 1)), strict=True))  # fmt: skip


def _seeds(suite: Suite) -> dict[str, bytes]:
    return {f"seed{n}": seed(f"ballot opening {code}", suite.wrapping_seed) for n, code in enumerate(CODES, 1)}


def _round(case: Case, suite: Suite) -> None:
    value = _value(suite)
    last = _lists(value, suite, _plains(value))[-1]
    case(f"ballot/count-{suite.number}", f"two ballots of suite {suite.number} are counted", RULE, "ballot-count",
         bytes=encode(last), round=encode(value), **_seeds(suite),
         **{"result.valid": 2, "result.invalid": 0, "result.sums": "1 2 4"})  # fmt: skip


def _forms(case: Case, suite: Suite) -> None:
    value = _value(suite)
    plain, last = _plains(value)[0], _lists(value, suite, _plains(value))[-1]
    opened = [(code, Opened(ballot.round_digest(value), ballot.list_digest(last),
                            seed(f"ballot opening {code}", suite.wrapping_seed))) for code in CODES]  # fmt: skip
    forms = {"round": ("ballot-round", encode(value)), "plain": ("ballot", plain),
             "tally": ("ballot-tally", encode(ballot.tally(value, last, opened)))}  # fmt: skip
    for name, (form, raw) in forms.items():
        case(f"ballot/{name}", f"the bytes of a {form}", RULE, "form", form=form, bytes=raw, **{"result.again": raw})
        short = cbor.encode(cbor.decode(raw, limit=40_000)[:-1])  # type: ignore[index]
        case(f"ballot/{name}-field-missing", "the last field is missing", RULE, "form",
             f"bytes-malformed why=wrong-field-count what=antin/{form}/1", form=form, bytes=short)  # fmt: skip


def _mix(case: Case, suite: Suite) -> None:
    value = _value(suite)
    lists = _lists(value, suite, _plains(value))
    first, second = lists[1].items
    own = seed(f"ballot level {CODES[1]}", suite.wrapping_seed)

    def mix(name: str, tests: str, expect: str, taken: BallotList, of: Round = value, key: bytes = own,
            **more: object) -> None:  # fmt: skip
        case(f"ballot/{name}", tests, RULE, "ballot-mix", expect, bytes=encode(taken), round=encode(of), position=2,
             wrapping_seed=key, **more)  # fmt: skip

    mix("mix", "the second member strips his layer and sorts", "ok", lists[1],
        **{"result.given": ballot.list_digest(lists[2])})  # fmt: skip
    mix("mix-twice", "the same onion twice", "ballot-list-twice", replace(lists[1], items=(first, first)))
    mix("mix-order", "not sorted", "ballot-list-order", replace(lists[1], items=(second, first)))
    mix("mix-size", "an onion is one byte short", "ballot-list-size", replace(lists[1], items=(first, second[:-1])))
    third = bytes([second[0] ^ 1]) + second[1:]
    mix("mix-count", "an onion more than there are members", "ballot-list-count found=3 expected=2",
        replace(lists[1], items=tuple(sorted((first, second, third)))))  # fmt: skip
    mix("mix-altered", "a bit of an onion is changed", "wrap-invalid",
        replace(lists[1], items=tuple(sorted((first, third)))))  # fmt: skip
    mix("mix-not-his-turn", "the list of the casts, a layer early", "ballot-list-position found=0 expected=1", lists[0])
    mix("mix-other-key", "the level key of the first member", "wrap-invalid", lists[1],
        key=seed(f"ballot level {CODES[0]}", suite.wrapping_seed))  # fmt: skip
    again = _value(suite, 2)
    mix("mix-of-other-round", "the list names another round", "ballot-other-round", lists[1], again)
    moved = replace(lists[1], round=ballot.round_digest(again))
    mix("mix-moved", "onions of one round in a list of the next", "wrap-invalid", moved, again)


def _count(case: Case, suite: Suite) -> None:
    value = _value(suite)
    plains = _plains(value)
    lists = _lists(value, suite, plains)

    def count(name: str, tests: str, expect: str, listed: BallotList, of: Round = value, **more: object) -> None:
        given = {**_seeds(suite), **more}
        case(f"ballot/{name}", tests, RULE, "ballot-count", expect, bytes=encode(listed), round=encode(of), **given)

    over = plains[0].replace(bytes.fromhex("000000010000000000000003"), bytes.fromhex("000000010000000100000003"))
    count("count-over-total", "one ballot's marks sum to more than the round allows", "ok",
          _lists(value, suite, (over, plains[1]))[-1],
          **{"result.valid": 1, "result.invalid": 1, "result.sums": "0 2 1"})  # fmt: skip
    last = lists[-1]
    altered = last.items[1][:-1] + bytes([last.items[1][-1] ^ 1])
    count("count-altered", "an inner onion that does not open is an invalid ballot", "ok",
          replace(last, items=(last.items[0], altered)), **{"result.valid": 1, "result.invalid": 1})  # fmt: skip
    count("count-seed-other", "a seed that does not make the member's opening key", "ballot-seed-other", last,
          seed2=seed("ballot stranger", suite.wrapping_seed))  # fmt: skip
    count("count-seeds-turned", "the seeds of the two members, exchanged", "ballot-seed-other", last,
          seed1=_seeds(suite)["seed2"], seed2=_seeds(suite)["seed1"])  # fmt: skip
    count("count-early", "a list whose mix is not at its end", "ballot-list-position found=1 expected=2", lists[1])
