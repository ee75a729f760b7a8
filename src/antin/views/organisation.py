"""The agency's own offices and posts as a tree; units with both superiors, and where they stood before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from antin.errors import AntinError, Missing
from antin.frozen import dataclass
from antin.looks import Agency, Day, Hidden, Officer
from antin.registers.organisation import rows as register
from antin.registers.organisation.rules import tree
from antin.station.station import Station
from antin.views.papers import words


@dataclass(frozen=True, slots=True)
class Post:
    """A post. ``serving``: whether whoever holds it still counts; None, as ``since`` is, where nobody does."""

    key: str
    office: str
    state: str
    officer: Officer
    since: Day | None
    record: int
    serving: bool | None
    title: Hidden


@dataclass(frozen=True, slots=True)
class Office:
    """An office in the tree, ``depth`` steps from its top, with its posts."""

    key: str
    parent: str
    depth: int
    since: Day
    record: int
    name: Hidden
    posts: Sequence[Post]


@dataclass(frozen=True, slots=True)
class Place:
    """Under which office one stood from a day on."""

    parent: str
    since: Day
    record: int


@dataclass(frozen=True, slots=True)
class Holder:
    """Who held a post from a day on; "" when it was vacated."""

    officer: Officer
    since: Day
    record: int


@dataclass(frozen=True, slots=True)
class HeldPost(Post):
    """A post, and all who held it."""

    holders: list[Holder]


@dataclass(frozen=True, slots=True)
class WholeOffice(Office):
    """One office with its places, the first of them first, and who held its posts."""

    posts: Sequence[HeldPost]
    places: list[Place]


@dataclass(frozen=True, slots=True)
class PlacedPost(Post):
    """A post in a list, with the name of its office."""

    office_name: Hidden


@dataclass(frozen=True, slots=True)
class InDirectory:
    """What a unit's own credential says of it."""

    name: str
    parent: Agency
    professional: Agency


@dataclass(frozen=True, slots=True)
class Move:
    """Under which superiors a unit stood from a day on."""

    parent: Agency
    professional: Agency
    since: Day
    record: int


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit in the tree. ``directory``: None for a unit without a station; ``agrees``: with the register."""

    code: Agency
    parent: Agency
    professional: Agency
    depth: int
    since: Day
    record: int
    name: Hidden
    directory: InDirectory | None
    agrees: bool
    moves: list[Move]


def offices(station: Station, officer: str = "") -> list[Office]:
    """Offices in the order of the tree, each with its depth and posts."""
    posts: dict[str, list[Post]] = {}
    for each in register.list_posts.all(station.db):
        posts.setdefault(each.office, []).append(Post(**_post(station, each, officer)))
    return [Office(**facts, posts=posts.get(facts["key"], [])) for facts in _offices(station, officer)]


def _offices(station: Station, officer: str) -> list[dict[str, Any]]:
    rows = {row.key: row for row in register.list_offices.all(station.db)}
    return [
        {"key": key, "parent": rows[key].parent, "depth": depth, "since": rows[key].since, "record": rows[key].idx,
         "name": words(station, rows[key].idx, officer).get("title", "")}
        for depth, key in tree({key: row.parent for key, row in rows.items()})
    ]  # fmt: skip


def _post(station: Station, row: register.Post, officer: str) -> dict[str, Any]:
    return {"key": row.key, "office": row.office, "state": row.state, "officer": row.officer,
            "since": row.since or None, "record": row.idx,
            "serving": _serving(station, row.officer) if row.officer else None,
            "title": words(station, row.idx, officer).get("title", "")}  # fmt: skip


def posts(station: Station, officer: str = "") -> list[PlacedPost]:
    """All posts, in the order of the tree of offices."""
    names = {facts["key"]: facts["name"] for facts in _offices(station, officer)}
    rows = register.list_posts.all(station.db)
    return [PlacedPost(**_post(station, row, officer), office_name=name)
            for key, name in names.items() for row in rows if row.office == key]  # fmt: skip


def _serving(station: Station, holder: str) -> bool:
    """Whether whoever holds a post still counts: a post is not vacated by a revocation, it shows."""
    try:
        station.directory.check_valid(station.officer(holder), station.now())
    except AntinError:
        return False
    return True


def office(station: Station, key: str, officer: str = "") -> WholeOffice:
    """One office with its former places, and who held its posts. Raises ``Missing``."""
    facts = next((each for each in _offices(station, officer) if each["key"] == key), None)
    if facts is None:
        raise Missing("office-unknown", key=key)
    rows = [row for row in register.list_posts.all(station.db) if row.office == key]
    held = [HeldPost(**_post(station, row, officer), holders=_holders(station, row.key)) for row in rows]
    places = [Place(each.parent, each.since, each.idx) for each in register.list_places.all(station.db, key)]
    return WholeOffice(**facts, posts=held, places=places)


def _holders(station: Station, post: str) -> list[Holder]:
    return [Holder(each.officer, each.since, each.idx) for each in register.list_holders.all(station.db, post)]


def units(station: Station, officer: str = "", *, professional: bool = False) -> list[Unit]:
    """Units in the order of the administrative (or professional) tree, with their moves and the directory's word.

    ``directory``: the superiors in the unit's own credential; a difference is for a person to settle.
    """
    rows = {row.code: row for row in register.list_units.all(station.db)}
    placed = tree({code: row.professional if professional else row.parent for code, row in rows.items()})
    return [_unit(station, rows[code], depth, officer) for depth, code in placed]


def _unit(station: Station, row: register.Unit, depth: int, officer: str) -> Unit:
    known = _directory(station, row.code)
    name = words(station, row.idx, officer).get("title", "") or (known.name if known else "")
    agrees = known is None or (known.parent, known.professional) == (row.parent, row.professional)
    moves = [Move(each.parent, each.professional, each.since, each.idx)
             for each in register.list_moves.all(station.db, row.code)]  # fmt: skip
    return Unit(row.code, row.parent, row.professional, depth, row.since, row.idx, name, known, agrees, moves)


def _directory(station: Station, code: str) -> InDirectory | None:
    try:
        subject = station.directory.find(code).subject
    except AntinError:  # a unit without a station
        return None
    return InDirectory(subject.name, subject.parent, subject.professional)
