"""What a signed-in officer may additionally see: facts from the secret parts of records."""

from __future__ import annotations

from typing import Any

from antin.errors import AntinError
from antin.kernel.formats import signed
from antin.kernel.formats.shape import parse
from antin.kernel.formats.statement import Statement
from antin.kernel.formats.vouched import Vouched
from antin.station.station import Station

HIDDEN: dict[str, Any] = {"kind": "", "number": "", "subject": "", "name": "", "issued": 0, "level": None}


def facts(station: Station, index: int | None, officer: str) -> dict[str, Any]:
    """Facts of the statement kept with record ``index``; all hidden without an officer cleared for it."""
    statement = statement_of(station, index, officer)
    if statement is None:
        return dict(HIDDEN)
    f = statement.facts
    return {
        "kind": f.kind,
        "number": f.number,
        "subject": f.subject,
        "name": f.name,
        "issued": f.issued,
        "level": statement.label.level,
        "caveats": list(statement.label.caveats),
        "copies": statement.label.copies,
        "document_size": statement.size,
    }


def statement_of(station: Station, index: int | None, officer: str) -> Statement | None:
    """The statement, or None when it is not for these eyes."""
    if index is None or not officer:
        return None
    try:
        raw = parse(Vouched, station.secret(index, officer)).statement
    except AntinError:  # not cleared, or not signed in: hidden, not an error of a list
        return None
    return parse(Statement, signed.claim(raw, "antin/statement/1").unverified_body)


def text(station: Station, index: int, officer: str) -> str:
    """A secret part that is text (a name, a remark); "" when hidden."""
    if not officer:
        return ""
    try:
        return station.secret(index, officer).decode("utf-8", "replace")
    except AntinError:
        return ""
