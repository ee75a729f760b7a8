"""Programmes: adopt, withdraw a task, close a period; reports on tasks and judgements on them; what there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from antin.acts import programme as acts
from antin.commands.command import Command, Facts, Listing
from antin.commands.fields import Documents, Period, Reason, graded
from antin.errors import Conflict
from antin.frozen import dataclass
from antin.looks import Given, Look, Reference, Text, Word
from antin.packs.periods import vietnam_day
from antin.registers.programmes.records import ACCEPTED, RETURNED
from antin.station.desk import Desk
from antin.station.station import Station
from antin.views import programmes as views

_NOTHING = acts.ProgressForm()


@dataclass(frozen=True, slots=True)
class Adopt:
    """A leader adopts a programme under a directive."""

    directive: Reference
    filled: Annotated[acts.ProgrammeForm, Look("form")]
    above: Annotated[Reference, Given(help="opt-programme-above")] = ""
    documents: Documents = ()

    def do(self, desk: Desk) -> Facts:
        """The number of the programme here."""
        plan = self.filled
        level, urgency = graded(desk, plan.level, plan.precedence)
        id_ = acts.adopt(desk.station, desk.officer, self.directive, plan, level, urgency, self.above, self.documents)
        return {"id": id_}


@dataclass(frozen=True, slots=True)
class WithdrawTask:
    """The leader takes a task out."""

    id_: Reference
    task: Text
    reason: Reason

    def do(self, desk: Desk) -> Facts:
        """The programme and the key of the task."""
        acts.withdraw_task(desk.station, desk.officer, self.id_, self.task, self.reason)
        return {"id": self.id_, "task": self.task}


@dataclass(frozen=True, slots=True)
class Close:
    """A period is frozen; before its last day is over only when that is meant."""

    id_: Reference
    period: Text
    early: Annotated[bool, Given(help="opt-close-early")] = False

    def do(self, desk: Desk) -> Facts:
        """The programme, the period, and the figures that were frozen."""
        end = desk.station.pack.period_named(self.period)[1].end
        if vietnam_day(desk.now()) <= end:
            refusal = Conflict("period-not-over", period=self.period, end=f"{end:%d/%m/%Y}")
            desk.agree("ask-close-early", refusal, meant=self.early)
        figures = acts.close_period(desk.station, desk.officer, self.id_, self.period)
        return {"id": self.id_, "period": self.period, **figures}


@dataclass(frozen=True, slots=True)
class Report:
    """A unit reports its tasks: from a form, from what is typed, or both."""

    id_: Reference
    filled: Annotated[acts.ProgressForm, Look("form"), Given(argument=True)] = _NOTHING
    tasks: Annotated[tuple[acts.TaskReport, ...], Look("task"), Given("--task", "opt-progress-task")] = ()
    period: Period = ""

    def do(self, desk: Desk) -> Facts:
        """The number of the report here, and its programme."""
        given = self.filled
        said = replace(given, period=self.period or given.period, task=(*given.task, *self.tasks))
        return {"id": acts.report(desk.station, desk.officer, self.id_, said), "programme": self.id_}


@dataclass(frozen=True, slots=True)
class Review:
    """Somebody other than its maker judges a report."""

    report_id: Reference
    verdict: Annotated[str, Look("choice", "verdict-on-report", (ACCEPTED, RETURNED))]
    remark: Text = ""

    def do(self, desk: Desk) -> Facts:
        """The number of the report, and the judgement."""
        acts.review(desk.station, desk.officer, self.report_id, self.verdict, self.remark)
        return {"id": self.report_id, "verdict": Word("report", self.verdict)}


@dataclass(frozen=True, slots=True)
class All:
    """All programmes here."""

    def rows(self, station: Station, officer: str) -> Sequence[views.Programme]:
        """In the order of their numbers."""
        return views.programmes(station, officer)


@dataclass(frozen=True, slots=True)
class Reports:
    """All reports on a programme's tasks."""

    id_: Reference

    def rows(self, station: Station, officer: str) -> Sequence[views.Report]:
        """In the order of their numbers."""
        return views.reports(station, self.id_)


COMMANDS = (
    Command("programme adopt", Adopt, "programme-adopt-done"),
    Command("programme withdraw-task", WithdrawTask, "programme-task-done"),
    Command("programme close", Close, "programme-close-done"),
    Listing("programme list", All, views.Programme),
    Command("progress report", Report, "progress-report-done"),
    Command("progress review", Review, "progress-review-done"),
    Listing("progress list", Reports, views.Report),
)
