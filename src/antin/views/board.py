"""The board of a directive: who received, acknowledged, studied, reported, who is late; goals against time."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from antin.errors import AntinError
from antin.frozen import dataclass
from antin.looks import Agency, Day, Moment, Reference, Share
from antin.packs.periods import Period
from antin.registers.directives import rows as directives
from antin.registers.directives.rules import LATE, MISSING, standing
from antin.registers.papers import rows as papers
from antin.registers.programmes import rows as programmes
from antin.registers.programmes.figures import whole
from antin.registers.reviews import rows as reviews
from antin.station import rows
from antin.station.days import day_of, end_of, start_of
from antin.station.station import Station
from antin.views import directives as directive_views
from antin.views import programmes as programme_views
from antin.views.papers import delivered, words

RECEIVED = frozenset({"arrived", "accepted", "opened"})
DUTIES = ("acknowledged", "studied", "reported")
_NOTHING = programmes.UnitSum("", 0, 0, 0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit under a directive: how the paper reached it, how it stands with each duty, and how far its tasks are.

    ``dispatch``: the state of what was sent to it; ``tasks``: how many it reported, ``tasks_silent``: how many not.
    """

    code: Agency
    name: str
    state: str
    parent: Agency
    dispatch: str
    sent: Moment | None
    received: bool
    acknowledged: str
    studied: str
    reported: str
    acknowledged_time: Moment | None
    studied_time: Moment | None
    reported_time: Moment | None
    sessions: int
    invited: int
    in_person: int
    online: int
    officers: int
    read: int
    done: Share
    tasks: int
    tasks_done: int
    tasks_blocked: int
    tasks_on_time: int
    tasks_late: int
    tasks_silent: int
    last: Moment | None
    acknowledged_record: int | None
    studied_record: int | None


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over units; of each duty, how many stand how."""

    units: int
    received: int
    acknowledged: dict[str, int]
    studied: dict[str, int]
    reported: dict[str, int]
    officers: int
    read: int
    sessions: int
    invited: int
    in_person: int
    online: int
    tasks_late: int
    tasks_blocked: int


@dataclass(frozen=True, slots=True)
class Asked:
    """The report period that the board is for."""

    key: str
    start: Moment
    end: Day
    due: Day


@dataclass(frozen=True, slots=True)
class Proposals:
    """How many were made under the directive, and which of them are not answered."""

    all: int
    open: list[str]


@dataclass(frozen=True, slots=True)
class Board:
    """Everything about a directive. ``late``: units that owe a duty; ``programme``: the issuer's."""

    directive: directive_views.Whole
    now: Moment
    period: Asked | None
    units: list[Unit]
    totals: Totals
    late: list[str]
    programme: Reference | None
    done: int | None
    goals: list[programme_views.Goal]
    tasks: list[programme_views.Task]
    proposals: Proposals


def board(station: Station, name: str, officer: str = "", period: str = "") -> Board:
    """Everything about ``cd-1`` as it stands now, for one report period (the present one). Raises ``Missing``."""
    row, now = directive_views.row_of(station, name), station.now()
    asked = period_of(station, row, period)
    programme = next((p for p in programmes.list_of_directive.all(station.db, row.id)
                      if p.station == row.station), None)  # fmt: skip
    units = _units(station, row, programme, asked, now)
    texts = words(station, programme.idx, officer) if programme else {}
    return Board(
        directive=directive_views.directive(station, name, officer), now=now,
        period=Asked(asked.key, start_of(asked.start), end_of(asked.end), end_of(asked.due)) if asked else None,
        units=units, totals=totals(units),
        late=[unit.code for unit in units if {unit.acknowledged, unit.studied, unit.reported} & {LATE, MISSING}],
        programme=programme.name if programme else None,
        done=whole(station.db, programme.id) if programme else None,
        goals=programme_views.goals(station, programme, texts, now) if programme else [],
        tasks=programme_views.tasks(station, programme, texts, now) if programme else [],
        proposals=_proposals(station, row.id),
    )  # fmt: skip


def period_of(station: Station, row: directives.Directive, period: str = "") -> Period | None:
    """The report period asked for, or the one that today falls into; None without a calendar."""
    if period:
        return station.pack.period_named(period)[1]
    try:
        return station.pack.period(row.calendar, day_of(station.now())) if row.calendar else None
    except AntinError:  # another station's pack may know calendars that ours does not
        return None


def _units(station: Station, row: directives.Directive, programme: programmes.Programme | None, asked: Period | None,
           now: int) -> list[Unit]:  # fmt: skip
    paper = papers.find_name.one(station.db, row.id)
    sent = delivered(station, paper.digest) if paper and paper.own else {}
    names = {each.code: each.name for each in rows.list_agencies.all(station.db)}
    sums, reported = _progress(station, row, programme, asked, now)
    open_, overdue = _expected(station, programme, now)
    found = []
    for unit in directives.list_units.all(station.db, row.id):
        code = unit.code
        sum_ = sums.get(code, _NOTHING)
        dispatch, when = sent.get(code, ("", None))
        gone = unit.state == "moved"
        found.append(Unit(
            code=code, name=names.get(code, ""), state=unit.state, parent=unit.parent, dispatch=dispatch, sent=when,
            received=dispatch in RECEIVED or unit.acknowledged is not None,
            acknowledged="none" if gone else standing(unit.acknowledged, row.acknowledge_by, now),
            studied="none" if gone else standing(unit.studied, row.study_by, now),
            reported="none" if gone or asked is None else standing(reported.get(code), end_of(asked.due), now),
            acknowledged_time=unit.acknowledged, studied_time=unit.studied, reported_time=reported.get(code),
            sessions=unit.sessions, invited=unit.invited, in_person=unit.in_person, online=unit.online,
            officers=unit.officers, read=unit.read,
            done=sum_.share, tasks=sum_.told, tasks_done=sum_.done, tasks_blocked=sum_.blocked,
            tasks_on_time=sum_.on_time, tasks_late=overdue[code] - sum_.caught_up,
            tasks_silent=open_[code] - sum_.told, last=sum_.last or None,
            acknowledged_record=unit.acknowledged_idx, studied_record=unit.studied_idx,
        ))  # fmt: skip
    return found


def _expected(station: Station, programme: programmes.Programme | None, now: int) -> tuple[Counter[str], Counter[str]]:
    """How many tasks each unit has, and how many of them are past their day: of whoever says nothing as well."""
    tasks, overdue = Counter[str](), Counter[str]()
    if programme is None:
        return tasks, overdue
    units = programmes.list_units.all(station.db, programme.id)
    for task in programmes.list_tasks.all(station.db, programme.id):
        whose = [] if task.state != "open" else [task.unit] if task.unit else units
        tasks.update(whose)
        overdue.update(whose if task.due < now else ())
    return tasks, overdue


def _progress(station: Station, row: directives.Directive, programme: programmes.Programme | None, asked: Period | None,
              now: int) -> tuple[dict[str, programmes.UnitSum], dict[str, int]]:  # fmt: skip
    """Sums over each unit's tasks; when each unit reported the period: its review, or else its report on the tasks."""
    reported: dict[str, int] = {}
    if asked is not None:
        for review in reviews.list_of_period.all(station.db, row.id, asked.key):
            reported[review.station] = review.time
    if programme is None:
        return {}, reported
    if asked is not None:
        for each in programmes.list_reporters.all(station.db, programme.id, asked.key):
            reported.setdefault(each.unit, each.time)
    tasks = [task for task in programmes.list_tasks.all(station.db, programme.id) if task.state == "open"]
    shared = sum(task.weight for task in tasks if not task.unit)
    own = Counter[str]()
    for task in tasks:
        own[task.unit] += task.weight
    sums = programmes.sum_units.all(station.db, now, programme.id)
    return {each.unit: replace(each, share=each.share // max(1, shared + own[each.unit])) for each in sums}, reported


def totals(units: list[Unit]) -> Totals:
    """Sums over the units that have no other superior by now."""
    live = [unit for unit in units if unit.state != "moved"]
    sums = ("received", "officers", "read", "sessions", "invited", "in_person", "online", "tasks_late",
            "tasks_blocked")  # fmt: skip
    counted: dict[str, Any] = {duty: dict(Counter(getattr(unit, duty) for unit in live)) for duty in DUTIES}
    return Totals(len(live), **counted, **{name: sum(getattr(unit, name) for unit in live) for name in sums})


def _proposals(station: Station, directive: bytes) -> Proposals:
    found = [row for row in reviews.list_proposals.all(station.db) if row.directive == directive]
    return Proposals(len(found), [row.name for row in found if row.answered is None])
