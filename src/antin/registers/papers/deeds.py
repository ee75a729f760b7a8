"""The deeds of the register of papers; and how each travelling deed of another book enters a paper with it.

The books are given by the station (``station/books.py``): this register knows none of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from antin.errors import Conflict, Malformed, Missing
from antin.journal.deed import Book, Deed, Source
from antin.kernel.formats.paper import check_head
from antin.kernel.formats.shape import parse
from antin.kernel.kinds import DESK
from antin.registers.papers import REVISION, fill
from antin.registers.papers.records import PaperPublished, PaperRefused, PaperTaken
from antin.registers.papers.rows import find_name, find_paper
from antin.storage.database import Database, Reader

PUBLISHERS = frozenset({"officer", "cipher", "registrar"})
TAKERS = DESK


def made(deed: Deed[Any]) -> Deed[Any]:
    """A travelling deed in the journal of whoever acts: its paper is entered with it."""

    def decide(view: Reader, source: Source, p: Any) -> None:
        check_head(p.head)
        deed.decide(view, source, p)

    def enter(db: Database, source: Source, p: Any) -> None:
        fill.entered(db, source, p.head, b"")
        deed.fill(db, source, p)

    return replace(deed, decide=decide, fill=enter)


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
        known = find_paper.one(view, there.digest) or find_name.one(view, there.name)
        if known is not None:
            raise Conflict("paper-known", id=known.name)
        papers[p.kind].decide(view, there, public)

    def enter(db: Database, source: Source, p: PaperTaken) -> None:
        there, public = as_made(papers, source, p)
        fill.entered(db, there, public.head, p.slip)
        papers[p.kind].fill(db, there, public)

    return Deed("paper-taken", PaperTaken, enter, decide)


def publish(view: Reader, source: Source, p: PaperPublished) -> None:
    """Refuses a paper that is not ours."""
    found = find_paper.one(view, p.paper)
    if found is None or not found.own:
        raise Missing("paper-unknown", id=p.paper.hex()[:16])


BOOK = Book(
    "papers", REVISION, Path(__file__).with_name("tables.sql"),
    (
        Deed("paper-published", PaperPublished, fill.published, publish),
        Deed("paper-refused", PaperRefused, fill.refused),
    ),
)  # fmt: skip
