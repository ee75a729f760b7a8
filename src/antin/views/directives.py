"""Directives as they stand: the line of their legal basis, the files in them."""

from __future__ import annotations

from typing import Any

from antin.errors import Missing
from antin.registers.directives import rows as register
from antin.registers.directives.records import Basis
from antin.registers.directives.rules import line_of
from antin.station.drafts import number_of
from antin.station.station import Station
from antin.views.papers import title, words

Row = dict[str, Any]


def row_of(station: Station, name: str) -> register.Directive:
    """The register's row of ``cd-1``. Raises ``Missing``."""
    row = register.read_directive.one(station.db, number_of(name, "cd"))
    if row is None:
        raise Missing("directive-unknown", id=name)
    return row


def directives(station: Station, officer: str = "") -> list[Row]:
    """All directives here, issued or taken; titles only for an officer who is signed in and cleared."""
    return [_row(row, words(station, row.idx, officer)) for row in register.list_directives.all(station.db)]


def _row(row: register.Directive, texts: Any) -> Row:
    return {
        "id": row.name, "station": row.station, "kind": row.kind, "signed": row.signed,
        "acknowledge_by": row.acknowledge_by or None, "study_by": row.study_by or None, "ends": row.ends or None,
        "calendar": row.calendar, "level": row.level, "precedence": row.precedence, "state": row.state,
        "time": row.time, "record": row.idx, "act": row.id.hex(),
        "number": texts.get("number", ""), "title": title(texts),
    }  # fmt: skip


def directive(station: Station, name: str, officer: str = "") -> Row:
    """One directive with its summary and the line of its legal basis, youngest first, back to the first document."""
    row = row_of(station, name)
    texts = words(station, row.idx, officer)
    basis = [
        Basis(each.id, each.kind, each.issued, bool(each.direct), ())
        for each in register.list_basis.all(station.db, row.id)
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
