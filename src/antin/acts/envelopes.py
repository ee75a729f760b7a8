"""Our envelopes: what is due, what goes together, what an envelope is called, what stands in it (spec/bundle.md)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from antin.acts.exchange import Wanted
from antin.errors import Missing
from antin.kernel.formats import note
from antin.kernel.formats.receipt import Receipt
from antin.kernel.formats.record import HYBRID, QUICK
from antin.kernel.formats.shape import encode
from antin.kernel.formats.signed import claim
from antin.registers.dispatch import rows as dispatch
from antin.station import news, packets, rows
from antin.station.station import Station

Frame = tuple[str, str, bytes]
RESEND_SECONDS, ASK_SECONDS = 15 * 60, 24 * 3600
# Well below what an envelope may hold at most: news stands in it, too.
MOST, BYTES_TOGETHER = {"credential": 24, "blob": 64, "slip": 64, "receipt": 128}, 8 * 1024 * 1024


def asks(station: Station, row: rows.Due, wanted: Wanted, now: int) -> bool:
    """Whether a row of the outbox is due now."""
    if row.put is None or wanted.again or row.sealed in wanted.moved:
        return True
    if now - row.put < RESEND_SECONDS:
        return False
    # Until the last result is back the slip goes again: it brings the receipts that were lost (docs/model.md).
    pause = ASK_SECONDS if row.kind == "slip" and has_arrived(station, row) else RESEND_SECONDS
    return now - row.put >= pause


@dataclass
class Filling:
    """An envelope while it is filled: what is due to one station with one precedence."""

    peer: str
    precedence: int
    due: list[rows.Due] = field(default_factory=list)
    frames: dict[Frame, None] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)
    size: int = 0

    def has_room(self, frames: Sequence[Frame]) -> bool:
        """Whether these frames may stand beside those that are in it."""
        more = Counter(each[0] for each in frames if each not in self.frames)
        size = self.size + sum(len(raw) for _, _, raw in frames)
        return size <= BYTES_TOGETHER and all(self.kinds[kind] + n <= MOST[kind] for kind, n in more.items())

    def add(self, row: rows.Due, frames: Sequence[Frame]) -> None:
        """One more slip or receipt; what is in it already is not repeated."""
        self.due.append(row)
        for each in frames:
            if each not in self.frames:
                self.frames[each] = None
                self.kinds[each[0]] += 1
                self.size += len(each[2])

    @property
    def name(self) -> str:
        """Sorts urgent first, then in the order of its sender's outbox. Of what is in it: one that holds less never
        replaces one that still waits."""
        content = sha256(b"".join(each.digest for each in self.due)).hexdigest()
        return f"{9 - self.precedence}-{self.due[0].n:012x}-{content[:16]}"

    def data(self, station: Station) -> bytes:
        """The envelope: news of our journal, credentials, slips with their blobs, receipts."""
        # Noted before anything leaves: whoever answers a slip of it holds this checkpoint, or a newer one.
        size = note.claim(station.journal.newest_checkpoint()).size
        with station.db.transaction():
            new = [(size, each.n) for each in self.due if each.told is None]
            if new:
                station.db.many(rows.SQL["set_told"], new)
            frames = [*news.news(station, self.peer, self.precedence), *sorted(self.frames, key=_place)]
        return packets.write(packets.ENVELOPE, frames)


def filled(found: Iterable[tuple[rows.Due, Sequence[Frame]]]) -> Iterator[Filling]:
    """What is due, in as few envelopes as it fits into. A slip whose blob lies at the link goes alone: it may have to
    wait for it, and what is in one envelope waits together."""
    open_: dict[tuple[str, int], Filling] = {}
    for row, frames in found:
        place = row.peer, row.precedence
        filling = open_.get(place)
        if row.apart or filling is None or not filling.has_room(frames):
            if filling is not None and not row.apart:
                yield open_.pop(place)
            filling = Filling(*place)
            if not row.apart:
                open_[place] = filling
        filling.add(row, frames)
        if row.apart:
            yield filling
    yield from open_.values()


def _place(frame: Frame) -> int:
    return list(MOST).index(frame[0])


def has_arrived(station: Station, due: rows.Due) -> bool:
    """Whether the addressee has answered for a slip, in what is left of its journal: then it holds the blob."""
    return due.told is not None and is_answered(station, due.digest)  # what never left is not asked about


def is_answered(station: Station, digest: bytes) -> bool:
    """The same for a slip whose place in the outbox is not at hand."""
    row = dispatch.find_out.one(station.db, digest)
    if row is None or row.state == "spooled":
        return False
    accepted = station.checkpoints.accepted(row.addressee)
    if accepted is None:
        return True
    newest = note.origin(accepted.code, accepted.epoch)
    answers = dispatch.answers.all(station.db, digest)
    return any(each.origin == newest or each.their_idx < accepted.restored_size for each in answers)


def frames_of(station: Station, row: rows.Due, *, blob: bool) -> list[Frame]:
    """A slip, with its blob where that is small and wanted; or a receipt with its signer's credential. Raises
    ``Missing`` for what is lost."""
    if row.kind == "slip":
        raw = _object(station, row.digest)
        if row.apart or not blob:
            return [("slip", "", raw)]
        small = station.blobs.small(row.sealed)
        if small is None:
            raise Missing("blob-missing", digest=row.sealed.hex()[:16])
        return [("blob", row.sealed.hex(), small), ("slip", "", raw)]
    raw = station.journal.raw(row.idx)
    signers = [station.directory[each.credential] for each in claim(raw, HYBRID, QUICK).signers]
    officers = [station.directory.raw(each.digest) for each in signers if each.subject.officer]
    receipt = encode(Receipt(raw, station.journal.proof(row.idx)))
    return [*(("credential", "", each) for each in officers), ("receipt", "", receipt)]


def _object(station: Station, digest: bytes) -> bytes:
    raw = rows.read_object.one(station.db, digest)
    if raw is None:
        raise Missing("dispatch-unknown", id=digest.hex()[:16])
    return raw
