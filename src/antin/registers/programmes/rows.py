"""What each statement of the register of programmes gives."""

from __future__ import annotations

from pathlib import Path

from antin.frozen import dataclass
from antin.storage.query import Statements

SQL = Statements(Path(__file__).with_name("queries.sql"))


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme (``ct-3``). ``above``: the name of the one that it serves, or empty."""

    n: int
    id: bytes
    station: str
    directive: bytes
    above: bytes
    level: int
    precedence: int
    time: int
    idx: int

    @property
    def name(self) -> str:
        """``ct-3``."""
        return f"ct-{self.n}"


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal; ``above``: the one of the superior's programme that it serves. Weights in thousandths."""

    key: str
    parent: str
    above: str
    owner: str
    milestone: int
    baseline: int
    target: int
    weight: int


@dataclass(frozen=True, slots=True)
class Task:
    """A task; ``unit`` empty: every unit."""

    key: str
    goal: str
    unit: str
    officer: str
    weight: int
    start: int
    due: int
    state: str


@dataclass(frozen=True, slots=True)
class TaskState:
    """Whose a task is, and whether it was withdrawn."""

    unit: str
    state: str


@dataclass(frozen=True, slots=True)
class After:
    """A task, and one that must be done before."""

    task: str
    after: str


@dataclass(frozen=True, slots=True)
class Report:
    """A unit's report for a period (``bc-3``)."""

    id: bytes
    n: int
    programme: bytes
    unit: str
    period: str
    officer: str
    state: str
    time: int
    idx: int
    reviewer: str
    tasks: int

    @property
    def name(self) -> str:
        """``bc-3``."""
        return f"bc-{self.n}"


@dataclass(frozen=True, slots=True)
class Item:
    """What a report says of a task. ``done`` in thousandths."""

    task: str
    done: int
    state: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file by digest that shows what a report says of a task."""

    task: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Standing:
    """Latest reported state per (unit, task) of a programme."""

    unit: str
    task: str
    done: int
    state: str
    time: int
    finished: int
    idx: int


@dataclass(frozen=True, slots=True)
class UnitStanding:
    """Latest reported state per task of one unit."""

    task: str
    done: int
    state: str
    time: int
    finished: int
    idx: int


@dataclass(frozen=True, slots=True)
class TaskSum:
    """Thousandths of a task, summed over its units."""

    task: str
    done: int


@dataclass(frozen=True, slots=True)
class UnitSum:
    """Sums over a unit's tasks: weighted thousandths, and how many were done, blocked, done in time, done late."""

    unit: str
    share: int
    done: int
    blocked: int
    on_time: int
    caught_up: int
    told: int
    last: int


@dataclass(frozen=True, slots=True)
class Reporter:
    """A unit that reported a period, and when."""

    unit: str
    time: int


@dataclass(frozen=True, slots=True)
class Measure:
    """A goal's newest measured value at a unit."""

    goal: str
    unit: str
    value: int
    time: int
    idx: int


@dataclass(frozen=True, slots=True)
class Below:
    """What a programme below says of a goal that it serves."""

    above: str
    done: int


@dataclass(frozen=True, slots=True)
class Period:
    """A closed period."""

    period: str
    units: int
    reported: int
    done: int
    figures: bytes
    time: int
    idx: int


next_number = SQL.query("next_number", int)
read_programme = SQL.query("read_programme", Programme)
find_programme = SQL.query("find_programme", Programme)
list_programmes = SQL.query("list_programmes", Programme)
list_of_directive = SQL.query("list_of_directive", Programme)
list_units = SQL.query("list_units", str)
find_unit = SQL.query("find_unit", str)
list_goals = SQL.query("list_goals", Goal)
list_tasks = SQL.query("list_tasks", Task)
read_task = SQL.query("read_task", TaskState)
list_after = SQL.query("list_after", After)
next_report = SQL.query("next_report", int)
find_report = SQL.query("find_report", Report)
read_report = SQL.query("read_report", Report)
find_period_report = SQL.query("find_period_report", Report)
list_reports = SQL.query("list_reports", Report)
list_items = SQL.query("list_items", Item)
list_evidence = SQL.query("list_evidence", Evidence)
list_standing = SQL.query("list_standing", Standing)
list_unit_standing = SQL.query("list_unit_standing", UnitStanding)
sum_tasks = SQL.query("sum_tasks", TaskSum)
sum_units = SQL.query("sum_units", UnitSum)
list_reporters = SQL.query("list_reporters", Reporter)
list_measures = SQL.query("list_measures", Measure)
list_below = SQL.query("list_below", Below)
find_period = SQL.query("find_period", Period)
list_periods = SQL.query("list_periods", Period)
