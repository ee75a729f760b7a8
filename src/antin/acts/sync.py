"""Exchange over a link: pull directories, receive what waits, put what is due. May be interrupted at any point.

What is small goes under the station's lock. Large blobs are *owed*: they move without it (``transfer.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from typing import Any

from antin.acts import tail, witness
from antin.acts.receive import Outcome, receive
from antin.errors import AntinError, Conflict, Missing, Refused, Unavailable
from antin.kernel.formats import note
from antin.kernel.formats.receipt import Receipt
from antin.kernel.formats.shape import encode, parse
from antin.kernel.formats.signed import claim
from antin.kernel.formats.slip import Slip
from antin.registers.dispatch import apply as dispatch
from antin.relay.link import Link, precedence_of
from antin.station import calls, news, packets, sequences
from antin.station.mirror import SQL
from antin.station.station import Station

RESEND_SECONDS, ASK_SECONDS = 15 * 60, 24 * 3600
RENEW_SECONDS = 3600
NO_ROOM = ("quota-exceeded", "relay-full")
_PATIENT = ("credential-unknown", "credential-not-in-directory", "authority-unknown", "addressee-unknown",
            "epoch-not-accepted", "checkpoint-unlinked", "station-recovering", "mirror-gap")  # fmt: skip
Frames = list[tuple[str, str, bytes]]


@dataclass(frozen=True, slots=True)
class Owed:
    """A blob that moves in pieces: up to the relay, or down from it for the envelope ``name``."""

    up: bool
    digest: bytes
    size: int
    precedence: int
    again: bool = False
    name: str = ""


@dataclass
class Report:
    """What one exchange did. ``aside`` holds (envelope, error) of what could not be believed.

    ``least``: only this precedence and above was exchanged; ``stuck``: outbox rows for which the relay has no room,
    with its error; ``owed``: what still has to move, most urgent first; ``left``: rows that wait for that or for room;
    ``seen``: names that still wait for us.
    """

    directory: int = 0
    outcomes: list[Outcome] = field(default_factory=list)
    put: int = 0
    waiting: int = 0
    aside: list[tuple[str, AntinError]] = field(default_factory=list)
    least: int = 0
    stuck: dict[int, AntinError] = field(default_factory=dict)
    owed: list[Owed] = field(default_factory=list)
    left: set[int] = field(default_factory=set)
    seen: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an exchange is to do. ``again``: put everything unanswered once more; ``least``: the lowest precedence;
    ``moved``: blobs that we have just moved to the relay: nobody doubts them, and their envelopes follow;
    ``often``: one of many."""

    again: bool = False
    least: int = 0
    moved: frozenset[bytes] = frozenset()
    often: bool = False


def sync(
    station: Station, link: Link, *, again: bool = False, wanted: Wanted | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Report:  # fmt: skip
    """One exchange. An authority publishes its directory; everybody pulls, receives and puts.

    Envelopes that cannot be believed are set aside and reported; those that only lack a newer directory, or a blob
    that is owed, stay and wait. Outside the call windows only the precedence that may call at any time is exchanged.
    """
    wanted = wanted or Wanted(again)
    report = Report(least=max(wanted.least, calls.least(station.settings, station.now())))
    if report.least >= calls.NEVER:
        return report
    if not report.least:
        _exchange_directories(station, link, report, wanted)
    with station.many():
        for name in link.waiting(station.code):
            if precedence_of(name) >= report.least:
                tell(name)
                _take(station, link, name, report)
    if not station.recovering:
        _put_what_is_due(station, link, report, wanted)
    if not report.least:
        _put_news(station, link, report)
    report.owed.sort(key=lambda each: -each.precedence)
    return report


def _put_what_is_due(station: Station, link: Link, report: Report, wanted: Wanted) -> None:
    tail.send_again(station)
    sequences.tell(station)
    for row in station.db.rows(SQL["list_outbox"]):
        if row[5] >= report.least:
            _put(station, link, row, report, wanted)
    if not report.least:
        _tidy(station, link)


def _exchange_directories(station: Station, link: Link, report: Report, wanted: Wanted) -> None:
    published = link.directories()
    for name in sorted(published, key=packets.part_order):
        if published[name] != station.db.value(SQL["read_seen"], name):
            _pull(station, link, name, report)
    if station.is_authority and not station.recovering:
        station.looked()
        if _publishes(station, published, wanted):
            station.renew()
            _publish(station, link, station.origin, published)
    for origin, *_ in station.db.rows(SQL["list_mirror_heads"]):
        if origin != station.origin and _knows_more(station, origin, published):
            _publish(station, link, origin, published)


def look(station: Station, link: Link) -> None:
    """At an authority: compare what lies at the link of its own journal with it. Where that is more, it recovers."""
    published = link.directories()
    report = Report()
    for name in sorted(published, key=packets.part_order):
        if packets.part_origin(name) == station.origin and published[name] != station.db.value(SQL["read_seen"], name):
            _pull(station, link, name, report)
    for _, error in report.aside:
        raise error
    if not station.recovering:
        station.looked()


def _knows_more(station: Station, origin: str, published: dict[str, bytes]) -> bool:
    """Whether we mirror more of an authority's journal than lies at the link: then it, and all others, get it from
    us."""
    names = packets.part_names(station, origin)
    growing = list(names)[-1]
    if growing in published and published[growing] != station.db.value(SQL["read_seen"], growing):
        return False  # what lies there could not be followed: it is not ours to replace
    there = (station.db.value(SQL["read_seen_size"], growing) or 0) if growing in published else 0
    return (station.directory.mirror.head(origin) or (0,))[0] > there


def _pull(station: Station, link: Link, code: str, report: Report) -> None:
    try:
        raw = link.directory(code)
        frames = packets.frames_of(BytesIO(raw), packets.DIRECTORY)
        taken = packets.take_directory(station, frames, lambda error: news.keep_conflict(station, error))
        report.directory += taken.new
        report.aside += [(f"directory/{code}", error) for _, error in taken.faults if error.code not in _PATIENT]
        # Only what was followed counts as seen: a directory that could not be is tried, and reported, again.
        if not taken.faults:
            station.db.run(SQL["write_seen"], code, sha256(raw).digest(), taken.size)
    except AntinError as error:
        report.aside.append((f"directory/{code}", error))
        if isinstance(error, Conflict):
            news.keep_conflict(station, error)


def _publish(station: Station, link: Link, origin: str, published: dict[str, bytes]) -> None:
    """Put the parts of a journal that the link lacks."""
    size = (station.directory.mirror.head(origin) or (0,))[0]
    for name, start in packets.part_names(station, origin).items():
        there = published.get(name)
        if there is not None and there == station.db.value(SQL["read_seen"], name) and packets.is_full(name):
            continue
        raw = packets.write(packets.DIRECTORY, packets.part_frames(station, origin, start))
        link.put_directory(name, raw)
        station.db.run(SQL["write_seen"], name, sha256(raw).digest(), size)


def _publishes(station: Station, published: dict[str, bytes], wanted: Wanted) -> bool:
    """One who stays at the link publishes when something is new, and hourly, for the age counts from then."""
    names = [name for name in published if packets.part_origin(name) == station.origin]
    seen = {name: station.db.value(SQL["read_seen"], name) for name in names}
    if not wanted.often or not names or any(published[name] != digest for name, digest in seen.items()):
        return True
    head = station.directory.mirror.head(station.origin)
    return head is None or head[0] < station.journal.head()[0] or station.now() - head[3] >= RENEW_SECONDS


def _take(station: Station, link: Link, name: str, report: Report) -> None:
    try:
        # Copied once; only the copy is parsed (protocol rule 27).
        frames = packets.read_all(BytesIO(link.get(station.code, name)), packets.ENVELOPE)
        slips = [parse(Slip, claim(raw, "antin/slip/1").unverified_body) for kind, _, raw in frames if kind == "slip"]
        for slip in slips:
            station.blobs.adopt(slip.sealed, slip.sealed_size)
        outcomes = receive(station, frames, link.blob)
    except Unavailable:
        raise
    except AntinError as error:
        if isinstance(error, Missing | Refused) and error.code in (*_PATIENT, *NO_ROOM):
            report.waiting += 1
            report.seen.append(name)
        else:
            link.set_aside(station.code, name)
            report.aside.append((name, error))
        return
    report.outcomes += outcomes
    if any(each.state == "waiting" for each in outcomes):
        report.waiting += 1
        report.seen.append(name)
        report.owed += [each for slip in slips for each in _owed_to_us(station, link, slip, name)]
    else:
        link.remove(station.code, name)


def _owed_to_us(station: Station, link: Link, slip: Slip, name: str) -> Iterator[Owed]:
    """A slip that holds and waits for a blob which the relay has; the slip says its size, not the relay."""
    if not station.blobs.path(slip.sealed).exists() and link.owes(slip.sealed) is not None:
        station.blobs.check_room(slip.sealed_size)
        yield Owed(False, slip.sealed, slip.sealed_size, slip.leaf.precedence, name=name)


def _put(station: Station, link: Link, row: tuple[Any, ...], report: Report, wanted: Wanted) -> None:
    n, peer, kind, digest, index, precedence, put = row
    name, now = envelope_name(n, digest, precedence), station.now()
    arrived = kind == "slip" and has_arrived(station, digest)
    # Until the last result is back the slip goes again: it brings the receipts that were lost (docs/model.md).
    asks = put is None or wanted.again or now - put >= (ASK_SECONDS if arrived else RESEND_SECONDS)
    if not asks and not (kind == "slip" and wanted.moved and slip_of(station, digest).sealed in wanted.moved):
        return
    try:
        if kind == "slip" and not arrived and not _put_blob(station, link, row, name, report, wanted):
            return
        link.put(peer, name, _written(station, row))
    except Refused as error:
        if error.code not in NO_ROOM:
            raise
        report.left.add(n)
        report.stuck[n] = error  # it stays in the outbox; what is not too much still goes
        return
    station.db.run(SQL["set_put"], now, n)
    report.put += 1


def _written(station: Station, row: tuple[Any, ...]) -> bytes:
    _n, peer, kind, digest, index, precedence, _put = row
    with station.db.transaction():  # what the peer was told is noted, durably, before it leaves
        return packets.write(packets.ENVELOPE, envelope(station, peer, kind, digest, index, precedence))


def _put_blob(station: Station, link: Link, row: tuple[Any, ...], name: str, report: Report, wanted: Wanted) -> bool:
    """Whether the blob lies at the link, so that the envelope which names it may follow."""
    n, peer, _, digest, _, precedence, put = row
    slip = slip_of(station, digest)
    waits = put is not None and link.has(peer, name)
    if waits and not wanted.again and link.has_blob(slip.sealed):
        return False  # nobody came for it yet
    # An envelope that is gone unanswered was perhaps set aside because the blob was spoilt: then it is replaced.
    again = (wanted.again or (put is not None and not waits)) and slip.sealed not in wanted.moved
    if not link.put_blob(slip.sealed, station.blobs.path(slip.sealed), precedence, again=again):
        if all(each.digest != slip.sealed for each in report.owed):
            report.owed.append(Owed(True, slip.sealed, slip.sealed_size, precedence, again))
        report.left.add(n)
        return False
    station.db.run(SQL["set_on_link"], 1, slip.sealed)
    return True


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


def _put_news(station: Station, link: Link, report: Report) -> None:
    try:
        witness.put_news(station, link)
    except Refused as error:
        if error.code not in NO_ROOM:
            raise
        report.stuck[0] = error


def _tidy(station: Station, link: Link) -> None:
    """Remove from the link the blobs that every addressee has answered for."""
    for (sealed,) in station.db.rows(SQL["list_on_link"]):
        slips = station.db.rows(dispatch.SQL["list_slips_of"], sealed, station.code)
        if all(has_arrived(station, slip) for (slip,) in slips):
            link.remove_blob(sealed)
            station.db.run(SQL["set_on_link"], 0, sealed)


def _hex(digest: object) -> str:
    return bytes(digest).hex()  # type: ignore[call-overload]
