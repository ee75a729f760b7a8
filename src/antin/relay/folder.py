"""Folder link: a shared disk or a USB stick that both stations can reach.

    to/CODE/NAME         envelopes waiting for a station; names sort urgent first
    aside/CODE/NAME      envelopes that could not be believed
    blobs/DIGEST         sealed blobs, once each however many addressees
    directory/PART       the authorities' journals, in parts

A file appears whole (rename) or not at all; a reader deletes an envelope once it is safe in its own station.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from hashlib import file_digest
from pathlib import Path

from antin.errors import Unavailable
from antin.relay.link import CODE, DIRECTORY_LIMIT, ENVELOPE_LIMIT, NAME, PART, checked
from antin.storage import durable

_PIECE = 1024 * 1024


class FolderLink:
    """One folder. Raises ``Unavailable`` when it is not there: the disk is not mounted, the stick is out."""

    def __init__(self, root: Path) -> None:
        if not root.is_dir():
            raise Unavailable("link-absent", path=root)
        self._root = root

    def put(self, code: str, name: str, data: bytes) -> None:
        """Leave an envelope for a station."""
        durable.write(self._envelope(code, name), data, mode=0o640)

    def has(self, code: str, name: str) -> bool:
        """Whether the envelope is still waiting."""
        return self._envelope(code, name).exists()

    def waiting(self, code: str) -> list[str]:
        """Names of the envelopes for a station, urgent first."""
        folder = self._folder("to", code)
        with durable.translated(folder):
            return sorted(p.name for p in folder.iterdir() if NAME.fullmatch(p.name)) if folder.is_dir() else []

    def get(self, code: str, name: str, limit: int = ENVELOPE_LIMIT) -> bytes:
        """An envelope, copied once. Raises ``Malformed`` over the limit."""
        return durable.read(self._envelope(code, name), limit=limit)

    def remove(self, code: str, name: str) -> None:
        """The envelope is safe with its addressee."""
        with durable.translated(name):
            self._envelope(code, name).unlink(missing_ok=True)

    def set_aside(self, code: str, name: str) -> None:
        """An envelope that could not be believed: kept for inspection, out of the way."""
        folder = self._folder("aside", code)
        with durable.translated(folder):
            folder.mkdir(parents=True, exist_ok=True)
            self._envelope(code, name).rename(folder / name)

    def put_blob(self, digest: bytes, source: Path, precedence: int = 0, *, again: bool = False) -> bool:
        """Leave a sealed blob; one copy serves all addressees. ``again`` replaces one that may be damaged."""
        target = self.blob_path(digest)
        if target.exists() and not again:
            return True
        temporary = target.with_name(f".{digest.hex()}.{os.getpid()}")
        with durable.translated(target):
            target.parent.mkdir(exist_ok=True)
            try:
                with source.open("rb") as read, temporary.open("wb") as written:
                    shutil.copyfileobj(read, written, _PIECE)
                    written.flush()
                    os.fsync(written.fileno())
                temporary.rename(target)
            finally:
                temporary.unlink(missing_ok=True)
            durable.sync_folder(target.parent)
        return True

    def has_blob(self, digest: bytes) -> bool:
        """Whether a blob lies here, whole or not."""
        return self.blob_path(digest).is_file()

    def blob(self, digest: bytes) -> Iterator[bytes] | None:
        """A blob in pieces, or None when it is not here (yet)."""
        path = self.blob_path(digest)
        return _pieces(path) if path.is_file() else None

    def owes(self, digest: bytes) -> int | None:
        """Nothing: from a folder a blob is copied in one go."""
        return None

    def remove_blob(self, digest: bytes) -> None:
        """All addressees have it."""
        with durable.translated(digest.hex()):
            self.blob_path(digest).unlink(missing_ok=True)

    def put_directory(self, code: str, data: bytes) -> None:
        """Publish an authority's journal."""
        durable.write(self._root / "directory" / checked(PART, code), data, mode=0o644)

    def directories(self) -> dict[str, bytes]:
        """SHA-256 of each published journal."""
        folder = self._root / "directory"
        found: dict[str, bytes] = {}
        with durable.translated(folder):
            for path in sorted(folder.iterdir()) if folder.is_dir() else []:
                if PART.fullmatch(path.name):
                    with path.open("rb") as handle:
                        found[path.name] = file_digest(handle, "sha256").digest()
        return found

    def directory(self, code: str) -> bytes:
        """One published journal."""
        return durable.read(self._root / "directory" / checked(PART, code), limit=DIRECTORY_LIMIT)

    def blob_path(self, digest: bytes) -> Path:
        """Where a blob lies, for the relay that keeps its store as such a folder."""
        return self._root / "blobs" / digest.hex()

    def _envelope(self, code: str, name: str) -> Path:
        return self._folder("to", code) / checked(NAME, name)

    def _folder(self, kind: str, code: str) -> Path:
        return self._root / kind / checked(CODE, code)


def _pieces(path: Path) -> Iterator[bytes]:
    with durable.translated(path), path.open("rb") as handle:
        while piece := handle.read(_PIECE):
            yield piece
