"""Fills the register of directives, at whoever issued one and at every unit that took it."""

from __future__ import annotations

from antin.journal.deed import Source
from antin.registers.directives import records as r
from antin.registers.directives import rules
from antin.registers.directives.rows import SQL, next_number, read_unit
from antin.storage.database import Database


def issued(db: Database, source: Source, p: r.DirectiveIssued) -> None:
    """Gives the directive its number here."""
    name = source.name
    db.run(
        SQL["insert_directive"], next_number.sure(db), name, source.station, p.kind, p.signed, p.acknowledge_by,
        p.study_by, p.ends, p.calendar, p.head.level, p.head.precedence, source.time, source.index,
    )  # fmt: skip
    for each in p.basis:
        db.run(SQL["insert_basis"], name, each.id, each.kind, each.issued, int(each.direct))
        for below in each.rests_on:
            db.run(SQL["insert_rests"], name, each.id, below)
    for code in p.head.to:
        db.run(SQL["insert_unit"], name, code)


def withdrawn(db: Database, source: Source, p: r.DirectiveWithdrawn) -> None:
    """Nothing further is asked under it."""
    db.run(SQL["set_state"], "withdrawn", p.directive)


def acknowledged(db: Database, source: Source, p: r.DirectiveAcknowledged) -> None:
    """The unit has taken it up."""
    db.run(SQL["set_acknowledged"], "acknowledged", source.time, source.index, p.directive, source.station)


def unit_moved(db: Database, source: Source, p: r.UnitMoved) -> None:
    """The unit's duties end here. Nothing where the directive is not held: the new superior has the paper alone."""
    db.run(SQL["set_moved"], "moved", p.parent, p.directive, p.unit)


def study_reported(db: Database, source: Source, p: r.StudyReported) -> None:
    """The newest report holds, whichever came first; the first date is kept."""
    unit = read_unit.one(db, p.directive, source.station)
    state = rules.UNIT.get((unit.state, "studied"), unit.state) if unit else ""
    db.run(
        SQL["set_studied"], state, source.time, p.sessions, p.invited, p.in_person, p.online, p.officers, p.read,
        source.index, p.directive, source.station, source.time,
    )  # fmt: skip
    db.run(SQL["set_first_studied"], source.time, p.directive, source.station, source.time)


def study_held(db: Database, source: Source, p: r.StudyHeld) -> None:
    """A session with those who were there, officers by number and others by count."""
    in_person, online = len(p.in_person) + p.others_in_person, len(p.online) + p.others_online
    db.run(SQL["insert_session"], source.index, p.directive, p.form, p.held, p.invited, in_person, online)
    for officer, form in rules.attendance(p):
        db.run(SQL["insert_attendance"], source.index, officer, form)


def directive_read(db: Database, source: Source, p: r.DirectiveRead) -> None:
    """A person has read it."""
    db.run(SQL["insert_read"], p.directive, source.officer, source.time, source.index)
