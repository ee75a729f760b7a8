"""The deeds of the register of programmes, and what each refuses."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from antin.errors import AntinError, Conflict, Malformed, Missing, Refused
from antin.journal.deed import Book, Deed, Source, named
from antin.registers.programmes import REVISION, fill, rules
from antin.registers.programmes import records as r
from antin.registers.programmes.figures import closing
from antin.registers.programmes.rows import (
    Programme,
    find_period,
    find_period_report,
    find_programme,
    find_report,
    find_unit,
    list_after,
    list_goals,
    list_tasks,
    list_unit_standing,
    read_task,
)
from antin.storage.database import Reader


def adopt(view: Reader, source: Source, p: r.ProgrammeAdopted) -> None:
    """Refuses what ``rules.check`` refuses, and a goal serving one that is not."""
    rules.check(p)
    if not p.above:
        return
    # Only a unit of the superior's programme serves it, or its owner. Who carries it out need not have that one.
    if find_programme.one(view, p.above) is None and not source.own:
        return
    above = programme(view, p.above)
    if source.station != above.station and find_unit.one(view, p.above, source.station) is None:
        raise Refused("unit-not-addressed", code=source.station, id=above.name)
    known = {goal.key for goal in list_goals.all(view, p.above)}
    for goal in p.goals:
        if goal.above and goal.above not in known:
            raise Malformed("programme-key-unknown", key=goal.key, names=goal.above)


def withdraw_task(view: Reader, source: Source, p: r.TaskWithdrawn) -> None:
    """Only by whoever adopted the programme, once."""
    row = _own(view, source, p.programme)
    task = read_task.one(view, p.programme, p.task)
    if task is None:
        raise _unknown(row, p.task)
    if (task.state, "withdrawn") not in rules.TASK:
        raise Conflict("task-withdrawn", key=p.task)


def report(view: Reader, source: Source, p: r.ProgressReported) -> None:
    """Refuses a second report of one period (unless the first was returned), one after closing, a task that is
    withdrawn or another unit's, a task done before those that must come first."""
    row = programme(view, p.programme)
    if find_unit.one(view, p.programme, source.station) is None:
        raise Refused("unit-not-addressed", code=source.station, id=row.name)
    _open_period(view, row, p.period)
    earlier = find_period_report.one(view, p.programme, p.period, source.station)
    if ((earlier.state if earlier else ""), "reported") not in rules.REPORT:
        raise Conflict("period-reported", id=row.name, period=p.period, unit=source.station)
    if not p.items and not p.measures or len({each.task for each in p.items}) != len(p.items):
        raise Malformed("report-items")
    _check_items(view, source, row, p)
    measured = {goal.key for goal in list_goals.all(view, p.programme) if goal.baseline != goal.target}
    for measure in p.measures:
        if measure.goal not in measured:
            raise Malformed("goal-not-measured", key=measure.goal)


def _check_items(view: Reader, source: Source, row: Programme, p: r.ProgressReported) -> None:
    tasks = {task.key: task for task in list_tasks.all(view, p.programme)}
    first: dict[str, list[str]] = defaultdict(list)
    for each in list_after.all(view, p.programme):
        before = tasks[each.after]
        if before.state == "open" and before.unit in (
            r.EVERY_UNIT,
            source.station,
        ):  # another unit's only the owner knows
            first[each.task].append(each.after)
    done = {each.task: each.state for each in list_unit_standing.all(view, p.programme, source.station)}
    done |= {item.task: item.state for item in p.items}
    for item in p.items:
        task = tasks.get(item.task)
        if task is None:
            raise _unknown(row, item.task)
        if task.state == "withdrawn" and source.own:  # a report and a withdrawal may cross on the way
            raise Conflict("task-withdrawn", key=item.task)
        if task.unit and task.unit != source.station:
            raise Refused("task-of-other", key=item.task, unit=task.unit)
        if (item.state == r.DONE) != (item.done == r.WHOLE):
            raise Malformed("task-figures", key=item.task, done=item.done)
        if item.state == r.DONE and any(done.get(before) != r.DONE for before in first[item.task]):
            raise Conflict("task-too-early", key=item.task, first=", ".join(first[item.task]))


def review(view: Reader, source: Source, p: r.ProgressReviewed) -> None:
    """Refuses a judgement on one's own report, on an unknown one, a second one, a unit that accepts for the owner."""
    found = find_report.one(view, p.report)
    if found is None:
        raise Missing("report-unknown", id=p.report.hex()[:16], needs=p.report.hex())
    if (found.unit, found.officer) == (source.station, source.officer):
        raise Refused("own-report", id=found.name)
    row = programme(view, found.programme)
    # A colleague may still take the unit's report back; accepting it is the owner's, or nobody could return it.
    if source.station != row.station and (source.station != found.unit or p.verdict == r.ACCEPTED):
        raise Refused("programme-of-other", id=found.name, station=row.station)
    if (found.state, p.verdict) not in rules.REPORT:
        raise Conflict("state-forbids", state=found.state, event=p.verdict)
    _open_period(view, row, found.period)


def report_goals(view: Reader, source: Source, p: r.GoalsReported) -> None:
    """Only by whoever adopted the programme, for goals that it has."""
    row = _own(view, source, p.programme)
    known = {goal.key for goal in list_goals.all(view, p.programme)}
    for each in p.goals:
        if each.goal not in known:
            raise _unknown(row, each.goal)


def close_period(view: Reader, source: Source, p: r.PeriodClosed) -> None:
    """Only by the owner, once. At the owner the figures must be those that its own register gives."""
    row = _own(view, source, p.programme)
    _open_period(view, row, p.period)
    if source.own and closing(view, p.programme, p.period) != (p.units, p.reported, p.done, p.figures):
        raise Conflict("figures-differ", id=row.name, period=p.period)


def programme(view: Reader, id_: bytes) -> Programme:
    """Raises ``Missing`` for one that is not here."""
    row = find_programme.one(view, id_)
    if row is None:
        raise Missing("programme-unknown", id=id_.hex()[:16], needs=id_.hex())
    return row


def _own(view: Reader, source: Source, id_: bytes) -> Programme:
    row = programme(view, id_)
    if row.station != source.station:
        raise Refused("programme-of-other", id=row.name, station=row.station)
    return row


def _unknown(row: Programme, key: str) -> AntinError:
    return Malformed("programme-key-unknown", key=row.name, names=key)


def _open_period(view: Reader, row: Programme, period: str) -> None:
    state = "closed" if find_period.one(view, row.id, period) is not None else "open"
    if (state, "closed") not in rules.PERIOD:
        raise Conflict("period-is-closed", id=row.name, period=period)


_ABOUT = named("programme")
BOOK = Book(
    "programmes", REVISION, Path(__file__).with_name("tables.sql"),
    (
        Deed("programme-adopted", r.ProgrammeAdopted, fill.adopted, adopt, named("directive")),
        Deed("task-withdrawn", r.TaskWithdrawn, fill.task_withdrawn, withdraw_task, _ABOUT),
        Deed("progress-reported", r.ProgressReported, fill.reported, report, _ABOUT),
        Deed("progress-reviewed", r.ProgressReviewed, fill.reviewed, review, named("report")),
        Deed("goals-reported", r.GoalsReported, fill.goals_reported, report_goals, _ABOUT),
        Deed("period-closed", r.PeriodClosed, fill.period_closed, close_period, _ABOUT),
    ),
)  # fmt: skip
