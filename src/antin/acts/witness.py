"""Witnessing: showing our journal to our authority, and answering whoever needs to hear from us (spec/witness.md).

A receipt under a checkpoint that an authority cosigned is *proven*: receiver and sender together can no longer make it
up afterwards (protocol rules 16, 17, 19).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256

from antin.acts import tail
from antin.errors import AntinError, Unavailable
from antin.kernel import check
from antin.kernel.formats import note
from antin.station import packets, rows, witness_rows
from antin.station.directory import note_code
from antin.station.news import Frame, news, owe
from antin.station.station import Station

RENEWED_AFTER = HEARD_AFTER = 3600
_PRECEDENCE = 5  # sorts after urgent slips, before ordinary ones


def letters(station: Station, failed: Callable[[str, AntinError], None]) -> list[tuple[str, str, bytes]]:
    """(peer, name, envelope) of the news for everybody it is owed to. Our authority is owed what it has not cosigned.

    Each stays owed until it has been put, and ``settled`` says so. What cannot be written to one peer is said of it.
    """
    if not station.joined:
        return []
    ask(station)
    ask_of_what_was_heard(station)
    written = []
    for peer in witness_rows.list_owed.all(station.db):
        try:
            with station.db.transaction():
                data = packets.write(packets.ENVELOPE, letter(station, peer))
        except Unavailable:
            raise
        except AntinError as error:
            failed(peer, error)
            continue
        written.append((peer, _name(station.origin), data))
    return written


def letter(station: Station, peer: str) -> Iterator[Frame]:
    """News alone, with all that a station in need wants of us: its own receipts, or our request for a new epoch."""
    frames = list(news(station, peer, alone=True))
    yield from tail.request(station, peer)
    yield from frames
    yield from tail.of_theirs(station, peer)


def settled(station: Station, peer: str) -> None:
    """The news has been written; a lost letter is owed again when the peer shows that it needs it."""
    station.db.run(rows.SQL["delete_owed"], peer)
    station.db.run(rows.SQL["delete_tail"], peer)


def ask(station: Station) -> None:
    """Our authority is owed our newest checkpoint while it has not cosigned it, and again when an hour has passed."""
    if not station.own.issuer:
        return
    newest = station.journal.newest_checkpoint()
    authority = station.directory[station.own.issuer]
    time = witness_rows.read_witnessed.one(station.db, note.claim(newest).size) or 0
    if check.cosigned(newest, authority) is None or station.now() - time >= RENEWED_AFTER:
        owe(station, authority.subject.code)


def ask_of_what_was_heard(station: Station) -> None:
    """A station of whose head others told us an hour ago is shown it, so that it links it to what it shows us."""
    station.db.run(rows.SQL["forget_asked_of"])
    now = station.here()
    for origin in witness_rows.list_not_asked.all(station.db, now - HEARD_AFTER):
        owe(station, note_code(origin))
        station.db.run(rows.SQL["write_asked_of"], origin, now)


def _name(origin: str) -> str:
    """One envelope for each origin: a newer one replaces an older one that still waits."""
    return f"{_PRECEDENCE}-{sha256(origin.encode()).hexdigest()[:24]}"
