"""What each statement of the register of keys gives."""

from __future__ import annotations

from pathlib import Path

from antin.frozen import dataclass
from antin.storage.query import Statements

SQL = Statements(Path(__file__).with_name("queries.sql"))


@dataclass(frozen=True, slots=True)
class Bound:
    """A credential that this authority issued for a code, unless another one continues it."""

    digest: bytes
    epoch: int
    state: str


@dataclass(frozen=True, slots=True)
class Allotment:
    """Which authority may bind a code, or a prefix that ends at a dot."""

    scope: str
    authority: str


@dataclass(frozen=True, slots=True)
class LevelRow:
    """A generation of a level's key, and until when it is sealed to."""

    level: int
    generation: int
    kid: bytes
    until: int


@dataclass(frozen=True, slots=True)
class Issued:
    """A credential by digest, and whether it was revoked since when."""

    digest: bytes
    state: str
    since: int


@dataclass(frozen=True, slots=True)
class State:
    """A credential as the status says it."""

    id: bytes
    state: str
    since: int
    kind: int
    code: str


@dataclass(frozen=True, slots=True)
class StatusRow:
    """A status as it was signed."""

    idx: int
    as_of: int
    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Link:
    """A link key, and the object that vouches for it."""

    vouching: bytes
    key: bytes
    not_after: int


list_bound = SQL.query("list_bound", Bound)
is_authority = SQL.query("is_authority", bytes)
list_allotments = SQL.query("list_allotments", Allotment)
list_levels = SQL.query("list_levels", LevelRow)
read_agreed = SQL.query("read_agreed", bytes)
read_issued = SQL.query("read_issued", Issued)
list_states = SQL.query("list_states", State)
newest_status = SQL.query("newest_status", StatusRow)
last_epoch = SQL.query("last_epoch", int)
newest_link = SQL.query("newest_link", Link)
list_clock = SQL.query("list_clock", int)
