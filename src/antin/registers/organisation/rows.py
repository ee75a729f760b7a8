"""What each statement of the register of organisation gives."""

from __future__ import annotations

from pathlib import Path

from antin.frozen import dataclass
from antin.storage.query import Statements

SQL = Statements(Path(__file__).with_name("queries.sql"))


@dataclass(frozen=True, slots=True)
class Office:
    """An office of the agency, under which other it stands."""

    key: str
    parent: str
    since: int
    idx: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where an office stood from a day on."""

    parent: str
    since: int
    idx: int


@dataclass(frozen=True, slots=True)
class Post:
    """A post in an office, and who holds it since when."""

    key: str
    office: str
    state: str
    officer: str
    since: int
    idx: int


@dataclass(frozen=True, slots=True)
class Holder:
    """Who held a post from a day on; nobody when it was vacated."""

    officer: str
    since: int
    idx: int


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit, and its two superiors."""

    code: str
    parent: str
    professional: str
    since: int
    idx: int


@dataclass(frozen=True, slots=True)
class Move:
    """Where a unit stood from a day on."""

    parent: str
    professional: str
    since: int
    idx: int


list_offices = SQL.query("list_offices", Office)
list_places = SQL.query("list_places", Place)
find_post = SQL.query("find_post", Post)
list_posts = SQL.query("list_posts", Post)
list_holders = SQL.query("list_holders", Holder)
list_units = SQL.query("list_units", Unit)
list_moves = SQL.query("list_moves", Move)
