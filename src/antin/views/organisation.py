"""The agency's own offices and posts as a tree; units with both superiors, and where they stood before."""

from __future__ import annotations

from typing import Any

from antin.errors import AntinError, Missing
from antin.registers.organisation import rows as register
from antin.registers.organisation.rules import tree
from antin.station.station import Station
from antin.views.papers import words

Row = dict[str, Any]


def offices(station: Station, officer: str = "") -> list[Row]:
    """Offices in the order of the tree, each with its depth and posts."""
    rows = {row.key: row for row in register.list_offices.all(station.db)}
    posts: dict[str, list[Row]] = {}
    for each in register.list_posts.all(station.db):
        posts.setdefault(each.office, []).append(_post(station, each, officer))
    found = []
    for depth, key in tree({key: row.parent for key, row in rows.items()}):
        row = rows[key]
        found.append({
            "key": key, "parent": row.parent, "depth": depth, "since": row.since, "record": row.idx,
            "name": words(station, row.idx, officer).get("title", ""), "posts": posts.get(key, []),
        })  # fmt: skip
    return found


def _post(station: Station, row: register.Post, officer: str) -> Row:
    return {"key": row.key, "office": row.office, "state": row.state, "officer": row.officer,
            "since": row.since or None, "record": row.idx,
            "serving": _serving(station, row.officer) if row.officer else None,
            "title": words(station, row.idx, officer).get("title", "")}  # fmt: skip


def _serving(station: Station, holder: str) -> bool:
    """Whether whoever holds a post still counts: a post is not vacated by a revocation, it shows."""
    try:
        station.directory.check_valid(station.officer(holder), station.now())
    except AntinError:
        return False
    return True


def office(station: Station, key: str, officer: str = "") -> Row:
    """One office with its former places, and who held its posts. Raises ``Missing``."""
    for each in offices(station, officer):
        if each["key"] == key:
            places = register.list_places.all(station.db, key)
            return {
                **each,
                "places": [{"parent": p.parent, "since": p.since, "record": p.idx} for p in places],
                "posts": [{**post, "holders": _holders(station, post["key"])} for post in each["posts"]],
            }
    raise Missing("office-unknown", key=key)


def _holders(station: Station, post: str) -> list[Row]:
    rows = register.list_holders.all(station.db, post)
    return [{"officer": each.officer, "since": each.since, "record": each.idx} for each in rows]


def units(station: Station, officer: str = "", *, professional: bool = False) -> list[Row]:
    """Units in the order of the administrative (or professional) tree, with their moves and the directory's word.

    ``directory``: the superiors in the unit's own credential; a difference is for a person to settle.
    """
    rows = {row.code: row for row in register.list_units.all(station.db)}
    found = []
    for depth, code in tree({code: row.professional if professional else row.parent for code, row in rows.items()}):
        row, moves = rows[code], register.list_moves.all(station.db, code)
        known = _directory(station, code)
        found.append({
            "code": code, "parent": row.parent, "professional": row.professional, "depth": depth, "since": row.since,
            "record": row.idx,
            "name": words(station, row.idx, officer).get("title", "") or (known["name"] if known else ""),
            "directory": known,
            "agrees": known is None or (known["parent"], known["professional"]) == (row.parent, row.professional),
            "moves": [{"parent": each.parent, "professional": each.professional, "since": each.since,
                       "record": each.idx} for each in moves],
        })  # fmt: skip
    return found


def _directory(station: Station, code: str) -> Row | None:
    try:
        subject = station.directory.find(code).subject
    except AntinError:  # a unit without a station
        return None
    return {"name": subject.name, "parent": subject.parent, "professional": subject.professional}
