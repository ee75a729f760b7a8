"""Kinds of a secret ballot's steps (spec/ballot.md). What travels holds no secret: the seed of an opening key and the
digest of one's own inner onion stay at home, in the secret part of ``ballot-kept``."""

from __future__ import annotations

from typing import Annotated

from antin.frozen import dataclass
from antin.kernel.formats.ballot import MEMBERS, Cast, Confirmed, Mixed, Opened, OpeningKey, Round, Tally
from antin.kernel.formats.fields import Digest
from antin.kernel.formats.paper import PUBLIC_LIMIT, Name, PaperHead
from antin.kernel.formats.shape import Pattern, Within, shape
from antin.registers.emulation.records import Key

SEED, INNER = "seed", "inner"
Number = Annotated[int, Within(1, 999)]


@shape("antin/ballot-kept/1", limit=512)
@dataclass(frozen=True, slots=True)
class BallotKept:
    """What a member needs again and tells nobody: ``about`` the opening key (by digest), or the round."""

    what: Annotated[str, Pattern("seed|inner")]
    about: Digest


@shape("antin/ballot-key/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class BallotKey:
    """A member's fresh opening key for one round."""

    head: PaperHead
    campaign: Name
    number: Number
    opening: OpeningKey


@shape("antin/ballot-round-opened/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class BallotRound:
    """The block head opens a round on one criterion; the candidates are the members."""

    head: PaperHead
    key: Key
    round: Round


@shape("antin/ballot-cast/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class BallotCast:
    """One member's onion."""

    head: PaperHead
    cast: Cast


@shape("antin/ballot-mixed/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class BallotMixed:
    """A list, gathered or a layer further; the list itself is the paper's file."""

    head: PaperHead
    mixed: Mixed


@shape("antin/ballot-confirmed/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class BallotConfirmed:
    """Whether a member's own ballot stands in the last list."""

    head: PaperHead
    confirmed: Confirmed


@shape("antin/ballot-opened/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class BallotOpened:
    """The seed of a member's opening key, given away."""

    head: PaperHead
    opened: Opened


@shape("antin/ballot-counted/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class BallotCounted:
    """The block head's count, which every member computes for itself. ``confirmed`` and ``opened``: the digests of the
    members' records that it rests on, in the order of the mix."""

    head: PaperHead
    tally: Tally
    confirmed: Annotated[tuple[Digest, ...], Within(2, MEMBERS)]
    opened: Annotated[tuple[Digest, ...], Within(2, MEMBERS)]
