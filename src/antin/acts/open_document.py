"""Open a dispatch: the opening is recorded, the key released, everything checked, and only then the file appears."""

from __future__ import annotations

from collections.abc import Callable

from antin.acts.accept import RECEIVERS, accepted, answer, check_state, find, sender_of
from antin.acts.receive import result_of
from antin.errors import Conflict, Malformed, Refused, Unverified
from antin.journal.deed import Entry
from antin.kernel import seal
from antin.kernel.crypto import suite as suites
from antin.kernel.formats.record import HYBRID, QUICK, Record
from antin.kernel.formats.shape import encode, parse
from antin.kernel.formats.signed import claim
from antin.kernel.formats.slip import Slip
from antin.kernel.formats.vouched import Vouched
from antin.kernel.formats.wrapped import WrappedKey
from antin.registers.dispatch import rows as dispatch
from antin.registers.dispatch.records import Opening
from antin.signer.signer import Hand
from antin.station import opening
from antin.station.blobs import Progress
from antin.station.opening import Opened
from antin.station.station import Station
from antin.storage.database import Database
from antin.storage.durable import Output

Deliver = Callable[[], None]


def open_document(station: Station, officer: str, dispatch_id: str, output: Output,
                  progress: Progress = lambda _: None, deliver: Deliver | None = None) -> Opened:  # fmt: skip
    """Fill ``output`` with the verified document; the caller publishes it. No unverified byte is ever released.

    *Opened* is recorded once the whole file lies settled on the disk, or ``deliver`` has handed it to a pipe: nobody
    is told of an opening that gave no file.

    Refuses another than the named officer, one not cleared, a dispatch that was refused. A document that fails its
    checks is refused by record, and the sender learns "integrity"; unless our own copy of it is damaged: then nothing
    is recorded against it, and it can come again.
    """
    slip, digest, row = find(station, dispatch_id)
    with station.refusals_noted("open", officer, digest):
        reader, hand = station.acting(officer, RECEIVERS, reading=row.state == "opened")
        if slip.leaf.officer and slip.leaf.officer != officer:
            raise Refused("named-only", officer=slip.leaf.officer)
        if row.state in ("refused", "expired"):
            check_state(station, row, "opened")
        if not slip.leaf.officer and not station.signer.holds_level(officer, slip.kid):
            raise Refused("clearance-too-low", who=reader.name, has=reader.subject.clearance.level)
    before = [accepted(station, slip, digest, hand)] if row.state == "arrived" else []
    station.commit([*before, station.record("opening", Opening(digest, officer), [hand])])
    with station.refusals_noted("open", officer, digest):
        info, clearance = seal.wrap_info(slip, station.suite), reader.subject.clearance
        key = station.signer.release(officer, slip.kid, slip.wrapped, info, clearance, station.now())
    try:
        opened = _decrypt(station, slip, key, output, progress, row.arrived)
    except (Malformed, Refused, Unverified):
        station.blobs.check(slip.sealed)  # what our own disk damaged is nobody's word
        _refuse_integrity(station, slip, digest, hand, row.state)
        raise
    _check_once(station, digest, opened)
    (deliver or output.settle)()
    _record(station, slip, digest, hand, opened)
    return opened


def _decrypt(station: Station, slip: Slip, key: WrappedKey, output: Output, progress: Progress, arrived: int) -> Opened:
    seen = parse(Record, claim(station.journal.raw(arrived), HYBRID, QUICK).unverified_body).time
    opener = opening.decrypt(station, slip, key, output, progress)
    return opening.judge(station, slip, key, output, opener, seen)


def _check_once(station: Station, digest: bytes, opened: Opened) -> None:
    statement = suites.object_digest(opened.statement_raw)
    if dispatch.find_other.one(station.db, statement, digest) is not None:
        raise Conflict("statement-received", statement=statement.hex()[:16])


def _record(station: Station, slip: Slip, digest: bytes, hand: Hand, opened: Opened) -> None:
    statement = suites.object_digest(opened.statement_raw)
    sender = sender_of(station, digest)
    result = result_of(station, slip, digest, "opened", sender, statement=statement, seal=opened.statement.seal)
    secret = (opened.statement.label.level, encode(Vouched(opened.statement_raw, opened.attached_raw)))

    def keep(_db: Database, _entry: Entry) -> None:
        for raw in opened.credentials:
            station.directory.keep(raw)

    station.commit([answer(station, slip, result, hand, secret, keep)])


def _refuse_integrity(station: Station, slip: Slip, digest: bytes, hand: Hand, state: str) -> None:
    if state == "opened":  # it opened before: our own copy was damaged, and that is no news to the sender
        return
    result = result_of(station, slip, digest, "refused", sender_of(station, digest), reason="integrity")
    station.commit([answer(station, slip, result, hand)])
