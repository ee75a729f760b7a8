"""A new epoch of a journal, after a loss, and what an authority says of it; a clock set back (spec/restore.md)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from antin.frozen import dataclass
from antin.kernel.formats.fields import Code, Digest, Time, Uint
from antin.kernel.formats.shape import Within, shape


@dataclass(frozen=True, slots=True)
class LostUse:
    """Uses ``first`` … ``last`` of a credential's key were given and no record accounts for them."""

    credential: Digest
    first: Uint
    last: Uint


@shape("antin/epoch-begun/1", limit=16 * 1024)
@dataclass(frozen=True, slots=True)
class EpochBegun:
    """The first record of an epoch, by two officers: what is left of the newest accepted epoch, and its greatest head
    that anybody showed."""

    restored_size: Uint
    restored_root: Digest
    known_size: Uint
    known_root: Digest
    lost: Annotated[tuple[LostUse, ...], Within(0, 100)]


@shape("antin/authority-resumed/1", limit=16 * 1024)
@dataclass(frozen=True, slots=True)
class AuthorityResumed:
    """After a loss an authority goes on in its journal, which has ``size`` records: as many as anybody showed.

    ``known_size`` and ``known_root`` are the greatest head that its signer remembers, where that is longer.
    """

    size: Uint
    root: Digest
    known_size: Uint
    known_root: Digest
    lost: Annotated[tuple[LostUse, ...], Within(0, 100)]


@shape("antin/epoch-accepted/1", limit=512)
@dataclass(frozen=True, slots=True)
class EpochAccepted:
    """An authority's word that a station's new epoch counts; ``record`` is the digest of its ``epoch-begun``."""

    code: Code
    epoch: Uint
    restored_size: Uint
    restored_root: Digest
    known_size: Uint
    known_root: Digest
    record: Digest


CLOCK_SET_BACK = "clock-set-back"


@shape("antin/clock-set-back/1", limit=128)
@dataclass(frozen=True, slots=True)
class ClockSetBack:
    """Two persons say that the clock had run ahead: signing goes on from ``after``."""

    before: Time
    after: Time


def compared_above(backs: Iterable[tuple[int, int]], index: int, time: int, tolerance: int) -> int:
    """The record at ``index``, which claims ``time``, is compared with checkpoints of more records than this.

    ``backs``: (place, after) of each time its journal's clock was set back. What was signed before such a place says
    nothing against what came after it and claims no earlier time than ``after``.
    """
    return max((place for place, after in backs if place < index and time + tolerance >= after), default=-1)
