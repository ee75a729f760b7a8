"""What lies beside a record, written in its transaction with the entry in hand (``Draft.then``)."""

from __future__ import annotations

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
    """A sealed document that lies in ``blobs/`` already: without this row a sweep removes it."""

    digest: bytes
    size: int

    def __call__(self, db: Database, entry: Entry) -> None:
        """Once."""
        db.run(rows.SQL["insert_blob"], self.digest, self.size)


@dataclass(frozen=True, slots=True)
class QueueReceipt:
    """The record itself is a receipt: it is due to the slip's sender."""

    to: str
    precedence: int

    def __call__(self, db: Database, entry: Entry) -> None:
        """At the record's own place, whatever else is in the same commit."""
        db.run(rows.SQL["insert_outbox"], self.to, "receipt", entry.digest, entry.index, self.precedence)


@dataclass(frozen=True, slots=True)
class SpoolSlip:
    """A slip is due to its addressee."""

    to: str
    digest: bytes
    precedence: int

    def __call__(self, db: Database, entry: Entry) -> None:
        """Once for each slip."""
        db.run(rows.SQL["insert_outbox"], self.to, "slip", self.digest, 0, self.precedence)
