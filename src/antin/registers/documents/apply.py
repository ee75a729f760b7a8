"""Fills the table of documents: a signature first, then the seal (NĐ 30/2020)."""

from __future__ import annotations

from pathlib import Path

from antin.errors import Conflict, Missing
from antin.journal.kinds import Entry, Kind
from antin.registers.documents.records import DocumentCancelled, DocumentSigned, DocumentStamped
from antin.storage.database import Database, Row, statements

SQL = statements(Path(__file__).with_name("queries.sql"))
TABLES = Path(__file__).with_name("tables.sql")


def document_signed(db: Database, entry: Entry) -> None:
    """Gives the document its number at this station."""
    p: DocumentSigned = entry.public
    number = db.value(SQL["next_number"])
    db.run(SQL["insert_draft"], number, p.id, p.level, p.size, p.document, p.kind, entry.index, int(p.has_subject))


def document_stamped(db: Database, entry: Entry) -> None:
    """Refuses an unknown document, one that was cancelled, and a second seal."""
    p: DocumentStamped = entry.public
    found = _standing(db, p.id)
    if found[7] is not None:
        raise Conflict("document-already-stamped", id=f"vb-{found[0]}")
    db.run(SQL["set_stamped"], entry.index, p.id)


def document_cancelled(db: Database, entry: Entry) -> None:
    """Refuses an unknown document, and one that was cancelled before."""
    p: DocumentCancelled = entry.public
    _standing(db, p.id)
    db.run(SQL["set_cancelled"], entry.index, p.id)


def _standing(db: Database, id_: bytes) -> Row:
    """The row of a document that was not cancelled."""
    found = db.row(SQL["find_draft"], id_)
    if found is None:
        raise Missing("document-unknown", id=id_.hex())
    if found[8] is not None:
        raise Conflict("document-cancelled", id=f"vb-{found[0]}")
    return found


KINDS = {
    "document-signed": Kind(DocumentSigned, document_signed),
    "document-stamped": Kind(DocumentStamped, document_stamped),
    "document-cancelled": Kind(DocumentCancelled, document_cancelled),
}
