"""What each statement of the register of people gives."""

from __future__ import annotations

from pathlib import Path

from antin.frozen import dataclass
from antin.storage.query import Statements

SQL = Statements(Path(__file__).with_name("queries.sql"))


@dataclass(frozen=True, slots=True)
class Station:
    """Which agency this is: its code, its present credential, the root that it believes."""

    code: str
    credential: bytes
    root: bytes


@dataclass(frozen=True, slots=True)
class Officer:
    """An officer enrolled here. ``idx``: the record, whose secret part is the name."""

    officer: str
    credential: bytes
    roles: str
    level: int
    state: str
    idx: int

    @property
    def serving(self) -> bool:
        """Whether he may still act."""
        return self.state == "serving"


read_station = SQL.query("read_station", Station)
read_officer = SQL.query("read_officer", Officer)
list_officers = SQL.query("list_officers", Officer)
