"""Prove: everything about one dispatch in one file that an inspector can check offline (spec/bundle.md, evidence)."""

from __future__ import annotations

from collections.abc import Iterator

from antin.errors import Missing
from antin.kernel.crypto import tree
from antin.kernel.crypto.merkle import leaf_hash
from antin.kernel.formats.receipt import Receipt
from antin.kernel.formats.record import HYBRID, QUICK, Record
from antin.kernel.formats.shape import encode, parse
from antin.kernel.formats.signed import claim
from antin.kernel.formats.statement import AttachedList
from antin.kernel.formats.status import GOOD, REVOKED, Status, StatusLeaf, StatusProof
from antin.kernel.formats.vouched import Vouched
from antin.registers.dispatch import apply as dispatch
from antin.station import packets
from antin.station.drafts import number_of
from antin.station.mirror import SQL
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
                _with_issuers(station, signer.credential, wanted)
            if claimed.type in (HYBRID, QUICK):
                # The journal that the record stands in is its station's: its keys are in the agency's credential.
                station_code = parse(Record, claimed.unverified_body).station
                _with_issuers(station, station.directory.find(station_code).digest, wanted)
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
    entered = station.db.row(SQL["read_directory"], digest)
    if entered is None:
        return
    id_, origin, index, revoked = entered
    head = station.directory.mirror.head(origin)
    assert head is not None  # what is entered stands in a mirror
    size, _, checkpoint, _ = head
    hashes = station.directory.mirror.hash_at(origin)

    def in_mirror(at: int) -> tuple[bytes, bytes]:
        raw = station.db.value(SQL["read_mirror"], origin, at)
        return raw, tree.proof_text(at, tree.inclusion(hashes, at, size), checkpoint)

    yield "record", "credential-issued", encode(Receipt(*in_mirror(index)))
    status = _newest_status(station, origin, index)
    if status is None:
        return
    leaves = _status_leaves(station, origin, status[0])
    place = next(n for n, leaf in enumerate(leaves) if leaf.credential == id_)
    status_hashes = tree.memory_hashes([leaf_hash(encode(leaf)) for leaf in leaves])
    path = tree.inclusion(status_hashes, place, len(leaves))
    yield "status", "", encode(StatusProof(*in_mirror(status[0]), leaves[place], place, path))


def _newest_status(station: Station, origin: str, after: int) -> tuple[int, Status] | None:
    found = None
    for index, raw in station.directory.mirror.records(origin):
        record = parse(Record, claim(raw, HYBRID, QUICK).unverified_body)
        if record.kind == "status" and index > after:
            found = (index, parse(Status, record.public))
    return found


def _status_leaves(station: Station, origin: str, until: int) -> list[StatusLeaf]:
    """The status tree as the authority saw it at record ``until``, made again from the mirror alone."""
    states: dict[bytes, StatusLeaf] = {}
    for index, raw in station.directory.mirror.records(origin):
        if index >= until:
            break
        entry = station.directory.mirror.entry(raw)
        if entry is not None:
            id_, since = entry
            states[id_] = StatusLeaf(id_, GOOD if since is None else REVOKED, since or 0)
    return [states[id_] for id_ in sorted(states)]
