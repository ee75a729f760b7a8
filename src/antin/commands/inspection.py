"""Inspections: plan, find, answer, close or reopen, finish; what there is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from antin.acts import inspection as acts
from antin.commands.command import Command, Facts, Listing
from antin.commands.fields import graded
from antin.errors import Conflict
from antin.frozen import dataclass
from antin.looks import Agency, AnyFile, Given, Look, Moment, Reference, Text
from antin.registers.inspections.records import SEVERITIES
from antin.station.desk import Desk
from antin.station.station import Station
from antin.views import inspections as views

Deadline = Annotated[Moment, Given(help="opt-finding-deadline", named=True)]


@dataclass(frozen=True, slots=True)
class Plan:
    """A leader plans an inspection under a directive."""

    directive: Reference
    filled: Annotated[acts.InspectionForm, Look("form")]

    def do(self, desk: Desk) -> Facts:
        """The number of the inspection here."""
        plan = self.filled
        level, precedence = graded(desk, plan.level, plan.precedence)
        return {"id": acts.plan(desk.station, desk.officer, self.directive, plan, level, precedence)}


@dataclass(frozen=True, slots=True)
class Find:
    """An inspector finds something at a unit."""

    id_: Reference
    unit: Agency
    item: Text
    severity: Annotated[str, Look("choice", "severity", SEVERITIES), Given(help="opt-finding-severity", named=True)]
    deadline: Deadline
    what: Annotated[Text, Given(help="opt-finding-what", named=True)]
    cause: Annotated[Text, Given(help="opt-finding-cause")] = ""
    demand: Annotated[Text, Given(help="opt-finding-demand")] = ""

    def do(self, desk: Desk) -> Facts:
        """The number of the finding, and its inspection."""
        finding = acts.Finding(unit=self.unit, item=self.item, severity=self.severity, deadline=self.deadline,
                               title=self.what, cause=self.cause, demand=self.demand)  # fmt: skip
        return {"id": acts.make_finding(desk.station, desk.officer, self.id_, finding), "inspection": self.id_}


@dataclass(frozen=True, slots=True)
class Answer:
    """The unit says what it did about a finding."""

    finding: Reference
    did: Annotated[Text, Given("--done", "opt-finding-done", named=True)]
    evidence: Annotated[tuple[AnyFile, ...], Given(help="opt-finding-evidence")] = ()

    def do(self, desk: Desk) -> Facts:
        """The number of the finding."""
        acts.answer(desk.station, desk.officer, self.finding, self.did, self.evidence)
        return {"id": self.finding}


@dataclass(frozen=True, slots=True)
class Close:
    """A finding is remedied."""

    finding: Reference
    remark: Text = ""

    def do(self, desk: Desk) -> Facts:
        """The number of the finding."""
        acts.close(desk.station, desk.officer, self.finding, self.remark)
        return {"id": self.finding}


@dataclass(frozen=True, slots=True)
class Reopen:
    """A finding is not remedied, and gets another day."""

    finding: Reference
    deadline: Deadline
    remark: Text = ""

    def do(self, desk: Desk) -> Facts:
        """The number of the finding."""
        acts.reopen(desk.station, desk.officer, self.finding, self.deadline, self.remark)
        return {"id": self.finding}


@dataclass(frozen=True, slots=True)
class Finish:
    """All findings are closed; before it began only when that is meant."""

    id_: Reference
    remark: Text = ""
    early: Annotated[bool, Given(help="opt-finish-early")] = False

    def do(self, desk: Desk) -> Facts:
        """The number of the inspection."""
        starts = acts.find_inspection(desk.station, self.id_).starts
        if starts > desk.now():
            refusal = Conflict("inspection-not-begun", id=self.id_, time=starts)
            desk.agree("ask-finish-early", refusal, meant=self.early)
        acts.finish(desk.station, desk.officer, self.id_, self.remark)
        return {"id": self.id_}


@dataclass(frozen=True, slots=True)
class All:
    """All inspections here, ours and those that look at us."""

    def rows(self, station: Station, officer: str) -> Sequence[views.Inspection]:
        """In the order of their numbers."""
        return views.inspections(station, officer)


COMMANDS = (
    Command("inspection plan", Plan, "inspection-plan-done"),
    Command("inspection find", Find, "inspection-find-done"),
    Command("inspection answer", Answer, "inspection-answer-done"),
    Command("inspection close", Close, "inspection-close-done"),
    Command("inspection reopen", Reopen, "inspection-reopen-done"),
    Command("inspection finish", Finish, "inspection-finish-done"),
    Listing("inspection list", All, views.Inspection),
)
