"""What each statement of the signer's memory gives."""

from __future__ import annotations

from pathlib import Path

from antin.frozen import dataclass
from antin.storage.query import Statements

SQL = Statements(Path(__file__).with_name("memory.sql"))


@dataclass(frozen=True, slots=True)
class Head:
    """The newest head signed of a journal."""

    origin: str
    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Failures:
    """How many wrong passphrases in a row, and until when no further one is tried."""

    count: int
    until: int


read_use = SQL.query("read_use", int)
read_head = SQL.query("read_head", Head)
list_heads = SQL.query("list_heads", Head)
read_failures = SQL.query("read_failures", Failures)
