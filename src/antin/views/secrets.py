"""What a signed-in officer may additionally see: facts from the secret parts of records."""

from __future__ import annotations

from typing import Any

from antin.errors import Malformed, Missing, Refused, Unavailable, Unverified
from antin.kernel import check
from antin.kernel.formats import signed
from antin.kernel.formats.shape import parse
from antin.kernel.formats.statement import SIGN, AttachedList, Statement
from antin.kernel.formats.vouched import Vouched
from antin.looks import DAMAGED
from antin.station.station import Station

HIDDEN: dict[str, Any] = {"kind": "", "number": "", "subject": "", "name": "", "issued": 0, "level": None,
                          "caveats": None, "copies": None, "document_size": None, "signer": ""}  # fmt: skip


def facts(station: Station, index: int | None, officer: str) -> dict[str, Any]:
    """Facts of the statement kept with record ``index``; all hidden without an officer cleared for it."""
    try:
        vouched = _vouched(station, index, officer)
    except (Unverified, Malformed):
        return {**HIDDEN, "subject": DAMAGED}
    if vouched is None:
        return dict(HIDDEN)
    statement = _statement(vouched)
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
        "signer": _signer(station, vouched),
    }


def statement(station: Station, index: int, officer: str) -> Statement | None:
    """The statement kept with a record; None when it is not for these eyes."""
    vouched = _vouched(station, index, officer)
    return None if vouched is None else _statement(vouched)


def _statement(vouched: Vouched) -> Statement:
    return parse(Statement, signed.claim(vouched.statement, "antin/statement/1").unverified_body)


def attached(station: Station, index: int, officer: str) -> dict[str, Any]:
    """Facts of a document signed here and not yet sent; hidden like those of a statement."""
    hidden = {"number": "", "subject": "", "name": "", "signer": ""}
    try:
        opened = part(station, index, officer)
        if opened is None:
            return hidden
        value, (first, *_) = check.attached(opened, station.directory)
    except (Unverified, Malformed):
        return {**hidden, "subject": DAMAGED}
    facts_ = value.facts
    return {"number": facts_.number, "subject": facts_.subject, "name": facts_.name, "signer": first.name}


def _vouched(station: Station, index: int | None, officer: str) -> Vouched | None:
    """What the record keeps, or None when it is not for these eyes."""
    opened = part(station, index, officer)
    return None if opened is None else parse(Vouched, opened)


def part(station: Station, index: int | None, officer: str) -> bytes | None:
    """A record's secret part; None where there is none, or it is not for these eyes. Raises ``Unverified`` for one that
    was changed: what is tampered with must not look like what is hidden."""
    if index is None or not officer:
        return None
    try:
        return station.secrets.read(index, officer)
    except Refused:  # not cleared
        return None
    except (Missing, Unavailable) as error:
        if error.code not in ("secret-missing", "key-locked"):
            raise
        return None


def _signer(station: Station, vouched: Vouched) -> str:
    """Who signed the document itself; "" where the kind needs no signature."""
    for raw in parse(AttachedList, vouched.attached).signatures:
        value, (first, *_) = check.attached(raw, station.directory)
        if value.act == SIGN:
            return first.name
    return ""


def text(station: Station, index: int, officer: str) -> str:
    """A secret part that is text (a name, a remark); "" when hidden."""
    try:
        return (part(station, index, officer) or b"").decode("utf-8", "replace")
    except Unverified:
        return DAMAGED
