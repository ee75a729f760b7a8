"""One envelope of ours: when it is due, what it is called, what stands in it."""

from __future__ import annotations

from collections.abc import Iterator

from antin.acts.exchange import Wanted
from antin.errors import Missing
from antin.kernel.formats import note
from antin.kernel.formats.receipt import Receipt
from antin.kernel.formats.shape import encode, parse
from antin.kernel.formats.signed import claim
from antin.kernel.formats.slip import Slip
from antin.registers.dispatch import rows as dispatch
from antin.station import news, rows
from antin.station.station import Station

RESEND_SECONDS, ASK_SECONDS = 15 * 60, 24 * 3600


def asks(station: Station, row: rows.Due, wanted: Wanted) -> bool:
    """Whether a row of the outbox is due now."""
    if row.put is None or wanted.again:
        return True
    # Until the last result is back the slip goes again: it brings the receipts that were lost (docs/model.md).
    pause = ASK_SECONDS if row.kind == "slip" and has_arrived(station, row.digest) else RESEND_SECONDS
    if station.now() - row.put >= pause:
        return True
    return row.kind == "slip" and bool(wanted.moved) and slip_of(station, row.digest).sealed in wanted.moved


def envelope_name(n: int, digest: bytes, precedence: int) -> str:
    """Sorts urgent first, then in the order of its sender's outbox."""
    return f"{9 - precedence}-{n:012x}-{digest.hex()[:16]}"


def has_arrived(station: Station, digest: bytes) -> bool:
    """Whether the addressee has answered for a slip, in what is left of its journal: then it holds the blob."""
    row = dispatch.find_out.one(station.db, digest)
    if row is None or row.state == "spooled":
        return False
    accepted = station.checkpoints.accepted(row.addressee)
    if accepted is None:
        return True
    newest = note.origin(accepted.code, accepted.epoch)
    answers = dispatch.answers.all(station.db, digest)
    return any(each.origin == newest or each.their_idx < accepted.restored_size for each in answers)


def slip_of(station: Station, digest: bytes) -> Slip:
    """One of our own slips by digest. Raises ``Missing`` when it is lost."""
    return parse(Slip, claim(_object(station, digest), "antin/slip/1").unverified_body)


def envelope(station: Station, row: rows.Due) -> Iterator[tuple[str, str, bytes]]:
    """The frames of one envelope: news of our journal, then the slip, or the receipt with its signer's credential."""
    # Noted before anything leaves: whoever answers this slip holds this checkpoint, or a newer one.
    size = note.claim(station.journal.newest_checkpoint()).size
    station.db.run(rows.SQL["set_told"], size, row.peer, row.digest)
    yield from news.news(station, row.peer, row.precedence)
    if row.kind == "slip":
        yield "slip", "", _object(station, row.digest)
        return
    raw = station.journal.raw(row.idx)
    for signer in claim(raw, "antin/record/1", "antin/quick-record/1").signers:
        if station.directory[signer.credential].subject.officer:
            yield "credential", "", station.directory.raw(signer.credential)
    yield "receipt", "", encode(Receipt(raw, station.journal.proof(row.idx)))


def _object(station: Station, digest: bytes) -> bytes:
    raw = rows.read_object.one(station.db, digest)
    if raw is None:
        raise Missing("dispatch-unknown", id=digest.hex()[:16])
    return raw
