"""Kinds of the register of programmes. Weights and progress are thousandths; words (titles, remarks) are secret."""

from __future__ import annotations

from typing import Annotated

from antin.frozen import dataclass
from antin.kernel.formats.fields import Code, Digest, MaybeOfficer, Time, Uint, Word
from antin.kernel.formats.paper import PUBLIC_LIMIT, MaybeCode, MaybeId, MaybeName, MaybeWord, Name, PaperHead, Period
from antin.kernel.formats.shape import Pattern, Within, shape

WHOLE = 1_000
EVERY_UNIT = ""
ON_TRACK, BLOCKED, DONE = "on-track", "blocked", "done"
ACCEPTED, RETURNED = "accepted", "returned"

Share = Annotated[int, Within(0, WHOLE)]


@dataclass(frozen=True, slots=True)
class Goal:
    """``parent``: the general goal it is part of; ``above``: the superior programme's goal that it serves.

    ``baseline`` and ``target`` in thousandths of the unit that the words name; both 0: measured by its tasks alone.
    """

    key: Word
    parent: MaybeWord
    above: MaybeWord
    owner: MaybeCode
    milestone: Time
    baseline: Uint
    target: Uint
    weight: Annotated[int, Within(1, WHOLE)]


@dataclass(frozen=True, slots=True)
class Task:
    """``unit`` empty: each unit that the programme goes to. ``after``: tasks that must be done first."""

    key: Word
    goal: Word
    unit: MaybeCode
    officer: MaybeOfficer
    weight: Annotated[int, Within(1, WHOLE)]
    start: Time
    due: Time
    after: Annotated[tuple[Word, ...], Within(0, 16)]


@shape("antin/programme-adopted/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class ProgrammeAdopted:
    """Under a directive, serving the programme ``above``. ``informed``: addressees who only read (the superior).

    ``issued``: the directive's own id where its issuer adopts, so that whoever has not got it sees whose it is.
    """

    head: PaperHead
    directive: Name
    issued: MaybeId
    above: MaybeName
    informed: Annotated[tuple[Code, ...], Within(0, 16)]
    goals: Annotated[tuple[Goal, ...], Within(1, 100)]
    tasks: Annotated[tuple[Task, ...], Within(0, 200)]


@shape("antin/task-withdrawn/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class TaskWithdrawn:
    """Whoever adopted the programme takes a task out; its weight counts no longer."""

    head: PaperHead
    programme: Name
    task: Word


@dataclass(frozen=True, slots=True)
class Item:
    """One task as its unit sees it; evidence by digest of the documents that show it."""

    task: Word
    done: Share
    state: Annotated[str, Pattern("on-track|blocked|done")]
    evidence: Annotated[tuple[Digest, ...], Within(0, 8)]


@dataclass(frozen=True, slots=True)
class Measure:
    """A goal's measured value, in thousandths of its unit."""

    goal: Word
    value: Uint


@shape("antin/progress-reported/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class ProgressReported:
    """A unit's report on its tasks for one period."""

    head: PaperHead
    programme: Name
    period: Period
    items: Annotated[tuple[Item, ...], Within(0, 200)]
    measures: Annotated[tuple[Measure, ...], Within(0, 100)]


@shape("antin/progress-reviewed/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class ProgressReviewed:
    """A judgement on a report by somebody who did not make it."""

    head: PaperHead
    report: Name
    verdict: Annotated[str, Pattern("accepted|returned")]


@dataclass(frozen=True, slots=True)
class GoalShare:
    """How far a goal is."""

    goal: Word
    done: Share


@shape("antin/goals-reported/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class GoalsReported:
    """A subordinate programme's goals as its own register computes them, at that size of its journal."""

    head: PaperHead
    programme: Name
    period: Period
    goals: Annotated[tuple[GoalShare, ...], Within(1, 100)]
    size: Uint


@shape("antin/period-closed/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class PeriodClosed:
    """Nothing more is taken for the period. ``figures`` is the digest of all standings at that moment."""

    head: PaperHead
    programme: Name
    period: Period
    units: Uint
    reported: Uint
    done: Share
    figures: Digest
