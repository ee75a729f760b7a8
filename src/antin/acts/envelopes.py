"""One envelope of ours: when it is due, what it is called, what stands in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from antin.acts.exchange import Wanted
from antin.errors import Missing
from antin.kernel.formats import note
from antin.kernel.formats.receipt import Receipt
from antin.kernel.formats.shape import encode, parse
from antin.kernel.formats.signed import claim
from antin.kernel.formats.slip import Slip
from antin.registers.dispatch import rows as dispatch
from antin.station import news
from antin.station.mirror import SQL
from antin.station.station import Station

RESEND_SECONDS, ASK_SECONDS = 15 * 60, 24 * 3600


def asks(station: Station, row: tuple[Any, ...], wanted: Wanted) -> bool:
    """Whether a row of the outbox is due now."""
    _, _, kind, digest, _, _, put = row
    if put is None or wanted.again:
        return True
    # Until the last result is back the slip goes again: it brings the receipts that were lost (docs/model.md).
    pause = ASK_SECONDS if kind == "slip" and has_arrived(station, digest) else RESEND_SECONDS
    if station.now() - put >= pause:
        return True
    return kind == "slip" and bool(wanted.moved) and slip_of(station, digest).sealed in wanted.moved


def envelope_name(n: object, digest: object, precedence: object) -> str:
    """Sorts urgent first, then in the order of its sender's outbox."""
    return f"{9 - int(str(precedence))}-{int(str(n)):012x}-{_hex(digest)[:16]}"


def has_arrived(station: Station, digest: object) -> bool:
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


def slip_of(station: Station, digest: object) -> Slip:
    """One of our own slips by digest. Raises ``Missing`` when it is lost."""
    return parse(Slip, claim(_object(station, digest), "antin/slip/1").unverified_body)


def envelope(station: Station, peer: str, kind: str, digest: object, index: object,
             precedence: int) -> Iterator[tuple[str, str, bytes]]:  # fmt: skip
    """The frames of one envelope: news of our journal, then the slip, or the receipt with its signer's credential."""
    # Noted before anything leaves: whoever answers this slip holds this checkpoint, or a newer one.
    size = note.claim(station.journal.newest_checkpoint()).size
    station.db.run(SQL["set_told"], size, peer, digest)
    yield from news.news(station, peer, precedence)
    if kind == "slip":
        yield "slip", "", _object(station, digest)
        return
    raw = station.journal.raw(int(str(index)))
    for signer in claim(raw, "antin/record/1", "antin/quick-record/1").signers:
        if station.directory[signer.credential].subject.officer:
            yield "credential", "", station.directory.raw(signer.credential)
    yield "receipt", "", encode(Receipt(raw, station.journal.proof(int(str(index)))))


def _object(station: Station, digest: object) -> bytes:
    raw: bytes | None = station.db.value(SQL["read_object"], digest)
    if raw is None:
        raise Missing("dispatch-unknown", id=_hex(digest)[:16])
    return raw


def _hex(digest: object) -> str:
    return bytes(digest).hex()  # type: ignore[call-overload]
