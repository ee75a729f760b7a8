"""The one small database interface: plain SQL, a transaction, rows. What every engine does alike stands here;
SQLite's own is in ``sqlite.py``, PostgreSQL's in ``postgres.py``, and ``engines.py`` chooses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, Protocol

from antin.storage.remembered import Remembered, Row

BUSY_SECONDS, AT_ONCE = 15, 64
# Of a database that is made beside another: its station's; whole, and no station names it yet; half-made.
READY, WAITING, UNFINISHED = "ready", "waiting", "unfinished"


class Reader(Protocol):
    """All that a rule, a view or a query needs of a database: it changes nothing."""

    def rows(self, sql: str, *values: object) -> list[Row]: ...
    def each(self, sql: str, *values: object) -> Iterator[Row]: ...
    def row(self, sql: str, *values: object) -> Row | None: ...
    def value(self, sql: str, *values: object) -> Any: ...
    def tables(self) -> list[str]: ...
    def columns(self, table: str) -> tuple[str, ...]: ...


class Database:
    """One connection. An engine says how a statement is run, how a transaction begins, and what its errors mean.

    ``place`` is what a person is told of where it lies. ``fixed``: nothing can be written there.
    """

    fixed = False

    def __init__(self, place: object) -> None:
        self.place = place
        self.guard: Callable[[], AbstractContextManager[object]] = nullcontext  # whose turn it is to write
        self._remembered = Remembered()
        self.forgotten = 0  # how often: whoever remembers for himself forgets with us
        self._keeping = self.stands = self.batching = self._apart = False

    # -- what an engine says -----------------------------------------------------------------------------------------

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction has begun and not ended."""
        raise NotImplementedError

    def script(self, sql: str) -> None:
        """Run a file of statements (table definitions)."""
        raise NotImplementedError

    def read(self, sql: str, *values: object) -> list[Row]:
        """All rows of a query, whatever is remembered."""
        raise NotImplementedError

    def each(self, sql: str, *values: object) -> Iterator[Row]:
        """Rows one after another, for long walks."""
        raise NotImplementedError

    def version(self) -> int:
        """A number that is another one once somebody else's transaction has changed the database."""
        raise NotImplementedError

    def tables(self) -> list[str]:
        """What tables there are, in the order in which they were made."""
        raise NotImplementedError

    def columns(self, table: str) -> tuple[str, ...]:
        """The names of a table's columns, in their order."""
        raise NotImplementedError

    def belonging(self) -> tuple[str, str] | None:
        """Whose it is, and one of ``READY``, ``WAITING``, ``UNFINISHED``; None where it is whose the folder is."""
        return None

    def belong(self, owner: str, state: str) -> None:
        """Say whose it is, where others' could be met."""

    def unlike_form(self, scripts: Iterable[str]) -> set[str]:
        """The names of tables, indexes and whatever else that are not as these definitions make them."""
        raise NotImplementedError

    def copy_to(self, path: Path, scripts: Iterable[str]) -> None:
        """A consistent copy of the whole database as a file of SQLite, while others may read and write it. ``scripts``
        define its tables."""
        raise NotImplementedError

    def settle(self) -> None:
        """What was filled is one thing by itself, on the disk."""

    def close(self) -> None:
        """Release it."""
        raise NotImplementedError

    def turn(self) -> AbstractContextManager[bool]:
        """Whatever else than the lock in the station's folder keeps writers apart; gives whether the last one ended
        without letting go."""
        return nullcontext(False)

    def _run(self, sql: str, values: Row) -> None:
        raise NotImplementedError

    def _many(self, sql: str, rows: Iterable[Row]) -> None:
        raise NotImplementedError

    def _begin(self) -> None:
        """A transaction that writes."""
        raise NotImplementedError

    def _begin_still(self) -> None:
        """A transaction that reads one state."""
        raise NotImplementedError

    def _say(self, command: str) -> None:
        """COMMIT, SAVEPOINT, RELEASE."""
        raise NotImplementedError

    def _undo(self, how: str = "ROLLBACK") -> None:
        """Take back; nothing is raised where the engine has done it already, or is gone."""
        raise NotImplementedError

    # -- what is alike -----------------------------------------------------------------------------------------------

    def run(self, sql: str, *values: object) -> None:
        """One statement that changes something."""
        with self.transaction():
            self._remembered.outdate(sql)
            self._run(sql, values)

    def many(self, sql: str, rows: Iterable[Row]) -> None:
        """One statement for many rows."""
        with self.transaction():
            self._remembered.outdate(sql)
            self._many(sql, rows)

    def rows(self, sql: str, *values: object) -> list[Row]:
        """All rows of a query."""
        if not self._keeping:
            return self.read(sql, *values)
        found = self._remembered.get(sql, values)
        if found is None:
            found = self.read(sql, *values)
            self._remembered.keep(sql, values, found)
        return list(found)

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
        self.forgotten += 1
        self._remembered.forget()

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
        if self.in_transaction:
            yield
            return
        with self.guard():
            self._begin()
            try:
                yield
                self._say("COMMIT")
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
        if self.in_transaction:
            yield
            return
        self._begin_still()
        self.stands = True
        try:
            yield
        finally:
            self.stands = False
            self._end_still()

    def _end_still(self) -> None:
        raise NotImplementedError

    @contextmanager
    def part(self) -> Iterator[None]:
        """A part of a transaction that can fail without the rest."""
        with self.transaction():
            self._say("SAVEPOINT part")
            try:
                yield
            except BaseException:
                self._undo("ROLLBACK TO part")
                self._undo("RELEASE part")
                raise
            self._say("RELEASE part")

    @contextmanager
    def rehearsal(self) -> Iterator[None]:
        """A transaction that is always undone: what would be refused shows before anything is signed."""
        if self.in_transaction:
            self._say("SAVEPOINT rehearsal")
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


def statements(file: Path) -> dict[str, str]:
    """The named statements of a ``.sql`` file: ``-- verb_noun`` on a line of its own begins each."""
    parts = re.split(r"(?m)^-- ([a-z_]+)$", file.read_text("utf-8"))
    return {name: sql.strip() for name, sql in zip(parts[1::2], parts[2::2], strict=True)}
