"""What queries gave, for as long as nobody but us can write: read once, dropped when a statement changes its table.

A statement is taken to read every table whose name stands in it. There are no views, triggers or cascades, by which
one table could change with another (``tests/storage/test_remembered.py``).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, TypeAlias

Row: TypeAlias = tuple[Any, ...]
_MOST, _FEW_ROWS = 1024, 16
# Statements that read a row by its key from a table to which rows are only added: what they gave stays true while
# nothing is changed or removed there.
LASTING: set[str] = set()


class Remembered:
    """Answers by statement and values; at most 1,024, of at most 16 rows each."""

    def __init__(self) -> None:
        self._answers: dict[str, dict[Row, list[Row]]] = {}
        self._reading: dict[str, set[str]] = {}  # a name: the statements in which it stands
        self._count = 0

    def get(self, sql: str, values: Row) -> list[Row] | None:
        """What the statement gave for these values, or None."""
        return self._answers.get(sql, {}).get(values)

    def keep(self, sql: str, values: Row, found: list[Row]) -> None:
        """A new answer; a long one is not kept."""
        if len(found) > _FEW_ROWS or (not found and sql in LASTING):
            return
        if self._count >= _MOST:
            self.forget()
        if sql not in self._answers:
            self._answers[sql] = {}
            for name in _names(sql):
                self._reading.setdefault(name, set()).add(sql)
        self._answers[sql][values] = found
        self._count += 1

    def outdate(self, sql: str) -> None:
        """A statement is about to change its table: what was read of it counts no more."""
        table = _changed(sql)
        if table is None:
            self.forget()
            return
        reading = self._reading.get(table, set())
        for each in reading - LASTING if _only_adds(sql) else set(reading):
            self._count -= len(self._answers.pop(each, ()))
            reading.discard(each)

    def forget(self) -> None:
        """Keep nothing."""
        self._answers.clear()
        self._reading.clear()
        self._count = 0


@lru_cache(maxsize=1024)
def _only_adds(sql: str) -> bool:
    return sql.startswith("INSERT INTO") and "DO UPDATE" not in sql


@lru_cache(maxsize=1024)
def _changed(sql: str) -> str | None:
    """The table that a statement changes; None for one that changes the form of tables."""
    found = re.match(r"(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+(\w+)", sql)
    return found[1] if found else None


@lru_cache(maxsize=1024)
def _names(sql: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", sql))
