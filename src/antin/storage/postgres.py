"""PostgreSQL: a station's database on a server, named by a URL.

Whoever writes holds the turn: an advisory lock of the session, and one row ``writer`` that counts turns
(``generation``) and transactions (``changes``). Each transaction that writes compares the generation with its own
first, so that one whose turn has passed to another changes nothing, by whatever way its connection was led. A
transaction that the server breaks off as a deadlock or a failed serialization is run once more from its first
statement: within a turn nobody else has changed what it read.
"""

from __future__ import annotations

import random
import time as clock
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from psycopg import errors

from antin.errors import Conflict, Missing, Unavailable
from antin.storage import server
from antin.storage.copying import copy_tables
from antin.storage.database import AT_ONCE, BUSY_SECONDS, READY, UNFINISHED, Database
from antin.storage.dialect import made, parts, spoken
from antin.storage.remembered import Row
from antin.storage.sqlite import Sqlite

T = TypeVar("T")

_TRIES, _LONGEST = 5, 20_000  # statements of one transaction that are kept, to run them once more
_AGAIN = (errors.SerializationFailure, errors.DeadlockDetected)
_LOCK = "hashtextextended('antin ' || current_schema(), 0)"
# The marks of a turn need not wait for the disk: they matter while the server lives. A server that dies ends all
# sessions, and whoever comes back mends.
_LAZY = "(SELECT set_config('synchronous_commit', 'off', true)) lazy"
_WRITER = """CREATE TABLE writer (
  one BIGINT PRIMARY KEY CHECK (one = 1), generation BIGINT NOT NULL, held BOOLEAN NOT NULL, changes BIGINT NOT NULL,
  owner TEXT NOT NULL, state TEXT NOT NULL
)"""


class Postgres(Database):
    """One connection, made anew between two turns where it broke. Opening makes nothing unless ``create``."""

    def __init__(self, url: str, *, create: bool = False, anew: str = "") -> None:
        super().__init__(server.shown(url))
        self.url = url
        self._generation: int | None = None
        self._open, self._own, self._change, self._xid, self._walks = False, 0, 0, 0, 0
        self._log: list[tuple[str, list[Row] | Row]] | None = None
        self._left: list[str] = []  # cursors that nobody reads any more
        self._inner = server.connect(url)
        try:
            if create:
                self._make(anew)
            self._check()
        except BaseException:
            self.close()
            raise

    def _make(self, anew: str) -> None:
        """The row of turns in an empty database; or in what an earlier try of the same owner left unfinished."""
        with self._translated(), self._inner.transaction():
            here = server.tables(self._inner)
            left = "writer" in here and self._inner.execute(
                "SELECT 1 FROM writer WHERE owner = %s AND state <> %s", (anew, READY)
            ).fetchone()  # fmt: skip
            if here and not (anew and left):
                raise Conflict("database-not-empty", path=self.place)
            for name in here:
                self._inner.execute(f'DROP TABLE "{name}"')
            self._inner.execute(_WRITER)
            self._inner.execute("INSERT INTO writer VALUES (1, 0, FALSE, 0, %s, %s)", (anew, UNFINISHED))

    def _check(self) -> None:
        with self._translated():
            here = self._inner.execute("SELECT to_regclass('writer') IS NOT NULL").fetchone()
        if here is None or not here[0]:
            raise Missing("database-missing", path=self.place)

    # -- whose it is -------------------------------------------------------------------------------------------------

    def belonging(self) -> tuple[str, str]:
        """Whose database it is and how far it was made, as ``belong`` said."""
        owner, state = self.read("SELECT owner, state FROM writer")[0]
        return owner, state

    def belong(self, owner: str, state: str) -> None:
        """Say whose it is."""
        with self._translated():
            self._live().execute("UPDATE writer SET owner = %s, state = %s", (owner, state))

    # -- the turn ----------------------------------------------------------------------------------------------------

    @contextmanager
    def turn(self) -> Iterator[bool]:
        """One writer at a time, on however many hosts; gives whether the last one ended without letting go.

        Raises ``Unavailable`` ``station-busy`` where another holds it for longer than 15 seconds.
        """
        assert self._generation is None, "a turn inside another is part of it"
        self._generation, crashed = self._fresh(self._take)
        try:
            yield crashed
        except Unavailable:
            self._leave("")  # as with a file: whoever comes next looks at what this one left
            raise
        except BaseException:
            self._leave()
            raise
        self._leave()

    def _take(self) -> tuple[int, bool]:
        with self._translated():
            done = self._inner.execute(
                f"SELECT pg_advisory_lock({_LOCK}); UPDATE writer w SET generation = w.generation + 1, held = TRUE "
                f"FROM {_LAZY}, (SELECT held FROM writer FOR UPDATE) before "
                "RETURNING w.generation, before.held, lazy.set_config"
            )
            done.nextset()
            generation, crashed, _ = done.fetchone() or (0, True, "")
        return int(generation), bool(int(crashed))

    def _leave(self, mark: str = "held = FALSE") -> None:
        generation, self._generation = self._generation, None
        marked = f"UPDATE writer SET {mark} FROM {_LAZY} WHERE generation = {generation} RETURNING set_config;"
        with suppress(psycopg.Error):  # a server that is gone has let go already
            self._inner.execute(f"{marked if mark else ''} SELECT pg_advisory_unlock({_LOCK})")

    def _live(self) -> psycopg.Connection[Row]:
        """The connection; made anew where it broke, but never in the middle of a turn or a transaction."""
        if self._inner.closed and not self._open and self._generation is None:
            self.forget()
            self._left.clear()
            self._inner, self._own = server.connect(self.url), 0
        if self._left and not self._open:
            names, self._left = self._left, []
            for name in names:
                with suppress(psycopg.Error):
                    self._inner.execute(f"CLOSE {name}")
        return self._inner

    def _fresh(self, work: Callable[[], T]) -> T:
        """What begins something: tried once more where the connection turns out to have broken while nobody spoke."""
        self._live()
        try:
            return work()
        except Unavailable:
            if not self._inner.closed:
                with suppress(psycopg.Error):
                    self._inner.execute(f"ROLLBACK; SELECT pg_advisory_unlock({_LOCK})")
                raise
        self._live()
        return work()

    # -- statements --------------------------------------------------------------------------------------------------

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction has begun and not ended."""
        return self._open

    def script(self, sql: str) -> None:
        """Run a file of statements (table definitions), or nothing where all that it makes is there."""
        self.forget()
        if "IF NOT EXISTS" in sql and made(sql) <= set(self._names()):
            return
        with self._translated(), self._inner.transaction():
            self._inner.execute(f"SELECT pg_advisory_xact_lock({_LOCK} + 1)")  # two that make the same wait for it
            for each in parts(sql):
                self._inner.execute(spoken(each))

    def _names(self) -> list[str]:
        return [name for (name,) in self.read(server.NAMES)]

    def read(self, sql: str, *values: object) -> list[Row]:
        """All rows of a query, whatever is remembered."""
        if not self._open and self._generation is None:
            return self._fresh(lambda: self._read(sql, values))
        return self._again_if_broken_off(lambda: self._read(sql, values))

    def _read(self, sql: str, values: Row) -> list[Row]:
        with self._translated():
            return self._live().execute(spoken(sql), values, binary=True).fetchall()

    def each(self, sql: str, *values: object) -> Iterator[Row]:
        """Rows one after another, for long walks: a cursor on the server, so that memory does not grow with them."""
        self._walks += 1
        name, held = f"walk_{self._walks}", not self._open  # one of a transaction ends with it
        hold = "WITH HOLD" if held else ""
        with self._translated():
            self._live().execute(f"DECLARE {name} NO SCROLL CURSOR {hold} FOR {spoken(sql)}", values, prepare=False)
        left = held
        try:
            while True:
                with self._translated():
                    some = self._inner.execute(f"FETCH {AT_ONCE} FROM {name}", prepare=False, binary=True).fetchall()
                    if len(some) < AT_ONCE:
                        self._inner.execute(f"CLOSE {name}")
                        left = False
                yield from some
                if len(some) < AT_ONCE:
                    return
        finally:  # wherever this is called from: not while another statement may be under way
            if left:
                self._left.append(name)

    def version(self) -> int:
        """A number that is another one once somebody else's transaction has changed the database."""
        return int(self.read("SELECT changes FROM writer")[0][0]) - self._own

    def tables(self) -> list[str]:
        """What tables there are, in the order in which they were made."""
        return [name for (name,) in self.read(server.TABLES)]

    def columns(self, table: str) -> tuple[str, ...]:
        """The names of a table's columns, in their order."""
        return tuple(name for (name,) in self.read(server.COLUMNS, table))

    def unlike_form(self, scripts: Iterable[str]) -> set[str]:
        """The names of tables, indexes and whatever else that are not as these definitions make them."""
        fresh = Sqlite(":memory:")
        for sql in scripts:
            fresh.script(sql)
        shipped = server.form_of_file(fresh)
        fresh.close()
        return {name for name, *_ in server.form(self.read) ^ shipped}

    def copy_to(self, path: Path, scripts: Iterable[str]) -> None:
        """A consistent copy of the whole database as a file of SQLite, while others may read and write it."""
        target = Sqlite(path, create=True)
        try:
            for sql in scripts:
                target.script(sql)
            with self.still(), target.transaction():
                copy_tables(self, target)
            target.settle()
        finally:
            target.close()

    def close(self) -> None:
        """End the session."""
        with suppress(psycopg.Error):
            self._inner.close()

    def _run(self, sql: str, values: Row) -> None:
        def run() -> None:
            with self._translated():
                self._live().execute(spoken(sql), values)

        self._again_if_broken_off(run)
        self._note(sql, values)

    def _many(self, sql: str, rows: Iterable[Row]) -> None:
        listed = list(rows)  # what makes them may read, and the line is taken while they are sent

        def run() -> None:
            with self._translated():
                self._live().cursor().executemany(spoken(sql), listed)

        if listed:
            self._again_if_broken_off(run)
            self._note(sql, listed)

    # -- transactions ------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        if self._generation is None:
            self._fresh(self._start)
        else:
            self._start()
        self._log = []

    def _start(self) -> None:
        ours = "TRUE" if self._generation is None else f"generation = {self._generation}"
        with self._translated():
            done = self._inner.execute(
                "BEGIN ISOLATION LEVEL READ COMMITTED; UPDATE writer SET changes = changes + 1 "
                f"WHERE {ours} RETURNING changes, pg_current_xact_id()::text"
            )
            done.nextset()
            found = done.fetchone()
            if found is None:
                self._inner.execute("ROLLBACK")
                raise Unavailable("turn-lost", path=self.place)
        self._open, self._change, self._xid = True, int(found[0]), int(found[1])

    def _begin_still(self) -> None:
        def start() -> None:
            with self._translated():
                self._live().execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")

        self._fresh(start) if self._generation is None else start()
        self._open = True

    def _end_still(self) -> None:
        self._open = False
        with suppress(psycopg.Error):
            self._inner.execute("COMMIT")

    def _say(self, command: str) -> None:
        if command == "COMMIT":
            self._commit()
            return

        def say() -> None:
            with self._translated():
                self._live().execute(command)

        self._again_if_broken_off(say)
        self._note(command, ())

    def _commit(self) -> None:
        try:
            self._again_if_broken_off(self._committed)
        except Unavailable as error:
            if not self._inner.closed or error.code == "commit-unknown":
                raise
            if not server.was_committed(self.url, self._xid, self._change, BUSY_SECONDS):
                raise
        self._open, self._log = False, None
        self._own += 1

    def _committed(self) -> None:
        with self._translated():
            done = self._live().execute("COMMIT")
        if done.statusmessage == "ROLLBACK":  # somebody caught what the server could not forget
            raise Unavailable("database-error", path=self.place, detail="25P02")

    def _undo(self, how: str = "ROLLBACK") -> None:
        self.forget()
        if how == "ROLLBACK":
            self._open, self._log = False, None
        else:
            self._note(how, ())
        with suppress(psycopg.Error):
            self._inner.execute(how)

    def _note(self, sql: str, values: list[Row] | Row) -> None:
        if self._log is not None:
            self._log.append((sql, values))
            if len(self._log) > _LONGEST:
                self._log = None

    def _again_if_broken_off(self, work: Callable[[], T]) -> T:
        """``work``; after a deadlock or a failed serialization, all of the transaction so far, and then ``work``."""
        for tried in range(_TRIES):
            try:
                if tried:
                    self._replay()
                return work()
            except server.BrokenOff:
                if self._log is None or tried == _TRIES - 1:
                    raise Unavailable("station-busy", path=self.place) from None
                clock.sleep(random.uniform(0.01, 0.1) * 2**tried)  # so that two do not meet again
        raise AssertionError("unreachable")

    def _replay(self) -> None:
        with suppress(psycopg.Error):
            self._inner.execute("ROLLBACK")
        self._start()
        for sql, values in self._log or ():
            with self._translated():
                if isinstance(values, list):
                    self._inner.cursor().executemany(spoken(sql), values)
                else:
                    self._inner.execute(spoken(sql), values)

    def _translated(self) -> Any:
        return server.translated(self.place)
