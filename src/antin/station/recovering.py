"""Recovering: others hold more of this station's journal than it does, so it signs nothing (spec/restore.md)."""

from __future__ import annotations

from antin.errors import Refused
from antin.kernel.formats.note import ClaimedCheckpoint
from antin.station import rows, witness_rows
from antin.storage.database import Database


class Recovering:
    """True while the station is recovering."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def __bool__(self) -> bool:
        return witness_rows.read_recovering.one(self._db) is not None

    @property
    def lost(self) -> witness_rows.Lost | None:
        """What is known of the loss."""
        return witness_rows.read_recovering.one(self._db)

    def check(self) -> None:
        """Raises ``Refused`` while recovering."""
        lost = self.lost
        if lost is not None:
            raise Refused("station-recovering", known=lost.size)

    def begin(self, why: str, size: int, root: bytes) -> None:
        """Recovering from now on. What the signer remembers stands until an echo shows more than it."""
        lost = self.lost
        if lost is None or size > lost.size or (why == "signer" and size == lost.size):
            self._db.run(rows.SQL["write_recovering"], why, size, root)

    def shown(self, claimed: ClaimedCheckpoint) -> None:
        """An echo of a longer journal, or of another one of any length."""
        lost = self.lost
        if lost is None or claimed.size > lost.size:
            self._db.run(rows.SQL["write_recovering"], "echo", claimed.size, claimed.root)

    def end(self) -> None:
        """The journal is whole again, or a new epoch has begun."""
        self._db.run(rows.SQL["delete_recovering"])
        self._db.run(rows.SQL["delete_recovered"])
