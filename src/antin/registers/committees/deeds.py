"""The deeds of the register of committees, and what each refuses."""

from __future__ import annotations

from pathlib import Path

from antin.errors import Conflict, Malformed, Missing, Refused
from antin.journal.deed import Book, Deed, Source, named
from antin.kernel.formats.paper import owns
from antin.registers.committees import REVISION, fill, rules
from antin.registers.committees import records as r
from antin.registers.committees.rows import (
    Committee,
    find_assignment,
    find_committee,
    find_copy,
    find_meeting,
    find_paper,
    keepers,
    list_numbers,
    list_present,
    sitting,
)
from antin.storage.database import Reader


def found(view: Reader, source: Source, p: r.CommitteeFounded) -> None:
    """Refuses a seat given twice, not exactly one chair, a decision to come."""
    _check_beginning(source, p)


def _check_beginning(source: Source, p: r.CommitteeFounded | r.CommitteeChanged) -> None:
    rules.check_members(p.members)
    if p.decided > source.time:
        raise Malformed("dates-out-of-order", earlier="decided", later="signed")


def change(view: Reader, source: Source, p: r.CommitteeChanged) -> None:
    """Only by the founder, who shows the founding record's id: no other station's opens the committee's name. Refuses
    a change that changes nothing."""
    row = find_committee.one(view, p.committee)
    if not owns(source.station, p.founded, p.committee):
        id_, station = (row.name, row.station) if row else (p.committee.hex()[:16], "–")
        raise Refused("committee-of-other", id=id_, station=station)
    if row is None:
        _check_beginning(source, p)
        return
    rules.check_members(p.members)
    if (p.kind, p.directive, p.decided) != (row.kind, row.directive, row.decided):
        raise Conflict("committee-differs", id=row.name)
    before = {each.seat: each.role for each in sitting(view, p.committee)}
    if {(each.agency, each.officer): each.role for each in p.members} == before:
        raise Malformed("committee-unchanged", id=row.name)


def assign(view: Reader, source: Source, p: r.CommitteeAssigned) -> None:
    """By whoever keeps the committee's business, to a member, not in arrears, each key once."""
    row = _business(view, p.committee, source.station)
    if (p.agency, p.officer) not in {each.seat for each in sitting(view, p.committee)}:
        raise Malformed("committee-member-unknown", who=f"{p.agency}/{p.officer}".rstrip("/"))
    if p.due < source.time:
        raise Malformed("dates-out-of-order", earlier="signed", later="due")
    if find_assignment.one(view, p.committee, p.key) is not None:
        raise Conflict("assignment-known", id=row.name, key=p.key)


def finish(view: Reader, source: Source, p: r.AssignmentDone) -> None:
    """Said by the member's agency or by whoever assigned it, once."""
    row = _committee(view, p.committee)
    given = find_assignment.one(view, p.committee, p.key)
    if given is None:
        raise Missing("assignment-unknown", id=row.name, key=p.key)
    if source.station not in (given.station, given.agency):
        raise Refused("assignment-of-other", key=p.key, unit=given.agency)
    if (given.state, "done") not in rules.ASSIGNMENT:
        raise Conflict("state-forbids", state=given.state, event="done")


def meet(view: Reader, source: Source, p: r.MeetingHeld) -> None:
    """By whoever keeps the committee's business. Refuses a meeting before the decision or to come, a stranger there."""
    row = _business(view, p.committee, source.station)
    if not row.decided <= p.held <= source.time:
        raise Malformed("meeting-date", id=row.name)
    rules.check_present(p.present, [each.seat for each in sitting(view, p.committee)])


def hand_out(view: Reader, source: Source, p: r.CopiesHandedOut) -> None:
    """At a meeting of ours, to those who were there, each number of a document once."""
    meeting = find_meeting.one(view, p.meeting)
    if meeting is None:
        raise Missing("meeting-unknown", id=p.meeting.hex()[:16], needs=p.meeting.hex())
    if meeting.station != source.station:
        raise Refused("meeting-of-other", id=meeting.name, station=meeting.station)
    present = [each.seat for each in list_present.all(view, p.meeting)]
    rules.check_copies(p.copies, present, list_numbers.all(view, p.meeting, p.document))


def recall(view: Reader, source: Source, p: r.CopiesRecalled) -> None:
    """Each copy comes back once."""
    paper = find_paper.one(view, p.handed_out)
    if paper is None:
        raise Missing("copies-unknown", id=p.handed_out.hex()[:16], needs=p.handed_out.hex())
    for number in p.numbers:
        state = find_copy.one(view, p.handed_out, number)
        if state is None:
            raise Missing("copies-unknown", id=f"{paper.name}/{number}")
        if (state, "recalled") not in rules.COPY:
            raise Conflict("copy-returned", id=paper.name, number=number)


def _committee(view: Reader, id_: bytes) -> Committee:
    row = find_committee.one(view, id_)
    if row is None:
        raise Missing("committee-unknown", id=id_.hex()[:16], needs=id_.hex())
    return row


def _business(view: Reader, id_: bytes, station: str) -> Committee:
    row = _committee(view, id_)
    if station not in keepers(view, id_):
        raise Refused("committee-of-other", id=row.name, station=row.station)
    return row


_ABOUT = named("committee")
BOOK = Book(
    "committees", REVISION, Path(__file__).with_name("tables.sql"),
    (
        Deed("committee-founded", r.CommitteeFounded, fill.founded, found, named("directive")),
        Deed("committee-changed", r.CommitteeChanged, fill.changed, change, named("directive", "committee")),
        Deed("committee-assigned", r.CommitteeAssigned, fill.assigned, assign, _ABOUT),
        Deed("assignment-done", r.AssignmentDone, fill.assignment_done, finish, _ABOUT),
        Deed("meeting-held", r.MeetingHeld, fill.meeting_held, meet, _ABOUT),
        Deed("copies-handed-out", r.CopiesHandedOut, fill.handed_out, hand_out),
        Deed("copies-recalled", r.CopiesRecalled, fill.recalled, recall),
    ),
)  # fmt: skip
