"""Handover from one credential to the next, and the keys of an agency's levels (spec/credential.md)."""

from __future__ import annotations

from typing import Annotated

from antin.frozen import dataclass
from antin.kernel.formats.fields import Code, Digest, Level, MaybeOfficer, Time
from antin.kernel.formats.shape import OneOf, Within, shape

WrappingPublic = Annotated[bytes, OneOf((1184 + 32, 1568 + 97))]


@shape("antin/handover-body/1", limit=256)
@dataclass(frozen=True, slots=True)
class HandoverBody:
    """The holder of a credential says who continues it: SHA-256 of the new subject's bytes."""

    code: Code
    officer: MaybeOfficer
    subject: Digest
    time: Time


@shape("antin/level-key-body/1", limit=2048)
@dataclass(frozen=True, slots=True)
class LevelKey:
    """An agency's wrapping key for one level: senders take the greatest ``generation`` and none past ``until``."""

    station: Code
    level: Level
    generation: Annotated[int, Within(1, 2**31)]
    public: WrappingPublic
    not_before: Time
    until: Time
