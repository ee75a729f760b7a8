"""The one small database interface: plain SQL, a transaction, rows. SQLite here; PostgreSQL speaks the same subset.

SQLite runs in WAL mode with ``synchronous=FULL``: a committed transaction is on the disk.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

from antin.errors import AntinError, Conflict, Missing, Unavailable, Unverified
from antin.storage.refusal import translated
from antin.storage.remembered import Remembered, Row

_BUSY_SECONDS = 15
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
_FIXED = "mode=ro&immutable=1"
_LITTLE_ROOM, _AT_ONCE = 1024 * 1024, 64


class Reader(Protocol):
    """All that a rule, a view or a query needs of a database: it changes nothing."""

    def rows(self, sql: str, *values: object) -> list[Row]: ...
    def each(self, sql: str, *values: object) -> Iterator[Row]: ...
    def row(self, sql: str, *values: object) -> Row | None: ...
    def value(self, sql: str, *values: object) -> Any: ...


class Database:
    """One connection. ``":memory:"`` gives a scratch database for the audit's replay.

    Opening makes no file unless ``create``: a database that is gone must not come back empty.
    """

    def __init__(self, path: Path | str, *, create: bool = False) -> None:
        self.path = path
        self.guard: Callable[[], AbstractContextManager[object]] = nullcontext  # whose turn it is to write
        if isinstance(path, Path) and create:
            _make(path)
        if isinstance(path, Path) and not path.exists():
            raise Missing("database-missing", path=path)
        self._remembered = Remembered()
        self._keeping = self.stands = self.batching = self._apart = False
        self.fixed = isinstance(path, Path) and _fixed(path)
        name = f"file:{quote(str(path))}?{_FIXED if self.fixed else 'mode=rw'}" if isinstance(path, Path) else path
        with _translated(path):
            # Autocommit: transactions are ours to begin, so that none starts behind our back.
            self._inner = sqlite3.connect(name, timeout=_BUSY_SECONDS, isolation_level=None, uri=isinstance(path, Path))
            for pragma in () if self.fixed else _PRAGMAS:
                self._inner.execute(f"PRAGMA {pragma}")

    def script(self, sql: str) -> None:
        """Run a file of statements (table definitions)."""
        self.forget()
        with _translated(self.path):
            self._inner.executescript(sql)

    def run(self, sql: str, *values: object) -> None:
        """One statement that changes something."""
        with self.transaction(), _translated(self.path):
            self._remembered.outdate(sql)
            self._inner.execute(sql, values)

    def many(self, sql: str, rows: Iterable[Row]) -> None:
        """One statement for many rows."""
        with self.transaction(), _translated(self.path):
            self._remembered.outdate(sql)
            self._inner.executemany(sql, rows)

    def rows(self, sql: str, *values: object) -> list[Row]:
        """All rows of a query."""
        if not self._keeping:
            return self.read(sql, *values)
        found = self._remembered.get(sql, values)
        if found is None:
            found = self.read(sql, *values)
            self._remembered.keep(sql, values, found)
        return list(found)

    def read(self, sql: str, *values: object) -> list[Row]:
        """All rows of a query, whatever is remembered."""
        with _translated(self.path):
            return self._inner.execute(sql, values).fetchall()

    @contextmanager
    def remembering(self) -> Iterator[None]:
        """While nobody else writes: what was read is not read again until its table changes.

        What is remembered may be used again in a later block, unless ``forget`` is called between: whoever enters one
        asks ``version`` whether somebody else has written.
        """
        before, self._keeping = self._keeping, True
        try:
            yield
        finally:
            self._keeping = before

    def forget(self) -> None:
        """Remember nothing that was read."""
        self._remembered.forget()

    def each(self, sql: str, *values: object) -> Iterator[Row]:
        """Rows one after another, for long walks."""
        with _translated(self.path):
            cursor = self._inner.execute(sql, values)
        while True:
            with _translated(self.path):
                some = cursor.fetchmany(_AT_ONCE)
            if not some:
                return
            yield from some

    def row(self, sql: str, *values: object) -> Row | None:
        """The first row, or None."""
        found = self.rows(sql, *values)
        return found[0] if found else None

    def value(self, sql: str, *values: object) -> Any:
        """The first column of the first row, or None."""
        found = self.row(sql, *values)
        return found[0] if found else None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; takes the write lock at once, so that what is read inside stays true until commit.

        One inside another is part of it; in a batch, one that fails leaves the others.
        """
        assert not self.stands, "nothing is written where the books stand still"
        if self._apart:
            with self._alone():
                yield
            return
        if self._inner.in_transaction:
            yield
            return
        with self.guard():
            self._begin()
            try:
                yield
                with _translated(self.path):
                    self._inner.execute("COMMIT")
            except BaseException:
                self._undo()  # a full disk may have rolled back already
                raise

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Many transactions, one commit: each is all or nothing by itself, and all are undone when this fails."""
        with self.transaction():
            before = self.batching, self._apart
            self.batching = self._apart = True
            try:
                yield
            finally:
                self.batching, self._apart = before

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._apart = False
        try:
            with self.part():
                yield
        finally:
            self._apart = True

    @contextmanager
    def still(self) -> Iterator[None]:
        """Every read inside sees one state, whatever others write meanwhile. Nothing may be written inside."""
        if self._inner.in_transaction:
            yield
            return
        with _translated(self.path):
            self._inner.execute("BEGIN")
        self.stands = True
        try:
            yield
        finally:
            self.stands = False
            with suppress(sqlite3.Error):
                self._inner.execute("COMMIT")

    @contextmanager
    def part(self) -> Iterator[None]:
        """A part of a transaction that can fail without the rest."""
        with self.transaction(), _translated(self.path):
            self._inner.execute("SAVEPOINT part")
            try:
                yield
            except BaseException:
                self._undo("ROLLBACK TO part")
                self._undo("RELEASE part")
                raise
            self._inner.execute("RELEASE part")

    @contextmanager
    def rehearsal(self) -> Iterator[None]:
        """A transaction that is always undone: what would be refused shows before anything is signed."""
        if self._inner.in_transaction:
            self._inner.execute("SAVEPOINT rehearsal")
            try:
                yield
            finally:
                self._undo("ROLLBACK TO rehearsal")
                self._undo("RELEASE rehearsal")
            return
        with self.guard():
            self._begin()
            try:
                yield
            finally:
                self._undo()

    def _begin(self) -> None:
        with _translated(self.path):
            self._inner.execute("BEGIN IMMEDIATE")

    def _undo(self, how: str = "ROLLBACK") -> None:
        self.forget()
        with suppress(sqlite3.Error):
            self._inner.execute(how)

    def version(self) -> int:
        """A number that is another one once somebody else's transaction has changed the database."""
        return int(self.read("PRAGMA data_version")[0][0])

    def copy_to(self, path: Path) -> None:
        """A consistent copy of the whole database, while others may read and write it."""
        with _translated(path):
            target = sqlite3.connect(path)
            try:
                self._inner.backup(target)
                target.execute("PRAGMA journal_mode=DELETE")
            finally:
                target.close()

    def close(self) -> None:
        """Release the file."""
        with suppress(sqlite3.Error):
            self._inner.close()


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


def statements(file: Path) -> dict[str, str]:
    """The named statements of a ``.sql`` file: ``-- verb_noun`` on a line of its own begins each."""
    parts = re.split(r"(?m)^-- ([a-z_]+)$", file.read_text("utf-8"))
    return {name: sql.strip() for name, sql in zip(parts[1::2], parts[2::2], strict=True)}


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
