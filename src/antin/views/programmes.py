"""Programmes as they stand: goals as progress against time, tasks, reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

from antin.errors import Missing
from antin.frozen import dataclass
from antin.looks import UNSEEN, Agency, Day, Hidden, Look, Moment, Officer, Reference, Share, Text
from antin.registers.directives import rows as directives
from antin.registers.programmes import rows as register
from antin.registers.programmes.figures import progress, whole
from antin.registers.programmes.records import WHOLE
from antin.registers.programmes.rules import pace
from antin.station.drafts import number_of
from antin.station.station import Station
from antin.views.papers import title, words


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme in a list. ``above``: the one that it serves; ``record``: where the journal has it."""

    id: Reference
    directive: Reference
    station: Agency
    above: Reference
    done: Share
    title: Hidden
    number: Annotated[str, UNSEEN]
    level: Annotated[int, UNSEEN]
    precedence: Annotated[int, UNSEEN]
    time: Annotated[int, UNSEEN]
    record: Annotated[int, UNSEEN]
    act: Annotated[str, UNSEEN]


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal, how far it is and whether that is in time. ``unit``: what it is measured in."""

    key: str
    parent: str
    above: str
    owner: str
    milestone: Day
    baseline: int
    target: int
    weight: int
    done: Share
    pace: str
    title: Hidden
    unit: Hidden


@dataclass(frozen=True, slots=True)
class Task:
    """A task and how far it is. ``unit`` empty: every unit."""

    key: str
    goal: str
    unit: str
    officer: str
    weight: int
    start: Day
    due: Day
    state: str
    done: Share
    title: Hidden


@dataclass(frozen=True, slots=True)
class Period:
    """A closed period. ``figures``: the digest of what was frozen."""

    period: str
    units: int
    reported: int
    done: Share
    figures: str
    time: Moment
    record: int


@dataclass(frozen=True, slots=True)
class Whole(Programme):
    """A programme with all goals, tasks and closed periods."""

    goals: list[Goal]
    tasks: list[Task]
    periods: list[Period]


@dataclass(frozen=True, slots=True)
class Report:
    """A unit's report on its tasks. ``tasks``: how many it speaks of."""

    id: Reference
    unit: Agency
    officer: Officer
    period: Text
    time: Moment
    state: Annotated[str, Look("choice", "report")]
    reviewer: Text
    record: Annotated[int, UNSEEN]
    tasks: Annotated[int, UNSEEN]
    act: Annotated[str, UNSEEN]


def row_of(station: Station, name: str) -> register.Programme:
    """The register's row of ``ct-1``. Raises ``Missing``."""
    row = register.read_programme.one(station.db, number_of(name, "ct"))
    if row is None:
        raise Missing("programme-unknown", id=name)
    return row


def programmes(station: Station, officer: str = "") -> list[Programme]:
    """All programmes here; titles only for an officer who is signed in and cleared."""
    rows = register.list_programmes.all(station.db)
    return [Programme(**_facts(station, row, words(station, row.idx, officer))) for row in rows]


def _facts(station: Station, row: register.Programme, texts: Mapping[str, str]) -> dict[str, Any]:
    over = register.find_programme.one(station.db, row.above) if row.above else None
    under = directives.find_directive.one(station.db, row.directive)
    return {
        "id": row.name, "station": row.station, "directive": under.name if under else "", "level": row.level,
        "above": over.name if over else "", "precedence": row.precedence, "time": row.time, "record": row.idx,
        "act": row.id.hex(), "number": texts.get("number", ""), "title": title(texts),
        "done": whole(station.db, row.id),
    }  # fmt: skip


def programme(station: Station, name: str, officer: str = "") -> Whole:
    """One programme with all goals and tasks."""
    row, now = row_of(station, name), station.now()
    texts = words(station, row.idx, officer)
    return Whole(
        **_facts(station, row, texts),
        goals=goals(station, row, texts, now),
        tasks=tasks(station, row, texts, now),
        periods=[
            Period(each.period, each.units, each.reported, each.done, each.figures.hex(), each.time, each.idx)
            for each in register.list_periods.all(station.db, row.id)
        ],
    )


def goals(station: Station, row: register.Programme, texts: Mapping[str, str], now: int) -> list[Goal]:
    """Goals in the programme's order, with their pace: progress against the time from adoption to milestone."""
    figures = progress(station.db, row.id)
    return [
        Goal(**asdict(goal), done=figures[goal.key], pace=pace(figures[goal.key], row.time, goal.milestone, now),
             title=texts.get(f"goal.{goal.key}", ""), unit=texts.get(f"unit.{goal.key}", ""))
        for goal in register.list_goals.all(station.db, row.id)
    ]  # fmt: skip


def tasks(station: Station, row: register.Programme, texts: Mapping[str, str], now: int) -> list[Task]:
    """Tasks in the programme's order; one for every unit shows the mean of its units."""
    everywhere = len(register.list_units.all(station.db, row.id))
    sums = {each.task: each.done for each in register.sum_tasks.all(station.db, row.id)}
    found = []
    for task in register.list_tasks.all(station.db, row.id):
        done = sums.get(task.key, 0) // max(1, 1 if task.unit else everywhere)
        open_ = "done" if done >= WHOLE else "late" if now > task.due else "open"
        state = task.state if task.state == "withdrawn" else open_
        text = texts.get(f"task.{task.key}", "")
        found.append(Task(**{**asdict(task), "state": state}, done=done, title=text))
    return found


def reports(station: Station, name: str) -> list[Report]:
    """All reports on a programme's tasks."""
    return [
        Report(each.name, each.unit, each.officer, each.period, each.time, each.state, each.reviewer, each.idx,
               each.tasks, each.id.hex())
        for each in register.list_reports.all(station.db, row_of(station, name).id)
    ]  # fmt: skip
