"""Folder link: a shared disk or a USB stick that both stations can reach.

    to/CODE/NAME         envelopes waiting for a station; names sort urgent first
    aside/CODE/NAME      envelopes that could not be believed
    blobs/DIGEST         sealed blobs, once each however many addressees
    directory/PART       the authorities' journals, in parts

A file appears whole (rename) or not at all; a reader deletes an envelope once it is safe in its own station.

Whoever may write there may leave anything: every entry is reached component by component without following a link, and
only regular files within their limits are read (``storage/foreign.py``).
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from antin.errors import AntinError, Missing, Unavailable
from antin.relay.link import CODE, DIRECTORY_LIMIT, ENVELOPE_LIMIT, NAME, PART, checked
from antin.storage import durable, foreign

_ENVELOPE, _OPEN = 0o640, 0o644


class FolderLink:
    """One folder. Raises ``Unavailable`` when it is not there: the disk is not mounted, the stick is out."""

    def __init__(self, root: Path) -> None:
        if not root.is_dir():
            raise Unavailable("link-absent", path=root)
        self._root = root

    def put(self, code: str, name: str, data: bytes) -> None:
        """Leave an envelope for a station."""
        self._write(_box(code, name), name, iter([data]), _ENVELOPE)

    def has(self, code: str, name: str) -> bool:
        """Whether the envelope is still waiting."""
        return self._size(_box(code, name), name) is not None

    def waiting(self, code: str) -> list[str]:
        """Names of the envelopes for a station, urgent first."""
        return [name for name in self._names("to", checked(CODE, code)) if NAME.fullmatch(name)]

    def get(self, code: str, name: str, limit: int = ENVELOPE_LIMIT) -> bytes:
        """An envelope, copied once. Raises ``Malformed`` over the limit, and for what is no file."""
        with foreign.folder(self._root, *_box(code, name)) as box:
            return box.read(name, limit=limit)

    def remove(self, code: str, name: str) -> None:
        """The envelope is safe with its addressee."""
        self._remove(_box(code, name), name)

    def set_aside(self, code: str, name: str) -> None:
        """An envelope that could not be believed, or what lies in its place: kept for inspection, out of the way."""
        with (
            foreign.folder(self._root, *_box(code, name)) as box,
            foreign.folder(self._root, "aside", code, make=True) as aside,
        ):
            box.move(name, aside)

    def put_blob(self, digest: bytes, source: Path, precedence: int = 0, *, again: bool = False) -> bool:
        """Leave a sealed blob; one copy serves all addressees. ``again`` replaces one that may be damaged."""
        if again or not self.has_blob(digest):
            with foreign.opened(source, follow=False) as handle:
                self._write(("blobs",), digest.hex(), iter(lambda: handle.read(foreign.PIECE), b""), _OPEN)
        return True

    def has_blob(self, digest: bytes) -> bool:
        """Whether a blob lies here, whole or not."""
        return self._size(("blobs",), digest.hex()) is not None

    def blob(self, digest: bytes) -> Iterator[bytes] | None:
        """A blob in pieces, or None when it is not here (yet)."""
        return self._pieces(digest) if self.has_blob(digest) else None

    def owes(self, digest: bytes) -> int | None:
        """Nothing: from a folder a blob is copied in one go."""
        return None

    def remove_blob(self, digest: bytes) -> None:
        """All addressees have it."""
        self._remove(("blobs",), digest.hex())

    def put_directory(self, code: str, data: bytes) -> None:
        """Publish an authority's journal."""
        self._write(("directory",), checked(PART, code), iter([data]), _OPEN)

    def directories(self) -> dict[str, bytes]:
        """SHA-256 of each published journal; empty for an entry that cannot be read: whoever fetches it learns why."""
        return {name: self._digest(name) for name in self._names("directory") if PART.fullmatch(name)}

    def directory(self, code: str) -> bytes:
        """One published journal."""
        with foreign.folder(self._root, "directory") as published:
            return published.read(checked(PART, code), limit=DIRECTORY_LIMIT)

    def blob_path(self, digest: bytes) -> Path:
        """Where a blob lies, for the relay that keeps its store as such a folder."""
        return self._root / "blobs" / digest.hex()

    def _names(self, *below: str) -> list[str]:
        try:
            with foreign.folder(self._root, *below) as found:
                return found.names()
        except Missing:
            return []

    def _size(self, below: tuple[str, ...], name: str) -> int | None:
        try:
            with foreign.folder(self._root, *below) as found:
                return found.size(name)
        except Missing:
            return None

    def _remove(self, below: tuple[str, ...], name: str) -> None:
        try:
            with foreign.folder(self._root, *below) as found:
                found.remove(name)
        except Missing:
            return

    def _write(self, below: tuple[str, ...], name: str, pieces: Iterator[bytes], mode: int) -> None:
        with (
            foreign.folder(self._root, *below, make=True) as found,
            durable.translated(self._root.joinpath(*below, name)),
        ):
            durable.write_at(found.descriptor, name, pieces, mode=mode)

    def _digest(self, code: str) -> bytes:
        digest = sha256()
        try:
            with (
                foreign.folder(self._root, "directory") as published,
                published.opened(code, limit=DIRECTORY_LIMIT) as handle,
            ):
                for piece in foreign.pieces(handle, DIRECTORY_LIMIT):
                    digest.update(piece)
        except AntinError:
            return b""
        return digest.digest()

    def _pieces(self, digest: bytes) -> Iterator[bytes]:
        with foreign.folder(self._root, "blobs") as blobs, blobs.opened(digest.hex()) as handle:
            while piece := handle.read(foreign.PIECE):
                yield piece


def _box(code: str, name: str) -> tuple[str, str]:
    """Where an envelope lies; raises ``Malformed`` for a name that could lead elsewhere."""
    checked(NAME, name)
    return "to", checked(CODE, code)
