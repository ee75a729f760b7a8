"""Fills the table of documents: a signature first, then the seal (NĐ 30/2020)."""

from __future__ import annotations

from pathlib import Path

from antin.errors import Conflict, Missing
from antin.journal.deed import Book, Deed, Source
from antin.registers.documents.records import DocumentCancelled, DocumentSigned, DocumentStamped
from antin.storage.database import Database, Row, statements

SQL = statements(Path(__file__).with_name("queries.sql"))
TABLES = Path(__file__).with_name("tables.sql")


def document_signed(db: Database, source: Source, p: DocumentSigned) -> None:
    """Gives the document its number at this station."""
    number = db.value(SQL["next_number"])
    db.run(SQL["insert_draft"], number, p.id, p.level, p.size, p.document, p.kind, source.index, int(p.has_subject))


def document_stamped(db: Database, source: Source, p: DocumentStamped) -> None:
    """Refuses an unknown document, one that was cancelled, and a second seal."""
    found = _standing(db, p.id)
    if found[7] is not None:
        raise Conflict("document-already-stamped", id=f"vb-{found[0]}")
    db.run(SQL["set_stamped"], source.index, p.id)


def document_cancelled(db: Database, source: Source, p: DocumentCancelled) -> None:
    """Refuses an unknown document, and one that was cancelled before."""
    _standing(db, p.id)
    db.run(SQL["set_cancelled"], source.index, p.id)


def _standing(db: Database, id_: bytes) -> Row:
    """The row of a document that was not cancelled."""
    found = db.row(SQL["find_draft"], id_)
    if found is None:
        raise Missing("document-unknown", id=id_.hex())
    if found[8] is not None:
        raise Conflict("document-cancelled", id=f"vb-{found[0]}")
    return found


BOOK = Book(
    "documents", 1, TABLES,
    (
        Deed("document-signed", DocumentSigned, document_signed),
        Deed("document-stamped", DocumentStamped, document_stamped),
        Deed("document-cancelled", DocumentCancelled, document_cancelled),
    ),
)  # fmt: skip
