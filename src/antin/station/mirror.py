"""Mirrors of the authorities' journals, whole and gap-free, beside the station's own (protocol rule 18)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from antin.errors import Conflict, Missing, Unverified
from antin.frozen import dataclass
from antin.kernel import check
from antin.kernel.allot import allot
from antin.kernel.check import Trust, Trusted
from antin.kernel.crypto import merkle, tree
from antin.kernel.crypto.consistency import check_consistency
from antin.kernel.formats import note
from antin.kernel.formats.allotted import CodesAllotted
from antin.kernel.formats.epoch import EpochAccepted
from antin.kernel.formats.record import Record
from antin.kernel.formats.revoked import CredentialRevoked
from antin.kernel.formats.shape import parse
from antin.kernel.formats.status import CredentialIssued
from antin.station import rows
from antin.storage.database import Database

ALWAYS = 2**53


@dataclass(frozen=True, slots=True)
class Part:
    """Records of an authority's journal from ``start`` on, a checkpoint that is no shorter, and the proof that it
    extends them (empty where the checkpoint is of just so many records)."""

    start: int
    records: Sequence[bytes]
    checkpoint: bytes
    path: tuple[bytes, ...] = ()


class Mirror:
    """The followed journals in the station's database."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def head(self, origin: str) -> rows.MirrorHead | None:
        """The checkpoint to which a mirror was followed, or None."""
        return rows.read_mirror_head.one(self._db, origin)

    def size(self, origin: str) -> int:
        """How many records the newest checkpoint covers; 0 before the first."""
        head = self.head(origin)
        return head.size if head is not None else 0

    def hash_at(self, origin: str) -> tree.Hashes:
        """The tree of one mirror."""

        def hash_at(level: int, n: int) -> bytes:
            found = rows.read_mirror_hash.one(self._db, origin, level, n)
            if found is None:
                raise Missing("journal-hash-missing", level=level, n=n)
            return found

        return hash_at

    def records(self, origin: str, start: int = 0, end: int = ALWAYS) -> Iterable[rows.Mirrored]:
        """Those of one mirror, in order."""
        return rows.read_mirror_all.each(self._db, origin, start, end)

    def root_at(self, origin: str, size: int) -> bytes:
        """The root that a mirrored journal had at ``size``; no more than what is mirrored."""
        return tree.root(self.hash_at(origin), size)

    def grown(self, origin: str) -> int:
        """How many records are here; more than under the newest checkpoint while a directory comes in parts."""
        return rows.count_mirror.sure(self._db, origin)

    def follow(self, authority: Trusted, trust: Trust, part: Part, now: int) -> int:
        """Extend a mirror by one part of an authority's journal; returns how many records were new.

        Call inside a transaction. ``trust``: the authority's credentials, old and new. Raises ``Missing`` for a part
        that does not reach what is here, ``Conflict`` with both as evidence for other bytes than those held,
        ``Unverified`` for records that do not lead to its checkpoint.
        """
        point = check.checkpoint(part.checkpoint, authority)
        head = self.head(point.origin) or rows.MirrorHead(point.origin, 0, tree.EMPTY_ROOT, b"", 0)
        if point.size < head.size or (point.size == head.size and point.time <= head.time):
            self._check_older(point, head)
            return 0
        before = grown = self.grown(point.origin)
        if not 0 <= part.start <= grown or part.start + len(part.records) > point.size:
            raise Missing("mirror-gap", origin=point.origin, index=grown)
        for index, raw in enumerate(part.records, part.start):
            if index < grown:
                self._check_same(part, point, index, raw)
            else:
                self.append(authority, trust, point.origin, index, raw, now, head.time)
                grown += 1
        if grown < point.size:
            if not part.path:
                raise Missing("mirror-gap", origin=point.origin, index=grown)
            check_consistency(grown, self.root_at(point.origin, grown), point.size, point.root, part.path)
            return grown - before
        if self.root_at(point.origin, point.size) != point.root:
            raise Unverified("not-consistent")
        self._db.run(
            rows.SQL["write_mirror_head"], point.origin, point.size, point.root, bare(part.checkpoint), point.time
        )
        return grown - before

    def _check_older(self, point: note.Checkpoint, held: rows.MirrorHead) -> None:
        mine = held.root if point.size == held.size else self.root_at(point.origin, point.size)
        if mine != point.root:
            evidence = {"held": held.checkpoint, "shown": point.raw}
            raise Conflict("journal-forked", origin=point.origin, evidence=evidence)

    def _check_same(self, part: Part, point: note.Checkpoint, index: int, raw: bytes) -> None:
        """Raises ``Conflict`` for another record than the one held, if the part leads to its own checkpoint, else
        ``Unverified``: whoever carries a part can change it, and accuses nobody by that."""
        held = rows.read_mirror.one(self._db, point.origin, index)
        if held is None:
            raise Missing("mirror-gap", origin=point.origin, index=index)
        if held == raw:
            return
        records = [*(each.raw for each in self.records(point.origin, 0, part.start)), *part.records]
        leaves = tree.memory_hashes(merkle.leaf_hash(each) for each in records)
        check_consistency(len(records), tree.root(leaves, len(records)), point.size, point.root, part.path)
        raise Conflict("journal-forked", origin=point.origin, evidence={"held": held, "shown": raw})

    def append(
        self, authority: Trusted, trust: Trust, origin: str, index: int, raw: bytes, now: int, without: int = 0
    ) -> check.VerifiedRecord:
        """The next record of a mirror, and what it says of credentials and codes. Raises what a false one deserves.

        ``without``: the signed time of the last checkpoint that was here without it.
        """
        verified = check.record(raw, trust)
        self._db.run(rows.SQL["insert_mirror"], origin, index, raw)
        for level, n, value in tree.complete(index, merkle.leaf_hash(raw), self.hash_at(origin)):
            self._db.run(rows.SQL["insert_mirror_hash"], origin, level, n, value)
        if verified.record.kind in ENTRIES:
            check.entitled(verified, trust)
            enter(self._db, origin, index, verified.record, now, root=not authority.issuer, without=without)
        return verified


ENTRIES = frozenset({"credential-issued", "credential-revoked", "codes-allotted", "epoch-accepted"})


def enter(db: Database, origin: str, index: int, record: Record, now: int, *, root: bool, without: int = 0) -> None:
    """What one record of an authority changes in our directory. Its words reach its own lines alone (rule 28).

    Raises ``Unverified`` for an id or credential entered twice: such a journal is followed no further.
    """
    if record.kind == "credential-issued":
        issued = parse(CredentialIssued, record.public)
        try:
            db.run(rows.SQL["insert_directory"], origin, issued.id, index, issued.credential, issued.code, issued.kind,
                   issued.epoch, issued.previous, issued.not_after, now, max(record.time, without))  # fmt: skip
        except Conflict:
            raise Unverified("directory-entry-twice", origin=origin, index=index) from None
    elif record.kind == "credential-revoked":
        revoked = parse(CredentialRevoked, record.public)
        db.run(rows.SQL["set_revoked"], revoked.since, revoked.id, origin)
    elif record.kind == "codes-allotted" and root:
        _allot(db, index, parse(CodesAllotted, record.public), record.time)
    elif record.kind == "epoch-accepted":
        accepted = parse(EpochAccepted, record.public)
        db.run(rows.SQL["insert_epoch_accepted"], origin, accepted.code, accepted.epoch, record.public)


def _allot(db: Database, index: int, public: CodesAllotted, time: int) -> None:
    before: dict[str, str] = {each.scope: each.authority for each in rows.list_allotments.all(db)}
    for scope, owner in allot(before, public).items():
        if before.get(scope) != owner:
            if scope in before:
                db.run(rows.SQL["move_allotment"], time, scope, before[scope])
            db.run(rows.SQL["insert_allotment"], scope, owner, index, time)


def bare(raw: bytes) -> bytes:
    """A checkpoint with its own two lines alone: what a witness holds, and puts its line under."""
    text, _, lines = raw.partition(b"\n\n")
    return text + b"\n\n" + b"".join(lines.splitlines(keepends=True)[:2])
