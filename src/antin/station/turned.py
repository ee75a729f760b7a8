"""Clocks that ran ahead and were set back by two persons: shown to correspondents, who compare no time across it.

What a journal signed while its clock was ahead says nothing against what it records afterwards (spec/witness.md, Kept).
"""

from __future__ import annotations

from collections.abc import Iterator

from antin.errors import AntinError, Unverified
from antin.kernel import check
from antin.kernel.check import Trust
from antin.kernel.crypto import suite as suites
from antin.kernel.formats import note, proof, signed
from antin.kernel.formats.epoch import CLOCK_SET_BACK as NAME
from antin.kernel.formats.epoch import ClockSetBack
from antin.kernel.formats.receipt import Receipt
from antin.kernel.formats.record import HYBRID, Record
from antin.kernel.formats.shape import encode, parse
from antin.registers.keys import rows as keys
from antin.station import rows, witness_rows
from antin.station.directory import Beside
from antin.station.station import Station

Frame = tuple[str, str, bytes]
_AT_MOST = 2  # of one's own with an envelope: the newest


def frames(station: Station, peer: str) -> Iterator[Frame]:
    """Our newest such records with their places and their signers, until the peer has shown a newer head of ours."""
    shown = [each.size for each in witness_rows.list_told.all(station.db, peer) if each.shown]
    for raw in _own(station)[:_AT_MOST]:
        if min(shown, default=0) <= proof.claim(parse(Receipt, raw).proof).index:
            for signer in signed.claim(parse(Receipt, raw).record, HYBRID).signers:
                if station.directory[signer.credential].subject.officer:
                    yield "credential", "", station.directory.raw(signer.credential)
            yield "record", NAME, raw


def take(station: Station, items: list[Frame], trust: Beside) -> None:
    """Keep those of an envelope; a false one is passed over: without it less is explained, and nothing more allowed."""
    for kind, name, raw in items:
        if kind != "record" or name != NAME:
            continue
        try:
            digest = checked(station, raw, trust)
        except AntinError:
            continue
        signers = [each.credential for each in signed.claim(parse(Receipt, raw).record, HYBRID).signers]
        with station.db.transaction():
            station.db.run(rows.SQL["insert_object"], digest, NAME, raw)
            for credential in trust.proven(signers):
                station.directory.keep(credential)


def checked(station: Station, raw: bytes, trust: Trust) -> bytes:
    """The record's digest: by two hands who may, at its place in its own journal. Raises what a false one deserves."""
    value = parse(Receipt, raw)
    verified = check.record(value.record, trust)
    check.entitled(verified, trust)
    if verified.record.kind != NAME:
        raise Unverified("frame-unexpected")
    check.stands(verified, value.proof, station.directory.journal_of(proof.claim(value.proof).checkpoint.origin))
    parse(ClockSetBack, verified.record.public)
    return suites.object_digest(value.record)


def known(station: Station, origin: str) -> list[bytes]:
    """Every such record of one journal that is here, with its place."""
    if origin == station.origin:
        return _own(station)
    found = rows.list_objects_of.all(station.db, NAME)
    return [raw for raw in found if proof.claim(parse(Receipt, raw).proof).checkpoint.origin == origin]


def backs(station: Station, origin: str) -> list[tuple[int, int]]:
    """(place, the time from which signing went on) of each."""
    found = []
    for raw in known(station, origin):
        value = parse(Receipt, raw)
        record = parse(Record, signed.claim(value.record, HYBRID).unverified_body)
        found.append((proof.claim(value.proof).index, parse(ClockSetBack, record.public).after))
    return found


def _own(station: Station) -> list[bytes]:
    """The newest first; of the present epoch, for nobody compares times across epochs."""
    size = note.claim(station.journal.newest_checkpoint()).size
    places = [index for index in keys.list_clock.all(station.db) if index < size]
    found = [(index, station.journal.raw(index)) for index in places]
    return [
        encode(Receipt(raw, station.journal.proof(index)))
        for index, raw in found
        if parse(Record, signed.claim(raw, HYBRID).unverified_body).epoch == station.journal.epoch
    ]
