"""What each statement of the register of drafting gives."""

from __future__ import annotations

from pathlib import Path

from antin.frozen import dataclass
from antin.storage.query import Statements

SQL = Statements(Path(__file__).with_name("queries.sql"))


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft of a legal document (``dt-3``)."""

    n: int
    id: bytes
    station: str
    level: int
    precedence: int
    state: str
    time: int
    idx: int

    @property
    def name(self) -> str:
        """``dt-3``."""
        return f"dt-{self.n}"


@dataclass(frozen=True, slots=True)
class Version:
    """A version that went round; ``closes``: until when comments are asked for."""

    version: int
    closes: int
    document: bytes
    state: str
    time: int
    idx: int


@dataclass(frozen=True, slots=True)
class Comment:
    """What a unit says to a clause; ``record``: the digest of its record."""

    station: str
    clause: str
    stance: str
    late: int
    time: int
    idx: int
    record: bytes

    @property
    def place(self) -> tuple[str, str]:
        """Whose, and on which clause."""
        return self.station, self.clause


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a comment; ``position``: its place in the words of the record ``idx``."""

    station: str
    clause: str
    stance: str
    accepted: int
    position: int
    idx: int

    @property
    def place(self) -> tuple[str, str]:
        """Whose, and on which clause."""
        return self.station, self.clause


next_number = SQL.query("next_number", int)
read_draft = SQL.query("read_draft", Draft)
find_draft = SQL.query("find_draft", Draft)
list_drafts = SQL.query("list_drafts", Draft)
list_versions = SQL.query("list_versions", Version)
list_clauses = SQL.query("list_clauses", str)
list_units = SQL.query("list_units", str)
list_comments = SQL.query("list_comments", Comment)
list_answers = SQL.query("list_answers", Answer)
