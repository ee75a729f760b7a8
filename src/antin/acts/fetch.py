"""What an exchange takes from the link before the station is locked: directories, envelopes, the blobs that they name.

Also whether the blobs of what is due lie at the link, and those of one piece are brought there. Only the folder of
partial blobs is written; the database is read. Whatever is wrong with one thing is said of that thing.
"""

from __future__ import annotations

from io import BytesIO

from antin.acts.envelopes import asks, has_arrived
from antin.acts.exchange import AT_ONCE, BYTES_AT_ONCE, Frames, Owed, Report, Round, Wanted, of_our_disk, of_the_line
from antin.acts.publishing import is_read
from antin.errors import AntinError, Malformed, Missing, Unverified
from antin.kernel import check
from antin.kernel.formats.shape import known
from antin.kernel.formats.signed import claim
from antin.kernel.formats.slip import Slip
from antin.relay.link import Link, precedence_of
from antin.station import packets, rows
from antin.station.station import Station


def fetch(station: Station, link: Link, wanted: Wanted, report: Report, done: set[str]) -> Round:
    """One round's worth. ``done``: envelopes of earlier rounds; those taken up now are added."""
    found = Round()
    if not report.least:
        _directories(station, link, found, report, done)
    _envelopes(station, link, found, report, done)
    if not station.recovering:
        _look_at_outbox(station, link, found, report, wanted)
    return found


def slips_in(frames: Frames) -> list[tuple[bytes, Slip]]:
    """What an envelope claims to carry."""
    return [(raw, known(Slip, claim(raw, "antin/slip/1").unverified_body)) for kind, _, raw in frames if kind == "slip"]


# -- directories and envelopes -----------------------------------------------------------------------------------------


def _directories(station: Station, link: Link, found: Round, report: Report, done: set[str]) -> None:
    """Parts in the order in which they are followed; one that could not be is not fetched twice in an exchange."""
    try:
        found.published = link.directories()
    except AntinError as error:
        _of_one_thing(report, "directory", error)
        return
    found.listed, size = True, 0
    for name in sorted(found.published, key=packets.part_order):
        entry = f"directory/{name}"
        if entry in done or is_read(station, name, found.published[name]):
            continue
        if size > BYTES_AT_ONCE:
            found.more = found.untried = True
            return
        done.add(entry)
        try:
            found.directories[name] = link.directory(name)
        except AntinError as error:
            _of_one_thing(report, entry, error)
            continue
        size += len(found.directories[name])


def _envelopes(station: Station, link: Link, found: Round, report: Report, done: set[str]) -> None:
    try:
        names = link.waiting(station.code)
    except AntinError as error:
        _of_one_thing(report, f"to/{station.code}", error)
        return
    size = 0
    for name in names:
        if name in done or precedence_of(name) < report.least:
            continue
        if len(found.fetched) >= AT_ONCE or size > BYTES_AT_ONCE:
            found.more = True
            return
        done.add(name)
        size += _envelope(station, link, name, found, report)


def _envelope(station: Station, link: Link, name: str, found: Round, report: Report) -> int:
    """Copied once; only the copy is parsed (protocol rule 27). Returns how many bytes came."""
    try:
        raw = link.get(station.code, name)
        frames = packets.read_all(BytesIO(raw), packets.ENVELOPE)
        inside = {name for kind, name, _ in frames if kind == "blob"}
        for slip, claimed in slips_in(frames):
            if claimed.sealed.hex() not in inside:
                _blob(station, link, slip, claimed)
    except AntinError as error:
        if of_our_disk(error, station.home):
            raise
        if error.code != "file-missing":  # another exchange of ours was faster
            _of_one_thing(report, name, error)
        if isinstance(error, Malformed | Unverified):
            found.answers[name] = True
        return 0
    found.fetched.append((name, frames))
    return len(raw)


def _blob(station: Station, link: Link, raw: bytes, claimed: Slip) -> None:
    """Fetched only for a slip to us that holds, and when there is room: a stranger's word moves no bytes.

    The lock's holder judges the slip again, against what the directories of this round bring.
    """
    if station.blobs.here(claimed.sealed) or claimed.leaf.addressee != station.code:
        return
    try:
        check.slip(raw, station.directory)
    except AntinError:
        return
    bring(station, link, claimed)


def bring(station: Station, link: Link, slip: Slip) -> bool:
    """A blob from the link into the folder of partial ones, checked on the way. False when it is not there, or owed."""
    pieces = link.blob(slip.sealed)
    if pieces is None:
        return False
    station.blobs.bring(pieces, slip.sealed, slip.sealed_size)
    return True


# -- our own blobs -----------------------------------------------------------------------------------------------------


def _look_at_outbox(station: Station, link: Link, found: Round, report: Report, wanted: Wanted) -> None:
    brought, now = 0, station.moment()
    waiting: dict[tuple[str, str], bool] = {}
    for row in rows.list_outbox.all(station.db):
        if row.kind != "slip" or row.precedence < report.least or row.n in report.left:
            continue
        if not row.apart and (row.put is None or wanted.again):
            continue  # nothing of it lies at the link apart
        if not asks(station, row, wanted, now):
            continue
        if brought > BYTES_AT_ONCE:
            found.more = True
            return
        try:
            waits = row.put is not None and _waits(link, row, waiting)
            if not row.apart:
                if waits:
                    found.unwanted.add(row.n)  # nobody came for it yet
                continue
            # Put once more, it goes to an addressee that has answered too: he may have lost it since.
            once_more = wanted.again or row.sealed in wanted.moved
            if not has_arrived(station, row) or (once_more and station.blobs.has(row.sealed)):
                brought += _own_blob(station, link, row, found, report, wanted, waits=waits)
        except AntinError as error:
            if of_the_line(error):
                raise
            report.is_stuck(row.n, error)
        found.looked_at.add(row.n)


def _waits(link: Link, row: rows.Due, known: dict[tuple[str, str], bool]) -> bool:
    """Whether the envelope in which a slip went last lies at the link still; asked once for each envelope."""
    place = row.peer, row.envelope
    if place not in known:
        known[place] = bool(row.envelope) and link.has(*place)
    return known[place]


def _own_blob(station: Station, link: Link, row: rows.Due, found: Round, report: Report, wanted: Wanted, *,
              waits: bool) -> int:  # fmt: skip
    """Whether the blob lies at the link, so that the envelope which names it may follow; how many bytes went."""
    if waits and not wanted.again and link.has_blob(row.sealed):
        found.unwanted.add(row.n)  # nobody came for it yet
        return 0
    if row.sealed in found.ready:
        return 0
    size = station.blobs.size(row.sealed)
    if size is None:
        if not link.has_blob(row.sealed):
            raise Missing("blob-missing", digest=row.sealed.hex()[:16])
        found.ready.add(row.sealed)
        return 0
    # An envelope that is gone unanswered was perhaps set aside because the blob was spoilt: then it is replaced.
    doubted = wanted.again or (row.put is not None and not waits)
    again = doubted and row.sealed not in wanted.moved and not has_arrived(station, row)
    if link.put_blob(row.sealed, station.blobs.path(row.sealed), row.precedence, again=again):
        found.ready.add(row.sealed)
        return size
    report.owes(Owed(True, row.sealed, size, row.precedence, again))
    report.left.add(row.n)
    return 0


def _of_one_thing(report: Report, name: str, error: AntinError) -> None:
    if of_the_line(error):
        raise error
    report.aside.append((name, error))
