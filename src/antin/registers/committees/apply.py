"""Fills the register of committees, at the founder and at every member's agency."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from antin.errors import Conflict, Malformed, Missing, Refused
from antin.journal.deed import Book, Deed, Source
from antin.kernel.formats.paper import owns
from antin.registers.committees import records as r
from antin.registers.committees import rules
from antin.storage.database import Database, Reader, statements

SQL = statements(Path(__file__).with_name("queries.sql"))
TABLES = Path(__file__).with_name("tables.sql")
Row = tuple[Any, ...]


def founded(db: Database, source: Source, p: r.CommitteeFounded) -> None:
    """Gives the committee its number here. Refuses a seat given twice, not exactly one chair, a decision to come."""
    _begin(db, source, source.name, p)


def _begin(db: Database, source: Source, id_: bytes, p: r.CommitteeFounded | r.CommitteeChanged) -> None:
    rules.check_members(p.members)
    if p.decided > source.time:
        raise Malformed("dates-out-of-order", earlier="decided", later="signed")
    db.run(
        SQL["insert_committee"], db.value(SQL["next_number"]), id_, source.station, p.kind, p.directive, p.decided,
        p.head.level, p.head.precedence, source.time, source.index,
    )  # fmt: skip
    _sit(db, source, id_, p.members)


def _sit(db: Database, source: Source, id_: bytes, members: Sequence[r.Member]) -> None:
    """Everybody named sits; the order gives the words their keys."""
    before = {(row[0], row[1]): (row[3], row[4]) for row in db.rows(SQL["list_members"], id_)}
    for n, each in enumerate(members, 1):
        state, since = before.get((each.agency, each.officer), ("", 0))
        if state != "sitting":
            state, since = rules.MEMBER[state, "added"], source.time
        db.run(SQL["set_member"], id_, each.agency, each.officer, each.role, state, since, n, source.index)


def changed(db: Database, source: Source, p: r.CommitteeChanged) -> None:
    """Only by the founder, who shows the founding record's id: no other station's opens the committee's name. Refuses
    a change that changes nothing. An agency that joins has the committee from here."""
    row = db.row(SQL["find_committee"], p.committee)
    if not owns(source.station, p.founded, p.committee):
        id_, station = (f"bd-{row[0]}", row[2]) if row else (p.committee.hex()[:16], "–")
        raise Refused("committee-of-other", id=id_, station=station)
    if row is None:
        _begin(db, source, p.committee, p)
        return
    rules.check_members(p.members)
    if (p.kind, p.directive, p.decided) != tuple(row[3:6]):
        raise Conflict("committee-differs", id=f"bd-{row[0]}")
    sitting = {(agency, officer): role for agency, officer, role in _sitting(db, p.committee)}
    after = {(each.agency, each.officer): each.role for each in p.members}
    if after == sitting:
        raise Malformed("committee-unchanged", id=f"bd-{row[0]}")
    for seat in sitting.keys() - after.keys():
        db.run(SQL["set_left"], rules.MEMBER["sitting", "left"], source.time, p.committee, *seat)
    _sit(db, source, p.committee, p.members)


def assigned(db: Database, source: Source, p: r.CommitteeAssigned) -> None:
    """By whoever keeps the committee's business, to a member, not in arrears, each key once."""
    row = _business(db, p.committee, source.station)
    if (p.agency, p.officer) not in {(agency, officer) for agency, officer, _ in _sitting(db, p.committee)}:
        raise Malformed("committee-member-unknown", who=f"{p.agency}/{p.officer}".rstrip("/"))
    if p.due < source.time:
        raise Malformed("dates-out-of-order", earlier="signed", later="due")
    if db.row(SQL["find_assignment"], p.committee, p.key) is not None:
        raise Conflict("assignment-known", id=f"bd-{row[0]}", key=p.key)
    db.run(
        SQL["insert_assignment"], p.committee, p.key, source.station, p.agency, p.officer, p.due,
        rules.ASSIGNMENT["", "assigned"], source.time, source.index,
    )  # fmt: skip


def assignment_done(db: Database, source: Source, p: r.AssignmentDone) -> None:
    """Said by the member's agency or by whoever assigned it, once."""
    row = _committee(db, p.committee)
    found = db.row(SQL["find_assignment"], p.committee, p.key)
    if found is None:
        raise Missing("assignment-unknown", id=f"bd-{row[0]}", key=p.key)
    if source.station not in (found[1], found[2]):
        raise Refused("assignment-of-other", key=p.key, unit=found[2])
    if (found[5], "done") not in rules.ASSIGNMENT:
        raise Conflict("state-forbids", state=found[5], event="done")
    db.run(SQL["set_assignment"], rules.ASSIGNMENT[found[5], "done"], source.time, p.committee, p.key)


def meeting_held(db: Database, source: Source, p: r.MeetingHeld) -> None:
    """By whoever keeps the committee's business. Refuses a meeting before the decision or to come, a stranger there."""
    row = _business(db, p.committee, source.station)
    if not row[5] <= p.held <= source.time:
        raise Malformed("meeting-date", id=f"bd-{row[0]}")
    sitting = [(agency, officer) for agency, officer, _ in _sitting(db, p.committee)]
    rules.check_present(p.present, sitting)
    db.run(
        SQL["insert_meeting"], db.value(SQL["next_meeting"]), source.name, p.committee, source.station, p.held, p.form,
        len(sitting), source.index,
    )  # fmt: skip
    for each in p.present:
        db.run(SQL["insert_present"], source.name, each.agency, each.officer)


def handed_out(db: Database, source: Source, p: r.CopiesHandedOut) -> None:
    """At a meeting of ours, to those who were there, each number of a document once."""
    meeting = db.row(SQL["find_meeting"], p.meeting)
    if meeting is None:
        raise Missing("meeting-unknown", id=p.meeting.hex()[:16], needs=p.meeting.hex())
    if meeting[3] != source.station:
        raise Refused("meeting-of-other", id=f"hp-{meeting[0]}", station=meeting[3])
    out = [number for (number,) in db.rows(SQL["list_numbers"], p.meeting, p.document)]
    present = [(agency, officer) for agency, officer in db.rows(SQL["list_present"], p.meeting)]
    rules.check_copies(p.copies, present, out)
    id_ = source.name
    db.run(SQL["insert_paper"], db.value(SQL["next_paper"]), id_, p.meeting, p.document, p.level, source.time,
           source.index)  # fmt: skip
    for each in p.copies:
        state = rules.COPY["", "handed-out"]
        db.run(SQL["insert_copy"], p.meeting, p.document, each.number, id_, each.agency, each.officer, state)


def recalled(db: Database, source: Source, p: r.CopiesRecalled) -> None:
    """Each copy comes back once."""
    paper = db.row(SQL["find_paper"], p.handed_out)
    if paper is None:
        raise Missing("copies-unknown", id=p.handed_out.hex()[:16], needs=p.handed_out.hex())
    for number in p.numbers:
        state = db.value(SQL["find_copy"], p.handed_out, number)
        if state is None:
            raise Missing("copies-unknown", id=f"tl-{paper[0]}/{number}")
        if (state, "recalled") not in rules.COPY:
            raise Conflict("copy-returned", id=f"tl-{paper[0]}", number=number)
        db.run(SQL["set_copy"], rules.COPY[state, "recalled"], source.time, p.handed_out, number)


def _committee(db: Database, id_: bytes) -> Row:
    row = db.row(SQL["find_committee"], id_)
    if row is None:
        raise Missing("committee-unknown", id=id_.hex()[:16], needs=id_.hex())
    return row


def _sitting(db: Reader, id_: bytes) -> list[tuple[str, str, str]]:
    rows = db.rows(SQL["list_members"], id_)
    return [(agency, officer, role) for agency, officer, role, state, *_ in rows if state == "sitting"]


def keepers(db: Reader, id_: bytes) -> set[str]:
    """The founder, and the agencies that keep the committee's business. Empty for one that is not here."""
    row = db.row(SQL["find_committee"], id_)
    return {row[2], *(agency for agency, _, role in _sitting(db, id_) if role in rules.OFFICE)} if row else set()


def _business(db: Database, id_: bytes, station: str) -> Row:
    row = _committee(db, id_)
    if station not in keepers(db, id_):
        raise Refused("committee-of-other", id=f"bd-{row[0]}", station=row[2])
    return row


BOOK = Book(
    "committees", 1, TABLES,
    (
        Deed("committee-founded", r.CommitteeFounded, founded),
        Deed("committee-changed", r.CommitteeChanged, changed),
        Deed("committee-assigned", r.CommitteeAssigned, assigned),
        Deed("assignment-done", r.AssignmentDone, assignment_done),
        Deed("meeting-held", r.MeetingHeld, meeting_held),
        Deed("copies-handed-out", r.CopiesHandedOut, handed_out),
        Deed("copies-recalled", r.CopiesRecalled, recalled),
    ),
)  # fmt: skip
