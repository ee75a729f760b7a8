"""What the signer must never forget, kept apart from the station's database and its backups.

How often each key was used; the newest head of the journal it signed; wrong passphrases. A station restored
from an old backup meets a signer that remembers more, and cannot fork its own journal.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from antin.errors import AntinError, Conflict, Unavailable
from antin.kernel.crypto.consistency import check_consistency
from antin.kernel.formats import note
from antin.signer import rows
from antin.storage.engines import open_database

_FREE_TRIES, _LONGEST_WAIT, _BLOCK = 2, 900, 32


@dataclass(slots=True)
class _Block:
    """Numbers reserved and not yet given: ``last`` was given, ``left`` come after it."""

    last: int = 0
    left: int = 0


class Memory:
    """A small durable database in the signer's own folder."""

    def __init__(self, path: Path) -> None:
        self._db = open_database(path, create=True)
        self._db.script(rows.SQL["tables"])
        self._blocks: dict[bytes, _Block] | None = None
        self.unsettled = False

    def next_uses(self, credential: bytes, count: int = 1) -> int:
        """Reserve ``count`` use numbers, durably, and give the first."""
        if self._blocks is None:
            return self._reserve(credential, count)
        block = self._blocks.get(credential, _Block())
        if block.left < count:
            more = max(count, _BLOCK)
            first = self._reserve(credential, more)  # stopped here nothing is noted, and nothing is given back
            self._blocks[credential] = block = _Block(first - 1 - block.left, block.left + more)
        block.last, block.left = block.last + count, block.left - count
        return block.last - count + 1

    def _reserve(self, credential: bytes, count: int) -> int:
        with self._db.transaction():
            last = rows.read_use.one(self._db, credential) or 0
            self._db.run(rows.SQL["write_use"], credential, last + count)
        return last + 1

    @contextmanager
    def reserving(self) -> Iterator[None]:
        """Inside, numbers are reserved by the block, and what is left of one is given back at the end: two durable
        steps for many signatures. The turn is held, so that nobody else takes any. A machine that dies inside leaves a
        part of a block that nobody used; the next turn declares it, as it does any use that no record tells of. So it
        does with what could not be given back (``unsettled``).
        """
        if self._blocks is not None:
            yield
            return
        self._blocks = {}
        try:
            yield
        finally:
            blocks, self._blocks = self._blocks, None
            self.unsettled = True
            with suppress(AntinError), self._db.transaction():
                for credential, block in blocks.items():
                    self._db.run(rows.SQL["give_back"], block.last, credential, block.last + block.left)
                self.unsettled = False

    def raise_uses(self, credential: bytes, last: int) -> None:
        """Never give a number up to ``last`` again; lower ones than before change nothing."""
        assert self._blocks is None, "not among many acts"
        with self._db.transaction():
            self._db.run(rows.SQL["write_use"], credential, max(last, self.last_use(credential)))

    def forget_uses(self, credential: bytes) -> None:
        """Of a credential under which nothing was ever recorded: only before a journal's first record."""
        assert self._blocks is None, "not among many acts"
        with self._db.transaction():
            self._db.run(rows.SQL["write_use"], credential, 0)

    def last_use(self, credential: bytes) -> int:
        """The highest use number ever given."""
        if self._blocks and credential in self._blocks:
            return self._blocks[credential].last
        return rows.read_use.one(self._db, credential) or 0

    def advance(self, origin: str, size: int, root: bytes, consistency: tuple[bytes, ...]) -> None:
        """Accept a new head only if it extends the newest one. Raises ``Conflict``: the journal went back."""
        with self._db.transaction():
            known = rows.read_head.one(self._db, origin)
            if known is not None and known.size > size:
                raise Conflict("journal-behind-signer", origin=origin, size=size, known=known.size)
            if known is not None:
                check_consistency(known.size, known.root, size, root, consistency)
            self._db.run(rows.SQL["write_head"], origin, size, root)

    def forget_head(self, origin: str, size: int, root: bytes) -> None:
        """Two persons say where the journal goes on, whatever was signed beyond (spec/restore.md, Authorities)."""
        with self._db.transaction():
            self._db.run(rows.SQL["write_head"], origin, size, root)

    def head(self, origin: str) -> rows.Head | None:
        """The newest that was signed of a journal, or None."""
        return rows.read_head.one(self._db, origin)

    def newest(self, code: str) -> tuple[int, int, bytes] | None:
        """Epoch, size and root of the newest head signed for a station, in its newest epoch; or None."""
        heads = rows.list_heads.all(self._db, f"antin/{code}/%")
        return max(((note.epoch_of(each.origin), each.size, each.root) for each in heads), default=None)

    def tries(self, name: str, now: int) -> None:
        """One more passphrase is about to be tried: from the third on the wait doubles, 15 minutes at most.

        Counted as wrong until ``succeeded``. Raises ``Unavailable`` while the delay lasts.
        """
        with self._db.transaction():
            known = rows.read_failures.one(self._db, name) or rows.Failures(0, 0)
            if now < known.until:
                raise Unavailable("passphrase-wait", officer=name, seconds=known.until - now)
            count = known.count + 1
            wait = min(2 ** min(count - _FREE_TRIES, 10), _LONGEST_WAIT) if count > _FREE_TRIES else 0
            self._db.run(rows.SQL["write_failures"], name, count, now + wait)

    def succeeded(self, name: str) -> None:
        """The right passphrase clears the count."""
        self._db.run(rows.SQL["write_failures"], name, 0, 0)

    def close(self) -> None:
        """Release the file."""
        self._db.close()
