"""Mirrors of the authorities' journals, whole and gap-free, beside the station's own (protocol rule 18)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from antin.errors import Conflict, Unverified
from antin.kernel import check
from antin.kernel.check import Trusted
from antin.kernel.crypto import merkle, tree
from antin.kernel.formats import note, signed
from antin.kernel.formats.epoch import EpochAccepted
from antin.kernel.formats.record import HYBRID, QUICK, Record
from antin.kernel.formats.shape import parse
from antin.registers.keys.records import CredentialIssued, CredentialRevoked
from antin.storage.database import Database, statements

SQL = statements(Path(__file__).with_name("station.sql"))


class Mirror:
    """The followed journals in the station's database."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def head(self, origin: str) -> tuple[int, bytes, bytes, int] | None:
        """Size, root, checkpoint and its time, or None."""
        return self._db.row(SQL["read_mirror_head"], origin)

    def hash_at(self, origin: str) -> tree.Hashes:
        """The tree of one mirror."""
        return lambda level, n: self._db.value(SQL["read_mirror_hash"], origin, level, n)

    def records(self, origin: str) -> Iterable[tuple[int, bytes]]:
        """(index, record) of one mirror."""
        return self._db.each(SQL["read_mirror_all"], origin)

    def root_at(self, origin: str, size: int) -> bytes:
        """The root that a mirrored journal had at ``size``; no more than what is mirrored."""
        return tree.root(self.hash_at(origin), size)

    def follow(self, authority: Trusted, records: Iterable[tuple[int, bytes]], checkpoint: bytes) -> int:
        """Extend a mirror up to a checkpoint of its authority; returns how many records were new.

        Call inside a transaction. Records already held must be the same bytes: another byte is a ``Conflict``
        with both as evidence. The tree over all must be the checkpoint's.
        """
        point = check.checkpoint(checkpoint, authority)
        size, root, held_raw, time = self.head(point.origin) or (0, tree.EMPTY_ROOT, b"", 0)
        if point.size < size or (point.size == size and point.time <= time):
            self._check_older(point, size, root, held_raw)
            return 0
        before = size
        for index, raw in records:
            if index < size:
                self._check_same(point.origin, index, raw)
            elif index == size and index < point.size:
                self._append(authority, point.origin, index, raw)
                size += 1
            else:
                raise Unverified("mirror-gap", origin=point.origin, index=index)
        if size != point.size or tree.root(self.hash_at(point.origin), size) != point.root:
            raise Conflict("journal-forked", origin=point.origin, evidence={"held": held_raw, "shown": checkpoint})
        self._db.run(SQL["write_mirror_head"], point.origin, size, point.root, checkpoint, point.time)
        return size - before

    def _check_older(self, point: note.Checkpoint, size: int, root: bytes, held: bytes) -> None:
        mine = root if point.size == size else self.root_at(point.origin, point.size)
        if mine != point.root:
            raise Conflict("journal-forked", origin=point.origin, evidence={"held": held, "shown": point.raw})

    def _check_same(self, origin: str, index: int, raw: bytes) -> None:
        held = self._db.value(SQL["read_mirror"], origin, index)
        if held != raw:
            raise Conflict("journal-forked", origin=origin, evidence={"held": held, "shown": raw})

    def _append(self, authority: Trusted, origin: str, index: int, raw: bytes) -> None:
        verified = check.record(raw, {authority.digest: authority})
        self._db.run(SQL["insert_mirror"], origin, index, raw)
        for level, n, value in tree.complete(index, merkle.leaf_hash(raw), self.hash_at(origin)):
            self._db.run(SQL["insert_mirror_hash"], origin, level, n, value)
        self._enter(origin, index, verified.record)

    def _enter(self, origin: str, index: int, record: Record) -> None:
        if record.kind == "credential-issued":
            issued = parse(CredentialIssued, record.public)
            self._db.run(SQL["insert_directory"], issued.credential, issued.id, origin, index)
        elif record.kind == "credential-revoked":
            revoked = parse(CredentialRevoked, record.public)
            self._db.run(SQL["set_revoked"], revoked.since, revoked.id, origin)
        elif record.kind == "epoch-accepted":
            accepted = parse(EpochAccepted, record.public)
            self._db.run(SQL["insert_epoch_accepted"], origin, accepted.code, accepted.epoch, record.public)

    def entry(self, raw: bytes) -> tuple[bytes, int | None] | None:
        """(credential id, None) for an issuance, (id, since) for a revocation, None for other records."""
        record = parse(Record, signed.claim(raw, HYBRID, QUICK).unverified_body)
        if record.kind == "credential-issued":
            return parse(CredentialIssued, record.public).id, None
        if record.kind == "credential-revoked":
            revoked = parse(CredentialRevoked, record.public)
            return revoked.id, revoked.since
        return None
