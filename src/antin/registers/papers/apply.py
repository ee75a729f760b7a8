"""Fills the tables of papers, and hands each travelling record to the book that it belongs to.

The books are given by the station (``station/books.py``): this register knows none of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from antin.errors import Conflict, Malformed, Missing
from antin.journal.kinds import DESK, Apply, Entry, Kind, Paper, Source
from antin.kernel.formats.paper import PaperHead, check_head
from antin.kernel.formats.shape import parse
from antin.registers.papers.records import PaperPublished, PaperRefused, PaperTaken
from antin.storage.database import Database, statements

SQL = statements(Path(__file__).with_name("queries.sql"))
TABLES = Path(__file__).with_name("tables.sql")
PUBLISHERS = frozenset({"officer", "cipher", "registrar"})
TAKERS = DESK


def made(name: str, paper: Paper) -> Kind:
    """The kind of a travelling record in the journal of whoever acts."""

    def fill(db: Database, entry: Entry) -> None:
        record, head = entry.record, entry.public.head
        by = next((actor.subject.officer for actor in entry.actors), "")
        source = Source(record.station, by, record.id, entry.digest, record.time, entry.index, own=True)
        _enter(db, name, source, head, b"")
        paper.fill(db, source, entry.public)

    return Kind(paper.public, fill)


def taken(papers: Mapping[str, Paper]) -> Apply:
    """What ``paper-taken`` does: the same as at its maker."""

    def fill(db: Database, entry: Entry) -> None:
        p: PaperTaken = entry.public
        if p.kind not in papers:
            raise Malformed("paper-kind-unknown", kind=p.kind)
        public: Any = parse(papers[p.kind].public, p.public)
        source = Source(p.station, p.officer, p.id, p.paper, p.time, entry.index, own=False)
        _enter(db, p.kind, source, public.head, p.slip)
        papers[p.kind].fill(db, source, public)

    return fill


def _enter(db: Database, kind: str, source: Source, head: PaperHead, slip: bytes) -> None:
    check_head(head)
    known = db.row(SQL["find_paper"], source.digest) or db.row(SQL["find_name"], source.name)
    if known is not None:
        raise Conflict("paper-known", id=f"ph-{known[0]}")
    db.run(
        SQL["insert_paper"], db.value(SQL["next_number"]), source.digest, source.name, kind, source.station,
        source.officer, source.time, source.index, head.level, head.precedence, int(source.own), len(head.to), slip,
    )  # fmt: skip


def published(db: Database, entry: Entry) -> None:
    """Refuses a paper that is not ours."""
    p: PaperPublished = entry.public
    found = db.row(SQL["find_paper"], p.paper)
    if found is None or not found[10]:
        raise Missing("paper-unknown", id=p.paper.hex()[:16])
    db.run(SQL["insert_published"], entry.index, p.paper, p.statement)


def refused(db: Database, entry: Entry) -> None:
    """Keeps what a rule refused."""
    p: PaperRefused = entry.public
    db.run(SQL["insert_refused"], entry.index, p.slip, p.paper, p.kind, p.code, p.needs, entry.record.time)


KINDS = {
    "paper-published": Kind(PaperPublished, published),
    "paper-refused": Kind(PaperRefused, refused),
}
