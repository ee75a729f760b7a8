"""Directives: issue, withdraw, move a unit; acknowledge, study, read, report the study."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from antin.acts import directive as acts
from antin.commands.command import Command, Facts, Listing
from antin.commands.fields import Documents, Reason, graded
from antin.errors import Conflict
from antin.frozen import dataclass
from antin.looks import Agency, Given, Look, Moment, Officer, Reference, Text
from antin.registers.directives.records import BOTH, IN_PERSON, ONLINE
from antin.station.desk import Desk
from antin.station.station import Station
from antin.views import directives as views
from antin.views.papers import title


@dataclass(frozen=True, slots=True)
class Issue:
    """A leader issues; the same number and title once more only when that is meant."""

    filled: Annotated[acts.DirectiveForm, Look("form")]
    documents: Documents = ()
    again: Annotated[bool, Given(help="opt-issue-again")] = False

    def do(self, desk: Desk) -> Facts:
        """The number of the directive here."""
        plan, ours = self.filled, desk.station.code
        name = title({"number": plan.number, "title": plan.title})
        same = [row.id for row in views.directives(desk.station, desk.officer)
                if row.state != "withdrawn" and (row.station, row.title) == (ours, name)]  # fmt: skip
        if same:
            desk.agree("ask-issue-again", Conflict("directive-issued-before", id=same[0]), meant=self.again)
        level, precedence = graded(desk, plan.level, plan.precedence)
        return {"id": acts.issue(desk.station, desk.officer, plan, level, precedence, self.documents)}


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The issuer takes a directive back."""

    id_: Reference
    reason: Reason

    def do(self, desk: Desk) -> Facts:
        """Its number."""
        acts.withdraw(desk.station, desk.officer, self.id_, self.reason)
        return {"id": self.id_}


@dataclass(frozen=True, slots=True)
class MoveUnit:
    """A unit has another superior from now on."""

    id_: Reference
    unit: Agency
    parent: Agency

    def do(self, desk: Desk) -> Facts:
        """All three."""
        acts.move_unit(desk.station, desk.officer, self.id_, self.unit, self.parent)
        return {"id": self.id_, "unit": self.unit, "parent": self.parent}


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """The unit takes a directive up."""

    id_: Reference
    remark: Text = ""

    def do(self, desk: Desk) -> Facts:
        """Its number."""
        acts.acknowledge(desk.station, desk.officer, self.id_, self.remark)
        return {"id": self.id_}


@dataclass(frozen=True, slots=True)
class Study:
    """The unit enters a session of study."""

    id_: Reference
    form: Annotated[str, Look("choice", "meeting-form", (IN_PERSON, ONLINE, BOTH)),
                    Given(help="opt-study-form")] = IN_PERSON  # fmt: skip
    held: Annotated[Moment, Given(help="opt-study-held")] = 0
    invited: Annotated[int, Look("number"), Given(help="opt-study-invited")] = 0
    present: Annotated[tuple[Officer, ...], Given(help="opt-study-present")] = ()
    online: Annotated[tuple[Officer, ...], Given(help="opt-study-online")] = ()
    others: Annotated[int, Look("number"), Given(help="opt-study-others")] = 0
    others_online: Annotated[int, Look("number"), Given(help="opt-study-others-online")] = 0
    place: Annotated[Text, Given(help="opt-study-place")] = ""

    def do(self, desk: Desk) -> Facts:
        """The number of the directive."""
        session = acts.Session(
            held=self.held or desk.now(), form=self.form, invited=self.invited, in_person=self.present,
            online=self.online, others_in_person=self.others, others_online=self.others_online, place=self.place,
        )  # fmt: skip
        acts.hold_study(desk.station, desk.officer, self.id_, session)
        return {"id": self.id_}


@dataclass(frozen=True, slots=True)
class Read:
    """An officer signs that he has read a directive."""

    id_: Reference

    def do(self, desk: Desk) -> Facts:
        """Its number, and who read."""
        acts.read(desk.station, desk.officer, self.id_)
        return {"id": self.id_, "officer": desk.officer}


@dataclass(frozen=True, slots=True)
class ReportStudy:
    """The unit reports to its superior how far the study is."""

    id_: Reference

    def do(self, desk: Desk) -> Facts:
        """The figures that were reported."""
        return {"id": self.id_, **acts.report_study(desk.station, desk.officer, self.id_)}


@dataclass(frozen=True, slots=True)
class All:
    """All directives here."""

    def rows(self, station: Station, officer: str) -> Sequence[views.Directive]:
        """In the order of their numbers."""
        return views.directives(station, officer)


COMMANDS = (
    Command("directive issue", Issue, "directive-issued-done"),
    Command("directive withdraw", Withdraw, "directive-withdrawn-done"),
    Command("directive move", MoveUnit, "directive-move-done"),
    Command("directive ack", Acknowledge, "directive-ack-done"),
    Command("directive study", Study, "directive-study-done"),
    Command("directive read", Read, "directive-read-done"),
    Command("directive report", ReportStudy, "directive-report-done"),
    Listing("directive list", All, views.Directive),
)
