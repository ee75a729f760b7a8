"""Programmes as they stand: goals as progress against time, tasks, reports."""

from __future__ import annotations

from typing import Any

from antin.errors import Missing
from antin.registers.directives import rows as directives
from antin.registers.programmes import apply as register
from antin.registers.programmes.records import WHOLE
from antin.registers.programmes.rules import pace
from antin.station.drafts import number_of
from antin.station.station import Station
from antin.views.papers import title, words

Row = dict[str, Any]


def row_of(station: Station, name: str) -> tuple[Any, ...]:
    """The register's row of ``ct-1``. Raises ``Missing``."""
    row = station.db.row(register.SQL["read_programme"], number_of(name, "ct"))
    if row is None:
        raise Missing("programme-unknown", id=name)
    return row


def programmes(station: Station, officer: str = "") -> list[Row]:
    """All programmes here; titles only for an officer who is signed in and cleared."""
    rows = station.db.rows(register.SQL["list_programmes"])
    return [_row(station, row, words(station, row[8], officer)) for row in rows]


def _row(station: Station, row: tuple[Any, ...], texts: Any) -> Row:
    n, id_, owner, directive, above, level, precedence, time, index = row
    over = station.db.row(register.SQL["find_programme"], above) if above else None
    under = directives.find_directive.one(station.db, directive)
    return {
        "id": f"ct-{n}", "station": owner, "directive": under.name if under else "", "level": level,
        "above": f"ct-{over[0]}" if over else "", "precedence": precedence, "time": time, "record": index,
        "act": id_.hex(), "number": texts.get("number", ""), "title": title(texts), "done": whole(station, row),
    }  # fmt: skip


def whole(station: Station, row: tuple[Any, ...]) -> int:
    """The whole programme's progress: its topmost goals by weight."""
    figures = register.progress(station.db, row[1])
    goals = station.db.rows(register.SQL["list_goals"], row[1])
    return sum(weight * figures[key] for key, parent, *_, weight in goals if not parent) // WHOLE


def programme(station: Station, name: str, officer: str = "") -> Row:
    """One programme with all goals and tasks."""
    row, now = row_of(station, name), station.now()
    texts = words(station, row[8], officer)
    closed = station.db.rows(register.SQL["list_periods"], row[1])
    return {
        **_row(station, row, texts), "goals": goals(station, row, texts, now), "tasks": tasks(station, row, texts, now),
        "periods": [
            {"period": period, "units": units, "reported": reported, "done": done, "figures": figures.hex(),
             "time": time, "record": index}
            for period, units, reported, done, figures, time, index in closed
        ],
    }  # fmt: skip


def goals(station: Station, row: tuple[Any, ...], texts: Any, now: int) -> list[Row]:
    """Goals in the programme's order, with their pace: progress against the time from adoption to milestone."""
    figures = register.progress(station.db, row[1])
    return [
        {"key": key, "parent": parent, "above": above, "owner": owner, "milestone": milestone, "baseline": baseline,
         "target": target, "weight": weight, "done": figures[key], "pace": pace(figures[key], row[7], milestone, now),
         "title": texts.get(f"goal.{key}", ""), "unit": texts.get(f"unit.{key}", "")}
        for key, parent, above, owner, milestone, baseline, target, weight in station.db.rows(
            register.SQL["list_goals"], row[1]
        )
    ]  # fmt: skip


def tasks(station: Station, row: tuple[Any, ...], texts: Any, now: int) -> list[Row]:
    """Tasks in the programme's order; one for every unit shows the mean of its units."""
    everywhere = len(station.db.rows(register.SQL["list_units"], row[1]))
    sums = {task: total for task, total, _ in station.db.rows(register.SQL["sum_tasks"], row[1])}
    found = []
    for key, goal, unit, officer, weight, start, due, state in station.db.rows(register.SQL["list_tasks"], row[1]):
        done = sums.get(key, 0) // max(1, 1 if unit else everywhere)
        shown = state if state == "withdrawn" else "done" if done >= WHOLE else "late" if now > due else "open"
        found.append({
            "key": key, "goal": goal, "unit": unit, "officer": officer, "weight": weight, "start": start, "due": due,
            "state": shown, "done": done, "title": texts.get(f"task.{key}", ""),
        })  # fmt: skip
    return found


def reports(station: Station, name: str) -> list[Row]:
    """All reports on a programme's tasks."""
    return [
        {"id": f"bc-{n}", "unit": unit, "period": period, "officer": officer, "state": state, "time": time,
         "record": index, "reviewer": reviewer, "tasks": count, "act": id_.hex()}
        for id_, n, _programme, unit, period, officer, state, time, index, reviewer, count in station.db.rows(
            register.SQL["list_reports"], row_of(station, name)[1]
        )
    ]  # fmt: skip
