"""Fills the tables of papers."""

from __future__ import annotations

from antin.journal.deed import Source
from antin.kernel.formats.paper import PaperHead
from antin.registers.papers.records import PaperPublished, PaperRefused
from antin.registers.papers.rows import SQL, next_number
from antin.storage.database import Database


def entered(db: Database, source: Source, head: PaperHead, slip: bytes) -> None:
    """A travelling record in the list of papers, at its maker's and at whoever takes it."""
    db.run(
        SQL["insert_paper"], next_number.sure(db), source.digest, source.name, source.kind, source.station,
        source.officer, source.time, source.index, head.level, head.precedence, int(source.own), len(head.to), slip,
    )  # fmt: skip


def published(db: Database, source: Source, p: PaperPublished) -> None:
    """It left in the sending of that statement."""
    db.run(SQL["insert_published"], source.index, p.paper, p.statement)


def refused(db: Database, source: Source, p: PaperRefused) -> None:
    """What a rule refused."""
    db.run(SQL["insert_refused"], source.index, p.slip, p.paper, p.kind, p.code, p.needs, source.time)
