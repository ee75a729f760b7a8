"""Kinds of the register of inspections. Words (title, checklist, causes, demands, answers) are the secret part."""

from __future__ import annotations

from typing import Annotated

from antin.frozen import dataclass
from antin.kernel.formats.fields import Code, Digest, OfficerId, Time, Word
from antin.kernel.formats.paper import PUBLIC_LIMIT, MaybeId, Name, PaperHead
from antin.kernel.formats.shape import Pattern, Within, shape

SEVERITIES = ("minor", "major", "grave")


@shape("antin/inspection-planned/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class InspectionPlanned:
    """Which units, between which days, by whom, along which checklist; under a directive.

    ``issued``: the directive's own id where its issuer inspects.
    """

    head: PaperHead
    directive: Name
    issued: MaybeId
    units: Annotated[tuple[Code, ...], Within(1, 200)]
    starts: Time
    ends: Time
    inspectors: Annotated[tuple[OfficerId, ...], Within(1, 40)]
    checklist: Annotated[tuple[Word, ...], Within(1, 200)]


@shape("antin/finding-made/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class FindingMade:
    """What is wrong at a unit under one point of the checklist, and until when it must be remedied."""

    head: PaperHead
    inspection: Name
    unit: Code
    item: Word
    severity: Annotated[str, Pattern("|".join(SEVERITIES))]
    deadline: Time


@shape("antin/finding-answered/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class FindingAnswered:
    """The unit says that it is remedied; evidence by digest."""

    head: PaperHead
    finding: Name
    evidence: Annotated[tuple[Digest, ...], Within(0, 16)]


@shape("antin/finding-closed/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class FindingClosed:
    """The inspecting station is satisfied."""

    head: PaperHead
    finding: Name


@shape("antin/finding-reopened/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class FindingReopened:
    """It is not, or no longer; a new deadline."""

    head: PaperHead
    finding: Name
    deadline: Time


@shape("antin/inspection-finished/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class InspectionFinished:
    """All findings are closed; nothing more is taken. ``closed``: digests, ascending, of the records that closed them.

    They name no unit: a unit finds those of its own findings, and learns of the others how many there are.
    """

    head: PaperHead
    inspection: Name
    closed: Annotated[tuple[Digest, ...], Within(0, 1_500)]
