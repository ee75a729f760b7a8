"""Receive what another station sent: believe nothing, enter it once, answer with receipts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

from antin.acts.witness import take
from antin.errors import Conflict, Missing, Refused, Unavailable, Unverified
from antin.kernel import check
from antin.kernel.check import Trusted
from antin.kernel.crypto import suite as suites
from antin.kernel.crypto import wrap
from antin.kernel.crypto.consistency import check_consistency
from antin.kernel.formats import consistency, note, signed
from antin.kernel.formats.receipt import DirectoryPoint, Receipt, Result
from antin.kernel.formats.record import HYBRID, QUICK, Record
from antin.kernel.formats.shape import parse
from antin.kernel.formats.slip import Slip
from antin.registers.dispatch import apply as dispatch
from antin.registers.dispatch.records import ConflictNoticed, ReceiptReceived
from antin.station import packets
from antin.station.mirror import SQL
from antin.station.station import Station

FetchBlob = Callable[[bytes], Iterable[bytes] | None]
Frames = list[tuple[str, str, bytes]]
KINDS = ("credential", "checkpoint", "consistency", "slip", "receipt")
FINAL = ("opened", "refused", "expired")  # no later result is to be asked for


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one slip or receipt: ``entered``, ``already``, or ``waiting`` (its blob is not here yet)."""

    kind: str
    state: str
    name: str


def receive(station: Station, frames: Frames, fetch: FetchBlob) -> list[Outcome]:
    """All slips and receipts of one envelope. Raises for one that cannot be believed; a conflict is recorded."""
    packets.only(frames, *KINDS)
    with station.db.transaction():
        for kind, _, raw in frames:
            if kind == "credential":
                station.directory.keep(raw)
    try:
        hold_checkpoint(station, frames)
        slips = [receive_slip(station, raw, fetch) for kind, _, raw in frames if kind == "slip"]
        return slips + [receive_receipt(station, raw) for kind, _, raw in frames if kind == "receipt"]
    except Conflict as error:
        note_conflict(station, error)
        raise


def hold_checkpoint(station: Station, frames: Frames) -> None:
    """Keep the sender's newest checkpoint if it extends the one held. Raises ``Conflict`` with both otherwise."""
    for kind, _, raw in frames:
        if kind != "checkpoint":
            continue
        claimed = note.claim(raw)
        if claimed.origin == station.origin:
            take(station, raw)
            continue
        sender = station.directory.find(claimed.origin.split("/")[1])
        point = check.checkpoint(raw, sender)
        held = station.db.row(SQL["read_held"], point.origin)
        if held is None or _extends(point, note.claim(held[1]), frames):
            station.db.run(SQL["write_held"], point.origin, point.size, raw)


def _extends(point: note.Checkpoint, held: note.ClaimedCheckpoint, frames: Frames) -> bool:
    if point.size < held.size:
        return False  # an older envelope that was late; nothing new is claimed
    evidence = {"held": held.raw, "shown": point.raw}
    proofs = [parse(consistency.Consistency, raw) for kind, _, raw in frames if kind == "consistency"]
    path = next((p.path for p in proofs if (p.origin, p.old, p.new) == (point.origin, held.size, point.size)), ())
    try:
        check_consistency(held.size, held.root, point.size, point.root, path)
    except Unverified:
        raise Conflict("journal-forked", origin=point.origin, evidence=evidence) from None
    return True


def receive_slip(station: Station, raw: bytes, fetch: FetchBlob) -> Outcome:
    """Enter a slip once. The same slip again only brings our receipts again; same identity, other bytes: conflict."""
    slip = check.slip(raw, station.directory)
    digest, name = suites.object_digest(raw), f"{slip.sender}/{slip.leaf.precedence}/{slip.sequence}"
    if slip.leaf.addressee != station.code:
        raise Refused("slip-for-other", addressee=slip.leaf.addressee)
    known = station.db.value(dispatch.SQL["find_identity"], *slip.identity)
    if known == digest:
        _repeat_receipts(station, slip.sender, digest)
        return Outcome("slip", "already", name)
    if known is not None:
        held = station.db.value(SQL["read_object"], known)
        raise Conflict("slip-identity-taken", name=name, evidence={"held": held, "shown": raw})
    sender = station.directory.find(slip.sender)
    station.directory.check_valid(sender, station.now())
    _check_key(station, slip)
    if not _take_blob(station, slip, fetch):
        return Outcome("slip", "waiting", name)
    record = station.record("arrived", result_of(station, slip, digest, "arrived", sender))

    def beside() -> None:
        station.db.run(SQL["insert_object"], digest, "slip", raw)
        station.db.run(SQL["insert_blob"], slip.sealed, slip.sealed_size)
        queue_receipt(station, slip, record.raw, station.journal.head()[0] - 1)

    station.commit([record], beside)
    return Outcome("slip", "entered", name)


def result_of(station: Station, slip: Slip, digest: bytes, result: str, sender: Trusted, *, statement: bytes = b"",
              seal: bytes = b"", reason: str = "") -> Result:  # fmt: skip
    """The public part of a receipt."""
    point = DirectoryPoint(*station.directory.point(sender))
    return Result(*slip.identity, digest, result, statement, seal, reason, point)


def queue_receipt(station: Station, slip: Slip, record: bytes, index: int) -> None:
    """In the transaction of the record: its receipt goes to the slip's sender."""
    digest = suites.object_digest(record)
    station.db.run(SQL["insert_outbox"], slip.sender, "receipt", digest, index, slip.leaf.precedence)


def _repeat_receipts(station: Station, sender: str, slip: bytes) -> None:
    # The sender asks again, so a receipt was lost on the way: all of this slip's go out once more.
    row = station.db.row(dispatch.SQL["find_in"], slip)
    for index in row[9:13] if row else ():
        if index is not None:
            digest = suites.object_digest(station.journal.raw(index))
            station.db.run(SQL["insert_outbox"], sender, "receipt", digest, index, row[3] if row else 0)


def _check_key(station: Station, slip: Slip) -> None:
    own = station.own.subject.wrapping
    if slip.leaf.officer:
        own = station.officer(slip.leaf.officer).subject.wrapping
    if slip.suite != station.settings.suite or slip.kid not in {wrap.kid(station.suite, key.public) for key in own}:
        raise Refused("slip-for-other-key", name=slip.leaf.addressee)


def _take_blob(station: Station, slip: Slip, fetch: FetchBlob) -> bool:
    # A blob is named by its digest and was checked when it was written: by another slip, or from a medium.
    if station.blobs.path(slip.sealed).exists():
        return True
    pieces = fetch(slip.sealed)
    if pieces is None:
        return False
    station.blobs.accept(pieces, slip.sealed, slip.sealed_size)
    return True


def receive_receipt(station: Station, raw: bytes) -> Outcome:
    """Enter another station's receipt for one of our slips, once for each result."""
    peek = parse(Record, signed.claim(parse(Receipt, raw).record, HYBRID, QUICK).unverified_body)
    sender = station.directory.find(peek.station)
    verified = check.receipt(raw, station.directory, sender)
    result, digest = verified.result, suites.object_digest(verified.record.raw)
    out = station.db.row(dispatch.SQL["find_out"], result.slip)
    if out is None or out[2] != peek.station:
        raise Missing("dispatch-unknown", id=result.slip.hex()[:16])
    name = f"{peek.station}/{result.precedence}/{result.sequence}"
    if station.db.row(dispatch.SQL["has_receipt"], result.slip, result.result):
        # The same record may come again under a checkpoint that a witness has cosigned since.
        if check.cosigned(verified.checkpoint.raw, station.directory[sender.issuer]) is not None:
            station.db.run(SQL["replace_object"], raw, digest)
        return Outcome("receipt", "already", name)
    sent = station.db.row(dispatch.SQL["read_sent"], out[1])
    if result.result == "opened" and sent is not None and (result.statement, result.seal) != (sent[0], sent[4]):
        raise Conflict("receipt-mismatch", name=name, evidence={"receipt": raw})
    point = verified.checkpoint
    public = ReceiptReceived(
        result.slip, peek.station, result.result, result.reason, digest, verified.record.record.time, point.origin,
        verified.index, point.size, point.root,
    )  # fmt: skip

    def beside() -> None:
        station.db.run(SQL["insert_object"], digest, "receipt", raw)
        told = station.db.value(SQL["read_told"], peek.station, result.slip)
        if told is not None:
            packets.confirmed(station, peek.station, told)
        if result.result in FINAL:
            station.db.run(SQL["set_done"], peek.station, result.slip)

    station.commit([station.record("receipt-received", public)], beside)
    return Outcome("receipt", "entered", name)


def note_conflict(station: Station, error: Conflict) -> None:
    """Keep a conflict's evidence as a file and record where it lies."""
    if not error.evidence:
        return
    evidence = packets.write("evidence", (("conflict", name, data) for name, data in error.evidence.items()))
    digest = station.keep_evidence(error.code, evidence)
    about = str(error.fields.get("origin") or error.fields.get("name") or "?")[:80]
    with suppress(Unavailable):  # an authority's key is locked while it syncs: there the file alone is kept
        station.commit([station.record("conflict-noticed", ConflictNoticed(about, error.code, digest))])
