"""What each statement of the register of papers gives."""

from __future__ import annotations

from pathlib import Path

from antin.frozen import dataclass
from antin.storage.query import Statements

SQL = Statements(Path(__file__).with_name("queries.sql"))


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A travelling record made or taken here (``ph-3``). ``named``: what others call it by."""

    n: int
    digest: bytes
    named: bytes
    kind: str
    station: str
    officer: str
    time: int
    idx: int
    level: int
    precedence: int
    own: int
    addressees: int

    @property
    def name(self) -> str:
        """``ph-3``."""
        return f"ph-{self.n}"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a dispatch's paper was refused last, and what it waits for."""

    code: str
    needs: bytes


@dataclass(frozen=True, slots=True)
class Refused:
    """A paper that a rule refused."""

    idx: int
    slip: bytes
    digest: bytes
    kind: str
    code: str
    time: int


next_number = SQL.query("next_number", int)
read_paper = SQL.query("read_paper", PaperRow)
find_paper = SQL.query("find_paper", PaperRow)
find_name = SQL.query("find_name", PaperRow)
list_papers = SQL.query("list_papers", PaperRow)
list_waiting = SQL.query("list_waiting", PaperRow)
list_published = SQL.query("list_published", bytes)
is_settled = SQL.query("is_settled", int)
newest_refusal = SQL.query("newest_refusal", Reason)
list_ready = SQL.query("list_ready", bytes)
is_taken = SQL.query("is_taken", int)
list_refused = SQL.query("list_refused", Refused)
