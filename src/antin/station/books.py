"""The registers that a station keeps: adding a book is one line here.

Registers need no migrations. When their tables differ from those that the database was filled with, they are
dropped, made anew and filled by the journal's own records, in one transaction.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Any

from antin.journal.deed import Book, Deed, Source
from antin.journal.journal import Journal
from antin.registers.committees import deeds as committees
from antin.registers.directives import deeds as directives
from antin.registers.dispatch import deeds as dispatch
from antin.registers.documents import deeds as documents
from antin.registers.drafting import deeds as drafting
from antin.registers.emulation import deeds as emulation
from antin.registers.escalations import deeds as escalations
from antin.registers.inspections import deeds as inspections
from antin.registers.keys import deeds as keys
from antin.registers.organisation import deeds as organisation
from antin.registers.papers import deeds as papers
from antin.registers.papers.records import PaperTaken
from antin.registers.people import deeds as people
from antin.registers.programmes import deeds as programmes
from antin.registers.reviews import deeds as reviews
from antin.station import rows
from antin.storage.database import Database
from antin.storage.query import tables

BOOKS: tuple[Book, ...] = tuple(
    register.BOOK
    for register in (
        people, keys, documents, dispatch, papers, directives, programmes, reviews, emulation,
        committees, inspections, escalations, organisation, drafting,
    )
)  # fmt: skip
# The deeds that travel (spec/paper.md): each book says which of its records do.
PAPERS: dict[str, Deed[Any]] = {deed.kind: deed for book in BOOKS for deed in book.deeds if deed.travels}
DEEDS: dict[str, Deed[Any]] = {
    **{deed.kind: papers.made(deed) if deed.travels else deed for book in BOOKS for deed in book.deeds},
    "paper-taken": papers.taken(PAPERS),
}
# Deeds of the steering books that stay at home; like the papers, their secret part is words (spec/paper.md).
LOCAL = frozenset(deed.kind for book in BOOKS if book.steers for deed in book.deeds if not deed.travels)
TABLES = tuple(book.tables for book in BOOKS)


def as_made(source: Source, public: Any) -> tuple[Source, Any]:
    """A paper that is taken, as its maker's act; any other record as it is."""
    return papers.as_made(PAPERS, source, public) if isinstance(public, PaperTaken) else (source, public)


def definitions() -> str:
    """The tables of all registers, as SQL."""
    return "".join(file.read_text("utf-8") for file in TABLES)


def form() -> bytes:
    """What a database notes of that by which its registers were filled: their tables, and each book's revision."""
    revisions = " ".join(f"{book.name}/{book.revision}" for book in BOOKS)
    return sha256(f"{definitions()}\n{revisions}".encode()).digest()


def filled_otherwise(db: Database) -> bool:
    """Whether the registers of this database were filled by other tables or another revision than today's."""
    return rows.read_form.one(db) != form()


def prepare(db: Database, journal: Journal) -> None:
    """Make the registers' tables, or make them again by replay when their form has changed. The lock is held."""
    if not filled_otherwise(db):  # another process was quicker
        return
    with db.transaction():
        for name in tables(db):
            if name.startswith(tuple(f"{book.name}_" for book in BOOKS)):
                db.run(f"DROP TABLE {name}")
        for statement in re.split(r";\s*\n", definitions()):
            if statement.strip():
                db.run(statement)
        journal.reapply()
        db.run(rows.SQL["write_form"], form())
