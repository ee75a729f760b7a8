"""The paper registers: sổ đi, sổ đến, sổ chuyển giao, as data for the printer and as rows for a page."""

from __future__ import annotations

import base64
from typing import Any

from antin.errors import Missing
from antin.frozen import dataclass
from antin.looks import Day, Hidden, Officer
from antin.registers.people import rows as people
from antin.station.station import Station
from antin.views import dispatches, secrets
from antin.views.local_time import local

BOOKS = ("di", "den", "chuyen-giao")


def book(station: Station, name: str, officer: str = "") -> dict[str, Any]:
    """One book, ready for ``interop.printing.book``. Subjects stand in it only for a signed-in, cleared officer."""
    if name not in BOOKS:
        raise Missing("book-unknown", book=name, known=", ".join(BOOKS))
    form = station.pack.book(name)
    size, root = station.journal.head()
    levels = station.pack.level(station.own.subject.clearance.level)
    return {
        "agency": station.settings.name, "title": form.name, "form": form.form,
        "columns": [{"key": c.key, "title": c.title, "width": c.width} for c in form.columns],
        "rows": _rows(station, name, officer), "signatures": list(form.signatures),
        "notes": [form.mark] if form.unverified else [], "level_mark": levels.mark_text if officer else "",
        "date": local(station.now(), "%Y-%m-%d"),
        "journal": {"origin": station.origin, "size": str(size), "root": base64.b64encode(root).decode()},
    }  # fmt: skip


def _rows(station: Station, name: str, officer: str) -> list[dict[str, str]]:
    if name == "den":
        return [_incoming(station, each) for each in dispatches.inbox(station, officer)]
    out = dispatches.outbox(station, officer)
    return [_outgoing(station, each) if name == "di" else _handed(station, each) for each in out]


def _subject(station: Station, row: dispatches.Incoming | dispatches.Outgoing) -> str:
    if not row.kind:
        return ""
    return f"{station.pack.kind_name(row.kind)} {row.subject}".strip()


def _outgoing(station: Station, row: dispatches.Outgoing) -> dict[str, str]:
    return {
        "number": row.number, "date": local(row.issued, "%d/%m/%Y"), "subject": _subject(station, row),
        "level": station.pack.level(row.level).name, "precedence": station.pack.precedence(row.precedence).name,
        "signer": row.signer, "addressee": f"{row.addressee} {row.addressee_name}",
        "copies": str(row.copies or ""), "receipt": row.state, "remark": row.id,
    }  # fmt: skip


def _incoming(station: Station, row: dispatches.Incoming) -> dict[str, str]:
    level = station.pack.level(row.level).name if row.level is not None else ""
    return {
        "arrived": local(row.arrived), "arrival_number": str(row.arrival_number),
        "sender": f"{row.sender} {row.sender_name}", "number": row.number,
        "date": local(row.issued, "%d/%m/%Y"), "subject": _subject(station, row), "level": level,
        "precedence": station.pack.precedence(row.precedence).name, "receiver": row.assignee, "signature": "",
        "remark": row.id,
    }  # fmt: skip


def _handed(station: Station, row: dispatches.Outgoing) -> dict[str, str]:
    return {
        "date": local(row.sent), "number": row.number, "level": station.pack.level(row.level).name,
        "copies": str(row.copies or ""), "addressee": f"{row.addressee} {row.addressee_name}",
        "receiver": row.officer, "signature": "", "remark": row.id,
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Serving:
    """Who serves here, in which roles, cleared for which level, until when."""

    officer: Officer
    roles: list[str]
    level: int
    state: str
    until: Day
    name: Hidden


def officers(station: Station, officer: str = "") -> list[Serving]:
    """Who serves here; names only for a signed-in officer."""
    return [
        Serving(row.officer, row.roles.split(","), row.level, row.state,
                station.directory[row.credential].credential.not_after, secrets.text(station, row.idx, officer))
        for row in people.list_officers.all(station.db)
    ]  # fmt: skip
