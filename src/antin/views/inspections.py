"""Inspections and their findings as they stand."""

from __future__ import annotations

from typing import Any

from antin.errors import Missing
from antin.registers.directives import rows as directives
from antin.registers.inspections import apply as register
from antin.station.drafts import number_of
from antin.station.station import Station
from antin.views.papers import title, words

Row = dict[str, Any]


def inspections(station: Station, officer: str = "") -> list[Row]:
    """All inspections, ours and those that look at us; titles only for an officer signed in and cleared."""
    rows = station.db.rows(register.SQL["list_inspections"])
    return [_row(station, row, words(station, row[10], officer)) for row in rows]


def _row(station: Station, row: tuple[Any, ...], texts: Any) -> Row:
    n, id_, by, directive, starts, ends, state, level, precedence, time, index = row
    under = directives.find_directive.one(station.db, directive)
    states = [each[8] for each in station.db.rows(register.SQL["list_findings"], id_)]
    return {
        "id": f"kt-{n}", "station": by, "directive": under.name if under else "", "starts": starts, "ends": ends,
        "state": state, "level": level, "precedence": precedence, "time": time, "record": index, "act": id_.hex(),
        "findings": len(states), "open": sum(each != "closed" for each in states),
        "number": texts.get("number", ""), "title": title(texts),
    }  # fmt: skip


def inspection(station: Station, name: str, officer: str = "") -> Row:
    """One inspection with its checklist and findings. Raises ``Missing``."""
    row = station.db.row(register.SQL["read_inspection"], number_of(name, "kt"))
    if row is None:
        raise Missing("inspection-unknown", id=name)
    texts = words(station, row[10], officer)
    return {
        **_row(station, row, texts),
        "units": [code for (code,) in station.db.rows(register.SQL["list_units"], row[1])],
        "inspectors": [who for (who,) in station.db.rows(register.SQL["list_inspectors"], row[1])],
        "checklist": [
            {"key": key, "text": texts.get(f"item.{key}", "")}
            for (key,) in station.db.rows(register.SQL["list_items"], row[1])
        ],
        "list": [_finding(station, each, officer) for each in station.db.rows(register.SQL["list_findings"], row[1])],
    }


def _finding(station: Station, row: tuple[Any, ...], officer: str) -> Row:
    n, id_, _, unit, item, severity, who, deadline, state, time, index, answered, answerer, answer, closed, closer = row
    texts = words(station, index, officer)
    late = state == "open" and station.now() > deadline
    return {
        "id": f"tt-{n}", "unit": unit, "item": item, "severity": severity, "officer": who, "deadline": deadline,
        "state": state, "late": late, "time": time, "record": index, "answered": answered, "answerer": answerer,
        "answer_record": answer, "closed": closed, "closer": closer, "act": id_.hex(), "title": texts.get("title", ""),
        "cause": texts.get("cause", ""), "demand": texts.get("demand", ""),
        "answer": words(station, answer, officer).get("title", ""),
        "evidence": [digest.hex() for _, digest in station.db.rows(register.SQL["list_evidence"], id_)],
    }  # fmt: skip
