"""Kinds: ``station-created`` opens a journal, ``station-renewed`` names a new credential; ``officer-enrolled`` puts
an officer to work (his name is secret)."""

from __future__ import annotations

from typing import Annotated

from antin.frozen import dataclass
from antin.kernel.formats.fields import Code, Digest, Level, OfficerId, Word
from antin.kernel.formats.shape import Within, shape


@shape("antin/station-created/1", limit=512)
@dataclass(frozen=True, slots=True)
class StationCreated:
    """``root`` is the digest of the root that this station trusts."""

    code: Code
    credential: Digest
    root: Digest


@shape("antin/station-renewed/1", limit=256)
@dataclass(frozen=True, slots=True)
class StationRenewed:
    """The authority bound the station again: from here on it signs under this credential."""

    code: Code
    credential: Digest


@shape("antin/officer-enrolled/1", limit=512)
@dataclass(frozen=True, slots=True)
class OfficerEnrolled:
    """Secret part: the officer's name and post, as text."""

    officer: OfficerId
    credential: Digest
    roles: Annotated[tuple[Word, ...], Within(0, 8)]
    level: Level
