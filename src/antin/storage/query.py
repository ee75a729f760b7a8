"""Named statements with typed rows: what a query gives is a frozen dataclass, and no value is read by its position.

``queries.sql`` names statements (``-- verb_noun``), ``rows.py`` beside it says what each gives. A test prepares every
statement on empty tables and compares its columns with the fields.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar

from antin.errors import Unverified
from antin.frozen import dataclass
from antin.storage.database import Reader, statements
from antin.storage.remembered import LASTING, Row

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Query(Generic[T]):
    """One SELECT. ``row``: a dataclass whose fields are its columns, in order; or the type of its only column."""

    name: str
    sql: str
    row: type[T]

    def all(self, db: Reader, *values: object) -> list[T]:
        """Every row."""
        if is_dataclass(self.row):
            make = self.row
            return [make(*row) for row in db.rows(self.sql, *values)]
        return [row[0] for row in db.rows(self.sql, *values)]

    def each(self, db: Reader, *values: object) -> Iterator[T]:
        """Row after row, for long walks."""
        make = self.row if is_dataclass(self.row) else None
        for row in db.each(self.sql, *values):
            yield make(*row) if make else row[0]

    def one(self, db: Reader, *values: object) -> T | None:
        """The first row, or None."""
        row = db.row(self.sql, *values)
        if row is None:
            return None
        return self.row(*row) if is_dataclass(self.row) else row[0]

    def sure(self, db: Reader, *values: object) -> T:
        """The first row of what always has one: a number to come, what the books name.

        Raises ``Unverified`` where it is gone: somebody else than this program has changed the database.
        """
        found = self.one(db, *values)
        if found is None:
            raise Unverified("books-incomplete", what=self.name)
        return found

    @property
    def columns(self) -> tuple[str, ...] | None:
        """The names that its columns must have; None where there is one and its name says nothing."""
        return tuple(each.name for each in fields(self.row)) if is_dataclass(self.row) else None


class Statements:
    """The statements of one ``.sql`` file, and which of them were given a row."""

    def __init__(self, file: Path) -> None:
        self.file, self.sql = file, statements(file)
        self.queries: dict[str, Query[object]] = {}

    def __getitem__(self, name: str) -> str:
        """A statement that changes something; what gives rows is a ``query``."""
        assert not self.sql[name].startswith("SELECT"), name
        return self.sql[name]

    def query(self, name: str, row: type[T], *, lasting: bool = False) -> Query[T]:
        """A SELECT and what it gives; ``lasting``: by key, from a table to which rows are only added."""
        if lasting:
            LASTING.add(self.sql[name])
        found = Query(name, self.sql[name], row)
        self.queries[name] = found  # type: ignore[assignment]  # looked at by its columns alone
        return found


@cache
def _row(columns: tuple[str, ...]) -> Any:
    return namedtuple("row", columns, rename=True)


def every(db: Reader, table: str, **equal: object) -> Iterator[Any]:
    """Row after row of a table, for an audit: a named tuple of all its columns. Only those that are ``equal``, where
    something is said."""
    make = _row(db.columns(table))
    where = " AND ".join(f"{name} = ?" for name in equal)
    for row in db.each(f"SELECT * FROM {table}{' WHERE ' + where if where else ''}", *equal.values()):
        yield make(*row)


def has(db: Reader, table: str, **equal: object) -> bool:
    """Whether a table has such a row."""
    return next(every(db, table, **equal), None) is not None


def unlike(one: Reader, other: Reader, table: str, unsaid: Sequence[str] = ()) -> Iterator[Any]:
    """Rows of a table that are not the same in two databases, but for the columns ``unsaid``; those of either."""
    there = other.columns(table)
    columns = [each for each in one.columns(table) if each in there and each not in unsaid]
    make, listed = _row(tuple(columns)), ", ".join(columns)
    order = ", ".join(f"{each} NULLS FIRST" for each in columns)
    sides = [each.each(f"SELECT {listed} FROM {table} ORDER BY {order}") for each in (one, other)]
    ours, again = (next(each, None) for each in sides)
    while ours is not None or again is not None:
        if ours == again:
            ours, again = (next(each, None) for each in sides)
        elif again is None or (ours is not None and _place(ours) < _place(again)):
            yield make(*ours)  # type: ignore[misc]  # one of the two is left
            ours = next(sides[0], None)
        else:
            yield make(*again)
            again = next(sides[1], None)


def _place(row: Row) -> list[tuple[bool, Any]]:
    return [(value is not None, value) for value in row]  # nothing comes first
