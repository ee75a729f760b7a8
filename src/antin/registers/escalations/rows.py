"""What each statement of the register of escalations gives."""

from __future__ import annotations

from pathlib import Path

from antin.frozen import dataclass
from antin.storage.query import Statements

SQL = Statements(Path(__file__).with_name("queries.sql"))


@dataclass(frozen=True, slots=True)
class Escalation:
    """A step that was taken: who urges which unit, for what, and since when it was due."""

    n: int
    station: str
    what: str
    about: bytes
    key: str
    unit: str
    step: str
    due: int
    time: int
    idx: int


next_number = SQL.query("next_number", int)
find_escalation = SQL.query("find_escalation", Escalation)
list_escalations = SQL.query("list_escalations", Escalation)
