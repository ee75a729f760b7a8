"""What a sender's journal says of a sending: records ``sent`` and ``addressed`` (spec/record.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from antin.kernel.formats.fields import Code, Digest, Id, Level, MaybeOfficer, Precedence, SuiteDigest, Time, Uint
from antin.kernel.formats.shape import Within, shape

SLIPS_PER_RECORD = 250


@dataclass(frozen=True, slots=True)
class SlipRef:
    """One addressee of a sent document, by the digest of its slip."""

    addressee: Code
    officer: MaybeOfficer
    precedence: Precedence
    sequence: Uint
    deadline: Time
    slip: Digest


Slips = Annotated[tuple[SlipRef, ...], Within(1, SLIPS_PER_RECORD)]


@shape("antin/sent/1", limit=44 * 1024)
@dataclass(frozen=True, slots=True)
class Sent:
    """A sealed document and its first slips. Secret part: the sending statement, whole."""

    id: Id
    statement: Digest
    seal: SuiteDigest
    sealed: Digest
    sealed_size: Uint
    level: Level
    precedence: Precedence
    has_subject: bool
    count: Uint
    slips: Slips


@shape("antin/addressed/1", limit=44 * 1024)
@dataclass(frozen=True, slots=True)
class Addressed:
    """Further slips of a sent document, where one record cannot hold them all."""

    statement: Digest
    slips: Slips
