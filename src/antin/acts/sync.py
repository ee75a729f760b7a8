"""Exchange over a link: pull directories, receive what waits, put what is due. May be interrupted at any point."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO

from antin.acts import tail, witness
from antin.acts.receive import Outcome, receive
from antin.errors import AntinError, Conflict, Missing, Refused, Unavailable
from antin.kernel.formats import note
from antin.kernel.formats.receipt import Receipt
from antin.kernel.formats.shape import encode, parse
from antin.kernel.formats.signed import claim
from antin.kernel.formats.slip import Slip
from antin.registers.dispatch import apply as dispatch
from antin.relay.folder import FolderLink
from antin.station import news, packets
from antin.station.mirror import SQL
from antin.station.station import Station
from antin.storage import durable

ENVELOPE_LIMIT = 32 * 1024 * 1024
RESEND_SECONDS, ASK_SECONDS = 15 * 60, 24 * 3600
_PATIENT = ("credential-unknown", "credential-not-in-directory", "authority-unknown", "addressee-unknown",
            "epoch-not-accepted", "checkpoint-unlinked", "station-recovering")  # fmt: skip


@dataclass
class Report:
    """What one exchange did. ``aside`` holds (envelope, error) of what could not be believed."""

    directory: int = 0
    outcomes: list[Outcome] = field(default_factory=list)
    put: int = 0
    waiting: int = 0
    aside: list[tuple[str, AntinError]] = field(default_factory=list)


def sync(
    station: Station, link: FolderLink, *, again: bool = False, tell: Callable[[str], None] = lambda _: None
) -> Report:
    """One exchange. An authority publishes its directory; everybody pulls, receives and puts.

    ``again`` puts everything unanswered once more. Envelopes that cannot be believed are set aside and reported;
    those that only lack a newer directory stay and wait.
    """
    report = Report()
    _exchange_directories(station, link, report)
    with station.many():
        for name in link.waiting(station.code):
            tell(name)
            _take(station, link, name, report)
    if not station.recovering:
        tail.send_again(station)
        for row in station.db.rows(SQL["list_outbox"]):
            _put(station, link, row, report, again)
        _tidy(station, link)
    witness.put_news(station, link)
    return report


def _exchange_directories(station: Station, link: FolderLink, report: Report) -> None:
    if station.is_authority and not station.recovering:
        station.renew()
    for path in link.directories():
        try:
            frames = packets.read_all(BytesIO(durable.read(path, limit=1024**3)), packets.DIRECTORY)
            report.directory += packets.take_directory(station, frames)
        except AntinError as error:
            report.aside.append((f"directory/{path.name}", error))
            if isinstance(error, Conflict):
                news.keep_conflict(station, error)
    if station.is_authority and not station.recovering:
        link.put_directory(station.code, packets.write(packets.DIRECTORY, packets.directory_frames(station)))


def _take(station: Station, link: FolderLink, name: str, report: Report) -> None:
    try:
        # Copied once; only the copy is parsed (protocol rule 27).
        data = durable.read(link.path(station.code, name), limit=ENVELOPE_LIMIT)
        frames = packets.read_all(BytesIO(data), packets.ENVELOPE)
        outcomes = receive(station, frames, link.blob)
    except Unavailable:
        raise
    except AntinError as error:
        if isinstance(error, Missing | Refused) and error.code in _PATIENT:
            report.waiting += 1
        else:
            link.set_aside(station.code, name)
            report.aside.append((name, error))
        return
    report.outcomes += outcomes
    if any(each.state == "waiting" for each in outcomes):
        report.waiting += 1
    else:
        link.remove(station.code, name)


def _put(station: Station, link: FolderLink, row: tuple[object, ...], report: Report, again: bool) -> None:
    n, peer, kind, digest, index, precedence, put = row
    name, now = envelope_name(n, digest, precedence), station.now()
    arrived = kind == "slip" and has_arrived(station, digest)
    # Until the last result is back the slip goes again: it brings the receipts that were lost (docs/model.md).
    if not (put is None or again or now - int(str(put)) >= (ASK_SECONDS if arrived else RESEND_SECONDS)):
        return
    waits = put is not None and link.has(str(peer), name)
    if kind == "slip" and not arrived:
        sealed = slip_of(station, digest).sealed
        if waits and not again and link.has_blob(sealed):
            return  # nobody came for it yet
        # The blob goes before the envelope that names it. An envelope that is gone unanswered was perhaps set aside
        # because the blob was spoilt: then it is replaced.
        link.put_blob(sealed, station.blobs.path(sealed), again=again or (put is not None and not waits))
        station.db.run(SQL["set_on_link"], 1, sealed)
    link.put(str(peer), name, _written(station, row))
    station.db.run(SQL["set_put"], now, n)
    report.put += 1


def _written(station: Station, row: tuple[object, ...]) -> bytes:
    _n, peer, kind, digest, index, precedence, _put = row
    frames = envelope(station, str(peer), str(kind), digest, index, int(str(precedence)))
    return packets.write(packets.ENVELOPE, frames)


def envelope_name(n: object, digest: object, precedence: object) -> str:
    """Sorts urgent first, then in the order of its sender's outbox."""
    return f"{9 - int(str(precedence))}-{int(str(n)):012x}-{_hex(digest)[:16]}"


def has_arrived(station: Station, digest: object) -> bool:
    """Whether the addressee has answered for a slip, in what is left of its journal: then it holds the blob."""
    row = station.db.row(dispatch.SQL["find_out"], digest)
    if row is None or row[8] == "spooled":
        return False
    accepted = station.checkpoints.accepted(row[2])
    if accepted is None:
        return True
    newest = note.origin(accepted.code, accepted.epoch)
    answers = station.db.rows(dispatch.SQL["answers"], digest)
    return any(origin == newest or at < accepted.restored_size for origin, at in answers)


def slip_of(station: Station, digest: object) -> Slip:
    """One of our own slips by digest."""
    raw = station.db.value(SQL["read_object"], digest)
    return parse(Slip, claim(raw, "antin/slip/1").unverified_body)


def envelope(station: Station, peer: str, kind: str, digest: object, index: object,
             precedence: int) -> Iterator[tuple[str, str, bytes]]:  # fmt: skip
    """The frames of one envelope: news of our journal, then the slip, or the receipt with its signer's credential."""
    # Noted before anything leaves: whoever answers this slip holds this checkpoint, or a newer one.
    size = note.claim(station.journal.newest_checkpoint()).size
    station.db.run(SQL["set_told"], size, peer, digest)
    yield from news.news(station, peer, precedence)
    if kind == "slip":
        yield "slip", "", station.db.value(SQL["read_object"], digest)
        return
    raw = station.journal.raw(int(str(index)))
    for signer in claim(raw, "antin/record/1", "antin/quick-record/1").signers:
        if station.directory[signer.credential].subject.officer:
            yield "credential", "", station.directory.raw(signer.credential)
    yield "receipt", "", encode(Receipt(raw, station.journal.proof(int(str(index)))))


def _tidy(station: Station, link: FolderLink) -> None:
    """Remove from the link the blobs that every addressee has answered for."""
    for (sealed,) in station.db.rows(SQL["list_on_link"]):
        slips = station.db.rows(dispatch.SQL["list_slips_of"], sealed, station.code)
        if all(has_arrived(station, slip) for (slip,) in slips):
            link.remove_blob(sealed)
            station.db.run(SQL["set_on_link"], 0, sealed)


def _hex(digest: object) -> str:
    return bytes(digest).hex()  # type: ignore[call-overload]
