"""Inspections: plan, find, answer, close or reopen, finish."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from antin.acts import directive as directives
from antin.acts.papers import own_id, record_act
from antin.acts.programme import digest_of
from antin.errors import Malformed, Missing
from antin.frozen import dataclass
from antin.kernel.formats import paper
from antin.kernel.formats.paper import head
from antin.registers.inspections import records as r
from antin.registers.inspections import rows as register
from antin.station.days import end_of, start_of
from antin.station.drafts import number_of
from antin.station.station import Station

Row = tuple[Any, ...]
UNIT, INSPECTION = 3, 2


@dataclass(frozen=True, kw_only=True)
class Point:
    """One point of the checklist."""

    key: str
    text: str


@dataclass(frozen=True, kw_only=True)
class InspectionForm:
    """What a leader plans: which units, when, by which officers of ours."""

    title: str
    number: str = ""
    level: str = "0"
    precedence: str = "0"
    units: tuple[str, ...]
    starts: date
    ends: date
    inspectors: tuple[str, ...]
    point: tuple[Point, ...]


def plan(station: Station, officer: str, directive: str, given: InspectionForm, level: int, precedence: int) -> str:
    """Plan an inspection under ``cd-1`` and tell the units; returns ``kt-1``.

    Refuses a unit unknown or our own, an inspector unknown here, dates out of order, a point named twice.
    """
    under = directives.find(station, directive)
    for code in given.units:
        station.directory.find(code)
    for each in given.inspectors:
        station.officer(each)
    public = r.InspectionPlanned(
        head(given.units, level, precedence), under.id, own_id(station, under.id), given.units,
        start_of(given.starts), end_of(given.ends), tuple(sorted(given.inspectors)),
        tuple(each.key for each in given.point),
    )  # fmt: skip
    texts = {"number": given.number, "title": given.title, **{f"item.{each.key}": each.text for each in given.point}}
    id_ = record_act(station, officer, "inspection-planned", public, level, paper.words(texts))
    return register.find_inspection.sure(station.db, id_).name


def find_inspection(station: Station, name: str) -> register.Inspection:
    """The register's row of ``kt-1``. Raises ``Missing``."""
    row = register.read_inspection.one(station.db, number_of(name, "kt"))
    if row is None:
        raise Missing("inspection-unknown", id=name)
    return row


def find_finding(station: Station, name: str) -> tuple[register.Finding, register.Inspection]:
    """The rows of ``tt-1`` and of its inspection. Raises ``Missing``."""
    row = register.read_finding.one(station.db, number_of(name, "tt"))
    if row is None:
        raise Missing("finding-unknown", id=name)
    return row, register.find_inspection.sure(station.db, row.inspection)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What is wrong, why, what must be done, until when."""

    unit: str
    item: str
    severity: str
    deadline: int
    title: str
    cause: str = ""
    demand: str = ""


def make_finding(station: Station, officer: str, name: str, finding: Finding) -> str:
    """An inspector finds something at a unit, which is told; returns ``tt-1``. Refuses who is no inspector of it."""
    row = find_inspection(station, name)
    public = r.FindingMade(head((finding.unit,), row.level, row.precedence), row.id, finding.unit, finding.item,
                           finding.severity, finding.deadline)  # fmt: skip
    texts = {"title": finding.title, "cause": finding.cause, "demand": finding.demand}
    id_ = record_act(station, officer, "finding-made", public, row.level, paper.words(texts))
    return register.find_finding.sure(station.db, id_).name


def answer(station: Station, officer: str, name: str, done: str, evidence: Sequence[Path] = ()) -> None:
    """The unit says what it did. Evidence is read here and recorded by digest. Refuses anybody but the unit."""
    row, inspection = find_finding(station, name)
    if not done.strip():
        raise Malformed("answer-empty", id=name)
    digests = tuple(sorted({digest_of(path) for path in evidence}))
    public = r.FindingAnswered(_to(inspection, inspection.station), row.id, digests)
    record_act(station, officer, "finding-answered", public, inspection.level, paper.words({"title": done}))


def close(station: Station, officer: str, name: str, remark: str = "") -> None:
    """It is remedied. Refuses the unit itself, whoever answered, a finding without an answer."""
    row, inspection = find_finding(station, name)
    public = r.FindingClosed(_to(inspection, row.unit), row.id)
    record_act(station, officer, "finding-closed", public, inspection.level, paper.words({"title": remark}))


def reopen(station: Station, officer: str, name: str, deadline: int, remark: str = "") -> None:
    """It is not, with a new deadline. Refuses as ``close`` does, and a deadline gone by."""
    row, inspection = find_finding(station, name)
    public = r.FindingReopened(_to(inspection, row.unit), row.id, deadline)
    record_act(station, officer, "finding-reopened", public, inspection.level, paper.words({"title": remark}))


def finish(station: Station, officer: str, name: str, remark: str = "") -> None:
    """The inspection is over. Refuses while a finding is not closed."""
    row = find_inspection(station, name)
    units = tuple(register.list_units.all(station.db, row.id))
    closed = [each.closing for each in register.list_closings.all(station.db, row.id) if each.closing]
    public = r.InspectionFinished(_to(row, *units), row.id, tuple(sorted(closed)))
    record_act(station, officer, "inspection-finished", public, row.level, paper.words({"title": remark}))


def _to(inspection: register.Inspection, *codes: str) -> paper.PaperHead:
    return head(codes, inspection.level, inspection.precedence)
