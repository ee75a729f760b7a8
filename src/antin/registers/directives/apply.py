"""Fills the register of directives, at whoever issued one and at every unit that took it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from antin.errors import Conflict, Malformed, Missing, Refused
from antin.journal.kinds import Entry, Kind, Paper, Source
from antin.journal.states import step
from antin.registers.directives import records as r
from antin.registers.directives import rules
from antin.storage.database import Database, statements

SQL = statements(Path(__file__).with_name("queries.sql"))
TABLES = Path(__file__).with_name("tables.sql")


def issued(db: Database, source: Source, p: r.DirectiveIssued) -> None:
    """Gives the directive its number here. Refuses dates out of order and a legal basis that does not hold."""
    name = source.name
    if not p.head.to:
        raise Malformed("directive-without-units")
    rules.check_dates(p)
    rules.check_basis(p)
    db.run(
        SQL["insert_directive"], db.value(SQL["next_number"]), name, source.station, p.kind, p.signed,
        p.acknowledge_by, p.study_by, p.ends, p.calendar, p.head.level, p.head.precedence, source.time, source.index,
    )  # fmt: skip
    for each in p.basis:
        db.run(SQL["insert_basis"], name, each.id, each.kind, each.issued, int(each.direct))
        for below in each.rests_on:
            db.run(SQL["insert_rests"], name, each.id, below)
    for code in p.head.to:
        db.run(SQL["insert_unit"], name, code)


def withdrawn(db: Database, source: Source, p: r.DirectiveWithdrawn) -> None:
    """Only by whoever issued it, once."""
    row = _directive(db, p.directive)
    if row[2] != source.station:
        raise Refused("directive-of-other", station=row[2])
    db.run(SQL["set_state"], step(rules.DIRECTIVE, row[11], "withdrawn"), p.directive)


def acknowledged(db: Database, source: Source, p: r.DirectiveAcknowledged) -> None:
    """By a unit that it is addressed to, once."""
    state = _unit(db, p.directive, source.station)
    state = step(rules.UNIT, state, "acknowledged")
    db.run(SQL["set_acknowledged"], state, source.time, source.index, p.directive, source.station)


def unit_moved(db: Database, source: Source, p: r.UnitMoved) -> None:
    """Only by the issuer; afterwards the unit reports to its new superior, and here its word is refused.

    The new superior is told as well, and need not have the directive: the paper stands in the list of papers alone.
    """
    if not source.own and db.row(SQL["find_directive"], p.directive) is None:
        return
    row = _directive(db, p.directive)
    if row[2] != source.station:
        raise Refused("directive-of-other", station=row[2])
    if p.parent == source.station:
        raise Malformed("unit-moved-nowhere", code=p.unit)
    state = step(rules.UNIT, _unit(db, p.directive, p.unit), "moved")
    db.run(SQL["set_moved"], state, p.parent, p.directive, p.unit)


def study_reported(db: Database, source: Source, p: r.StudyReported) -> None:
    """The newest report holds, whichever came first; the first date is kept. Refuses more readers than officers."""
    if p.read > p.officers or not p.sessions:
        raise Malformed("study-figures", read=p.read, officers=p.officers, sessions=p.sessions)
    state = step(rules.UNIT, _unit(db, p.directive, source.station), "studied")
    db.run(
        SQL["set_studied"], state, source.time, p.sessions, p.invited, p.in_person, p.online, p.officers, p.read,
        source.index, p.directive, source.station, source.time,
    )  # fmt: skip
    db.run(SQL["set_first_studied"], source.time, p.directive, source.station, source.time)


def study_held(db: Database, entry: Entry) -> None:
    """Refuses a session before the directive was signed, and one person counted twice."""
    p: r.StudyHeld = entry.public
    row = _live(db, p.directive)
    if p.held > entry.record.time or p.held < row[4]:
        raise Malformed("study-date", directive=f"cd-{row[0]}")
    there = [*((officer, r.IN_PERSON) for officer in p.in_person), *((officer, r.ONLINE) for officer in p.online)]
    in_person, online = len(p.in_person) + p.others_in_person, len(p.online) + p.others_online
    if len({officer for officer, _ in there}) != len(there) or not in_person + online:
        raise Malformed("study-attendance")
    if (p.form == r.IN_PERSON and online) or (p.form == r.ONLINE and in_person):
        raise Malformed("study-attendance")
    db.run(SQL["insert_session"], entry.index, p.directive, p.form, p.held, p.invited, in_person, online)
    for officer, form in there:
        db.run(SQL["insert_attendance"], entry.index, officer, form)


def directive_read(db: Database, entry: Entry) -> None:
    """Once for each person."""
    p: r.DirectiveRead = entry.public
    row, who = _live(db, p.directive), entry.actors[0].subject.officer
    if db.value(SQL["find_read"], p.directive, who) is not None:
        raise Conflict("directive-read-already", id=f"cd-{row[0]}", who=who)
    db.run(SQL["insert_read"], p.directive, who, entry.record.time, entry.index)


def _directive(db: Database, id_: bytes) -> tuple[Any, ...]:
    row = db.row(SQL["find_directive"], id_)
    if row is None:
        raise Missing("directive-unknown", id=id_.hex()[:16], needs=id_.hex())
    return row


def _live(db: Database, id_: bytes) -> tuple[Any, ...]:
    row = _directive(db, id_)
    if row[11] != "issued":
        raise Conflict("directive-withdrawn", id=f"cd-{row[0]}")
    return row


def _unit(db: Database, id_: bytes, code: str) -> str:
    row = _live(db, id_)
    unit = db.row(SQL["read_unit"], id_, code)
    if unit is None:
        raise Refused("unit-not-addressed", code=code, id=f"cd-{row[0]}")
    if unit[0] == "moved":
        raise Refused("unit-moved", code=code, parent=unit[1])
    return str(unit[0])


PAPERS = {
    "directive-issued": Paper(r.DirectiveIssued, issued),
    "directive-withdrawn": Paper(r.DirectiveWithdrawn, withdrawn),
    "directive-acknowledged": Paper(r.DirectiveAcknowledged, acknowledged),
    "unit-moved": Paper(r.UnitMoved, unit_moved),
    "study-reported": Paper(r.StudyReported, study_reported),
}
KINDS = {
    "study-held": Kind(r.StudyHeld, study_held),
    "directive-read": Kind(r.DirectiveRead, directive_read),
}
