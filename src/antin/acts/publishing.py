"""Directories at a link: what others published is followed, and what we know more of is published (spec/link.md)."""

from __future__ import annotations

from hashlib import sha256
from io import BytesIO

from antin.acts.exchange import BYTES_AT_ONCE, Part, Report, Round, Wanted
from antin.errors import AntinError, Conflict, Unverified
from antin.relay.link import Link
from antin.retry import PATIENT
from antin.station import news, packets, rows
from antin.station.station import Station

RENEW_SECONDS = 3600


def follow(station: Station, name: str, raw: bytes, report: Report) -> None:
    """One part of an authority's journal. What is wrong with it is reported, and the part is tried again."""
    try:
        frames = packets.frames_of(BytesIO(raw), packets.DIRECTORY)
        taken = packets.take_directory(station, frames, lambda error: news.keep_conflict(station, error))
        report.directory += taken.new
        report.aside += [(f"directory/{name}", error) for _, error in taken.faults if error.code not in PATIENT]
        # Only what was followed counts as seen: a directory that could not be is tried, and reported, again.
        if not taken.faults:
            if taken.origin != packets.part_origin(name):  # true, but another's: it says nothing of the one named
                raise Unverified("checkpoint-invalid", origin=packets.part_origin(name))
            station.db.run(rows.SQL["write_seen"], name, sha256(raw).digest(), taken.size)
    except AntinError as error:
        report.aside.append((f"directory/{name}", error))
        if isinstance(error, Conflict):
            news.keep_conflict(station, error)


def unread(station: Station, link: Link) -> dict[str, bytes]:
    """The parts of this authority's own journal at the link that were not taken in here."""
    published = link.directories()
    ours = [name for name in published if packets.part_origin(name) == station.origin]
    return {name: link.directory(name) for name in ours if not is_read(station, name, published[name])}


def look(station: Station, parts: dict[str, bytes] | None) -> None:
    """At an authority: compare what lay at the link of its own journal with it. Where that is more, it recovers."""
    if parts is None:
        return
    report = Report()
    for name in sorted(parts, key=packets.part_order):
        follow(station, name, parts[name], report)
    for _, error in report.aside:
        if isinstance(error, Conflict) and error.code == "journal-forked":
            raise error  # anything else that somebody put there is no word about our journal
    station.looked()


def publish(station: Station, round_: Round, wanted: Wanted) -> None:
    """Write the parts that the link lacks: of our own journal at an authority, and of any that we know more of."""
    if station.is_authority and not station.recovering and not round_.untried:
        station.looked()
        if _publishes(station, round_, wanted):
            station.renew()
            _write(station, station.origin, round_)
    for origin in [each.origin for each in rows.list_mirror_heads.all(station.db)]:
        if origin != station.origin and _knows_more(station, origin, round_.published):
            _write(station, origin, round_)


def is_read(station: Station, name: str, digest: bytes) -> bool:
    """Whether a part was taken in: a note of it says so, and its records are here. A false note, or one that outlived
    them, would else hide a revocation for good."""
    size = rows.read_seen_size.one(station.db, name) or 0
    here = station.directory.mirror.grown(packets.part_origin(name))
    return _seen(station, name) == digest and packets.part_end(name, size) <= here


def _seen(station: Station, name: str) -> bytes | None:
    return rows.read_seen.one(station.db, name)


def _knows_more(station: Station, origin: str, published: dict[str, bytes]) -> bool:
    """Whether we mirror more of an authority's journal than lies at the link: then it, and all others, get it from
    us."""
    growing = list(packets.part_names(station, origin))[-1]
    if growing in published and published[growing] != _seen(station, growing):
        return False  # what lies there could not be followed: it is not ours to replace
    there = (rows.read_seen_size.one(station.db, growing) or 0) if growing in published else 0
    return station.directory.mirror.size(origin) > there


def _write(station: Station, origin: str, round_: Round) -> None:
    size = station.directory.mirror.size(origin)
    for name, start in packets.part_names(station, origin).items():
        there = round_.published.get(name)
        if there is not None and there == _seen(station, name) and packets.is_full(name):
            continue
        if sum(len(part.data) for part in round_.parts) > BYTES_AT_ONCE:
            round_.more = True
            return
        data = packets.write(packets.DIRECTORY, packets.part_frames(station, origin, start))
        round_.parts.append(Part(name, data, size))


def _publishes(station: Station, round_: Round, wanted: Wanted) -> bool:
    """One who stays at the link publishes when something is new, and hourly, for the age counts from then."""
    names = [name for name in round_.published if packets.part_origin(name) == station.origin]
    if not wanted.often or not names or any(round_.published[name] != _seen(station, name) for name in names):
        return True
    head = station.directory.mirror.head(station.origin)
    return head is None or head.size < station.journal.head()[0] or station.now() - head.time >= RENEW_SECONDS
