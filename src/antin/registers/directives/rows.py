"""What each statement of the register of directives gives."""

from __future__ import annotations

from pathlib import Path

from antin.frozen import dataclass
from antin.storage.query import Statements

SQL = Statements(Path(__file__).with_name("queries.sql"))


@dataclass(frozen=True, slots=True)
class Directive:
    """``signed`` … ``ends``: ends of days, 0 where none is set; ``idx``: the record that entered it here."""

    n: int
    id: bytes
    station: str
    kind: str
    signed: int
    acknowledge_by: int
    study_by: int
    ends: int
    calendar: str
    level: int
    precedence: int
    state: str
    time: int
    idx: int

    @property
    def name(self) -> str:
        """``cd-3``."""
        return f"cd-{self.n}"


@dataclass(frozen=True, slots=True)
class Basis:
    """One document that a directive rests on."""

    id: bytes
    kind: str
    issued: int
    direct: int


@dataclass(frozen=True, slots=True)
class Rests:
    """Of two such documents: the first rests on the second."""

    id: bytes
    rests_on: bytes


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit under a directive: its state, and its new superior where it moved."""

    state: str
    parent: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit under a directive, and what it has reported. Times and records are None as long as nothing was."""

    code: str
    state: str
    acknowledged: int | None
    studied: int | None
    sessions: int
    invited: int
    in_person: int
    online: int
    officers: int
    read: int
    acknowledged_idx: int | None
    studied_idx: int | None
    parent: str


@dataclass(frozen=True, slots=True)
class Session:
    """A session of study that was held here."""

    idx: int
    form: str
    held: int
    invited: int
    in_person: int
    online: int


@dataclass(frozen=True, slots=True)
class Attendance:
    """An officer at a session."""

    officer: str
    form: str


@dataclass(frozen=True, slots=True)
class Read:
    """A person's signature that he has read the directive."""

    officer: str
    time: int
    idx: int


next_number = SQL.query("next_number", int)
read_directive = SQL.query("read_directive", Directive)
find_directive = SQL.query("find_directive", Directive)
list_directives = SQL.query("list_directives", Directive)
list_basis = SQL.query("list_basis", Basis)
list_rests = SQL.query("list_rests", Rests)
read_unit = SQL.query("read_unit", Standing)
list_units = SQL.query("list_units", Unit)
list_sessions = SQL.query("list_sessions", Session)
list_attendance = SQL.query("list_attendance", Attendance)
list_read = SQL.query("list_read", Read)
find_read = SQL.query("find_read", int)
