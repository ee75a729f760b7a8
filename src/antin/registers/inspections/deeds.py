"""The deeds of the register of inspections, and what each refuses."""

from __future__ import annotations

from pathlib import Path

from antin.errors import Conflict, Malformed, Missing, Refused
from antin.journal.deed import Book, Deed, Source, named
from antin.journal.states import step
from antin.registers.inspections import REVISION, fill, rules
from antin.registers.inspections import records as r
from antin.registers.inspections.rows import (
    Finding,
    Inspection,
    find_finding,
    find_inspection,
    list_closings,
    list_findings,
    list_inspectors,
    list_items,
    list_units,
)
from antin.storage.database import Reader


def plan(view: Reader, source: Source, p: r.InspectionPlanned) -> None:
    """Refuses what ``rules.check`` refuses."""
    rules.check(p, source.station)


def make(view: Reader, source: Source, p: r.FindingMade) -> None:
    """By one of the inspectors, about an inspected unit and a point of the checklist, not before the inspection."""
    row = _of(view, p.inspection, source.station)
    if source.officer not in list_inspectors.all(view, p.inspection):
        raise Refused("inspector-not-named", who=source.officer, id=row.name)
    if p.unit not in list_units.all(view, p.inspection) or p.unit not in p.head.to:
        raise Malformed("unit-not-inspected", code=p.unit, id=row.name)
    if p.item not in list_items.all(view, p.inspection):
        raise Malformed("checklist-unknown", key=p.item, id=row.name)
    if not row.starts <= source.time <= p.deadline:
        raise Malformed("finding-dates", id=row.name)


def answer(view: Reader, source: Source, p: r.FindingAnswered) -> None:
    """By the unit itself."""
    row = _finding(view, p.finding)
    if row.unit != source.station:
        raise Refused("finding-of-other", id=row.name, station=row.unit)
    _check_step(view, row, "answered")
    if len(set(p.evidence)) != len(p.evidence):
        raise Malformed("inspection-twice", what="evidence")


def close(view: Reader, source: Source, p: r.FindingClosed) -> None:
    """By the inspecting station, by somebody who did not answer it."""
    _judge(view, source, p.finding, "closed")


def reopen(view: Reader, source: Source, p: r.FindingReopened) -> None:
    """The same, with a deadline still to come."""
    if p.deadline < source.time:
        raise Malformed("dates-out-of-order", earlier="signed", later="deadline")
    _judge(view, source, p.finding, "reopened")


def finish(view: Reader, source: Source, p: r.InspectionFinished) -> None:
    """By the inspecting station, when every finding is closed, and citing what closed each; at a unit: every finding
    that it knows."""
    row = _of(view, p.inspection, source.station)
    open_ = [each.name for each in list_findings.all(view, p.inspection) if each.state != "closed"]
    if open_:
        raise Conflict("findings-open", id=row.name, findings=", ".join(open_[:20]))
    closings = {each.closing: each.n for each in list_closings.all(view, p.inspection)}
    if list(p.closed) != sorted(set(p.closed)):
        raise Malformed("inspection-twice", what="closed")
    if other := closings.keys() - set(p.closed) or (set(p.closed) - closings.keys() if source.own else set()):
        raise Conflict("cited-otherwise", who=source.station, what=f"tt-{closings.get(min(other), 0)}")


def _judge(view: Reader, source: Source, id_: bytes, event: str) -> None:
    row = _finding(view, id_)
    station = _inspection(view, row.inspection).station
    if source.station == row.unit or row.answerer == f"{source.station}/{source.officer}":
        raise Refused("own-finding", id=row.name)
    if source.station != station:
        raise Refused("finding-of-other", id=row.name, station=station)
    _check_step(view, row, event)


def _check_step(view: Reader, row: Finding, event: str) -> None:
    _open(_inspection(view, row.inspection))
    step(rules.FINDING, row.state, event)


def _inspection(view: Reader, id_: bytes) -> Inspection:
    row = find_inspection.one(view, id_)
    if row is None:
        raise Missing("inspection-unknown", id=id_.hex()[:16], needs=id_.hex())
    return row


def _of(view: Reader, id_: bytes, station: str) -> Inspection:
    row = _inspection(view, id_)
    if row.station != station:
        raise Refused("inspection-of-other", id=row.name, station=row.station)
    return _open(row)


def _open(row: Inspection) -> Inspection:
    if (row.state, "finished") not in rules.INSPECTION:
        raise Conflict("inspection-is-finished", id=row.name)
    return row


def _finding(view: Reader, id_: bytes) -> Finding:
    row = find_finding.one(view, id_)
    if row is None:
        raise Missing("finding-unknown", id=id_.hex()[:16], needs=id_.hex())
    return row


_FINDING = named("finding")
BOOK = Book(
    "inspections", REVISION, Path(__file__).with_name("tables.sql"),
    (
        Deed("inspection-planned", r.InspectionPlanned, fill.planned, plan, named("directive")),
        Deed("finding-made", r.FindingMade, fill.made, make, named("inspection")),
        Deed("finding-answered", r.FindingAnswered, fill.answered, answer, _FINDING),
        Deed("finding-closed", r.FindingClosed, fill.closed, close, _FINDING),
        Deed("finding-reopened", r.FindingReopened, fill.reopened, reopen, _FINDING),
        Deed("inspection-finished", r.InspectionFinished, fill.finished, finish, named("inspection")),
    ),
)  # fmt: skip
