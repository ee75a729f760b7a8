"""Fills the register of inspections, at whoever inspects and at each unit: a unit sees its own findings only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from antin.errors import Conflict, Malformed, Missing, Refused
from antin.journal.deed import Book, Deed, Source
from antin.journal.states import step
from antin.registers.inspections import records as r
from antin.registers.inspections import rules
from antin.storage.database import Database, statements

SQL = statements(Path(__file__).with_name("queries.sql"))
TABLES = Path(__file__).with_name("tables.sql")
Row = tuple[Any, ...]
INSPECTION, UNIT, DEADLINE, STATE = 2, 3, 7, 8


def planned(db: Database, source: Source, p: r.InspectionPlanned) -> None:
    """Gives the inspection its number here. Refuses what ``rules.check`` refuses."""
    name = source.name
    rules.check(p, source.station)
    db.run(
        SQL["insert_inspection"], db.value(SQL["next_number"]), name, source.station, p.directive, p.starts,
        p.ends, rules.INSPECTION["", "planned"], p.head.level, p.head.precedence, source.time, source.index,
    )  # fmt: skip
    db.many(SQL["insert_unit"], ((name, code) for code in p.units))
    db.many(SQL["insert_inspector"], ((name, officer) for officer in p.inspectors))
    db.many(SQL["insert_item"], ((name, key, n) for n, key in enumerate(p.checklist)))


def made(db: Database, source: Source, p: r.FindingMade) -> None:
    """By one of the inspectors, about an inspected unit and a point of the checklist, not before the inspection."""
    row = _of(db, p.inspection, source.station)
    if (source.officer,) not in db.rows(SQL["list_inspectors"], p.inspection):
        raise Refused("inspector-not-named", who=source.officer, id=f"kt-{row[0]}")
    if (p.unit,) not in db.rows(SQL["list_units"], p.inspection) or p.unit not in p.head.to:
        raise Malformed("unit-not-inspected", code=p.unit, id=f"kt-{row[0]}")
    if (p.item,) not in db.rows(SQL["list_items"], p.inspection):
        raise Malformed("checklist-unknown", key=p.item, id=f"kt-{row[0]}")
    if not row[4] <= source.time <= p.deadline:
        raise Malformed("finding-dates", id=f"kt-{row[0]}")
    db.run(
        SQL["insert_finding"], db.value(SQL["next_finding"]), source.name, p.inspection, p.unit, p.item, p.severity,
        source.officer, p.deadline, rules.FINDING["", "made"], source.time, source.index,
    )  # fmt: skip


def answered(db: Database, source: Source, p: r.FindingAnswered) -> None:
    """By the unit itself; evidence of an answer sent back stays beside that of the next."""
    row = _finding(db, p.finding)
    if row[UNIT] != source.station:
        raise Refused("finding-of-other", id=f"tt-{row[0]}", station=row[UNIT])
    state = _step(db, row, "answered")
    if len(set(p.evidence)) != len(p.evidence):
        raise Malformed("inspection-twice", what="evidence")
    who = f"{source.station}/{source.officer}"
    db.run(SQL["set_answered"], state, source.time, who, source.index, p.finding)
    db.many(SQL["insert_evidence"], ((p.finding, source.index, digest) for digest in p.evidence))


def closed(db: Database, source: Source, p: r.FindingClosed) -> None:
    """By the inspecting station, by somebody who did not answer it."""
    state = _judged(db, source, p.finding, "closed")
    db.run(SQL["set_closed"], state, source.time, f"{source.station}/{source.officer}", source.digest, p.finding)


def reopened(db: Database, source: Source, p: r.FindingReopened) -> None:
    """The same, with a deadline still to come."""
    if p.deadline < source.time:
        raise Malformed("dates-out-of-order", earlier="signed", later="deadline")
    state = _judged(db, source, p.finding, "reopened")
    db.run(SQL["set_reopened"], state, p.deadline, p.finding)


def finished(db: Database, source: Source, p: r.InspectionFinished) -> None:
    """By the inspecting station, when every finding is closed, and citing what closed each; at a unit: every finding
    that it knows."""
    row = _of(db, p.inspection, source.station)
    open_ = [f"tt-{each[0]}" for each in db.rows(SQL["list_findings"], p.inspection) if each[STATE] != "closed"]
    if open_:
        raise Conflict("findings-open", id=f"kt-{row[0]}", findings=", ".join(open_[:20]))
    closings = {bytes(closing): n for n, closing in db.rows(SQL["list_closings"], p.inspection)}
    if list(p.closed) != sorted(set(p.closed)):
        raise Malformed("inspection-twice", what="closed")
    if other := closings.keys() - set(p.closed) or (set(p.closed) - closings.keys() if source.own else set()):
        name = f"tt-{closings.get(min(other), 0)}"
        raise Conflict("cited-otherwise", who=source.station, what=name)
    db.run(SQL["set_inspection"], rules.INSPECTION[row[6], "finished"], p.inspection)


def _judged(db: Database, source: Source, id_: bytes, event: str) -> str:
    row = _finding(db, id_)
    station = _inspection(db, row[INSPECTION])[2]
    if source.station == row[UNIT] or row[12] == f"{source.station}/{source.officer}":
        raise Refused("own-finding", id=f"tt-{row[0]}")
    if source.station != station:
        raise Refused("finding-of-other", id=f"tt-{row[0]}", station=station)
    return _step(db, row, event)


def _step(db: Database, row: Row, event: str) -> str:
    _open(_inspection(db, row[INSPECTION]))
    return step(rules.FINDING, row[STATE], event)


def _inspection(db: Database, id_: bytes) -> Row:
    row = db.row(SQL["find_inspection"], id_)
    if row is None:
        raise Missing("inspection-unknown", id=id_.hex()[:16], needs=id_.hex())
    return row


def _of(db: Database, id_: bytes, station: str) -> Row:
    row = _inspection(db, id_)
    if row[2] != station:
        raise Refused("inspection-of-other", id=f"kt-{row[0]}", station=row[2])
    return _open(row)


def _open(row: Row) -> Row:
    if (row[6], "finished") not in rules.INSPECTION:
        raise Conflict("inspection-is-finished", id=f"kt-{row[0]}")
    return row


def _finding(db: Database, id_: bytes) -> Row:
    row = db.row(SQL["find_finding"], id_)
    if row is None:
        raise Missing("finding-unknown", id=id_.hex()[:16], needs=id_.hex())
    return row


BOOK = Book(
    "inspections", 1, TABLES,
    (
        Deed("inspection-planned", r.InspectionPlanned, planned),
        Deed("finding-made", r.FindingMade, made),
        Deed("finding-answered", r.FindingAnswered, answered),
        Deed("finding-closed", r.FindingClosed, closed),
        Deed("finding-reopened", r.FindingReopened, reopened),
        Deed("inspection-finished", r.InspectionFinished, finished),
    ),
)  # fmt: skip
