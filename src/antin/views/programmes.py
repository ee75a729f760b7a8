"""Programmes as they stand: goals as progress against time, tasks, reports."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from antin.errors import Missing
from antin.registers.directives import rows as directives
from antin.registers.programmes import rows as register
from antin.registers.programmes.figures import progress, whole
from antin.registers.programmes.records import WHOLE
from antin.registers.programmes.rules import pace
from antin.station.drafts import number_of
from antin.station.station import Station
from antin.views.papers import title, words

Row = dict[str, Any]


def row_of(station: Station, name: str) -> register.Programme:
    """The register's row of ``ct-1``. Raises ``Missing``."""
    row = register.read_programme.one(station.db, number_of(name, "ct"))
    if row is None:
        raise Missing("programme-unknown", id=name)
    return row


def programmes(station: Station, officer: str = "") -> list[Row]:
    """All programmes here; titles only for an officer who is signed in and cleared."""
    rows = register.list_programmes.all(station.db)
    return [_row(station, row, words(station, row.idx, officer)) for row in rows]


def _row(station: Station, row: register.Programme, texts: Any) -> Row:
    over = register.find_programme.one(station.db, row.above) if row.above else None
    under = directives.find_directive.one(station.db, row.directive)
    return {
        "id": row.name, "station": row.station, "directive": under.name if under else "", "level": row.level,
        "above": over.name if over else "", "precedence": row.precedence, "time": row.time, "record": row.idx,
        "act": row.id.hex(), "number": texts.get("number", ""), "title": title(texts),
        "done": whole(station.db, row.id),
    }  # fmt: skip


def programme(station: Station, name: str, officer: str = "") -> Row:
    """One programme with all goals and tasks."""
    row, now = row_of(station, name), station.now()
    texts = words(station, row.idx, officer)
    return {
        **_row(station, row, texts), "goals": goals(station, row, texts, now), "tasks": tasks(station, row, texts, now),
        "periods": [
            {"period": each.period, "units": each.units, "reported": each.reported, "done": each.done,
             "figures": each.figures.hex(), "time": each.time, "record": each.idx}
            for each in register.list_periods.all(station.db, row.id)
        ],
    }  # fmt: skip


def goals(station: Station, row: register.Programme, texts: Any, now: int) -> list[Row]:
    """Goals in the programme's order, with their pace: progress against the time from adoption to milestone."""
    figures = progress(station.db, row.id)
    return [
        {**asdict(goal), "done": figures[goal.key], "pace": pace(figures[goal.key], row.time, goal.milestone, now),
         "title": texts.get(f"goal.{goal.key}", ""), "unit": texts.get(f"unit.{goal.key}", "")}
        for goal in register.list_goals.all(station.db, row.id)
    ]  # fmt: skip


def tasks(station: Station, row: register.Programme, texts: Any, now: int) -> list[Row]:
    """Tasks in the programme's order; one for every unit shows the mean of its units."""
    everywhere = len(register.list_units.all(station.db, row.id))
    sums = {each.task: each.done for each in register.sum_tasks.all(station.db, row.id)}
    found = []
    for task in register.list_tasks.all(station.db, row.id):
        done = sums.get(task.key, 0) // max(1, 1 if task.unit else everywhere)
        open_ = "done" if done >= WHOLE else "late" if now > task.due else "open"
        state = task.state if task.state == "withdrawn" else open_
        found.append({**asdict(task), "state": state, "done": done, "title": texts.get(f"task.{task.key}", "")})
    return found


def reports(station: Station, name: str) -> list[Row]:
    """All reports on a programme's tasks."""
    return [
        {"id": each.name, "unit": each.unit, "period": each.period, "officer": each.officer, "state": each.state,
         "time": each.time, "record": each.idx, "reviewer": each.reviewer, "tasks": each.tasks, "act": each.id.hex()}
        for each in register.list_reports.all(station.db, row_of(station, name).id)
    ]  # fmt: skip
