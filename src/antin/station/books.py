"""The registers that a station keeps: adding a book is one line here.

Registers need no migrations. When their tables differ from those that the database was filled with, they are
dropped, made anew and filled by the journal's own records, in one transaction.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any

from antin import registers
from antin.journal.deed import Book, Deed, Source
from antin.journal.journal import Journal
from antin.journal.own import OWN
from antin.station import rows
from antin.storage.database import Database

NAMES = (
    "people", "keys", "documents", "dispatch", "papers", "directives", "programmes", "reviews", "emulation",
    "committees", "inspections", "escalations", "organisation", "drafting",
)  # fmt: skip
_FOLDER = Path(registers.__path__[0])
TABLES = tuple(_FOLDER / name / "tables.sql" for name in NAMES)


@cache
def book(name: str) -> Book:
    """A book with its deeds, imported when they are asked for: a letter does not wait for those of steering."""
    found: Book = import_module(f"antin.registers.{name}.deeds").BOOK
    return found


class Deeds(Mapping[str, Deed[Any]]):
    """Deeds by their kind. Asked for one, it imports the books in their order until it is found."""

    def __init__(self, of: Callable[[Book], Iterator[Deed[Any]]]) -> None:
        self._of, self._coming, self.known = of, list(reversed(NAMES)), dict[str, Deed[Any]]()

    def __getitem__(self, kind: str) -> Deed[Any]:
        while kind not in self.known and self._coming:
            self._next()
        return self.known[kind]

    def __iter__(self) -> Iterator[str]:
        while self._coming:
            self._next()
        return iter(self.known)

    def __len__(self) -> int:
        return len([*iter(self)])

    def _next(self) -> None:
        self.known.update((deed.kind, deed) for deed in self._of(book(self._coming[-1])))
        self._coming.pop()


def _travelling(book: Book) -> Iterator[Deed[Any]]:
    return (deed for deed in book.deeds if deed.travels)


def _entered(book: Book) -> Iterator[Deed[Any]]:
    for deed in book.deeds:
        yield _papers().made(deed) if deed.travels else deed
    if book.name == "papers":
        yield _papers().taken(PAPERS)


def _papers() -> Any:
    return import_module("antin.registers.papers.deeds")  # late, like the books


# The deeds that travel (spec/paper.md): each book says which of its records do.
PAPERS = Deeds(_travelling)
DEEDS = Deeds(_entered)


@cache
def steers(kind: str) -> bool:
    """Whether a kind is of a steering book: its secret part is words (spec/paper.md), whether it travels or stays."""
    return kind not in OWN and next((book(each).steers for each in NAMES if _is_of(kind, each)), False)


def travels(kind: str) -> bool:
    """Whether records of a kind are to reach others, as papers."""
    return kind not in OWN and kind in DEEDS and DEEDS[kind].travels


def _is_of(kind: str, name: str) -> bool:
    return any(deed.kind == kind for deed in book(name).deeds)


def across(name: str) -> Any:
    """The module of rules across books of that name: late, for it asks those of steering."""
    return import_module(f"antin.station.{name}")


def as_made(source: Source, public: Any) -> tuple[Source, Any]:
    """A paper that is taken, as its maker's act; any other record as it is."""
    return _papers().as_made(PAPERS, source, public) if source.kind == "paper-taken" else (source, public)


def definitions() -> str:
    """The tables of all registers, as SQL."""
    return "".join(file.read_text("utf-8") for file in TABLES)


def revision(name: str) -> int:
    """Of a book: what it is now."""
    found: int = import_module(f"antin.registers.{name}").REVISION
    return found


def form() -> bytes:
    """What a database notes of that by which its registers were filled: their tables, and each book's revision."""
    revisions = " ".join(f"{name}/{revision(name)}" for name in NAMES)
    return sha256(f"{definitions()}\n{revisions}".encode()).digest()


def filled_otherwise(db: Database) -> bool:
    """Whether the registers of this database were filled by other tables or another revision than today's."""
    return rows.read_form.one(db) != form()


def prepare(db: Database, journal: Journal) -> None:
    """Make the registers' tables, or make them again by replay when their form has changed. The lock is held."""
    if not filled_otherwise(db):  # another process was quicker
        return
    with db.transaction():
        for name in db.tables():
            if name.startswith(tuple(f"{each}_" for each in NAMES)):
                db.run(f"DROP TABLE {name}")
        for statement in re.split(r";\s*\n", definitions()):
            if statement.strip():
                db.run(statement)
        journal.reapply()
        db.run(rows.SQL["write_form"], form())
