"""Fills the register of inspections, at whoever inspects and at each unit: a unit sees its own findings only."""

from __future__ import annotations

from antin.journal.deed import Source
from antin.registers.inspections import records as r
from antin.registers.inspections import rules
from antin.registers.inspections.rows import SQL, next_finding, next_number
from antin.storage.database import Database


def planned(db: Database, source: Source, p: r.InspectionPlanned) -> None:
    """Gives the inspection its number here."""
    name = source.name
    db.run(
        SQL["insert_inspection"], next_number.sure(db), name, source.station, p.directive, p.starts,
        p.ends, rules.INSPECTION["", "planned"], p.head.level, p.head.precedence, source.time, source.index,
    )  # fmt: skip
    db.many(SQL["insert_unit"], ((name, code) for code in p.units))
    db.many(SQL["insert_inspector"], ((name, officer) for officer in p.inspectors))
    db.many(SQL["insert_item"], ((name, key, n) for n, key in enumerate(p.checklist)))


def made(db: Database, source: Source, p: r.FindingMade) -> None:
    """Gives the finding its number here."""
    db.run(
        SQL["insert_finding"], next_finding.sure(db), source.name, p.inspection, p.unit, p.item, p.severity,
        source.officer, p.deadline, rules.FINDING["", "made"], source.time, source.index,
    )  # fmt: skip


def answered(db: Database, source: Source, p: r.FindingAnswered) -> None:
    """Evidence of an answer sent back stays beside that of the next."""
    who = f"{source.station}/{source.officer}"
    db.run(SQL["set_answered"], rules.FINDING["open", "answered"], source.time, who, source.index, p.finding)
    db.many(SQL["insert_evidence"], ((p.finding, source.index, digest) for digest in p.evidence))


def closed(db: Database, source: Source, p: r.FindingClosed) -> None:
    """What closed it is kept, for whoever finishes the inspection cites it."""
    who = f"{source.station}/{source.officer}"
    db.run(SQL["set_closed"], rules.FINDING["answered", "closed"], source.time, who, source.digest, p.finding)


def reopened(db: Database, source: Source, p: r.FindingReopened) -> None:
    """It is open again, with another deadline."""
    db.run(SQL["set_reopened"], rules.FINDING["answered", "reopened"], p.deadline, p.finding)


def finished(db: Database, source: Source, p: r.InspectionFinished) -> None:
    """The inspection is over."""
    db.run(SQL["set_inspection"], rules.INSPECTION["open", "finished"], p.inspection)
