"""Packets: what travels between stations is written and read here, as bundles (spec/bundle.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256

from antin.errors import AntinError, Malformed
from antin.kernel.formats import bundle
from antin.kernel.formats.bundle import Readable
from antin.kernel.formats.frame import frame_head
from antin.station.mirror import SQL
from antin.station.station import Station

ENVELOPE, TRAFFIC, DIRECTORY, APPROVAL, REQUEST, EVIDENCE, CASE, BACKUP, KEYS = (
    "envelope", "traffic", "directory", "approval", "request", "evidence", "case", "backup", "keys",
)  # fmt: skip


def write(purpose: str, frames: Iterable[tuple[str, str, bytes]]) -> bytes:
    """A whole bundle in memory: (kind, name, bytes) each."""
    return b"".join(stream(purpose, ((kind, name, len(data), [data]) for kind, name, data in frames)))


def stream(purpose: str, frames: Iterable[tuple[str, str, int, Iterable[bytes]]]) -> Iterator[bytes]:
    """A bundle in pieces: (kind, name, size, pieces) each; closes itself with the digest of all before."""
    hash_ = sha256()

    def counted(data: bytes) -> bytes:
        hash_.update(data)
        return data

    yield counted(frame_head("begin", 0, purpose))
    for kind, name, size, pieces in frames:
        yield counted(frame_head(kind, size, name))
        for piece in pieces:
            yield counted(piece)
    before = hash_.digest()
    yield frame_head("end", 32) + before


def directory_frames(station: Station) -> Iterator[tuple[str, str, bytes]]:
    """All mirrored authority journals, the credentials that are open to all, and the checkpoints."""
    for digest, _code, _officer, kind, _name in station.db.rows(SQL["list_credentials"]):
        if kind < 3:
            yield "credential", "", station.directory.raw(digest)
    for origin, _size, _root, checkpoint, _time in station.db.rows(SQL["list_mirror_heads"]):
        for _index, raw in station.directory.mirror.records(origin):
            yield "record", origin, raw
        yield "checkpoint", origin, checkpoint


def card(station: Station, officer: str) -> bytes:
    """An officer's credential as a directory bundle: his agency hands it to those who may write to him by name.

    The directory itself shows no officers, so that other branches never learn them (ADR 0006).
    """
    return write(DIRECTORY, [("credential", "", station.directory.raw(station.officer(officer).digest))])


def take_directory(station: Station, frames: Iterable[tuple[str, str, bytes]]) -> int:
    """Follow the journals in these frames; returns how many records were new. The root's comes first."""
    records: dict[str, list[bytes]] = {}
    checkpoints: dict[str, bytes] = {}
    with station.db.transaction():
        for kind, name, data in frames:
            if kind == "credential":
                station.directory.keep(data)
            elif kind == "record":
                records.setdefault(name, []).append(data)
            elif kind == "checkpoint":
                checkpoints[name] = data
        new = 0
        for origin in sorted(checkpoints, key=lambda each: (not _is_root(station, each), each)):
            authority = station.directory.authority(origin)
            new += station.directory.mirror.follow(authority, enumerate(records.get(origin, [])), checkpoints[origin])
            head = station.directory.mirror.head(origin)
            station.db.run(SQL["write_clock"], head[3] if head else 0)
    for origin in checkpoints:
        station.checkpoints.settle_mirrored(origin)
    return new


def _is_root(station: Station, origin: str) -> bool:
    try:
        return not station.directory.authority(origin).issuer
    except AntinError:  # not known before the root's journal was followed
        return False


def read_all(source: Readable, purpose: str) -> list[tuple[str, str, bytes]]:
    """Every frame of a small bundle, only once its end digest held."""
    return [(item.kind, item.name, item.data()) for item in bundle.Reader(source, purpose)]


def only(frames: list[tuple[str, str, bytes]], *kinds: str) -> None:
    """Raises ``Malformed`` when a frame of another kind stands in the bundle."""
    for kind, _name, _data in frames:
        if kind not in kinds:
            raise Malformed("bytes-malformed", what="bundle", why="unexpected-kind")
