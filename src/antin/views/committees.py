"""Committees as they stand: members, assignments, meetings, and which copies are still out."""

from __future__ import annotations

from typing import Any

from antin.errors import Missing
from antin.registers.committees import rows as register
from antin.registers.committees.rules import quorate
from antin.registers.directives import rows as directives
from antin.station.drafts import number_of
from antin.station.station import Station
from antin.views.papers import title, words

Row = dict[str, Any]


def row_of(station: Station, name: str) -> register.Committee:
    """The register's row of ``bd-1``. Raises ``Missing``."""
    row = register.read_committee.one(station.db, number_of(name, "bd"))
    if row is None:
        raise Missing("committee-unknown", id=name)
    return row


def committees(station: Station, officer: str = "") -> list[Row]:
    """All committees here; titles only for an officer who is signed in and cleared."""
    rows = register.list_committees.all(station.db)
    return [_row(station, row, words(station, row.idx, officer)) for row in rows]


def _row(station: Station, row: register.Committee, texts: Any) -> Row:
    under = directives.find_directive.one(station.db, row.directive)
    return {
        "id": row.name, "station": row.station, "kind": row.kind, "directive": under.name if under else "",
        "decided": row.decided, "level": row.level, "precedence": row.precedence, "time": row.time,
        "record": row.idx, "act": row.id.hex(), "members": len(register.sitting(station.db, row.id)),
        "number": texts.get("number", ""), "title": title(texts),
    }  # fmt: skip


def committee(station: Station, name: str, officer: str = "") -> Row:
    """One committee with everybody who sits or sat in it, what they answer for, and its meetings."""
    row = row_of(station, name)
    return {
        **_row(station, row, words(station, row.idx, officer)), "seats": _seats(station, row, officer),
        "assignments": _assignments(station, row, officer), "meetings": _meetings(station, row, officer),
    }  # fmt: skip


def _seats(station: Station, row: register.Committee, officer: str) -> list[Row]:
    kept: dict[int, Any] = {}
    found = []
    for each in register.list_members.all(station.db, row.id):
        texts = kept.setdefault(each.idx, words(station, each.idx, officer))
        found.append({"agency": each.agency, "officer": each.officer, "role": each.role, "state": each.state,
                      "since": each.since, "until": each.until or None,
                      "name": texts.get(f"member.{each.n:03d}", "")})  # fmt: skip
    return found


def _assignments(station: Station, row: register.Committee, officer: str) -> list[Row]:
    now = station.now()
    return [
        {"key": each.key, "station": each.station, "agency": each.agency, "officer": each.officer, "due": each.due,
         "state": "late" if each.state == "open" and now > each.due else each.state, "done": each.done,
         "time": each.time, "record": each.idx, "title": title(words(station, each.idx, officer))}
        for each in register.list_assignments.all(station.db, row.id)
    ]  # fmt: skip


def _meetings(station: Station, row: register.Committee, officer: str) -> list[Row]:
    found = []
    for each in register.list_meetings.all(station.db, row.id):
        present = register.list_present.all(station.db, each.id)
        texts = words(station, each.idx, officer)
        found.append({
            "id": each.name, "station": each.station, "held": each.held, "form": each.form, "members": each.members,
            "present": ["/".join(who.seat).rstrip("/") for who in present],
            "quorum": quorate(len(present), each.members), "record": each.idx, "place": texts.get("title", ""),
            "agenda": [texts[key] for key in sorted(texts) if key.startswith("agenda.")],
            "minutes": [texts[key] for key in sorted(texts) if key.startswith("minutes.")],
        })  # fmt: skip
    return found


def copies(station: Station, officer: str = "", *, everything: bool = False) -> list[Row]:
    """Copies handed out here and not yet back; ``everything``: those that came back as well."""
    found = []
    for row in register.list_copies.all(station.db):
        if everything or row.state == "out":
            found.append({
                "id": row.name, "meeting": f"hp-{row.meeting}", "committee": f"bd-{row.committee}",
                "number": row.number, "document": row.document.hex(), "level": row.level, "agency": row.agency,
                "officer": row.officer, "state": row.state, "time": row.time, "returned": row.returned,
                "record": row.idx, "title": title(words(station, row.idx, officer)),
            })  # fmt: skip
    return found
