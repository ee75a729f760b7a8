"""The agency's own offices and posts as a tree; units with both superiors, and where they stood before."""

from __future__ import annotations

from typing import Any

from antin.errors import AntinError, Missing
from antin.registers.organisation import apply as register
from antin.registers.organisation.rules import tree
from antin.station.station import Station
from antin.views.papers import words

Row = dict[str, Any]


def offices(station: Station, officer: str = "") -> list[Row]:
    """Offices in the order of the tree, each with its depth and posts."""
    rows = {row[0]: row for row in station.db.rows(register.SQL["list_offices"])}
    posts: dict[str, list[Row]] = {}
    for each in station.db.rows(register.SQL["list_posts"]):
        posts.setdefault(each[1], []).append(_post(station, each, officer))
    found = []
    for depth, key in tree({key: row[1] for key, row in rows.items()}):
        _, parent, since, index = rows[key]
        found.append({
            "key": key, "parent": parent, "depth": depth, "since": since, "record": index,
            "name": words(station, index, officer).get("title", ""), "posts": posts.get(key, []),
        })  # fmt: skip
    return found


def _post(station: Station, row: tuple[Any, ...], officer: str) -> Row:
    key, office, state, holder, since, index = row
    return {"key": key, "office": office, "state": state, "officer": holder, "since": since or None, "record": index,
            "serving": _serving(station, holder) if holder else None,
            "title": words(station, index, officer).get("title", "")}  # fmt: skip


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
            places = station.db.rows(register.SQL["list_places"], key)
            return {
                **each,
                "places": [{"parent": parent, "since": since, "record": index} for parent, since, index in places],
                "posts": [{**post, "holders": _holders(station, post["key"])} for post in each["posts"]],
            }
    raise Missing("office-unknown", key=key)


def _holders(station: Station, post: str) -> list[Row]:
    rows = station.db.rows(register.SQL["list_holders"], post)
    return [{"officer": holder, "since": since, "record": index} for holder, since, index in rows]


def units(station: Station, officer: str = "", *, professional: bool = False) -> list[Row]:
    """Units in the order of the administrative (or professional) tree, with their moves and the directory's word.

    ``directory``: the superiors in the unit's own credential; a difference is for a person to settle.
    """
    rows = {row[0]: row for row in station.db.rows(register.SQL["list_units"])}
    found = []
    for depth, code in tree({code: row[2 if professional else 1] for code, row in rows.items()}):
        _, parent, trade, since, index = rows[code]
        moves = station.db.rows(register.SQL["list_moves"], code)
        known = _directory(station, code)
        found.append({
            "code": code, "parent": parent, "professional": trade, "depth": depth, "since": since, "record": index,
            "name": words(station, index, officer).get("title", "") or (known["name"] if known else ""),
            "directory": known, "agrees": known is None or (known["parent"], known["professional"]) == (parent, trade),
            "moves": [{"parent": above, "professional": other, "since": day, "record": place}
                      for above, other, day, place in moves],
        })  # fmt: skip
    return found


def _directory(station: Station, code: str) -> Row | None:
    try:
        subject = station.directory.find(code).subject
    except AntinError:  # a unit without a station
        return None
    return {"name": subject.name, "parent": subject.parent, "professional": subject.professional}
