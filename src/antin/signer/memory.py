"""What the signer must never forget, kept apart from the station's database and its backups.

How often each key was used; the newest head of the journal it signed; wrong passphrases. A station restored
from an old backup meets a signer that remembers more, and cannot fork its own journal.
"""

from __future__ import annotations

from pathlib import Path

from antin.errors import Conflict, Unavailable
from antin.kernel.crypto.consistency import check_consistency
from antin.kernel.formats import note
from antin.storage.database import Database, statements

_SQL = statements(Path(__file__).with_name("memory.sql"))
_FREE_TRIES, _LONGEST_WAIT = 2, 900


class Memory:
    """A small durable database in the signer's own folder."""

    def __init__(self, path: Path) -> None:
        self._db = Database(path, create=True)
        self._db.script(_SQL["tables"])

    def next_uses(self, credential: bytes, count: int = 1) -> int:
        """Reserve ``count`` use numbers, durably, and give the first."""
        with self._db.transaction():
            last = self._db.value(_SQL["read_use"], credential) or 0
            self._db.run(_SQL["write_use"], credential, last + count)
        return int(last) + 1

    def raise_uses(self, credential: bytes, last: int) -> None:
        """Never give a number up to ``last`` again; lower ones than before change nothing."""
        with self._db.transaction():
            self._db.run(_SQL["write_use"], credential, max(last, self.last_use(credential)))

    def forget_uses(self, credential: bytes) -> None:
        """Of a credential under which nothing was ever recorded: only before a journal's first record."""
        with self._db.transaction():
            self._db.run(_SQL["write_use"], credential, 0)

    def last_use(self, credential: bytes) -> int:
        """The highest use number ever given."""
        return int(self._db.value(_SQL["read_use"], credential) or 0)

    def advance(self, origin: str, size: int, root: bytes, consistency: tuple[bytes, ...]) -> None:
        """Accept a new head only if it extends the newest one. Raises ``Conflict``: the journal went back."""
        with self._db.transaction():
            known = self._db.row(_SQL["read_head"], origin)
            if known is not None and known[0] > size:
                raise Conflict("journal-behind-signer", origin=origin, size=size, known=known[0])
            if known is not None:
                check_consistency(known[0], known[1], size, root, consistency)
            self._db.run(_SQL["write_head"], origin, size, root)

    def forget_head(self, origin: str, size: int, root: bytes) -> None:
        """Two persons say where the journal goes on, whatever was signed beyond (spec/restore.md, Authorities)."""
        with self._db.transaction():
            self._db.run(_SQL["write_head"], origin, size, root)

    def head(self, origin: str) -> tuple[int, bytes] | None:
        """Newest size and root signed, or None."""
        row = self._db.row(_SQL["read_head"], origin)
        return (row[0], row[1]) if row else None

    def newest(self, code: str) -> tuple[int, int, bytes] | None:
        """Epoch, size and root of the newest head signed for a station, in its newest epoch; or None."""
        rows = self._db.rows(_SQL["list_heads"], f"antin/{code}/%")
        return max(((note.epoch_of(origin), size, root) for origin, size, root in rows), default=None)

    def tries(self, name: str, now: int) -> None:
        """One more passphrase is about to be tried: from the third on the wait doubles, 15 minutes at most.

        Counted as wrong until ``succeeded``. Raises ``Unavailable`` while the delay lasts.
        """
        with self._db.transaction():
            count, until = self._db.row(_SQL["read_failures"], name) or (0, 0)
            if now < until:
                raise Unavailable("passphrase-wait", officer=name, seconds=until - now)
            wait = min(2 ** min(count + 1 - _FREE_TRIES, 10), _LONGEST_WAIT) if count + 1 > _FREE_TRIES else 0
            self._db.run(_SQL["write_failures"], name, count + 1, now + wait)

    def succeeded(self, name: str) -> None:
        """The right passphrase clears the count."""
        self._db.run(_SQL["write_failures"], name, 0, 0)

    def close(self) -> None:
        """Release the file."""
        self._db.close()
