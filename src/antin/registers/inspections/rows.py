"""What each statement of the register of inspections gives."""

from __future__ import annotations

from pathlib import Path

from antin.frozen import dataclass
from antin.storage.query import Statements

SQL = Statements(Path(__file__).with_name("queries.sql"))


@dataclass(frozen=True, slots=True)
class Inspection:
    """An inspection (``kt-3``)."""

    n: int
    id: bytes
    station: str
    directive: bytes
    starts: int
    ends: int
    state: str
    level: int
    precedence: int
    time: int
    idx: int

    @property
    def name(self) -> str:
        """``kt-3``."""
        return f"kt-{self.n}"


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding (``tt-3``). ``answered``, ``closed``: when, or None."""

    n: int
    id: bytes
    inspection: bytes
    unit: str
    item: str
    severity: str
    officer: str
    deadline: int
    state: str
    time: int
    idx: int
    answered: int | None
    answerer: str
    answer_idx: int | None
    closed: int | None
    closer: str

    @property
    def name(self) -> str:
        """``tt-3``."""
        return f"tt-{self.n}"


@dataclass(frozen=True, slots=True)
class Closing:
    """A finding, and the record that closed it (empty: none)."""

    n: int
    closing: bytes

    @property
    def name(self) -> str:
        """``tt-3``."""
        return f"tt-{self.n}"


@dataclass(frozen=True, slots=True)
class Open:
    """An open finding of an inspection that is not finished; ``station``: who inspects."""

    id: bytes
    n: int
    unit: str
    item: str
    deadline: int
    idx: int
    station: str
    level: int
    precedence: int

    @property
    def name(self) -> str:
        """``tt-3``."""
        return f"tt-{self.n}"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file by digest that an answer shows."""

    idx: int
    digest: bytes


next_number = SQL.query("next_number", int)
read_inspection = SQL.query("read_inspection", Inspection)
find_inspection = SQL.query("find_inspection", Inspection)
list_inspections = SQL.query("list_inspections", Inspection)
list_units = SQL.query("list_units", str)
list_inspectors = SQL.query("list_inspectors", str)
list_items = SQL.query("list_items", str)
next_finding = SQL.query("next_finding", int)
read_finding = SQL.query("read_finding", Finding)
find_finding = SQL.query("find_finding", Finding)
list_findings = SQL.query("list_findings", Finding)
list_closings = SQL.query("list_closings", Closing)
list_open = SQL.query("list_open", Open)
list_evidence = SQL.query("list_evidence", Evidence)
