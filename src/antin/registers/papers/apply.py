"""Fills the tables of papers, and hands each travelling record to the book that it belongs to.

The books are given by the station (``station/books.py``): this register knows none of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from antin.errors import Conflict, Malformed, Missing
from antin.journal.deed import Book, Deed, Source
from antin.kernel.formats.paper import PaperHead, check_head
from antin.kernel.formats.shape import parse
from antin.kernel.kinds import DESK
from antin.registers.papers.records import PaperPublished, PaperRefused, PaperTaken
from antin.storage.database import Database, Reader, statements

SQL = statements(Path(__file__).with_name("queries.sql"))
TABLES = Path(__file__).with_name("tables.sql")
PUBLISHERS = frozenset({"officer", "cipher", "registrar"})
TAKERS = DESK


def made(deed: Deed[Any]) -> Deed[Any]:
    """A travelling deed in the journal of whoever acts: its paper is entered with it."""

    def decide(view: Reader, source: Source, p: Any) -> None:
        check_head(p.head)
        deed.decide(view, source, p)

    def fill(db: Database, source: Source, p: Any) -> None:
        _enter(db, source, p.head, b"")
        deed.fill(db, source, p)

    return replace(deed, decide=decide, fill=fill)


def as_made(papers: Mapping[str, Deed[Any]], source: Source, p: PaperTaken) -> tuple[Source, Any]:
    """The maker's act, at its place in our journal. Raises ``Malformed`` for a kind that does not travel."""
    if p.kind not in papers:
        raise Malformed("paper-kind-unknown", kind=p.kind)
    there = replace(source, kind=p.kind, station=p.station, officer=p.officer, id=p.id, digest=p.paper, time=p.time,
                    own=False, signers=())  # fmt: skip
    return there, parse(papers[p.kind].public, p.public)


def taken(papers: Mapping[str, Deed[Any]]) -> Deed[PaperTaken]:
    """What ``paper-taken`` does: the same as at its maker."""

    def decide(view: Reader, source: Source, p: PaperTaken) -> None:
        there, public = as_made(papers, source, p)
        check_head(public.head)
        known = view.row(SQL["find_paper"], there.digest) or view.row(SQL["find_name"], there.name)
        if known is not None:
            raise Conflict("paper-known", id=f"ph-{known[0]}")
        papers[p.kind].decide(view, there, public)

    def fill(db: Database, source: Source, p: PaperTaken) -> None:
        there, public = as_made(papers, source, p)
        _enter(db, there, public.head, p.slip)
        papers[p.kind].fill(db, there, public)

    return Deed("paper-taken", PaperTaken, fill, decide)


def _enter(db: Database, source: Source, head: PaperHead, slip: bytes) -> None:
    db.run(
        SQL["insert_paper"], db.value(SQL["next_number"]), source.digest, source.name, source.kind, source.station,
        source.officer, source.time, source.index, head.level, head.precedence, int(source.own), len(head.to), slip,
    )  # fmt: skip


def published(db: Database, source: Source, p: PaperPublished) -> None:
    """Refuses a paper that is not ours."""
    found = db.row(SQL["find_paper"], p.paper)
    if found is None or not found[10]:
        raise Missing("paper-unknown", id=p.paper.hex()[:16])
    db.run(SQL["insert_published"], source.index, p.paper, p.statement)


def refused(db: Database, source: Source, p: PaperRefused) -> None:
    """Keeps what a rule refused."""
    db.run(SQL["insert_refused"], source.index, p.slip, p.paper, p.kind, p.code, p.needs, source.time)


BOOK = Book(
    "papers", 1, TABLES,
    (
        Deed("paper-published", PaperPublished, published),
        Deed("paper-refused", PaperRefused, refused),
    ),
)  # fmt: skip
