"""Append, checkpoint, prove. One sequencer: compare the head, apply, append, set the head, commit; then sign the
committed head, store the checkpoint, and only then release anything (protocol rules 15, 22)."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from antin.errors import Conflict, Missing
from antin.frozen import dataclass
from antin.journal import rows
from antin.journal.deed import Deed, Entry, enter
from antin.journal.own import OWN, UsesLost
from antin.kernel import check
from antin.kernel.check import Trust
from antin.kernel.crypto import merkle, tree
from antin.kernel.formats import note, signed
from antin.kernel.formats.epoch import AuthorityResumed, EpochBegun
from antin.kernel.formats.record import HYBRID, Record
from antin.kernel.formats.shape import parse
from antin.storage.database import Database

SignCheckpoint = Callable[[str, int, bytes, tuple[bytes, ...]], bytes]
ENDLESS = 2**53 - 1


@dataclass(frozen=True, slots=True)
class New:
    """A signed record to append; ``secret`` = (key id, wrapped salt ‖ secret) or None."""

    raw: bytes
    secret: tuple[bytes, bytes] | None = None


def _room(known: dict[Any, bytes], most: int) -> None:
    if len(known) >= most:
        del known[next(iter(known))]


class _Fresh:
    """What was read or written in a turn, so that it is not asked for again: hashes and records never change, uses and
    size change here alone. It counts until the database forgets (``Database.forgotten``)."""

    _MOST = 4096

    def __init__(self, at: int) -> None:
        self.at = at
        self.size: int | None = None
        self.hashes, self.raws, self.uses = dict[tuple[int, int], bytes](), dict[int, bytes](), dict[bytes, int]()

    def keep_hash(self, level: int, n: int, hash_: bytes) -> None:
        """One more; the oldest go."""
        _room(self.hashes, self._MOST)
        self.hashes[level, n] = hash_

    def keep_raw(self, index: int, raw: bytes) -> None:
        """One more; the oldest go."""
        _room(self.raws, self._MOST // 8)
        self.raws[index] = raw


class Journal:
    """One station's log. A new epoch continues tree and numbering under a new name (spec/restore.md)."""

    def __init__(self, db: Database, code: str, deeds: Mapping[str, Deed[Any]], trust: Trust) -> None:
        self.db, self.code, self.trust = db, code, trust
        self.deeds: Mapping[str, Deed[Any]] = ChainMap(OWN, deeds)  # type: ignore[arg-type]  # nobody writes
        self._fresh = _Fresh(db.forgotten)
        db.script(rows.SQL["tables"])

    @property
    def epoch(self) -> int:
        """The epoch of the next record; 1 as long as nothing was lost."""
        return rows.read_epoch.sure(self.db, ENDLESS)

    @property
    def origin(self) -> str:
        """The journal's name in this epoch."""
        return note.origin(self.code, self.epoch)

    def origin_at(self, size: int) -> str:
        """The journal's name when it had ``size`` records."""
        return note.origin(self.code, rows.read_epoch.sure(self.db, max(size, 1)))

    def _epoch_end(self, index: int) -> int:
        """Up to which size checkpoints bear the name of the epoch that the record at ``index`` is of."""
        return rows.next_epoch.one(self.db, index) or ENDLESS

    @property
    def fresh(self) -> _Fresh:
        """What is known of the present turn; nothing when the database has taken something back, or others wrote."""
        if self._fresh.at != self.db.forgotten:
            self._fresh = _Fresh(self.db.forgotten)
        return self._fresh

    @property
    def size(self) -> int:
        """How many records there are."""
        if not self.db.batching:
            found = rows.read_head.one(self.db)
            return found.size if found is not None else 0
        if self.fresh.size is None:
            self.fresh.size = rows.count_entries.sure(self.db)
        return self.fresh.size

    def head(self) -> tuple[int, bytes]:
        """Size and root."""
        if self.db.batching:  # its row is written at the end of the batch
            return self.size, tree.root(self.hash_at, self.size)
        found = rows.read_head.one(self.db)
        return (found.size, found.root) if found is not None else (0, tree.EMPTY_ROOT)

    def hash_at(self, level: int, n: int) -> bytes:
        """Hash of a complete subtree; the tree's proofs read through this."""
        known = self.fresh.hashes.get((level, n))
        if known is not None:
            return known
        found = rows.read_hash.one(self.db, level, n)
        if found is None:
            raise Missing("journal-hash-missing", level=level, n=n)
        self.fresh.keep_hash(level, n, found)
        return found

    def append(self, new: Sequence[New]) -> list[Entry]:
        """Append records that were signed before (a tail that came back, an audit), all or none, in one transaction.

        Nothing is decided again. Raises ``Conflict`` for a use, an epoch or a place that does not follow.
        """
        with self.db.transaction():
            size = self.size
            entries = [self.add(size + n, each) for n, each in enumerate(new)]
            self.set_head(size + len(new))
        return entries

    def set_head(self, size: int) -> None:
        """The root over ``size`` records, once for all that were added in a transaction; of a batch at its end
        (``settle``)."""
        self.fresh.size = size
        if not self.db.batching:
            self.db.run(rows.SQL["write_head"], size, tree.root(self.hash_at, size))

    def settle(self) -> None:
        """The head over all that a batch has added; before its commit."""
        found, size = rows.read_head.one(self.db), rows.count_entries.sure(self.db)
        if found is None or found.size != size:
            self.db.run(rows.SQL["write_head"], size, tree.root(self.hash_at, size))

    def reapply(self) -> None:
        """Fill empty registers by every record again, in order. Call inside a transaction."""
        for each in rows.read_entries.each(self.db, 0):
            entry = enter(self.deeds, each.idx, check.record(each.raw, self.trust), self.trust)
            entry.deed.fill(self.db, entry.source, entry.public)

    def add(self, index: int, new: New) -> Entry:
        """Check a signed record, append it at its index and fill the books. ``set_head`` follows."""
        entry = self.account(index, check.record(new.raw, self.trust))
        record = entry.record
        self.db.run(rows.SQL["insert_entry"], index, record.id, record.kind, record.time, new.raw)
        hashes = list(tree.complete(index, merkle.leaf_hash(new.raw), self.hash_at))
        self.db.many(rows.SQL["insert_hash"], hashes)
        for each in hashes:
            self.fresh.keep_hash(*each)
        self.fresh.keep_raw(index, new.raw)
        if new.secret is not None:
            self.db.run(rows.SQL["insert_secret"], index, *new.secret)
        entry.deed.fill(self.db, entry.source, entry.public)
        return entry

    def account(self, index: int, verified: check.VerifiedRecord) -> Entry:
        """Enter a record's epoch and its uses of keys. Raises ``Malformed``, ``Refused`` or ``Conflict``."""
        entry = enter(self.deeds, index, verified, self.trust)
        self._check_epoch(entry)
        self._count_uses(verified, entry)
        return entry

    def _check_epoch(self, entry: Entry) -> None:
        """A record is of this station and epoch; ``epoch-begun`` opens a later one exactly here."""
        begun, expected, found = entry.public, self.epoch, entry.record.epoch
        if entry.index == 0 and not isinstance(begun, EpochBegun):  # a code that was bound before begins a new epoch
            self._open_epoch(found, 0)
            expected = found
        opens = isinstance(begun, EpochBegun)
        expected = max(expected + 1, found) if opens else expected  # epochs that were lost whole leave a gap
        if (entry.record.station, found) != (self.code, expected):
            raise Conflict("epoch-other", epoch=found, expected=expected)
        if not opens:
            return
        left = begun.restored_size
        if left > entry.index or tree.root(self.hash_at, left) != begun.restored_root:
            raise Conflict("epoch-not-here", size=left, expected=entry.index)
        self._open_epoch(found, entry.index)

    def _open_epoch(self, epoch: int, start: int) -> None:
        self.db.run(rows.SQL["insert_epoch"], epoch, start)

    def _count_uses(self, verified: check.VerifiedRecord, entry: Entry) -> None:
        lost = entry.public.lost if isinstance(entry.public, UsesLost | EpochBegun | AuthorityResumed) else ()
        self._use(
            [
                *((each.credential, each.first, each.last) for each in lost),
                *((each.credential, each.use, each.use) for each in verified.record.encloses),
                *((each.credential, each.use, each.use) for each in verified.signers),
            ]
        )

    def _use(self, uses: Sequence[tuple[bytes, int, int]]) -> None:
        """Credential, first and last number of each. Raises ``Conflict`` for one that does not follow."""
        counted = dict[bytes, int]()
        for credential, first, last in uses:
            known = counted[credential] if credential in counted else self.last_use(credential)
            if first != known + 1 or last < first:
                raise Conflict("use-out-of-order", credential=credential.hex()[:16], use=first, expected=known + 1)
            counted[credential] = last
        self._write_uses(counted)

    def _write_uses(self, counted: Mapping[bytes, int]) -> None:
        self.db.many(rows.SQL["write_use"], list(counted.items()))
        self.fresh.uses.update(counted)

    def last_use(self, credential: bytes) -> int:
        """The highest use number that the journal accounts for."""
        known = self.fresh.uses if self.db.in_transaction else {}  # else others may write meanwhile
        if credential not in known:
            known[credential] = rows.read_use.one(self.db, credential) or 0
        return known[credential]

    def checkpoint(self, sign: SignCheckpoint, known: int) -> bytes:
        """The newest checkpoint, signed now if the head has none. ``known``: size the signer last signed.

        Raises ``Conflict`` when the signer knows a longer journal: this one was restored from an old copy.
        """
        size, root = self.head()
        newest = rows.newest_checkpoint.one(self.db)
        if newest is not None and newest.size == size and known == size:
            return newest.raw
        if known > size:
            raise Conflict("journal-behind-signer", origin=self.origin, size=size, known=known)
        raw = sign(self.origin, size, root, tree.consistency(self.hash_at, known, size))
        self.db.run(rows.SQL["insert_checkpoint"], size, raw)
        return raw

    def newest_cosigned(self) -> bytes | None:
        """The newest checkpoint of this epoch that our authority cosigned, or None."""
        found = rows.newest_cosigned.one(self.db)
        return found if found and note.claim(found).origin == self.origin else None

    def newest_checkpoint(self) -> bytes:
        """The newest stored checkpoint. Raises ``Missing`` before the first."""
        found = rows.newest_checkpoint.one(self.db)
        if found is None:
            raise Missing("checkpoint-missing", origin=self.origin)
        return found.raw

    def keep_cosigned(self, raw: bytes) -> int:
        """Keep a checkpoint of ours that came back with a witness's line; its lines were checked by the caller.

        The first cosignature of a size stays: it shows the earliest time. Raises ``Conflict`` when that head is not of
        our past. Returns its size.
        """
        claimed = note.claim(raw)
        if not self.contains(claimed):
            raise Conflict("journal-forked", origin=self.origin, evidence={"shown": raw})
        if rows.is_cosigned.one(self.db, claimed.size) is None:
            self.db.run(rows.SQL["insert_checkpoint"], claimed.size, raw)
            self.db.run(rows.SQL["set_cosigned"], raw, claimed.size)
        return claimed.size

    def size_of(self, epoch: int) -> int:
        """How many records there are up to the end of an epoch."""
        return min(rows.epochs_after.all(self.db, epoch), default=self.size)

    def epoch_start(self, epoch: int) -> int:
        """Index of the record that begins an epoch after the first. Raises ``Missing``."""
        start = rows.epoch_start.one(self.db, epoch)
        if start is None:
            raise Missing("epoch-unknown", epoch=epoch)
        return start

    def admitted(self, claimed: note.ClaimedCheckpoint) -> bool:
        """Whether a head of an earlier epoch lies in what a later one says was lost (spec/restore.md)."""
        named, epoch = claimed.origin, note.epoch_of(claimed.origin)
        return named == note.origin(self.code, epoch) and any(
            claimed.size < begun.known_size or (claimed.size, claimed.root) == (begun.known_size, begun.known_root)
            for begun in (self._begun(start) for start in rows.epochs_after.all(self.db, epoch) if start)
        )

    def _begun(self, start: int) -> EpochBegun:
        # Our own record, checked when it was appended.
        return parse(EpochBegun, parse(Record, signed.claim(self.raw(start), HYBRID).unverified_body).public)

    def contains(self, claimed: note.ClaimedCheckpoint) -> bool:
        """Whether a head under our name is one that this journal had."""
        if claimed.size > self.size or claimed.origin != self.origin_at(claimed.size):
            return False
        return tree.root(self.hash_at, claimed.size) == claimed.root

    def raw(self, index: int) -> bytes:
        """The record at an index."""
        known = self.fresh.raws.get(index)
        found = known or rows.read_entry.one(self.db, index)
        if found is None:
            raise Missing("record-missing", index=index)
        return found

    def proof(self, index: int) -> bytes:
        """tlog-proof that the record at ``index`` stands under a checkpoint of its epoch.

        The earliest cosigned one if there is, for it says most of the record's age; else the newest.
        """
        end = ENDLESS if index >= rows.newest_epoch_start.sure(self.db) else self._epoch_end(index)
        seen = rows.greatest_cosigned.one(self.db) or 0
        found = rows.cosigned_checkpoint.one(self.db, index, end) if seen > index else None
        found = found or rows.last_checkpoint.one(self.db, end)
        checkpoint = found or b""
        size = note.claim(checkpoint).size if found else 0
        if index >= size:
            raise Missing("checkpoint-missing", origin=self.origin)
        return tree.proof_text(index, tree.inclusion(self.hash_at, index, size), checkpoint)

    def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        """Proof that the journal only grew from ``old`` to ``new``."""
        return tree.consistency(self.hash_at, old, new)
