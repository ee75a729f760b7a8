"""Connections that count what is asked of the books."""

from __future__ import annotations

import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from antin.storage import sqlite

Counts = Counter[tuple[str, str]]


class Counting:
    """A connection that counts what is asked of it."""

    def __init__(self, inner: sqlite3.Connection, name: str, counts: Counts) -> None:
        self._inner, self._name, self._counts = inner, name, counts

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        self._counts[self._name, sql.split()[0].upper()] += 1
        return self._inner.execute(sql, *values)

    def executemany(self, sql: str, *values: Any) -> sqlite3.Cursor:
        self._counts[self._name, sql.split()[0].upper()] += 1
        return self._inner.executemany(sql, *values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def counted(monkeypatch: pytest.MonkeyPatch) -> Counts:
    """From here on every new connection counts: (file, first word of the statement)."""
    counts: Counts = Counter()
    real = sqlite3.connect

    def connect(name: str, **how: Any) -> Any:
        return Counting(real(name, **how), Path(str(name).split("?")[0]).name, counts)

    monkeypatch.setattr(sqlite.sqlite3, "connect", connect)
    return counts


def asked(counts: Counts) -> int:
    """Statements on the books since the last look, the ends of transactions among them."""
    found = sum(count for (name, _), count in counts.items() if name == "station.db")
    counts.clear()
    return found
