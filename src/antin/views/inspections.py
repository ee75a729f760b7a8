"""Inspections and their findings as they stand."""

from __future__ import annotations

from typing import Any

from antin.errors import Missing
from antin.registers.directives import rows as directives
from antin.registers.inspections import rows as register
from antin.station.drafts import number_of
from antin.station.station import Station
from antin.views.papers import title, words

Row = dict[str, Any]


def inspections(station: Station, officer: str = "") -> list[Row]:
    """All inspections, ours and those that look at us; titles only for an officer signed in and cleared."""
    rows = register.list_inspections.all(station.db)
    return [_row(station, row, words(station, row.idx, officer)) for row in rows]


def _row(station: Station, row: register.Inspection, texts: Any) -> Row:
    under = directives.find_directive.one(station.db, row.directive)
    states = [each.state for each in register.list_findings.all(station.db, row.id)]
    return {
        "id": row.name, "station": row.station, "directive": under.name if under else "", "starts": row.starts,
        "ends": row.ends, "state": row.state, "level": row.level, "precedence": row.precedence, "time": row.time,
        "record": row.idx, "act": row.id.hex(),
        "findings": len(states), "open": sum(each != "closed" for each in states),
        "number": texts.get("number", ""), "title": title(texts),
    }  # fmt: skip


def inspection(station: Station, name: str, officer: str = "") -> Row:
    """One inspection with its checklist and findings. Raises ``Missing``."""
    row = register.read_inspection.one(station.db, number_of(name, "kt"))
    if row is None:
        raise Missing("inspection-unknown", id=name)
    texts = words(station, row.idx, officer)
    return {
        **_row(station, row, texts),
        "units": register.list_units.all(station.db, row.id),
        "inspectors": register.list_inspectors.all(station.db, row.id),
        "checklist": [
            {"key": key, "text": texts.get(f"item.{key}", "")} for key in register.list_items.all(station.db, row.id)
        ],
        "list": [_finding(station, each, officer) for each in register.list_findings.all(station.db, row.id)],
    }


def _finding(station: Station, row: register.Finding, officer: str) -> Row:
    texts = words(station, row.idx, officer)
    return {
        "id": row.name, "unit": row.unit, "item": row.item, "severity": row.severity, "officer": row.officer,
        "deadline": row.deadline, "state": row.state, "late": row.state == "open" and station.now() > row.deadline,
        "time": row.time, "record": row.idx, "answered": row.answered, "answerer": row.answerer,
        "answer_record": row.answer_idx, "closed": row.closed, "closer": row.closer, "act": row.id.hex(),
        "title": texts.get("title", ""), "cause": texts.get("cause", ""), "demand": texts.get("demand", ""),
        "answer": words(station, row.answer_idx, officer).get("title", ""),
        "evidence": [each.digest.hex() for each in register.list_evidence.all(station.db, row.id)],
    }  # fmt: skip
