"""Carry traffic on removable media: everything due for one station in one file, and back (protocol rule 27)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from antin.acts.envelopes import filled, frames_of, has_arrived
from antin.acts.exchange import Report
from antin.acts.fetch import slips_in
from antin.acts.receive import receive
from antin.acts.witness import letter, settled
from antin.errors import AntinError, Malformed, Unavailable
from antin.kernel.formats import bundle
from antin.kernel.formats.purposes import PURPOSES
from antin.station import news, packets, rows, sequences
from antin.station.blobs import check_room
from antin.station.documents import read_all
from antin.station.station import Station
from antin.storage import durable, foreign
from antin.storage.durable import Output

_SMALL = 32 * 1024 * 1024
RECEIPTS_FOR = 7 * 86400


def write_bundle(station: Station, peer: str, output: Output) -> int:
    """Write all that is due for ``peer``; returns how many slips and receipts. The link stays free to carry it too."""
    # Receipts that lately went over the link are carried too: the line may have been cut before they were fetched.
    if not station.recovering and not station.is_authority:
        sequences.tell(station)
    due = rows.list_outbox_peer.all(station.db, peer, station.now() - RECEIPTS_FOR)
    for piece in packets.stream(packets.TRAFFIC, _frames(station, peer, due)):
        output.write(piece)
    return len(due)


def _frames(station: Station, peer: str, due: list[rows.Due]) -> Iterator[tuple[str, str, int, Iterable[bytes]]]:
    for frame in packets.directory_frames(station):
        yield frame[0], frame[1], len(frame[2]), [frame[2]]
    waits = {row.n for row in due if row.kind == "slip" and not has_arrived(station, row)}
    for digest in dict.fromkeys(row.sealed for row in due if row.apart and row.n in waits):
        with station.blobs.open(digest) as blob:
            yield "blob", digest.hex(), station.blobs.size(digest) or 0, read_all(blob)
    for filling in filled((row, frames_of(station, row, blob=row.n in waits)) for row in due):
        data = filling.data(station)
        yield "envelope", "", len(data), [data]
    # Media are rare: news goes with each, so that witnessing and recovering work without a line too.
    data = packets.write(packets.ENVELOPE, letter(station, peer))
    settled(station, peer)
    yield "envelope", "", len(data), [data]


@contextmanager
def copied(home: Path, medium: Path) -> Iterator[BinaryIO]:
    """The file on a medium, copied once to the station's disk and read to its end there; nothing else of it is used.

    Needs no lock: a slow or a spoilt medium keeps nobody from the station. The copy has no name, so that none is left
    behind whatever happens. Refuses a link, what is no regular file, and more bytes than it had when it was opened.
    """
    with foreign.opened(medium, follow=False) as source:
        size = os.fstat(source.fileno()).st_size
        check_room(home / "blobs", size)
        with durable.translated(home):
            copy, _ = durable.unlinked(home, otherwise=home)
        with copy:
            for piece in foreign.pieces(source, size):
                with durable.translated(home):
                    copy.write(piece)
            _check_whole(copy)
            yield copy


def read_bundle(station: Station, medium: Path) -> Report:
    """``copied`` and ``take`` in one, for a station that is open already."""
    with copied(station.home, medium) as copy:
        return take(station, copy)


def take(station: Station, copy: BinaryIO) -> Report:
    """What a whole bundle brings. No name in it is followed. Blobs are copied and checked before the turn begins."""
    report, brought = Report(), _bring(station, copy)
    try:
        with station.many():
            _take(station, copy, report)
            station.blobs.sweep(lambda digest: rows.has_blob.one(station.db, digest) is not None)
    finally:
        for digest in brought:  # those that no slip asked for
            station.blobs.throw_away(digest)
    return report


def _bring(station: Station, copy: BinaryIO) -> list[bytes]:
    brought = []
    copy.seek(0)
    for item in bundle.Reader(copy, PURPOSES[packets.TRAFFIC]):
        if item.kind != "blob":
            continue
        try:
            digest = bytes.fromhex(item.name)
        except ValueError:
            raise Malformed("bytes-malformed", what="bundle", why="blob-name") from None
        if not station.blobs.here(digest):
            station.blobs.bring(item.pieces(), digest, item.size)
            brought.append(digest)
    return brought


def _check_whole(copy: BinaryIO) -> None:
    copy.seek(0)
    for item in bundle.Reader(copy, PURPOSES[packets.TRAFFIC]):
        for _ in item.pieces():
            pass


def _take(station: Station, copy: BinaryIO, report: Report) -> None:
    taking = packets.Taking(station, lambda error: news.keep_conflict(station, error))
    copy.seek(0)
    for item in bundle.Reader(copy, PURPOSES[packets.TRAFFIC]):
        if item.kind in ("credential", "level-key", "record", "consistency", "checkpoint"):
            taking.take(item.kind, item.name, item.data())
        elif item.kind == "envelope" and item.size <= _SMALL:
            _receive(station, item.data(), report)
    done = taking.ends()
    report.directory += done.new
    report.aside += [(f"directory/{name}", error) for name, error in done.faults]


def _receive(station: Station, data: bytes, report: Report) -> None:
    try:
        frames = packets.read_all(BytesIO(data), packets.ENVELOPE)
        for _, slip in slips_in(frames):
            station.blobs.adopt(slip.sealed, slip.sealed_size)
        faults: list[AntinError] = []
        report.outcomes += receive(station, frames, lambda _: None, faults.append)
        report.aside += [("bundle", each) for each in faults]
    except Unavailable:
        raise
    except AntinError as error:
        report.aside.append(("bundle", error))
