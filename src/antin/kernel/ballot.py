"""A secret ballot as pure functions: onions, the mix, the count that anybody can repeat (spec/ballot.md).

The layers of the mix are for level keys and come off one member at a time; those below are for opening keys, whose
seeds are given away only after every member found his own ballot in the last list. The kernel draws no randomness here:
the wraps draw their own, and sorting them is the shuffle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol, TypeVar

from antin.errors import AntinError, Conflict, Missing, Refused, Unverified
from antin.frozen import dataclass
from antin.kernel.crypto import wrap
from antin.kernel.crypto.suite import by_number, object_digest
from antin.kernel.crypto.wrap import WrappingKey
from antin.kernel.formats.ballot import (
    MARK_SIZE,
    Ballot,
    BallotList,
    Cast,
    Confirmed,
    Mixed,
    Opened,
    Round,
    Sum,
    Tally,
)
from antin.kernel.formats.shape import encode, parse

MIX, OPEN = b"mix", b"open"

# (kid, wrapped, info) → plaintext, as the signer does it for an officer: the private level key never leaves it.
Unwrap = Callable[[bytes, bytes, bytes], bytes]


class _OfRound(Protocol):
    @property
    def round(self) -> bytes: ...


Step = TypeVar("Step", bound=_OfRound)


@dataclass(frozen=True, slots=True)
class Onion:
    """``outer`` is cast. The digest of ``inner`` is kept: by it the voter knows his ballot in the last list."""

    inner: bytes
    outer: bytes


def round_digest(value: Round) -> bytes:
    """What the round is called, and what every layer is bound to."""
    return object_digest(encode(value))


def list_digest(listed: BallotList) -> bytes:
    """What a list is called in the records."""
    return object_digest(encode(listed))


def check_round(value: Round, levels: Mapping[str, bytes], openings: Mapping[str, bytes]) -> None:
    """Before a member casts: ``levels`` from the members' credentials, ``openings`` from their own records, by code.

    Refuses what stands twice, a member too many or too few, a key that is not its member's, and a weak key.
    """
    suite, members = by_number(value.suite), value.members
    for texts in ([m.code for m in members], list(value.candidates)):
        _once(texts)
    for keys in ([m.kid.hex() for m in members], [m.opening.hex() for m in members]):
        _once(keys)
    for member in members:
        code = member.code
        if code not in levels or code not in openings:
            raise Refused("ballot-member-unknown", who=code)
        if wrap.kid(suite, levels[code]) != member.kid or openings[code] != member.opening:
            raise Unverified("ballot-round-key", who=code)
        wrap.check_public(suite, levels[code])
        wrap.check_public(suite, member.opening)
    for code in sorted({*levels, *openings} - {m.code for m in members}):
        raise Missing("ballot-paper-missing", who=code)


def fill(value: Round, tracker: bytes, marks: Sequence[int]) -> bytes:
    """A plain ballot. ``tracker``: 16 fresh random bytes. Refuses marks that the round does not allow."""
    check_marks(value, marks)
    return encode(Ballot(round_digest(value), tracker, b"".join(mark.to_bytes(MARK_SIZE, "big") for mark in marks)))


def check_marks(value: Round, marks: Sequence[int]) -> None:
    """Refuses another number of marks than of candidates, a mark above ``most``, a sum above ``total``."""
    if len(marks) != len(value.candidates):
        raise Refused("ballot-marks-count", found=len(marks), expected=len(value.candidates))
    for mark, candidate in zip(marks, value.candidates, strict=True):
        if not 0 <= mark <= value.most:
            raise Refused("ballot-mark-over", mark=mark, candidate=candidate, most=value.most)
    if value.total and sum(marks) > value.total:
        raise Refused("ballot-marks-over", found=sum(marks), total=value.total)


def wrap_layers(value: Round, levels: Mapping[str, bytes], plain: bytes) -> Onion:
    """A ballot in all its layers; ``levels``: the members' public level keys by code, as ``check_round`` took them."""
    suite, at = by_number(value.suite), list(enumerate(value.members, 1))
    inner = plain
    for position, member in reversed(at):
        inner = wrap.wrap(suite, member.opening, inner, info(value, OPEN, position))
    outer = inner
    for position, member in reversed(at):
        outer = wrap.wrap(suite, levels[member.code], outer, info(value, MIX, position))
    return Onion(inner, outer)


def info(value: Round, phase: bytes, position: int) -> bytes:
    """HPKE info: the round, which set of layers, whose turn."""
    return by_number(value.suite).digest(b"antin/ballot-info/1", round_digest(value), phase, bytes([position]))


def gather(value: Round, casts: Iterable[tuple[str, Cast]]) -> BallotList:
    """List 0, by the head. Refuses a stranger's onion, a member's second one, one missing, of another size, a copy."""
    found = _by_member(value, casts)
    listed = BallotList(round_digest(value), 0, tuple(sorted(each.onion for each in found.values())))
    check_list(value, listed)
    return listed


def peel(value: Round, position: int, taken: BallotList, unwrap: Unwrap) -> BallotList:
    """One member's turn: his layer off every onion, and sorted. He does so once in a round, or he links what two lists
    have in common. Refuses a list that is not the one before, and onions that do not open or come out alike.
    """
    check_list(value, taken)
    if not 1 <= position <= len(value.members) or taken.position != position - 1:
        raise Refused("ballot-list-position", found=taken.position, expected=position - 1)
    kid, bound = value.members[position - 1].kid, info(value, MIX, position)
    given = BallotList(taken.round, position, tuple(sorted(unwrap(kid, item, bound) for item in taken.items)))
    check_list(value, given)
    return given


def check_list(value: Round, listed: BallotList) -> None:
    """Refuses another round, count, size or order, and an onion that stands twice."""
    members = len(value.members)
    if listed.round != round_digest(value):
        raise Unverified("ballot-other-round")
    if listed.position > members:
        raise Refused("ballot-list-position", found=listed.position, expected=members)
    if len(listed.items) != members:
        raise Unverified("ballot-list-count", found=len(listed.items), expected=members)
    size = item_size(value, listed.position)
    for item in listed.items:
        if len(item) != size:
            raise Unverified("ballot-list-size", found=len(item), expected=size)
    if len(set(listed.items)) != members:
        raise Unverified("ballot-list-twice")
    if listed.items != tuple(sorted(listed.items)):
        raise Unverified("ballot-list-order")


def item_size(value: Round, position: int) -> int:
    """Bytes of every onion at this position: a size of his own would mark a voter."""
    plain = encode(Ballot(bytes(32), bytes(16), bytes(MARK_SIZE * len(value.candidates))))
    return len(plain) + (2 * len(value.members) - position) * wrap.OVERHEAD[by_number(value.suite).number]


def check_mix(value: Round, casts: Iterable[tuple[str, Cast]], lists: Sequence[BallotList],
              mixed: Sequence[tuple[str, Mixed]]) -> None:  # fmt: skip
    """That the lists lead from the casts to the last one, each by the member whose turn it was.

    Whether a member gave what he took is not seen here: that is what the confirmations are for.
    """
    steps = len(value.members) + 1
    if len(lists) != steps or len(mixed) != steps:
        raise Unverified("ballot-chain-broken", position=min(len(lists), len(mixed), steps))
    if lists[0] != gather(value, casts):
        raise Unverified("ballot-chain-broken", position=0)
    taken = b""
    for position, (listed, (code, step)) in enumerate(zip(lists, mixed, strict=True)):
        check_list(value, listed)
        expected, given = round_digest(value), list_digest(listed)
        turn = position == 0 or code == value.members[position - 1].code
        if not turn or listed.position != position or step != Mixed(expected, position, taken, given):
            raise Unverified("ballot-chain-broken", position=position)
        taken = given


def stands(value: Round, listed: BallotList, inner: bytes) -> bool:
    """Whether the ballot whose inner onion has this digest is in the last list: what a member confirms, or denies.

    Raises when the list is not a last list of this round at all; then too the member answers no.
    """
    check_list(value, listed)
    _last(value, listed)
    return inner in {object_digest(item) for item in listed.items}


def check_confirmed(value: Round, listed: BallotList, confirmed: Iterable[tuple[str, Confirmed]]) -> None:
    """That all N members confirm this last list. Before this holds nobody gives his opening seed away."""
    check_list(value, listed)
    _last(value, listed)
    digest = list_digest(listed)
    for code, each in _by_member(value, confirmed).items():
        if not each.holds:
            raise Refused("ballot-objected", who=code)
        if each.list != digest:
            raise Conflict("ballot-list-other", who=code)


def open_list(
    value: Round, listed: BallotList, opened: Iterable[tuple[str, Opened]]
) -> tuple[tuple[Ballot, tuple[int, ...]] | None, ...]:
    """The ballots with their marks, in the order of the list; ``None`` for an invalid one.

    Raises unless every member's seed is there and makes his opening key.
    """
    check_list(value, listed)
    _last(value, listed)
    keys, suite, digest = _by_member(value, opened), by_number(value.suite), list_digest(listed)
    layers: list[tuple[WrappingKey, bytes]] = []
    for position, member in enumerate(value.members, 1):
        given = keys[member.code]
        if given.list != digest:
            raise Conflict("ballot-list-other", who=member.code)
        if len(given.seed) != suite.wrapping_seed:
            raise Unverified("ballot-seed-other", who=member.code)
        key = WrappingKey(suite, given.seed)
        if key.public != member.opening:
            raise Unverified("ballot-seed-other", who=member.code)
        layers.append((key, info(value, OPEN, position)))
    return tuple(_opened(value, layers, item) for item in listed.items)


def tally(value: Round, listed: BallotList, opened: Iterable[tuple[str, Opened]]) -> Tally:
    """The count of the last list under the members' seeds. An invalid ballot is counted as invalid and adds nothing."""
    marks = [each[1] for each in open_list(value, listed, opened) if each]
    sums = tuple(Sum(name, sum(each[n] for each in marks)) for n, name in enumerate(value.candidates))
    return Tally(listed.round, list_digest(listed), len(marks), len(listed.items) - len(marks), sums)


def recount(value: Round, casts: Iterable[tuple[str, Cast]], lists: Sequence[BallotList],
            mixed: Sequence[tuple[str, Mixed]], confirmed: Iterable[tuple[str, Confirmed]],
            opened: Iterable[tuple[str, Opened]]) -> Tally:  # fmt: skip
    """An inspector's whole check: the chain, N confirmations, N seeds, the count. ``check_round`` comes before it."""
    check_mix(value, casts, lists, mixed)
    check_confirmed(value, lists[-1], confirmed)
    return tally(value, lists[-1], opened)


def _opened(
    value: Round, layers: list[tuple[WrappingKey, bytes]], item: bytes
) -> tuple[Ballot, tuple[int, ...]] | None:
    try:
        for key, bound in layers:
            item = key.unwrap(item, bound)
        ballot = parse(Ballot, item)
        parts = (ballot.marks[n : n + MARK_SIZE] for n in range(0, len(ballot.marks), MARK_SIZE))
        marks = tuple(int.from_bytes(part, "big") for part in parts)
        check_marks(value, marks)
    except AntinError:
        return None
    # Whole fours are seen to by the size of the item, which leaves room for just as many as there are candidates.
    return (ballot, marks) if ballot.round == round_digest(value) else None


def _last(value: Round, listed: BallotList) -> None:
    if listed.position != len(value.members):
        raise Refused("ballot-list-position", found=listed.position, expected=len(value.members))


def _once(texts: list[str]) -> None:
    for text in texts:
        if texts.count(text) > 1:
            raise Refused("ballot-round-repeats", what=text[:40])


def _by_member(value: Round, steps: Iterable[tuple[str, Step]]) -> dict[str, Step]:
    """One step of each member, in the order of the round."""
    digest, codes = round_digest(value), [member.code for member in value.members]
    found: dict[str, Step] = {}
    for code, step in steps:
        if code not in codes:
            raise Refused("ballot-member-unknown", who=code)
        if code in found:
            raise Conflict("ballot-paper-twice", who=code)
        if step.round != digest:
            raise Unverified("ballot-other-round")
        found[code] = step
    if missing := [code for code in codes if code not in found]:
        raise Missing("ballot-paper-missing", who=", ".join(missing))
    return {code: found[code] for code in codes}
