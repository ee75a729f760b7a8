"""Fills the register of committees, at the founder and at every member's agency."""

from __future__ import annotations

from collections.abc import Sequence

from antin.journal.deed import Source
from antin.registers.committees import records as r
from antin.registers.committees import rules
from antin.registers.committees.rows import (
    SQL,
    find_committee,
    list_members,
    next_meeting,
    next_number,
    next_paper,
    sitting,
)
from antin.storage.database import Database


def founded(db: Database, source: Source, p: r.CommitteeFounded) -> None:
    """Gives the committee its number here."""
    _begin(db, source, source.name, p)


def _begin(db: Database, source: Source, id_: bytes, p: r.CommitteeFounded | r.CommitteeChanged) -> None:
    db.run(
        SQL["insert_committee"], next_number.sure(db), id_, source.station, p.kind, p.directive, p.decided,
        p.head.level, p.head.precedence, source.time, source.index,
    )  # fmt: skip
    _sit(db, source, id_, p.members)


def _sit(db: Database, source: Source, id_: bytes, members: Sequence[r.Member]) -> None:
    """Everybody named sits; the order gives the words their keys."""
    before = {each.seat: (each.state, each.since) for each in list_members.all(db, id_)}
    for n, each in enumerate(members, 1):
        state, since = before.get((each.agency, each.officer), ("", 0))
        if state != "sitting":
            state, since = rules.MEMBER[state, "added"], source.time
        db.run(SQL["set_member"], id_, each.agency, each.officer, each.role, state, since, n, source.index)


def changed(db: Database, source: Source, p: r.CommitteeChanged) -> None:
    """Who is not named any more has left. An agency that joins has the committee from here."""
    if find_committee.one(db, p.committee) is None:
        _begin(db, source, p.committee, p)
        return
    after = {(each.agency, each.officer) for each in p.members}
    for each in sitting(db, p.committee):
        if each.seat not in after:
            db.run(SQL["set_left"], rules.MEMBER["sitting", "left"], source.time, p.committee, *each.seat)
    _sit(db, source, p.committee, p.members)


def assigned(db: Database, source: Source, p: r.CommitteeAssigned) -> None:
    """What a member answers for."""
    db.run(
        SQL["insert_assignment"], p.committee, p.key, source.station, p.agency, p.officer, p.due,
        rules.ASSIGNMENT["", "assigned"], source.time, source.index,
    )  # fmt: skip


def assignment_done(db: Database, source: Source, p: r.AssignmentDone) -> None:
    """It is done."""
    db.run(SQL["set_assignment"], "done", source.time, p.committee, p.key)


def meeting_held(db: Database, source: Source, p: r.MeetingHeld) -> None:
    """A meeting, how many sat in the committee then, and who was there."""
    db.run(
        SQL["insert_meeting"], next_meeting.sure(db), source.name, p.committee, source.station, p.held, p.form,
        len(sitting(db, p.committee)), source.index,
    )  # fmt: skip
    for each in p.present:
        db.run(SQL["insert_present"], source.name, each.agency, each.officer)


def handed_out(db: Database, source: Source, p: r.CopiesHandedOut) -> None:
    """Each copy under its number."""
    db.run(SQL["insert_paper"], next_paper.sure(db), source.name, p.meeting, p.document, p.level, source.time,
           source.index)  # fmt: skip
    state = rules.COPY["", "handed-out"]
    for each in p.copies:
        db.run(SQL["insert_copy"], p.meeting, p.document, each.number, source.name, each.agency, each.officer, state)


def recalled(db: Database, source: Source, p: r.CopiesRecalled) -> None:
    """They came back."""
    for number in p.numbers:
        db.run(SQL["set_copy"], rules.COPY["out", "recalled"], source.time, p.handed_out, number)
