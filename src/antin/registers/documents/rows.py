"""What each statement of the register of documents gives."""

from __future__ import annotations

from pathlib import Path

from antin.frozen import dataclass
from antin.storage.query import Statements

SQL = Statements(Path(__file__).with_name("queries.sql"))


@dataclass(frozen=True, slots=True)
class Draft:
    """A document signed here (``vb-3``). ``signed`` … ``cancelled``: the records, None as long as there is none."""

    n: int
    id: bytes
    level: int
    size: int
    document: bytes
    kind: str
    signed: int
    stamped: int | None
    cancelled: int | None

    @property
    def name(self) -> str:
        """``vb-3``."""
        return f"vb-{self.n}"


next_number = SQL.query("next_number", int)
read_draft = SQL.query("read_draft", Draft)
find_draft = SQL.query("find_draft", Draft)
list_drafts = SQL.query("list_drafts", Draft)
find_size = SQL.query("find_size", Draft)
