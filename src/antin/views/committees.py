"""Committees as they stand: members, assignments, meetings, and which copies are still out."""

from __future__ import annotations

from typing import Any

from antin.errors import Missing
from antin.registers.committees import apply as register
from antin.registers.committees.rules import quorate
from antin.registers.directives import rows as directives
from antin.station.drafts import number_of
from antin.station.station import Station
from antin.views.papers import title, words

Row = dict[str, Any]


def row_of(station: Station, name: str) -> tuple[Any, ...]:
    """The register's row of ``bd-1``. Raises ``Missing``."""
    row = station.db.row(register.SQL["read_committee"], number_of(name, "bd"))
    if row is None:
        raise Missing("committee-unknown", id=name)
    return row


def committees(station: Station, officer: str = "") -> list[Row]:
    """All committees here; titles only for an officer who is signed in and cleared."""
    rows = station.db.rows(register.SQL["list_committees"])
    return [_row(station, row, words(station, row[9], officer)) for row in rows]


def _row(station: Station, row: tuple[Any, ...], texts: Any) -> Row:
    n, id_, founder, kind, directive, decided, level, precedence, time, index = row
    under = directives.find_directive.one(station.db, directive)
    sitting = [each for each in station.db.rows(register.SQL["list_members"], id_) if each[3] == "sitting"]
    return {
        "id": f"bd-{n}", "station": founder, "kind": kind, "directive": under.name if under else "",
        "decided": decided, "level": level, "precedence": precedence, "time": time, "record": index, "act": id_.hex(),
        "members": len(sitting), "number": texts.get("number", ""), "title": title(texts),
    }  # fmt: skip


def committee(station: Station, name: str, officer: str = "") -> Row:
    """One committee with everybody who sits or sat in it, what they answer for, and its meetings."""
    row = row_of(station, name)
    return {
        **_row(station, row, words(station, row[9], officer)), "seats": _seats(station, row, officer),
        "assignments": _assignments(station, row, officer), "meetings": _meetings(station, row, officer),
    }  # fmt: skip


def _seats(station: Station, row: tuple[Any, ...], officer: str) -> list[Row]:
    kept: dict[int, Any] = {}
    found = []
    for agency, who, role, state, since, until, n, index in station.db.rows(register.SQL["list_members"], row[1]):
        texts = kept.setdefault(index, words(station, index, officer))
        found.append({"agency": agency, "officer": who, "role": role, "state": state, "since": since,
                      "until": until or None, "name": texts.get(f"member.{n:03d}", "")})  # fmt: skip
    return found


def _assignments(station: Station, row: tuple[Any, ...], officer: str) -> list[Row]:
    now = station.now()
    return [
        {"key": key, "station": by, "agency": agency, "officer": who, "due": due,
         "state": "late" if state == "open" and now > due else state, "done": done, "time": time, "record": index,
         "title": title(words(station, index, officer))}
        for key, by, agency, who, due, state, done, time, index in station.db.rows(
            register.SQL["list_assignments"], row[1]
        )
    ]  # fmt: skip


def _meetings(station: Station, row: tuple[Any, ...], officer: str) -> list[Row]:
    found = []
    for n, id_, _, holder, held, form, members, index in station.db.rows(register.SQL["list_meetings"], row[1]):
        present = station.db.rows(register.SQL["list_present"], id_)
        texts = words(station, index, officer)
        found.append({
            "id": f"hp-{n}", "station": holder, "held": held, "form": form, "members": members,
            "present": [f"{agency}/{who}".rstrip("/") for agency, who in present],
            "quorum": quorate(len(present), members), "record": index, "place": texts.get("title", ""),
            "agenda": [texts[key] for key in sorted(texts) if key.startswith("agenda.")],
            "minutes": [texts[key] for key in sorted(texts) if key.startswith("minutes.")],
        })  # fmt: skip
    return found


def copies(station: Station, officer: str = "", *, everything: bool = False) -> list[Row]:
    """Copies handed out here and not yet back; ``everything``: those that came back as well."""
    found = []
    for row in station.db.rows(register.SQL["list_copies"]):
        n, meeting, committee_, document, level, time, index, number, agency, who, state, returned = row
        if everything or state == "out":
            found.append({
                "id": f"tl-{n}", "meeting": f"hp-{meeting}", "committee": f"bd-{committee_}", "number": number,
                "document": document.hex(), "level": level, "agency": agency, "officer": who, "state": state,
                "time": time, "returned": returned, "record": index, "title": title(words(station, index, officer)),
            })  # fmt: skip
    return found
