"""The deeds of the register of documents, and what each refuses."""

from __future__ import annotations

from pathlib import Path

from antin.errors import Conflict, Missing
from antin.journal.deed import Book, Deed, Source
from antin.registers.documents import REVISION, fill
from antin.registers.documents.records import DocumentCancelled, DocumentSigned, DocumentStamped
from antin.registers.documents.rows import Draft, find_draft
from antin.storage.database import Reader


def stamp(view: Reader, source: Source, p: DocumentStamped) -> None:
    """Refuses an unknown document, one that was cancelled, and a second seal."""
    found = standing(view, p.id)
    if found.stamped is not None:
        raise Conflict("document-already-stamped", id=found.name)


def cancel(view: Reader, source: Source, p: DocumentCancelled) -> None:
    """Refuses an unknown document, and one that was cancelled before."""
    standing(view, p.id)


def standing(view: Reader, id_: bytes) -> Draft:
    """The row of a document that was not cancelled."""
    found = find_draft.one(view, id_)
    if found is None:
        raise Missing("document-unknown", id=id_.hex())
    if found.cancelled is not None:
        raise Conflict("document-cancelled", id=found.name)
    return found


BOOK = Book(
    "documents", REVISION, Path(__file__).with_name("tables.sql"),
    (
        Deed("document-signed", DocumentSigned, fill.signed),
        Deed("document-stamped", DocumentStamped, fill.stamped, stamp),
        Deed("document-cancelled", DocumentCancelled, fill.cancelled, cancel),
    ),
)  # fmt: skip
