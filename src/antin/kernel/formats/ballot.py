"""A secret ballot among the members of a block: round, ballot, list, tally, and what the records of its steps say
(spec/ballot.md)."""

from __future__ import annotations

from typing import Annotated

from antin.frozen import dataclass
from antin.kernel.formats.fields import Code, Digest, Id, Level, MaybeDigest, SuiteNumber, Uint
from antin.kernel.formats.paper import Name
from antin.kernel.formats.shape import OneOf, Pattern, Within, shape

MEMBERS, CANDIDATES, MARK_SIZE = 16, 64, 4
ITEM_LIMIT = 56 * 1024

Candidate = Annotated[str, Pattern(r"[0-9A-Za-z][0-9A-Za-z.-]{0,39}")]
Item = Annotated[bytes, Within(1, ITEM_LIMIT)]
OpeningKey = Annotated[bytes, OneOf((1216, 1665))]
OpeningSeed = Annotated[bytes, OneOf((96, 112))]
Position = Annotated[int, Within(0, MEMBERS)]


@dataclass(frozen=True, slots=True)
class Member:
    """A voter, who also mixes: the kid of his agency's level key, and his public opening key for this round."""

    code: Code
    kid: Digest
    opening: OpeningKey


@shape("antin/ballot-round/1", limit=32 * 1024)
@dataclass(frozen=True, slots=True)
class Round:
    """What every onion is bound to. ``members`` stand in the order of the mix; ``total`` 0 = unbounded."""

    campaign: Name
    number: Annotated[int, Within(1, 999)]
    level: Level
    suite: SuiteNumber
    members: Annotated[tuple[Member, ...], Within(2, MEMBERS)]
    candidates: Annotated[tuple[Candidate, ...], Within(1, CANDIDATES)]
    most: Annotated[int, Within(1, 1_000_000)]
    total: Annotated[int, Within(0, CANDIDATES * 1_000_000)]


@shape("antin/ballot/1", limit=512)
@dataclass(frozen=True, slots=True)
class Ballot:
    """``marks``: four bytes for each candidate, so that all ballots of a round have one size."""

    round: Digest
    tracker: Id
    marks: Annotated[bytes, Within(MARK_SIZE, CANDIDATES * MARK_SIZE)]


@shape("antin/ballot-list/1", limit=1024 * 1024)
@dataclass(frozen=True, slots=True)
class BallotList:
    """All onions after ``position`` members stripped their layer, bytewise ascending."""

    round: Digest
    position: Position
    items: Annotated[tuple[Item, ...], Within(2, MEMBERS)]


@dataclass(frozen=True, slots=True)
class Cast:
    """One member's onion."""

    round: Digest
    onion: Item


@dataclass(frozen=True, slots=True)
class Mixed:
    """Which list was taken and which was given; at position 0 the head gathers, and ``taken`` is empty."""

    round: Digest
    position: Position
    taken: MaybeDigest
    given: Digest


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Whether the member's own inner onion stands in the last list."""

    round: Digest
    list: Digest
    holds: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """The seed of the member's opening key, given away when all had confirmed."""

    round: Digest
    list: Digest
    seed: OpeningSeed


@dataclass(frozen=True, slots=True)
class Sum:
    """What one candidate got from all valid ballots."""

    candidate: Candidate
    marks: Uint


@shape("antin/ballot-tally/1", limit=8 * 1024)
@dataclass(frozen=True, slots=True)
class Tally:
    """The count of a list, in the order of the round's candidates."""

    round: Digest
    list: Digest
    valid: Position
    invalid: Position
    sums: Annotated[tuple[Sum, ...], Within(1, CANDIDATES)]
