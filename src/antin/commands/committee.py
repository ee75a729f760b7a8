"""Committees: found, change, assign, finish, meet; papers handed out at a meeting and recalled; what there is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from antin.acts import committee as acts
from antin.commands.command import Command, Facts, Listing
from antin.commands.fields import Documents, graded
from antin.errors import Malformed
from antin.frozen import dataclass
from antin.looks import AgencyOfficer, AnyFile, Given, Look, Moment, Reference, Text
from antin.packs import names
from antin.registers.committees.records import FORMS
from antin.station.desk import Desk
from antin.station.station import Station
from antin.views import committees as views


@dataclass(frozen=True, slots=True)
class Found:
    """A leader founds a committee under a directive."""

    directive: Reference
    filled: Annotated[acts.CommitteeForm, Look("form")]
    documents: Documents = ()

    def do(self, desk: Desk) -> Facts:
        """The number of the committee here."""
        plan = self.filled
        level, precedence = graded(desk, plan.level, plan.precedence)
        return {"id": acts.found(desk.station, desk.officer, self.directive, plan, level, precedence, self.documents)}


@dataclass(frozen=True, slots=True)
class Change:
    """Members come, go, or get another role."""

    id_: Reference
    add: Annotated[tuple[acts.MemberForm, ...], Look("member"), Given(help="opt-committee-add")] = ()
    leave: Annotated[tuple[AgencyOfficer, ...], Given(help="opt-committee-leave")] = ()
    reason: Annotated[Text, Given(help="opt-committee-reason")] = ""

    def do(self, desk: Desk) -> Facts:
        """The number of the committee."""
        acts.change(desk.station, desk.officer, self.id_, add=self.add, leave=self.leave, reason=self.reason)
        return {"id": self.id_}


@dataclass(frozen=True, slots=True)
class Assign:
    """A member answers for something by a day."""

    id_: Reference
    key: Text
    to: Annotated[AgencyOfficer, Given(help="opt-committee-seat", named=True)]
    due: Annotated[Moment, Given(help="opt-committee-due", named=True)]
    what: Annotated[Text, Given(help="opt-committee-what", named=True)]

    def do(self, desk: Desk) -> Facts:
        """The committee and the key of the assignment."""
        acts.assign(desk.station, desk.officer, self.id_, self.key, self.to, self.due, self.what)
        return {"id": self.id_, "key": self.key}


@dataclass(frozen=True, slots=True)
class Finish:
    """An assignment is done."""

    id_: Reference
    key: Text
    remark: Text = ""

    def do(self, desk: Desk) -> Facts:
        """The committee and the key of the assignment."""
        acts.finish(desk.station, desk.officer, self.id_, self.key, self.remark)
        return {"id": self.id_, "key": self.key}


@dataclass(frozen=True, slots=True)
class Meet:
    """A meeting is entered, with its minutes."""

    id_: Reference
    present: Annotated[tuple[AgencyOfficer, ...], Given(help="opt-committee-present", named=True)]
    held: Annotated[Moment, Given(help="opt-study-held")] = 0
    form: Annotated[str, Look("choice", "meeting-form", FORMS), Given(help="opt-study-form")] = FORMS[0]
    place: Annotated[Text, Given(help="opt-study-place")] = ""
    agenda: Annotated[tuple[Text, ...], Given(help="opt-committee-agenda")] = ()
    minutes: Annotated[tuple[Text, ...], Given(help="opt-committee-minutes")] = ()
    documents: Documents = ()

    def do(self, desk: Desk) -> Facts:
        """The number of the meeting, and its committee."""
        meeting = acts.Meeting(held=self.held or desk.now(), form=self.form, present=self.present, place=self.place,
                               agenda=self.agenda, minutes=self.minutes)  # fmt: skip
        id_ = acts.meet(desk.station, desk.officer, self.id_, meeting, self.documents)
        return {"id": id_, "committee": self.id_}


@dataclass(frozen=True, slots=True)
class HandOut:
    """A paper of a meeting is handed out in numbered copies."""

    meeting: Reference
    document: AnyFile
    to: Annotated[tuple[AgencyOfficer, ...], Given(help="opt-committee-to", named=True)]
    title: Annotated[Text, Given(help="opt-committee-title")] = ""
    level: Annotated[Text, Given(help="opt-committee-level")] = ""

    def do(self, desk: Desk) -> Facts:
        """The number of the paper, and those of its copies."""
        level = names.level(desk.station.pack, self.level) if self.level else None
        id_, copies = acts.hand_out(desk.station, desk.officer, self.meeting, self.document, self.to, self.title, level)
        return {"id": id_, "copies": copies}


@dataclass(frozen=True, slots=True)
class Recall:
    """Copies came back."""

    id_: Reference
    numbers: Annotated[tuple[int, ...], Look("number", low=1, high=9_999), Given(argument=True)] = ()
    everything: Annotated[bool, Given("--all", "opt-committee-recall-all")] = False

    def do(self, desk: Desk) -> Facts:
        """The paper, which copies came back, and which are still out."""
        if bool(self.numbers) == self.everything:
            raise Malformed("recall-what")
        back, out = acts.recall(desk.station, desk.officer, self.id_, self.numbers)
        return {"id": self.id_, "returned": back, "out": out}


@dataclass(frozen=True, slots=True)
class All:
    """All committees here."""

    def rows(self, station: Station, officer: str) -> Sequence[views.Committee]:
        """In the order of their numbers."""
        return views.committees(station, officer)


@dataclass(frozen=True, slots=True)
class Papers:
    """Which copies are still out."""

    everything: Annotated[bool, Given("--all", "opt-committee-papers-all")] = False

    def rows(self, station: Station, officer: str) -> Sequence[views.Copy]:
        """In the order of their numbers."""
        return views.copies(station, officer, everything=self.everything)


COMMANDS = (
    Command("committee found", Found, "committee-found-done"),
    Command("committee change", Change, "committee-change-done"),
    Command("committee assign", Assign, "committee-assign-done"),
    Command("committee done", Finish, "committee-done-done"),
    Command("committee meet", Meet, "committee-meet-done"),
    Command("committee hand-out", HandOut, "committee-hand-out-done"),
    Command("committee recall", Recall, "committee-recall-done"),
    Listing("committee list", All, views.Committee),
    Listing("committee papers", Papers, views.Copy),
)
