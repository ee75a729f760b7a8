"""Which engine keeps a database: SQLite in a file, or PostgreSQL by its URL, whose driver is loaded when one is met."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from antin.errors import Missing
from antin.storage.database import Database
from antin.storage.refusal import translated
from antin.storage.sqlite import Sqlite

URL = ("postgresql://", "postgres://")


def is_url(where: Path | str) -> bool:
    """Whether a database is named by a URL, and lies on a server."""
    return isinstance(where, str) and where.startswith(URL)


def open_database(where: Path | str, *, create: bool = False) -> Database:
    """The database at a path, or on a server at a URL. It makes none unless ``create``."""
    if is_url(where):
        found: Database = _postgres(where).Postgres(where, create=create)
        return found
    return Sqlite(Path(where), create=create)


def _postgres(where: Path | str) -> Any:
    try:
        return import_module("antin.storage.postgres")
    except ModuleNotFoundError:  # a station with a file alone does not need the driver
        raise Missing("database-driver-missing", url=where) from None


def open_anew(where: Path | str, owner: str) -> Database:
    """An empty database that is not finished: a new one, or what an earlier try of the same ``owner`` left."""
    if is_url(where):
        found: Database = _postgres(where).Postgres(where, create=True, anew=owner)
        return found
    for end in ("", "-wal", "-shm"):
        with translated(where):
            Path(f"{where}{end}").unlink(missing_ok=True)
    return Sqlite(Path(where), create=True)


def scratch(name: str = "") -> Database:
    """A database of one's own that is gone with it: in a private file, or in memory (``":memory:"``)."""
    return Sqlite(name)
