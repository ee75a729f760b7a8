"""Receive what another station sent: believe nothing, enter it once, answer with receipts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType

from antin.acts import tail
from antin.errors import AntinError, Conflict, Missing, Refused, Unavailable, Unverified
from antin.frozen import dataclass
from antin.journal.deed import Entry
from antin.kernel import check
from antin.kernel.check import Trusted
from antin.kernel.crypto import suite as suites
from antin.kernel.crypto import wrap
from antin.kernel.formats import note, proof, signed
from antin.kernel.formats.receipt import DirectoryPoint, Receipt, Result
from antin.kernel.formats.record import HYBRID, QUICK, Record
from antin.kernel.formats.shape import encode, known, parse
from antin.kernel.formats.slip import Slip
from antin.registers.dispatch import rows as dispatch
from antin.registers.dispatch.records import ReceiptReceived
from antin.registers.dispatch.states import FINAL
from antin.registers.keys import rows as keys
from antin.station import blobs, news, rows, turned
from antin.station.checkpoints import with_line
from antin.station.directory import Beside
from antin.station.effects import KeepBlob, KeepObject, QueueReceipt, keep_blob
from antin.station.mirror import ALWAYS, bare
from antin.station.station import Station
from antin.storage.database import Database

FetchBlob = Callable[[bytes], Iterable[bytes] | None]
Frames = list[tuple[str, str, bytes]]
EMPTY: Mapping[bytes, bytes] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one slip or receipt: ``entered``, ``already``, or ``waiting`` (its blob is not here yet)."""

    kind: str
    state: str
    name: str


def receive(station: Station, frames: Frames, fetch: FetchBlob,
            fault: Callable[[AntinError], None] | None = None) -> list[Outcome]:  # fmt: skip
    """The news, then all slips and receipts of one envelope. Raises for one that cannot be believed; a conflict is
    recorded. A recovering station takes news and its own tail, and refuses what it would have to answer.

    ``fault``: is told of a single slip or receipt that cannot be taken, and the others are; without it that raises.
    """
    # In memory alone, until a chain and a mirrored journal prove one of them and something here needs it.
    trust = station.directory.beside(raw for kind, _, raw in frames if kind == "credential")
    inside = {blobs.digest_of(raw): raw for kind, _, raw in frames if kind == "blob"}
    tail.take_requests(station, frames, trust)
    try:
        linked = news.take(station, frames)
        turned.take(station, frames, trust)
        receipts = _others_receipts(station, [raw for kind, _, raw in frames if kind == "receipt"], trust)
        slips = [raw for kind, _, raw in frames if kind == "slip"]
        if slips or receipts:
            station.recovering.check()
        for giver in {*map(_sender, slips), *map(_giver, receipts)}:
            if giver != linked:  # of no past, or beside the past of somebody else
                raise Missing("checkpoint-unlinked", sender=giver)
    except Conflict as error:
        news.keep_conflict(station, error)
        raise
    works = [partial(receive_slip, station, raw, trust, fetch, inside) for raw in slips]
    works += [partial(receive_receipt, station, raw, trust) for raw in receipts]
    return [outcome for work in works for outcome in _one(station, work, fault)]


def _one(station: Station, work: Callable[[], Outcome],
         fault: Callable[[AntinError], None] | None) -> Iterator[Outcome]:  # fmt: skip
    try:
        yield work()
    except Unavailable:
        raise
    except AntinError as error:
        if isinstance(error, Conflict):
            news.keep_conflict(station, error)
        if fault is None:
            raise
        fault(error)


def _others_receipts(station: Station, receipts: list[bytes], trust: Beside) -> list[bytes]:
    """Our own receipts that somebody brings back are the tail of our journal; the rest are answers to us."""
    others = []
    for raw in receipts:
        if _giver(raw) == station.code:
            tail.keep(station, raw, trust)
        else:
            others.append(raw)
    return others


def _sender(slip: bytes) -> str:
    return known(Slip, signed.claim(slip, "antin/slip/1").unverified_body).sender


def _giver(receipt: bytes) -> str:
    return known(Record, signed.claim(known(Receipt, receipt).record, HYBRID, QUICK).unverified_body).station


def receive_slip(station: Station, raw: bytes, trust: Beside, fetch: FetchBlob,
                 inside: Mapping[bytes, bytes] = EMPTY) -> Outcome:  # fmt: skip
    """Enter a slip once. The same slip again only brings our receipts again; same identity, other bytes: conflict.

    ``inside``: small blobs that came in the same envelope, by their true digests.
    """
    slip, signer = check.slip(raw, trust)
    _check_epoch(station, signer, slip.epoch)
    digest, name = suites.object_digest(raw), f"{slip.sender}/{slip.leaf.precedence}/{slip.sequence}"
    if slip.leaf.addressee != station.code:
        raise Refused("slip-for-other", addressee=slip.leaf.addressee)
    station.directory.check_valid(signer, station.now())
    known = dispatch.find_identity.one(station.db, *slip.identity)
    if known == digest:
        _mend(station, slip, raw, fetch, inside)
        _repeat_receipts(station, slip.sender, digest)
        return Outcome("slip", "already", name)
    if known is not None:
        held = rows.read_object.one(station.db, known)  # None where it was lost with what lay beside the journal
        raise Conflict("slip-identity-taken", name=name, evidence={"held": held, "shown": raw} if held else {})
    _check_key(station, slip)
    small = _small(station, slip, inside)
    if small is None and not _take_blob(station, slip, fetch):
        return Outcome("slip", "waiting", name)
    beside = (KeepObject(digest, "slip", raw), KeepBlob(slip.sealed, slip.sealed_size, small or b""),
              QueueReceipt(slip.sender, slip.leaf.precedence))  # fmt: skip
    station.commit([station.record("arrived", result_of(station, slip, digest, "arrived", signer), then=beside)])
    return Outcome("slip", "entered", name)


def _check_epoch(station: Station, signer: Trusted, epoch: int) -> None:
    """Whether a credential is of the keys that sign that epoch of its station (protocol rule 29).

    A key of before the station was founded anew, stolen or not, speaks for no epoch of after.
    """
    code = signer.subject.code
    now = station.directory.journal_of(note.origin(code, epoch))
    if now.credential.epoch != signer.credential.epoch and not signer.subject.officer:
        raise Refused("credential-of-other-epoch", who=signer.name, epoch=epoch)


def result_of(station: Station, slip: Slip, digest: bytes, result: str, sender: Trusted, *, statement: bytes = b"",
              seal: bytes = b"", reason: str = "") -> Result:  # fmt: skip
    """The public part of a receipt."""
    point = DirectoryPoint(*station.directory.point(sender))
    return Result(*slip.identity, digest, result, statement, seal, reason, point)


def _repeat_receipts(station: Station, sender: str, slip: bytes) -> None:
    # The sender asks again, so a receipt was lost on the way: all of this slip's go out once more.
    row = dispatch.find_in.sure(station.db, slip)
    for index in (row.arrived, row.accepted, row.opened, row.refused):
        if index is not None:
            digest = suites.object_digest(station.journal.raw(index))
            station.db.run(rows.SQL["insert_outbox"], sender, "receipt", digest, index, row.precedence, b"", 0)


def _check_key(station: Station, slip: Slip) -> None:
    kids = {each.kid for each in keys.list_levels.all(station.db)}
    if slip.leaf.officer:
        kids = {wrap.kid(station.suite, station.officer(slip.leaf.officer).subject.wrapping)}
    if slip.suite != station.settings.suite or slip.kid not in kids:
        raise Refused("slip-for-other-key", name=slip.leaf.addressee)


def _small(station: Station, slip: Slip, inside: Mapping[bytes, bytes]) -> bytes | None:
    """The slip's blob, where it came with it. Raises ``Unverified`` for one of another length than the slip says."""
    found = inside.get(slip.sealed)
    if found is None:
        return None
    if len(found) != slip.sealed_size:
        raise Unverified("blob-not-expected", digest=slip.sealed.hex()[:16])
    return found


def _take_blob(station: Station, slip: Slip, fetch: FetchBlob) -> bool:
    # A blob is named by its digest and was checked when it was written: by another slip, or from a medium.
    if station.blobs.has(slip.sealed):
        return True
    pieces = fetch(slip.sealed)
    if pieces is None:
        return False
    station.blobs.accept(pieces, slip.sealed, slip.sealed_size)
    return True


def _mend(station: Station, slip: Slip, raw: bytes, fetch: FetchBlob, inside: Mapping[bytes, bytes]) -> None:
    # The journal came back after a loss, but not what lay beside it; or the blob alone was lost.
    small = _small(station, slip, inside)
    if small is not None or _take_blob(station, slip, fetch):
        with station.db.transaction():
            station.db.run(rows.SQL["insert_object"], suites.object_digest(raw), "slip", raw)
            keep_blob(station.db, slip.sealed, slip.sealed_size, small or b"")


def _seen(station: Station, point: bytes, witness: Trusted | None) -> int | None:
    """When its authority saw a checkpoint; a line ahead of our clock says nothing, whoever signed it."""
    time = check.cosigned(point, witness) if witness is not None else None
    return time if time is None or time <= station.now() + station.tolerance() else None


def _bare(raw: bytes, point: bytes, witness: Trusted | None) -> bytes:
    """A receipt whose checkpoint bears its own lines and that of its authority alone: a line of anybody else was judged
    by nobody, and a false one would spoil the evidence in which it is shown."""
    value = known(Receipt, raw)
    mine = bare(point) if witness is None else with_line(point, witness)
    return encode(replace(value, proof=value.proof.removesuffix(point) + mine))


def _kept(station: Station, digest: bytes, witness: Trusted | None) -> int | None:
    held = rows.read_object.one(station.db, digest)
    if held is None or witness is None:
        return None
    return check.cosigned(proof.claim(parse(Receipt, held).proof).checkpoint.raw, witness)


def receive_receipt(station: Station, raw: bytes, trust: Beside) -> Outcome:
    """Enter another station's receipt for one of our slips, once for each result.

    Refuses one by whoever may not give it, or did not count when an authority, or we, first saw it.
    """
    giver = _giver(raw)
    claimed = proof.claim(known(Receipt, raw).proof).checkpoint
    sender = station.directory.journal_of(claimed.origin)
    verified = check.receipt(raw, trust, sender)
    witness = station.directory[sender.issuer] if sender.issuer else None
    cosigned = _seen(station, verified.checkpoint.raw, witness)
    raw = _bare(raw, verified.checkpoint.raw, witness if cosigned is not None else None)
    signers = [trust[each.credential] for each in verified.record.signers]
    for each in signers:
        _check_epoch(station, each, verified.record.record.epoch)
        station.check_counts(each, verified.record.record.time, cosigned or station.now())
    result, digest = verified.result, suites.object_digest(verified.record.raw)
    out = dispatch.find_out.one(station.db, result.slip)
    if out is None and result.epoch < station.journal.epoch:  # what we sent and lost; told, for no book of ours says it
        raise Missing("dispatch-lost", who=giver, slip=result.slip.hex()[:16], epoch=result.epoch)
    if out is None or out.addressee != giver:
        raise Missing("dispatch-unknown", id=result.slip.hex()[:16])
    name = f"{giver}/{result.precedence}/{result.sequence}"
    if dispatch.has_receipt.one(station.db, result.slip, result.result, verified.checkpoint.origin):
        # The same record may come again under a checkpoint that a witness has cosigned since: the earliest proves.
        if cosigned is not None and cosigned < (_kept(station, digest, witness) or ALWAYS):
            station.db.run(rows.SQL["replace_object"], raw, digest)
        return Outcome("receipt", "already", name)
    sent = dispatch.read_sent.sure(station.db, out.statement)
    if result.result == "opened" and (result.statement, result.seal) != (sent.statement, sent.seal):
        raise Conflict("receipt-mismatch", name=name, evidence={"receipt": raw})
    point = verified.checkpoint
    public = ReceiptReceived(
        result.slip, giver, result.result, result.reason, digest, verified.record.record.time, point.origin,
        verified.index, point.size, point.root,
    )  # fmt: skip

    def beside(db: Database, entry: Entry) -> None:
        for credential in trust.proven(each.digest for each in signers):
            station.directory.keep(credential)
        told = rows.read_told.one(db, giver, result.slip)
        if told is not None:
            news.confirmed(station, giver, told)
        if result.result in FINAL:
            db.run(rows.SQL["set_done"], giver, result.slip)

    station.commit([station.record("receipt-received", public, then=[KeepObject(digest, "receipt", raw), beside])])
    return Outcome("receipt", "entered", name)
