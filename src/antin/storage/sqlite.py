"""SQLite: a file in the station's folder, in WAL mode with ``synchronous=FULL``, so that a committed transaction is on
the disk."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from antin.errors import AntinError, Conflict, Missing, Unavailable, Unverified
from antin.storage.database import AT_ONCE, BUSY_SECONDS, Database
from antin.storage.refusal import translated
from antin.storage.remembered import Row

_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
_FIXED = "mode=ro&immutable=1"
_LITTLE_ROOM = 1024 * 1024


class Sqlite(Database):
    """``":memory:"`` gives a scratch database, ``""`` one in a private file that is gone with it.

    Opening makes no file unless ``create``: a database that is gone must not come back empty.
    """

    def __init__(self, path: Path | str, *, create: bool = False) -> None:
        super().__init__(path.parent if isinstance(path, Path) else path)
        self.path = path
        if isinstance(path, Path) and create:
            _make(path)
        if isinstance(path, Path) and not path.exists():
            raise Missing("database-missing", path=path)
        self.fixed = isinstance(path, Path) and _fixed(path)
        name = f"file:{quote(str(path))}?{_FIXED if self.fixed else 'mode=rw'}" if isinstance(path, Path) else path
        with _translated(path):
            # Autocommit: transactions are ours to begin, so that none starts behind our back.
            self._inner = sqlite3.connect(name, timeout=BUSY_SECONDS, isolation_level=None, uri=isinstance(path, Path))
            for pragma in () if self.fixed else _PRAGMAS:
                self._inner.execute(f"PRAGMA {pragma}")

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction has begun and not ended."""
        return self._inner.in_transaction

    def script(self, sql: str) -> None:
        """Run a file of statements (table definitions)."""
        self.forget()
        with _translated(self.path):
            self._inner.executescript(sql)

    def read(self, sql: str, *values: object) -> list[Row]:
        """All rows of a query, whatever is remembered."""
        with _translated(self.path):
            return self._inner.execute(sql, values).fetchall()

    def each(self, sql: str, *values: object) -> Iterator[Row]:
        """Rows one after another, for long walks."""
        with _translated(self.path):
            cursor = self._inner.execute(sql, values)
        while True:
            with _translated(self.path):
                some = cursor.fetchmany(AT_ONCE)
            if not some:
                return
            yield from some

    def version(self) -> int:
        """A number that is another one once somebody else's transaction has changed the database."""
        return int(self.read("PRAGMA data_version")[0][0])

    def tables(self) -> list[str]:
        """What tables there are, in the order in which they were made."""
        found = self.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid")
        return [name for (name,) in found if not name.startswith("sqlite_")]

    def columns(self, table: str) -> tuple[str, ...]:
        """The names of a table's columns, in their order."""
        return tuple(name for (name,) in self.rows("SELECT name FROM pragma_table_info(?) ORDER BY cid", table))

    def unlike_form(self, scripts: Iterable[str]) -> set[str]:
        """The names of tables, indexes and whatever else that are not as these definitions make them."""
        fresh = Sqlite(":memory:")
        for sql in scripts:
            fresh.script(sql)
        found = {name for name, _ in self._parts() ^ fresh._parts()}
        fresh.close()
        return found

    def _parts(self) -> set[tuple[str, str]]:
        """Everything that it consists of, but for what SQLite notes for itself, with what made it."""
        sql = "SELECT name, type, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_stat%'"
        return {(name, " ".join([*place, *(sql or "").split()])) for name, *place, sql in self.rows(sql)}

    def copy_to(self, path: Path, scripts: Iterable[str]) -> None:
        """A consistent copy of the whole database as a file of SQLite, while others may read and write it."""
        with _translated(path):
            target = sqlite3.connect(path)
            try:
                self._inner.backup(target)
                target.execute("PRAGMA journal_mode=DELETE")
            finally:
                target.close()

    def settle(self) -> None:
        """One file alone, without a log beside it."""
        self.read("PRAGMA wal_checkpoint(TRUNCATE)")
        self.read("PRAGMA journal_mode=DELETE")

    def close(self) -> None:
        """Release the file."""
        with suppress(sqlite3.Error):
            self._inner.close()

    def _run(self, sql: str, values: Row) -> None:
        with _translated(self.path):
            self._inner.execute(sql, values)

    def _many(self, sql: str, rows: Iterable[Row]) -> None:
        with _translated(self.path):
            self._inner.executemany(sql, rows)

    def _begin(self) -> None:
        with _translated(self.path):
            self._inner.execute("BEGIN IMMEDIATE")

    def _begin_still(self) -> None:
        self._say("BEGIN")

    def _end_still(self) -> None:
        with suppress(sqlite3.Error):
            self._inner.execute("COMMIT")

    def _say(self, command: str) -> None:
        with _translated(self.path):
            self._inner.execute(command)

    def _undo(self, how: str = "ROLLBACK") -> None:
        self.forget()
        with suppress(sqlite3.Error):
            self._inner.execute(how)


def _fixed(path: Path) -> bool:
    """Whether it lies where nothing can be written: a medium, a copy for an inspector. It is read as it stands.

    Raises ``Unavailable`` where its last changes wait in a log that cannot be read without writing.
    """
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        return False
    log = path.with_name(path.name + "-wal")
    if log.exists() and log.stat().st_size:
        raise Unavailable("file-not-allowed", path=log)
    return True


def _make(path: Path) -> None:
    """An empty file for its owner alone; SQLite gives its logs the same rights."""
    with translated(path), suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


@contextmanager
def _translated(path: object) -> Iterator[None]:
    try:
        yield
    except sqlite3.IntegrityError as error:
        raise Conflict("table-refuses", detail=str(error)) from None
    except sqlite3.Error as error:
        raise _words_for(error, path) from None


def _words_for(error: sqlite3.Error, path: object) -> AntinError:
    text, name = str(error), getattr(error, "sqlite_errorname", "")
    if name == "SQLITE_FULL" or (name.startswith("SQLITE_IOERR") and _no_room(path)):
        return Unavailable("disk-full", path=path)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return Unavailable("station-busy", path=path)
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return Unverified("database-damaged", path=path)
    return Unavailable("disk-error", path=path, detail=text)


def _no_room(path: object) -> bool:
    """Growing the write-ahead log's index fails as an I/O error, not as a full disk: look for ourselves."""
    try:
        return shutil.disk_usage(Path(str(path)).parent).free < _LITTLE_ROOM
    except OSError:
        return False
