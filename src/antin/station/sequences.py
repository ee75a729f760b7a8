"""Last sequences: what we say that an addressee was sent, and what others say that we were (protocol rule 21)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from hashlib import sha256
from itertools import groupby

from antin.errors import AntinError, Unverified
from antin.journal import rows as journal_rows
from antin.journal.deed import Entry
from antin.journal.journal import ENDLESS
from antin.kernel import check
from antin.kernel.check import Trust
from antin.kernel.crypto import merkle, tree
from antin.kernel.formats import signed
from antin.kernel.formats.record import HYBRID, QUICK, Record
from antin.kernel.formats.sequences import Last, Leaf, Sequences, SequencesProof
from antin.kernel.formats.shape import encode, parse
from antin.registers.dispatch import rows as dispatch
from antin.station import rows, witness_rows
from antin.station.station import Station
from antin.storage.database import Database

NAME = "sequences"
Frame = tuple[str, str, bytes]


def tell(station: Station) -> None:
    """Sign the last sequences of all addressees in one record, if any has changed since the last one."""
    given = _given(station)
    listing = sha256(repr(given).encode()).digest()
    row = witness_rows.read_sequences.one(station.db)
    if not given or (row is not None and row.listing == listing):
        return
    secret = os.urandom(32)
    hashes = [merkle.leaf_hash(encode(leaf)) for leaf in _leaves(given, secret)]
    said = Sequences(len(hashes), tree.root(tree.memory_hashes(hashes), len(hashes)))

    def keep(db: Database, entry: Entry) -> None:
        db.run(rows.SQL["write_sequences"], entry.raw, secret, listing)

    station.commit([station.record("sequences", said, then=[keep])])


def frames(station: Station, peer: str) -> Iterator[Frame]:
    """The newest record with the peer's leaf, if it was ever sent anything. Older ones say less and are harmless."""
    row = witness_rows.read_sequences.one(station.db)
    if row is None:
        return
    given = _given(station)
    codes = [code for code, _ in given]
    if peer not in codes or sha256(repr(given).encode()).digest() != row.listing:
        return
    leaves, place = _leaves(given, row.secret), codes.index(peer)
    hashes = tree.memory_hashes([merkle.leaf_hash(encode(leaf)) for leaf in leaves])
    path = tree.inclusion(hashes, place, len(leaves))
    yield "record", NAME, encode(SequencesProof(row.raw, leaves[place], place, path))


def take(station: Station, raw: bytes) -> None:
    """What a sender says that we were sent. Raises what a false one deserves; nobody else's leaf tells us anything."""
    record, lasts = checked(raw, station.code, station.directory)
    for last in lasts:
        station.db.run(rows.SQL["write_last"], record.station, record.epoch, last.precedence, last.sequence)


def checked(raw: bytes, addressee: str, trust: Trust) -> tuple[Record, tuple[Last, ...]]:
    """The record and what it says to ``addressee``. Raises ``Unverified`` for another's leaf or a false path."""
    proof = parse(SequencesProof, raw)
    verified = check.record(proof.record, trust)
    if verified.record.kind != NAME or proof.leaf.addressee != addressee:
        raise Unverified("not-about-this-dispatch")
    value = parse(Sequences, verified.record.public)
    merkle.check_inclusion(merkle.leaf_hash(encode(proof.leaf)), proof.index, value.count, proof.path, value.root)
    return verified.record, proof.leaf.lasts


def take_all(station: Station, items: list[Frame]) -> None:
    """All such frames of an envelope; a false one is passed over, for it can only hide or invent a gap."""
    for kind, name, raw in items:
        if kind == "record" and name == NAME:
            try:
                take(station, raw)
            except AntinError:
                continue


def agrees(station: Station) -> bool:
    """Whether what lies beside our newest such record is what it was made of."""
    newest, row = journal_rows.newest_of_kind.one(station.db, NAME), witness_rows.read_sequences.one(station.db)
    if newest is None or row is None:
        return newest is None and row is None
    record = parse(Record, signed.claim(newest.raw, HYBRID, QUICK).unverified_body)
    given = _given(station, record.epoch, newest.idx)
    hashes = [merkle.leaf_hash(encode(leaf)) for leaf in _leaves(given, row.secret)]
    made = Sequences(len(hashes), tree.root(tree.memory_hashes(hashes), len(hashes)))
    told = parse(Sequences, record.public) == made
    return told and (row.raw, row.listing) == (newest.raw, sha256(repr(given).encode()).digest())


def _given(station: Station, epoch: int = 0, before: int = ENDLESS) -> list[tuple[str, tuple[tuple[int, int], ...]]]:
    """What each addressee was sent last in an epoch (the present one), by the records before an index."""
    epoch = epoch or station.journal.epoch
    rows = dispatch.list_last_sequences.all(station.db, epoch, station.code, before)
    return [
        (code, tuple((each.precedence, each.sequence) for each in group))
        for code, group in groupby(rows, key=lambda each: each.addressee)
    ]


def _leaves(given: list[tuple[str, tuple[tuple[int, int], ...]]], secret: bytes) -> list[Leaf]:
    return [
        Leaf(sha256(secret + code.encode()).digest()[:16], code, tuple(Last(*last) for last in lasts))
        for code, lasts in given
    ]
