"""Prove: everything about one dispatch in one file that an inspector can check offline (spec/bundle.md, evidence)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from antin.errors import Missing
from antin.kernel.formats import note
from antin.kernel.formats.receipt import Receipt
from antin.kernel.formats.record import HYBRID, QUICK, Record
from antin.kernel.formats.shape import encode, parse
from antin.kernel.formats.signed import claim
from antin.kernel.formats.statement import AttachedList
from antin.kernel.formats.status import StatusProof
from antin.kernel.formats.vouched import Vouched
from antin.registers.dispatch import rows as dispatch
from antin.station import packets, rows
from antin.station.drafts import number_of
from antin.station.standing import entry_of, status_of
from antin.station.station import Station

Frame = tuple[str, str, bytes]


def prove(station: Station, dispatch_id: str, officer: str = "") -> bytes:
    """The evidence for ``di-3`` or ``den-3``. With an ``officer`` signed in, the sending statement is in it too, and
    the evidence is then as secret as the document; without, it holds digests only."""
    slip, records, vouched_at = _records(station, dispatch_id)
    frames: list[Frame] = [("slip", "", rows.read_object.sure(station.db, slip))]
    for index, kind in records:
        frames.append(("record", kind, encode(Receipt(station.journal.raw(index), station.journal.proof(index)))))
    if officer and vouched_at is not None:
        vouched = parse(Vouched, station.secrets.read(vouched_at, officer))
        frames += [("statement", "", vouched.statement), ("attached", "", vouched.attached)]
    for receipt in dispatch.list_receipts.all(station.db, slip):
        frames.append(("receipt", "", rows.read_object.sure(station.db, receipt.receipt)))
    return packets.write(packets.EVIDENCE, [*credentials_of(station, frames), *frames])


def _records(station: Station, dispatch_id: str) -> tuple[bytes, list[tuple[int, str]], int | None]:
    """The slip, the records about it (index, kind), and the record whose secret part holds the statement."""
    if dispatch_id.startswith("di-"):
        out = dispatch.read_out.one(station.db, number_of(dispatch_id, "di"))
        if out is None:
            raise Missing("dispatch-unknown", id=dispatch_id)
        sent = dispatch.read_sent.sure(station.db, out.statement)
        # The record that made the slip is the proof of sending; the statement lies with the first, ``sent``.
        return out.slip, [(out.idx, "sent" if out.idx == sent.idx else "addressed")], sent.idx
    row = dispatch.read_in.one(station.db, number_of(dispatch_id, "den"))
    if row is None:
        raise Missing("dispatch-unknown", id=dispatch_id)
    named = (("arrived", row.arrived), ("accepted", row.accepted), ("opened", row.opened), (row.state, row.refused))
    return row.slip, [(index, kind) for kind, index in named if index is not None], row.opened


def credentials_of(station: Station, frames: list[Frame]) -> Iterator[Frame]:
    """Every credential that the frames rest on, with its entry in its authority's journal and its status.

    A renewed authority says its states under its later credential: that one is shown too, and all entries before the
    first state, for a signer counts once his entry was shown (spec/bundle.md, Evidence).
    """
    wanted: dict[bytes, None] = {}
    for frame in frames:
        _rests_on(station, frame, wanted)
    shown: dict[bytes, list[Frame]] = {}
    while missing := [digest for digest in wanted if digest not in shown]:
        for digest in missing:
            shown[digest] = list(_standing(station, digest, wanted))
            for frame in shown[digest]:
                _rests_on(station, frame, wanted)
    standing = [frame for each in shown.values() for frame in each]
    yield from (("credential", "", station.directory.raw(digest)) for digest in wanted)
    yield from sorted(standing, key=lambda frame: frame[0] == "status")


def _rests_on(station: Station, frame: Frame, wanted: dict[bytes, None]) -> None:
    """The signers of a frame, and whose keys sign the journal that its record stands in."""
    for held in _signed_objects(*frame):
        claimed = claim(held, HYBRID, QUICK, "antin/slip/1", "antin/statement/1", "antin/attached/1")
        for signer in claimed.signers:
            for digest in station.directory.stands_under(signer.credential):
                _with_issuers(station, digest, wanted)
        if claimed.type in (HYBRID, QUICK):
            # The journal that the record stands in is its station's: its keys are in the agency's credential.
            value = parse(Record, claimed.unverified_body)
            keys = station.directory.journal_of(note.origin(value.station, value.epoch))
            _with_issuers(station, keys.digest, wanted)


def _signed_objects(kind: str, _name: str, raw: bytes) -> tuple[bytes, ...]:
    if kind == "status":
        return (parse(StatusProof, raw).record,)
    if kind == "attached":
        return parse(AttachedList, raw).signatures
    return (parse(Receipt, raw).record if kind in ("record", "receipt") else raw,)


def _with_issuers(station: Station, digest: bytes, wanted: dict[bytes, None]) -> None:
    trusted = station.directory[digest]
    if trusted.issuer:
        _with_issuers(station, trusted.issuer, wanted)
    wanted[digest] = None


def _standing(station: Station, digest: bytes, wanted: Iterable[bytes]) -> Iterator[Frame]:
    trusted = station.directory[digest]
    if not trusted.issuer:
        return
    yield "record", "credential-issued", entry_of(station, trusted)
    try:
        yield "status", "", encode(status_of(station, trusted, _bound_by(station, digest, wanted)))
    except Missing:  # its authority has said nothing since: the verdict will say so
        return


def _bound_by(station: Station, issuer: bytes, wanted: Iterable[bytes]) -> set[str]:
    """The codes of those among ``wanted`` whom an authority bound; its own officers need no scope."""
    holders = [station.directory[each] for each in wanted]
    own = station.directory[issuer].subject.code
    return {each.subject.code for each in holders if each.issuer == issuer} - {own}
