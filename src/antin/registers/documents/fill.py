"""Fills the table of documents: a signature first, then the seal (NĐ 30/2020)."""

from __future__ import annotations

from antin.journal.deed import Source
from antin.registers.documents.records import DocumentCancelled, DocumentSigned, DocumentStamped
from antin.registers.documents.rows import SQL, next_number
from antin.storage.database import Database


def signed(db: Database, source: Source, p: DocumentSigned) -> None:
    """Gives the document its number at this station."""
    db.run(SQL["insert_draft"], next_number.sure(db), p.id, p.level, p.size, p.document, p.kind, source.index,
           int(p.has_subject))  # fmt: skip


def stamped(db: Database, source: Source, p: DocumentStamped) -> None:
    """The seal is over the leader's signature."""
    db.run(SQL["set_stamped"], source.index, p.id)


def cancelled(db: Database, source: Source, p: DocumentCancelled) -> None:
    """It is not to be sent any more."""
    db.run(SQL["set_cancelled"], source.index, p.id)
