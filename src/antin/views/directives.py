"""Directives as they stand: the line of their legal basis, the files in them."""

from __future__ import annotations

from typing import Any

from antin.errors import Missing
from antin.registers.directives import apply as register
from antin.registers.directives.records import Basis
from antin.registers.directives.rules import line_of
from antin.station.drafts import number_of
from antin.station.station import Station
from antin.views.papers import title, words

Row = dict[str, Any]


def row_of(station: Station, name: str) -> tuple[Any, ...]:
    """The register's row of ``cd-1``. Raises ``Missing``."""
    row = station.db.row(register.SQL["read_directive"], number_of(name, "cd"))
    if row is None:
        raise Missing("directive-unknown", id=name)
    return row


def directives(station: Station, officer: str = "") -> list[Row]:
    """All directives here, issued or taken; titles only for an officer who is signed in and cleared."""
    return [_row(row, words(station, row[13], officer)) for row in station.db.rows(register.SQL["list_directives"])]


def _row(row: tuple[Any, ...], texts: Any) -> Row:
    n, id_, station, kind, signed, acknowledge_by, study_by, ends, calendar, level, precedence, state, time, index = row
    return {
        "id": f"cd-{n}", "station": station, "kind": kind, "signed": signed, "acknowledge_by": acknowledge_by or None,
        "study_by": study_by or None, "ends": ends or None, "calendar": calendar, "level": level,
        "precedence": precedence, "state": state, "time": time, "record": index, "act": id_.hex(),
        "number": texts.get("number", ""), "title": title(texts),
    }  # fmt: skip


def directive(station: Station, name: str, officer: str = "") -> Row:
    """One directive with its summary and the line of its legal basis, youngest first, back to the first document."""
    row = row_of(station, name)
    texts = words(station, row[13], officer)
    basis = [
        Basis(id_, kind, issued, bool(direct), ())
        for id_, kind, issued, direct in station.db.rows(register.SQL["list_basis"], row[1])
    ]
    return {
        **_row(row, texts),
        "summary": [texts[key] for key in sorted(texts) if key.startswith("summary.")],
        "basis": [
            {"kind": each.kind, "issued": each.issued, "direct": each.direct,
             **{key: texts.get(f"basis.{each.id.hex()}.{key}", "") for key in ("number", "title", "issuer")}}
            for each in line_of(basis)
        ],
    }  # fmt: skip
