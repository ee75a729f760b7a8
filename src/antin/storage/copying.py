"""All rows of a database into another that has the same tables, empty ones; between engines too."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from antin.errors import Unverified
from antin.storage.database import Database

Tell = Callable[[int, int], None]
_PART = 500


def copy_tables(source: Database, target: Database, tell: Tell = lambda *_: None) -> int:
    """Every table of the source, in a transaction of the target; the caller holds the source still. Returns how
    many rows.

    Raises ``Unverified`` where the two do not have the same tables.
    """
    names = source.tables()
    for name in sorted(set(names) ^ set(target.tables())):
        raise Unverified("form-differs", name=name)
    count = 0
    for number, name in enumerate(names):
        tell(number, len(names))
        columns = source.columns(name)
        if sorted(columns) != sorted(target.columns(name)):
            raise Unverified("form-differs", name=name)
        listed, marks = ", ".join(columns), ", ".join("?" * len(columns))
        rows = source.each(f"SELECT {listed} FROM {name}")
        while part := list(islice(rows, _PART)):
            target.many(f"INSERT INTO {name} ({listed}) VALUES ({marks})", part)
            count += len(part)
    return count
