"""Fills the register of programmes, at the owner and at every unit; progress is computed from what stands in it."""

from __future__ import annotations

from collections import defaultdict
from hashlib import sha256
from pathlib import Path
from typing import Any

from antin.errors import Conflict, Malformed, Missing, Refused
from antin.journal.deed import Book, Deed, Source
from antin.registers.programmes import records as r
from antin.registers.programmes import rules
from antin.storage.database import Database, statements

SQL = statements(Path(__file__).with_name("queries.sql"))
TABLES = Path(__file__).with_name("tables.sql")


def adopted(db: Database, source: Source, p: r.ProgrammeAdopted) -> None:
    """Gives the programme its number here. Refuses what ``rules.check`` refuses, and a goal serving one that is not."""
    name = source.name
    rules.check(p)
    if p.above:
        _serves(db, source, p)
    db.run(
        SQL["insert_programme"], db.value(SQL["next_number"]), name, source.station, p.directive, p.above,
        p.head.level, p.head.precedence, source.time, source.index,
    )  # fmt: skip
    for code in (code for code in p.head.to if code not in p.informed):
        db.run(SQL["insert_unit"], name, code)
    for n, g in enumerate(p.goals):
        db.run(SQL["insert_goal"], name, g.key, g.parent, g.above, g.owner, g.milestone, g.baseline, g.target,
               g.weight, n)  # fmt: skip
    for n, t in enumerate(p.tasks):
        db.run(SQL["insert_task"], name, t.key, t.goal, t.unit, t.officer, t.weight, t.start, t.due, n)
        for before in t.after:
            db.run(SQL["insert_after"], name, t.key, before)


def _serves(db: Database, source: Source, p: r.ProgrammeAdopted) -> None:
    """Only a unit of the superior's programme serves it, or its owner. Who carries it out need not have that one."""
    above = db.row(SQL["find_programme"], p.above)
    if above is None and not source.own:
        return
    above = _programme(db, p.above)
    if source.station != above[2] and db.value(SQL["find_unit"], p.above, source.station) is None:
        raise Refused("unit-not-addressed", code=source.station, id=f"ct-{above[0]}")
    known = {row[0] for row in db.rows(SQL["list_goals"], p.above)}
    for goal in p.goals:
        if goal.above and goal.above not in known:
            raise Malformed("programme-key-unknown", key=goal.key, names=goal.above)


def task_withdrawn(db: Database, source: Source, p: r.TaskWithdrawn) -> None:
    """Only by whoever adopted the programme, once."""
    row = _programme(db, p.programme)
    if row[2] != source.station:
        raise Refused("programme-of-other", id=f"ct-{row[0]}", station=row[2])
    _, state = _task(db, row, p.task)
    if (state, "withdrawn") not in rules.TASK:
        raise Conflict("task-withdrawn", key=p.task)
    db.run(SQL["set_task"], "withdrawn", p.programme, p.task)


def reported(db: Database, source: Source, p: r.ProgressReported) -> None:
    """Refuses a second report of one period (unless the first was returned), one after closing, a task that is
    withdrawn or another unit's, a task done before those that must come first."""
    row = _programme(db, p.programme)
    if db.value(SQL["find_unit"], p.programme, source.station) is None:
        raise Refused("unit-not-addressed", code=source.station, id=f"ct-{row[0]}")
    _open_period(db, row, p.period)
    earlier = db.row(SQL["find_period_report"], p.programme, p.period, source.station)
    if ((earlier[6] if earlier else ""), "reported") not in rules.REPORT:
        raise Conflict("period-reported", id=f"ct-{row[0]}", period=p.period, unit=source.station)
    if not p.items and not p.measures or len({each.task for each in p.items}) != len(p.items):
        raise Malformed("report-items")
    db.run(
        SQL["insert_report"], source.name, db.value(SQL["next_report"]), p.programme, source.station, p.period,
        source.officer, "reported", source.time, source.index, len(p.items),
    )  # fmt: skip
    _items(db, source, row, p)
    measured = {row[0] for row in db.rows(SQL["list_goals"], p.programme) if row[5] != row[6]}  # baseline and target
    for measure in p.measures:
        if measure.goal not in measured:
            raise Malformed("goal-not-measured", key=measure.goal)
        db.run(SQL["set_measure"], p.programme, measure.goal, source.station, measure.value, source.time, source.index)


def _items(db: Database, source: Source, row: tuple[Any, ...], p: r.ProgressReported) -> None:
    name = source.name
    tasks = {key: (unit, state) for key, _, unit, _, _, _, _, state in db.rows(SQL["list_tasks"], p.programme)}
    first: dict[str, list[str]] = defaultdict(list)
    for task, before in db.rows(SQL["list_after"], p.programme):
        unit, state = tasks[before]
        if state == "open" and unit in (r.EVERY_UNIT, source.station):  # another unit's state only the owner knows
            first[task].append(before)
    done = {task: state for task, _, state, *_ in db.rows(SQL["list_unit_standing"], p.programme, source.station)}
    done |= {each.task: each.state for each in p.items}
    for each in p.items:
        unit, state = tasks.get(each.task) or _unknown(row, each.task)
        if state == "withdrawn" and source.own:  # a report and a withdrawal may cross on the way
            raise Conflict("task-withdrawn", key=each.task)
        if unit and unit != source.station:
            raise Refused("task-of-other", key=each.task, unit=unit)
        if (each.state == r.DONE) != (each.done == r.WHOLE):
            raise Malformed("task-figures", key=each.task, done=each.done)
        if each.state == r.DONE and any(done.get(before) != r.DONE for before in first[each.task]):
            raise Conflict("task-too-early", key=each.task, first=", ".join(first[each.task]))
    db.many(SQL["insert_item"], ((name, each.task, each.done, each.state) for each in p.items))
    db.many(SQL["insert_evidence"], (
        (name, each.task, digest) for each in p.items for digest in sorted(set(each.evidence))
    ))  # fmt: skip
    db.many(SQL["set_standing"], (
        (p.programme, source.station, each.task, each.done, each.state, source.time,
         source.time if each.state == r.DONE else 0, source.index) for each in p.items
    ))  # fmt: skip


def reviewed(db: Database, source: Source, p: r.ProgressReviewed) -> None:
    """Refuses a judgement on one's own report, on an unknown one, a second one, a unit that accepts for the owner."""
    found = db.row(SQL["find_report"], p.report)
    if found is None:
        raise Missing("report-unknown", id=p.report.hex()[:16], needs=p.report.hex())
    _, n, programme, unit, period, officer, state, *_ = found
    if (unit, officer) == (source.station, source.officer):
        raise Refused("own-report", id=f"bc-{n}")
    owner = _programme(db, programme)[2]
    # A colleague may still take the unit's report back; accepting it is the owner's, or nobody could return it.
    if source.station != owner and (source.station != unit or p.verdict == r.ACCEPTED):
        raise Refused("programme-of-other", id=f"bc-{n}", station=owner)
    if (state, p.verdict) not in rules.REPORT:
        raise Conflict("state-forbids", state=state, event=p.verdict)
    _open_period(db, _programme(db, programme), period)
    db.run(SQL["set_report"], p.verdict, f"{source.station}/{source.officer}", p.report)


def goals_reported(db: Database, source: Source, p: r.GoalsReported) -> None:
    """Only by whoever adopted the programme, for goals that it has."""
    row = _programme(db, p.programme)
    if row[2] != source.station:
        raise Refused("programme-of-other", id=f"ct-{row[0]}", station=row[2])
    known = {key for key, *_ in db.rows(SQL["list_goals"], p.programme)}
    for each in p.goals:
        if each.goal not in known:
            _unknown(row, each.goal)
        db.run(SQL["set_below"], p.programme, each.goal, each.done, p.period, source.time, source.index)


def period_closed(db: Database, source: Source, p: r.PeriodClosed) -> None:
    """Only by the owner, once. At the owner the figures must be those that its own register gives."""
    row = _programme(db, p.programme)
    if row[2] != source.station:
        raise Refused("programme-of-other", id=f"ct-{row[0]}", station=row[2])
    _open_period(db, row, p.period)
    if source.own and closing(db, p.programme, p.period) != (p.units, p.reported, p.done, p.figures):
        raise Conflict("figures-differ", id=f"ct-{row[0]}", period=p.period)
    db.run(SQL["insert_period"], p.programme, p.period, p.units, p.reported, p.done, p.figures, source.time,
           source.index)  # fmt: skip


def closing(db: Database, programme: bytes, period: str) -> tuple[int, int, int, bytes]:
    """Units, how many reported, the whole programme's progress, and the digest of every standing, as of now."""
    units = [code for (code,) in db.rows(SQL["list_units"], programme)]
    reporters = db.rows(SQL["list_reporters"], programme, period)
    digest = sha256()
    for row in db.each(SQL["list_standing"], programme):
        digest.update(("|".join(map(str, row)) + "\n").encode())
    figures = progress(db, programme)
    roots = [(weight, figures[key]) for key, parent, _, _, _, _, _, weight in db.rows(SQL["list_goals"], programme)
             if not parent]  # fmt: skip
    whole = sum(weight * done for weight, done in roots) // r.WHOLE
    return len(units), len(reporters), whole, digest.digest()


def progress(db: Database, programme: bytes) -> dict[str, int]:
    """Thousandths of every goal of a programme, from what stands in the register."""
    goals = [r.Goal(*row) for row in db.rows(SQL["list_goals"], programme)]
    rows = db.rows(SQL["list_tasks"], programme)
    tasks = [r.Task(*(*row[:7], ())) for row in rows]
    everywhere = len(db.rows(SQL["list_units"], programme))
    counts = {row[0]: everywhere if not row[2] else 1 for row in rows}
    means = {task: total // max(1, counts.get(task, 1)) for task, total, _ in db.rows(SQL["sum_tasks"], programme)}
    measured: dict[str, list[int]] = defaultdict(list)
    for goal, _unit, value, *_ in db.rows(SQL["list_measures"], programme):
        measured[goal].append(value)
    below: dict[str, list[int]] = defaultdict(list)
    for goal, done in db.rows(SQL["list_below"], programme):
        below[goal].append(done)
    withdrawn = frozenset(row[0] for row in rows if row[7] == "withdrawn")
    values = {goal: sum(each) // len(each) for goal, each in measured.items()}
    return rules.progress(goals, tasks, rules.Figures(means, withdrawn, values, below))


def _programme(db: Database, id_: bytes) -> tuple[Any, ...]:
    row = db.row(SQL["find_programme"], id_)
    if row is None:
        raise Missing("programme-unknown", id=id_.hex()[:16], needs=id_.hex())
    return row


def _task(db: Database, row: tuple[Any, ...], key: str) -> tuple[str, str]:
    found = db.row(SQL["read_task"], row[1], key)
    return (found[0], found[1]) if found else _unknown(row, key)


def _unknown(row: tuple[Any, ...], key: str) -> Any:
    raise Malformed("programme-key-unknown", key=f"ct-{row[0]}", names=key)


def _open_period(db: Database, row: tuple[Any, ...], period: str) -> None:
    state = "closed" if db.row(SQL["find_period"], row[1], period) is not None else "open"
    if (state, "closed") not in rules.PERIOD:
        raise Conflict("period-is-closed", id=f"ct-{row[0]}", period=period)


BOOK = Book(
    "programmes", 1, TABLES,
    (
        Deed("programme-adopted", r.ProgrammeAdopted, adopted),
        Deed("task-withdrawn", r.TaskWithdrawn, task_withdrawn),
        Deed("progress-reported", r.ProgressReported, reported),
        Deed("progress-reviewed", r.ProgressReviewed, reviewed),
        Deed("goals-reported", r.GoalsReported, goals_reported),
        Deed("period-closed", r.PeriodClosed, period_closed),
    ),
)  # fmt: skip
