"""Inspections and their findings as they stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from antin.errors import Missing
from antin.frozen import dataclass
from antin.looks import UNSEEN, Agency, Day, Given, Hidden, Look, Moment, Officer, Reference
from antin.registers.directives import rows as directives
from antin.registers.inspections import rows as register
from antin.station.drafts import number_of
from antin.station.station import Station
from antin.views.papers import title, words


@dataclass(frozen=True, slots=True)
class Inspection:
    """An inspection in a list. ``open``: how many of its ``findings`` are not closed; ``record``: where the journal has
    it."""

    id: Reference
    station: Agency
    directive: Reference
    starts: Day
    ends: Day
    state: Annotated[str, Look("choice", "inspection")]
    open: Annotated[int, Look("part", of="findings"), Given(name="open-findings")]
    title: Hidden
    findings: Annotated[int, UNSEEN]
    level: Annotated[int, UNSEEN]
    precedence: Annotated[int, UNSEEN]
    time: Annotated[int, UNSEEN]
    record: Annotated[int, UNSEEN]
    act: Annotated[str, UNSEEN]
    number: Annotated[str, UNSEEN]


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the checklist."""

    key: str
    text: Hidden


@dataclass(frozen=True, slots=True)
class Finding:
    """What an inspector found, what the unit answered, who closed it. ``late``: open, and its day is over."""

    id: Reference
    unit: Agency
    item: str
    severity: str
    officer: Officer
    deadline: Day
    state: str
    late: bool
    time: Moment
    record: int
    answered: Moment | None
    answerer: str
    answer_record: int | None
    closed: Moment | None
    closer: str
    act: str
    title: Hidden
    cause: Hidden
    demand: Hidden
    answer: Hidden
    evidence: list[str]


@dataclass(frozen=True, slots=True)
class Whole(Inspection):
    """An inspection with its units, its inspectors, its checklist and its findings (``list``)."""

    units: list[str]
    inspectors: list[str]
    checklist: list[Point]
    list_: list[Finding]


def inspections(station: Station, officer: str = "") -> list[Inspection]:
    """All inspections, ours and those that look at us; titles only for an officer signed in and cleared."""
    rows = register.list_inspections.all(station.db)
    return [Inspection(**_facts(station, row, words(station, row.idx, officer))) for row in rows]


def _facts(station: Station, row: register.Inspection, texts: Mapping[str, str]) -> dict[str, Any]:
    under = directives.find_directive.one(station.db, row.directive)
    states = [each.state for each in register.list_findings.all(station.db, row.id)]
    return {
        "id": row.name, "station": row.station, "directive": under.name if under else "", "starts": row.starts,
        "ends": row.ends, "state": row.state, "level": row.level, "precedence": row.precedence, "time": row.time,
        "record": row.idx, "act": row.id.hex(),
        "findings": len(states), "open": sum(each != "closed" for each in states),
        "number": texts.get("number", ""), "title": title(texts),
    }  # fmt: skip


def inspection(station: Station, name: str, officer: str = "") -> Whole:
    """One inspection with its checklist and findings. Raises ``Missing``."""
    row = register.read_inspection.one(station.db, number_of(name, "kt"))
    if row is None:
        raise Missing("inspection-unknown", id=name)
    texts = words(station, row.idx, officer)
    return Whole(
        **_facts(station, row, texts),
        units=register.list_units.all(station.db, row.id),
        inspectors=register.list_inspectors.all(station.db, row.id),
        checklist=[Point(key, texts.get(f"item.{key}", "")) for key in register.list_items.all(station.db, row.id)],
        list_=[_finding(station, each, officer) for each in register.list_findings.all(station.db, row.id)],
    )


def _finding(station: Station, row: register.Finding, officer: str) -> Finding:
    texts = words(station, row.idx, officer)
    return Finding(
        id=row.name, unit=row.unit, item=row.item, severity=row.severity, officer=row.officer, deadline=row.deadline,
        state=row.state, late=row.state == "open" and station.now() > row.deadline, time=row.time, record=row.idx,
        answered=row.answered, answerer=row.answerer, answer_record=row.answer_idx, closed=row.closed,
        closer=row.closer, act=row.id.hex(), title=texts.get("title", ""), cause=texts.get("cause", ""),
        demand=texts.get("demand", ""), answer=words(station, row.answer_idx, officer).get("title", ""),
        evidence=[each.digest.hex() for each in register.list_evidence.all(station.db, row.id)],
    )  # fmt: skip
