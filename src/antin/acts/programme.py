"""Programmes: adopt, withdraw a task, report progress, judge a report, report goals upwards, close a period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from datetime import date
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from pathlib import Path

from antin.acts import directive as directives
from antin.acts.papers import own_id, record_act
from antin.errors import Malformed, Missing
from antin.frozen import dataclass
from antin.kernel.formats import paper
from antin.kernel.formats.paper import File, head
from antin.registers.directives import rows as directive_register
from antin.registers.programmes import records as r
from antin.registers.programmes import rows as register
from antin.registers.programmes.figures import closing, progress
from antin.station.days import day_of, end_of, start_of
from antin.station.documents import examine, pieces
from antin.station.drafts import number_of
from antin.station.station import Station


@dataclass(frozen=True, kw_only=True)
class GoalForm:
    """A goal. ``baseline`` and ``target`` as decimals in ``unit`` ("72.5"); empty: measured by its tasks."""

    key: str
    title: str
    milestone: date
    parent: str = ""
    above: str = ""
    owner: str = ""
    unit: str = ""
    baseline: str = ""
    target: str = ""
    weight: int = r.WHOLE


@dataclass(frozen=True, kw_only=True)
class TaskForm:
    """A task; ``unit`` empty: every unit that the programme goes to."""

    key: str
    title: str
    goal: str
    start: date
    due: date
    unit: str = ""
    officer: str = ""
    weight: int = r.WHOLE
    after: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ProgrammeForm:
    """What a leader adopts. ``informed``: who gets it for information only (the superior)."""

    title: str
    number: str = ""
    to: tuple[str, ...] = ()
    informed: tuple[str, ...] = ()
    level: str = "0"
    precedence: str = "0"
    goal: tuple[GoalForm, ...]
    task: tuple[TaskForm, ...] = ()


def thousandths(text: str) -> int:
    """``"72,5"`` is 72 500. Raises ``Malformed`` for what is no such number."""
    try:
        value = Decimal(text.replace(",", ".") or "0") * 1000
    except InvalidOperation:
        raise Malformed("number-malformed", text=text) from None
    if not value.is_finite() or value != value.to_integral_value() or not 0 <= value < 2**53:
        raise Malformed("number-malformed", text=text)
    return int(value)


def adopt(station: Station, officer: str, directive: str, plan: ProgrammeForm, level: int, precedence: int,
          above: str = "", files: Sequence[File] = ()) -> str:  # fmt: skip
    """Adopt a programme under ``cd-1``, serving ``ct-1`` of the superior, who is told; its number here (``ct-2``)."""
    under = directives.find(station, directive)
    over = find(station, above) if above else None
    # Whom it serves has to have it: goals reported upwards find their programme there.
    served = {over.station} - {station.code, *plan.to} if over else set()
    informed = tuple(sorted({*plan.informed, *served}))
    for code in (*plan.to, *informed):
        station.directory.find(code)
    texts = {"number": plan.number, "title": plan.title}
    for goal in plan.goal:
        texts |= {f"goal.{goal.key}": goal.title, f"unit.{goal.key}": goal.unit}
    texts |= {f"task.{task.key}": task.title for task in plan.task}
    public = r.ProgrammeAdopted(
        head((*plan.to, *informed), level, precedence), under.id, own_id(station, under.id),
        over.id if over else b"", informed,
        tuple(_goal(each) for each in plan.goal), tuple(_task(each) for each in plan.task),
    )  # fmt: skip
    id_ = record_act(station, officer, "programme-adopted", public, level, paper.words(texts, tuple(files)))
    return register.find_programme.sure(station.db, id_).name


def _goal(g: GoalForm) -> r.Goal:
    if thousandths(g.baseline) and not g.target:
        raise Malformed("goal-without-way", key=g.key)
    return r.Goal(g.key, g.parent, g.above, g.owner, end_of(g.milestone), thousandths(g.baseline),
                  thousandths(g.target), g.weight)  # fmt: skip


def _task(t: TaskForm) -> r.Task:
    return r.Task(t.key, t.goal, t.unit, t.officer, t.weight, start_of(t.start), end_of(t.due), tuple(sorted(t.after)))


def find(station: Station, name: str) -> register.Programme:
    """The register's row of ``ct-1``. Raises ``Missing``."""
    row = register.read_programme.one(station.db, number_of(name, "ct"))
    if row is None:
        raise Missing("programme-unknown", id=name)
    return row


def withdraw_task(station: Station, officer: str, name: str, task: str, reason: str) -> None:
    """Take a task out of a programme of ours."""
    row = find(station, name)
    to = tuple(register.list_units.all(station.db, row.id))
    public = r.TaskWithdrawn(head(to, row.level, row.precedence), row.id, task)
    record_act(station, officer, "task-withdrawn", public, row.level, paper.words({"title": reason}))


@dataclass(frozen=True, kw_only=True)
class TaskReport:
    """One task: how far (percent, "60" or "62,5"), and the files that show it."""

    key: str
    done: str
    blocked: bool = False
    remark: str = ""
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MeasureReport:
    """A goal's measured value, in the unit of the goal."""

    goal: str
    value: str


@dataclass(frozen=True, kw_only=True)
class ProgressForm:
    """A unit's report for a period (empty: the one that today falls into, by the directive's calendar)."""

    period: str = ""
    task: tuple[TaskReport, ...] = ()
    measure: tuple[MeasureReport, ...] = field(default=())


def report(station: Station, officer: str, name: str, form: ProgressForm) -> str:
    """Report our tasks under ``ct-1``; returns ``bc-1``. Evidence is read here and recorded by digest.

    Refuses a second report of a period, one after closing, a withdrawn task or another unit's, one done too early.
    """
    row = find(station, name)
    period = form.period or current_period(station, row)
    station.pack.period_named(period)
    items = tuple(_item(each) for each in form.task)
    measures = tuple(r.Measure(each.goal, thousandths(each.value)) for each in form.measure)
    public = r.ProgressReported(head((row.station,), row.level, row.precedence), row.id, period, items, measures)
    texts = {f"task.{each.key}": each.remark for each in form.task}
    id_ = record_act(station, officer, "progress-reported", public, row.level, paper.words(texts))
    return register.find_report.sure(station.db, id_).name


def _item(each: TaskReport) -> r.Item:
    share = thousandths(each.done) // 100
    if not 0 <= share <= r.WHOLE:
        raise Malformed("task-figures", key=each.key, done=each.done)
    state = r.DONE if share == r.WHOLE else r.BLOCKED if each.blocked else r.ON_TRACK
    return r.Item(each.key, share, state, tuple(sorted({digest_of(Path(path)) for path in each.evidence})))


def digest_of(path: Path) -> bytes:
    """The digest by which a file stands as evidence."""
    state = sha256()
    for piece in pieces(examine(path, pdf_only=False)):
        state.update(piece)
    return state.digest()


def current_period(station: Station, row: register.Programme) -> str:
    """The period that today falls into, by the calendar of the directive. Raises ``Malformed`` where none is set."""
    under = directive_register.find_directive.one(station.db, row.directive)
    if under is None or not under.calendar:
        raise Malformed("period-needed", id=row.name)
    return str(station.pack.period(under.calendar, day_of(station.now())).key)


def review(station: Station, officer: str, report_id: str, verdict: str, remark: str = "") -> None:
    """Judge ``bc-1``: accepted or returned. Refuses the officer who made it."""
    found = register.read_report.one(station.db, number_of(report_id, "bc"))
    if found is None:
        raise Missing("report-unknown", id=report_id)
    row = register.find_programme.sure(station.db, found.programme)
    other = row.station if found.unit == station.code else found.unit
    public = r.ProgressReviewed(head((other,), row.level, row.precedence), found.id, verdict)
    record_act(station, officer, "progress-reviewed", public, row.level, paper.words({"title": remark}))


def report_goals(station: Station, officer: str, name: str, period: str = "") -> dict[str, int]:
    """Tell the superior how far our programme's goals are, as the register computes them."""
    row = find(station, name)
    above = register.find_programme.one(station.db, row.above) if row.above else None
    if above is None:
        raise Malformed("programme-serves-none", id=name)
    figures = progress(station.db, row.id)
    period = period or current_period(station, row)
    station.pack.period_named(period)
    goals = tuple(r.GoalShare(key, done) for key, done in sorted(figures.items()))
    public = r.GoalsReported(head((above.station,), row.level, row.precedence), row.id, period, goals,
                             station.journal.head()[0])  # fmt: skip
    record_act(station, officer, "goals-reported", public, row.level, paper.words({}))
    return figures


def close_period(station: Station, officer: str, name: str, period: str) -> dict[str, int]:
    """Close a period of a programme of ours: what stands is frozen by digest, nothing later is taken."""
    row = find(station, name)
    station.pack.period_named(period)
    units, reported, done, figures = closing(station.db, row.id, period)
    to = tuple(register.list_units.all(station.db, row.id))
    public = r.PeriodClosed(head(to, row.level, row.precedence), row.id, period, units, reported, done, figures)
    record_act(station, officer, "period-closed", public, row.level, paper.words({}))
    return {"units": units, "reported": reported, "done": done}
