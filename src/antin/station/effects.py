"""What lies beside a record, written in its transaction with the entry in hand (``Draft.then``)."""

from __future__ import annotations

from collections.abc import Sequence

from antin.frozen import dataclass
from antin.journal.deed import Entry
from antin.station import rows
from antin.storage.database import Database


@dataclass(frozen=True, slots=True)
class KeepObject:
    """A signed object under its digest: a slip, a receipt, a paper as its maker gave it."""

    digest: bytes
    kind: str
    raw: bytes

    def __call__(self, db: Database, entry: Entry) -> None:
        """Once; the same object again changes nothing."""
        db.run(rows.SQL["insert_object"], self.digest, self.kind, self.raw)


@dataclass(frozen=True, slots=True)
class KeepBlob:
    """A sealed document: a small one with its bytes, a large one that lies in ``blobs/`` already and that a sweep would
    remove without this row."""

    digest: bytes
    size: int
    small: bytes = b""

    def __call__(self, db: Database, entry: Entry) -> None:
        """Once."""
        keep_blob(db, self.digest, self.size, self.small)


def keep_blob(db: Database, digest: bytes, size: int, small: bytes) -> None:
    """What ``KeepBlob`` does, for a blob that was lost and came again: then no record names it anew."""
    db.run(rows.SQL["insert_blob"], digest, size)
    if small:
        db.run(rows.SQL["insert_small_blob"], digest, small)


@dataclass(frozen=True, slots=True)
class QueueReceipt:
    """The record itself is a receipt: it is due to the slip's sender."""

    to: str
    precedence: int

    def __call__(self, db: Database, entry: Entry) -> None:
        """At the record's own place, whatever else is in the same commit."""
        db.run(rows.SQL["insert_outbox"], self.to, "receipt", entry.digest, entry.index, self.precedence, b"", 0)


@dataclass(frozen=True, slots=True)
class KeepSlips:
    """The slips of a sending, each under its digest."""

    slips: Sequence[tuple[bytes, bytes]]

    def __call__(self, db: Database, entry: Entry) -> None:
        """Once each."""
        db.many(rows.SQL["insert_object"], [(digest, "slip", raw) for digest, raw in self.slips])


@dataclass(frozen=True, slots=True)
class SpoolSlips:
    """Slips are due to their addressees: code, digest, precedence.

    ``sealed``: their blob, and whether it lies ``apart`` from the envelope.
    """

    slips: Sequence[tuple[str, bytes, int]]
    sealed: bytes
    apart: bool

    def __call__(self, db: Database, entry: Entry) -> None:
        """Once for each slip."""
        blob = self.sealed, int(self.apart)
        due = [(to, "slip", digest, 0, precedence, *blob) for to, digest, precedence in self.slips]
        db.many(rows.SQL["insert_outbox"], due)
