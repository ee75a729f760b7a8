"""The tail: what a correspondent holds of a journal whose station lost it, and what that station makes of it.

Also the way of a new epoch: asked for by the station, accepted at its authority (spec/restore.md, protocol rule 23).
"""

from __future__ import annotations

from collections.abc import Iterator

from antin.errors import AntinError, Conflict, Missing, Refused, Unverified
from antin.journal.deed import enter
from antin.journal.journal import New
from antin.journal.own import OWN
from antin.kernel import check
from antin.kernel.check import Trust, Trusted
from antin.kernel.crypto import merkle, tree
from antin.kernel.crypto import suite as suites
from antin.kernel.crypto.consistency import check_consistency
from antin.kernel.formats import note, proof
from antin.kernel.formats.consistency import Consistency
from antin.kernel.formats.epoch import EpochAccepted, EpochBegun
from antin.kernel.formats.receipt import Receipt, Result
from antin.kernel.formats.record import HYBRID, Record
from antin.kernel.formats.shape import encode, parse
from antin.kernel.formats.signed import claim
from antin.registers.dispatch import rows as dispatch
from antin.station import rows, witness_rows
from antin.station.checkpoints import Proofs, proofs_in
from antin.station.directory import Beside
from antin.station.mirror import bare
from antin.station.news import Frame, authority_of, keep_conflict, owe
from antin.station.sequencer import in_turn
from antin.station.station import Station
from antin.station.witness_rows import Lost

_AT_MOST = 200


# -- at a correspondent ------------------------------------------------------------------------------------------------


def of_theirs(station: Station, peer: str) -> Iterator[Frame]:
    """The receipts that ``peer`` gave us, from the size on that it showed to have."""
    for tail in witness_rows.read_tail.all(station.db, peer):
        for digest in dispatch.list_receipts_from.all(station.db, tail.origin, tail.shown, _AT_MOST):
            yield "receipt", "", rows.read_object.sure(station.db, digest)


def send_again(station: Station) -> int:
    """After an accepted epoch: what its station had received in the lost range is due to it once more."""
    count = 0
    for each in witness_rows.list_epochs_new.all(station.db):
        accepted, code = parse(EpochAccepted, each.raw), each.code
        with station.db.transaction():
            now = note.origin(code, each.epoch)
            lost = dispatch.list_lost_slips.all(station.db, code, accepted.restored_size, now)
            for slip in lost:
                station.db.run(rows.SQL["set_due_again"], code, slip)
            station.db.run(rows.SQL["set_epoch_sent_again"], each.origin, code, each.epoch)
        count += len(lost)
    return count


# -- at the station in need --------------------------------------------------------------------------------------------


def ask_everybody(station: Station) -> list[str]:
    """The whole directory is owed our news: an old checkpoint of ours is what makes whoever holds more answer.

    Whom we dealt with since the backup is part of what was lost, so nobody is left out.
    """
    codes = sorted({each.code for each in rows.list_agencies.all(station.db)} - {station.code})
    for code in codes:
        owe(station, code)
    return codes


def keep(station: Station, raw: bytes, trust: Trust) -> None:
    """A receipt of our own that came back. Raises what a false one deserves; only a recovering station keeps it."""
    origin = proof.claim(parse(Receipt, raw).proof).checkpoint.origin
    verified = check.receipt(raw, trust, station.directory.journal_of(origin))
    if station.recovering:
        digest = suites.object_digest(verified.record.raw)
        station.db.run(rows.SQL["insert_recovered"], verified.index, digest, verified.record.raw)
        claimed = note.claim(verified.checkpoint.raw)
        if not station.journal.contains(claimed) and not station.journal.admitted(claimed):
            station.recovering.shown(claimed)


@in_turn
def complete(station: Station) -> int:
    """Append the tail if all of it came back, up to the end that the signer remembers; returns how many records.

    0 when something is missing, or when nobody can know where the journal ended. Signs nothing.
    """
    lost, (size, _root) = station.recovering.lost, station.journal.head()
    if lost is not None and station.is_authority:
        return _from_mirror(station, lost, size)
    if lost is None or lost.why != "signer":
        return 0
    found = {each.idx: each.raw for each in witness_rows.list_recovered.all(station.db, size)}
    if not all(index in found for index in range(size, lost.size)):
        return 0
    records = [found[index] for index in range(size, lost.size)]
    if _root_with(station, size, records) != lost.root:
        return 0
    _append(station, records)
    station.recovering.end()
    station.recover()
    return len(records)


def _from_mirror(station: Station, lost: Lost, size: int) -> int:
    """An authority's journal is mirrored whole by every follower, and so comes back with any directory.

    Where the signer, or an echo, named the end and it was reached, the recovery is over; otherwise two persons end it
    (acts/resume.py), for nobody can know that no follower holds more.
    """
    records = [each.raw for each in station.directory.mirror.records(station.origin, size)]
    if records:
        _append(station, records)
    whole, root = station.journal.head()
    reached = whole >= lost.size and tree.root(station.journal.hash_at, lost.size) == lost.root
    if reached and lost.why in ("signer", "echo") and station.remembers_all():
        station.recovering.end()
        station.recover()
    return len(records)


def _append(station: Station, records: list[bytes]) -> None:
    """The receipts among them are due as they were: their slips may never come again. The clock is no earlier."""
    with station.db.transaction():
        for entry in station.journal.append([New(raw) for raw in records]):
            station.raise_clock(entry.record.time)
            if isinstance(entry.public, Result):
                station.db.run(rows.SQL["insert_outbox"], entry.public.sender, "receipt", entry.digest, entry.index,
                               entry.public.precedence, b"", 0)  # fmt: skip


def _root_with(station: Station, size: int, records: list[bytes]) -> bytes:
    added: dict[tuple[int, int], bytes] = {}

    def hashes(level: int, n: int) -> bytes:
        return added[level, n] if (level, n) in added else station.journal.hash_at(level, n)

    for index, raw in enumerate(records, size):
        added.update({(level, n): value for level, n, value in tree.complete(index, merkle.leaf_hash(raw), hashes)})
    return tree.root(hashes, size + len(records))


# -- a new epoch -------------------------------------------------------------------------------------------------------


def request(station: Station, peer: str) -> Iterator[Frame]:
    """For our authority, until it accepted our epoch: the record that begins it, and its two officers."""
    epoch = station.journal.epoch
    if peer != authority_of(station) or station.checkpoints.newest_epoch(station.code) >= epoch:
        return
    index = station.journal.epoch_start(epoch)
    raw = station.journal.raw(index)
    for signer in claim(raw, HYBRID).signers:
        yield "credential", "", station.directory.raw(signer.credential)
    place = station.journal.proof(index)
    begun, size = _claimed(raw), proof.claim(place).checkpoint.size
    if begun.restored_size:
        path = station.journal.consistency(begun.restored_size, size)
        value = Consistency(note.origin(station.code, epoch), begun.restored_size, size, path)
        yield "consistency", value.origin, encode(value)
    yield "record", "epoch-begun", encode(Receipt(raw, place))


def _claimed(raw: bytes) -> EpochBegun:
    return parse(EpochBegun, parse(Record, claim(raw, HYBRID).unverified_body).public)


def take_request(station: Station, raw: bytes, proofs: Proofs, trust: Beside) -> None:
    """At an authority: check a station's new epoch, and that its two officers count now; lay it before its person.

    Raises ``Refused`` for another's station, ``Unverified`` when the beginning that it names is not its own,
    ``Conflict`` when it forgets what we hold of the epoch before.
    """
    receipt = parse(Receipt, raw)
    verified = check.record(receipt.record, trust)
    code = verified.record.station
    agency = station.directory.journal_of(note.origin(code, verified.record.epoch))
    issuer = station.directory.get(agency.issuer)
    if issuer is None or issuer.subject.code != station.code:
        raise Refused("issuer-out-of-scope", issuer=station.code, subject=code)
    index, point, _ = check.included(receipt.record, receipt.proof, agency)
    begun, actors = _begun(verified, index, trust)
    for each in actors:
        station.check_counts(each, verified.record.time, station.now())
    epoch = verified.record.epoch
    if point.origin != note.origin(code, epoch) or begun.restored_size > index:
        raise Unverified("checkpoint-invalid", origin=point.origin)
    if epoch <= station.checkpoints.newest_epoch(code):
        return  # accepted already, or older than the keys that it was bound to since
    _check_beginning(begun, point, proofs)
    held = station.checkpoints.forgotten(code, begun)
    if held is not None:
        owe(station, code)
        evidence = {"held": held.raw, "shown": bare(point.raw)}
        raise Conflict("epoch-forgets", origin=point.origin, size=held.size, evidence=evidence)
    digest = suites.object_digest(receipt.record)
    with station.db.transaction():
        for credential in trust.proven(each.digest for each in actors):
            station.directory.keep(credential)
        station.db.run(rows.SQL["insert_epoch_asked"], code, epoch, digest, receipt.record, station.now())


def _check_beginning(begun: EpochBegun, point: note.Checkpoint, proofs: Proofs) -> None:
    old, root = begun.restored_size, begun.restored_root
    if not old:
        if root != tree.EMPTY_ROOT:
            raise Unverified("not-consistent")
        return
    path = proofs.get((point.origin, old, point.size))
    if path is None:
        raise Missing("checkpoint-unlinked", sender=point.origin)
    check_consistency(old, root, point.size, point.root, path)


def _begun(verified: check.VerifiedRecord, index: int, trust: Trust) -> tuple[EpochBegun, tuple[Trusted, ...]]:
    entry = enter(OWN, index, verified, trust)
    if not isinstance(entry.public, EpochBegun):
        raise Unverified("not-about-this-dispatch")
    return entry.public, entry.actors


def take_requests(station: Station, frames: list[Frame], trust: Beside) -> None:
    """The requests in an envelope; a false one is nobody's fault but its maker's, a forgetful one is kept."""
    proofs = proofs_in([raw for kind, _, raw in frames if kind == "consistency"])
    for kind, name, raw in frames:
        if kind == "record" and name == "epoch-begun" and station.is_authority:
            try:
                take_request(station, raw, proofs, trust)
            except Conflict as error:
                keep_conflict(station, error)
            except AntinError:
                continue
