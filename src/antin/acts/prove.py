"""Prove: everything about one dispatch in one file that an inspector can check offline (spec/bundle.md, evidence)."""

from __future__ import annotations

from collections.abc import Iterator

from antin.errors import Missing
from antin.kernel.formats import note
from antin.kernel.formats.receipt import Receipt
from antin.kernel.formats.record import HYBRID, QUICK, Record
from antin.kernel.formats.shape import encode, parse
from antin.kernel.formats.signed import claim
from antin.kernel.formats.statement import AttachedList
from antin.kernel.formats.vouched import Vouched
from antin.registers.dispatch import apply as dispatch
from antin.station import packets
from antin.station.drafts import number_of
from antin.station.mirror import SQL
from antin.station.standing import entry_of, status_of
from antin.station.station import Station

Frame = tuple[str, str, bytes]


def prove(station: Station, dispatch_id: str, officer: str = "") -> bytes:
    """The evidence for ``di-3`` or ``den-3``. With an ``officer`` signed in, the sending statement is in it too, and
    the evidence is then as secret as the document; without, it holds digests only."""
    slip, records, vouched_at = _records(station, dispatch_id)
    frames: list[Frame] = [("slip", "", station.db.value(SQL["read_object"], slip))]
    for index, kind in records:
        frames.append(("record", kind, encode(Receipt(station.journal.raw(index), station.journal.proof(index)))))
    if officer and vouched_at is not None:
        vouched = parse(Vouched, station.secret(vouched_at, officer))
        frames += [("statement", "", vouched.statement), ("attached", "", vouched.attached)]
    for _, digest, *_ in station.db.rows(dispatch.SQL["list_receipts"], slip):
        frames.append(("receipt", "", station.db.value(SQL["read_object"], digest)))
    return packets.write(packets.EVIDENCE, [*credentials_of(station, frames), *frames])


def _records(station: Station, dispatch_id: str) -> tuple[bytes, list[tuple[int, str]], int | None]:
    """The slip, the records about it (index, kind), and the record whose secret part holds the statement."""
    if dispatch_id.startswith("di-"):
        out = station.db.row(dispatch.SQL["read_out"], number_of(dispatch_id, "di"))
        if out is None:
            raise Missing("dispatch-unknown", id=dispatch_id)
        sent = station.db.row(dispatch.SQL["read_sent"], out[1])
        assert sent is not None  # the register's own row
        # The record that made the slip is the proof of sending; the statement lies with the first, ``sent``.
        return out[7], [(out[9], "sent" if out[9] == sent[10] else "addressed")], sent[10]
    row = station.db.row(dispatch.SQL["read_in"], number_of(dispatch_id, "den"))
    if row is None:
        raise Missing("dispatch-unknown", id=dispatch_id)
    named = (("arrived", row[9]), ("accepted", row[10]), ("opened", row[11]), (row[6], row[12]))
    return row[5], [(index, kind) for kind, index in named if index is not None], row[11]


def credentials_of(station: Station, frames: list[Frame]) -> Iterator[Frame]:
    """Every credential that the frames rest on, with its entry in its authority's journal and its status."""
    wanted: dict[bytes, None] = {}
    for kind, _, raw in frames:
        for held in _signed_objects(kind, raw):
            claimed = claim(held, HYBRID, QUICK, "antin/slip/1", "antin/statement/1", "antin/attached/1")
            for signer in claimed.signers:
                for digest in station.directory.stands_under(signer.credential):
                    _with_issuers(station, digest, wanted)
            if claimed.type in (HYBRID, QUICK):
                # The journal that the record stands in is its station's: its keys are in the agency's credential.
                value = parse(Record, claimed.unverified_body)
                keys = station.directory.journal_of(note.origin(value.station, value.epoch))
                _with_issuers(station, keys.digest, wanted)
    yield from (("credential", "", station.directory.raw(digest)) for digest in wanted)
    for digest in wanted:
        yield from _standing(station, digest)


def _signed_objects(kind: str, raw: bytes) -> tuple[bytes, ...]:
    if kind == "attached":
        return parse(AttachedList, raw).signatures
    return (parse(Receipt, raw).record if kind in ("record", "receipt") else raw,)


def _with_issuers(station: Station, digest: bytes, wanted: dict[bytes, None]) -> None:
    trusted = station.directory[digest]
    if trusted.issuer:
        _with_issuers(station, trusted.issuer, wanted)
    wanted[digest] = None


def _standing(station: Station, digest: bytes) -> Iterator[Frame]:
    trusted = station.directory[digest]
    if not trusted.issuer:
        return
    yield "record", "credential-issued", entry_of(station, trusted)
    try:
        yield "status", "", encode(status_of(station, trusted))
    except Missing:  # its authority has said nothing since: the verdict will say so
        return
