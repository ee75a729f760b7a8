"""Folder link: a shared disk or a USB stick that both stations can reach.

    to/CODE/NAME         envelopes waiting for a station; names sort urgent first
    blobs/DIGEST         sealed blobs, once each however many addressees
    directory/CODE       the authorities' journals as bundles

A file appears whole (rename) or not at all; a reader deletes an envelope once it is safe in its own station.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from antin.errors import Malformed, Unavailable
from antin.storage import durable

_NAME = re.compile(r"[0-9a-f-]{1,140}")
_CODE = re.compile(r"[0-9A-Z.]{1,35}")
_PIECE = 1024 * 1024


class FolderLink:
    """One folder. Raises ``Unavailable`` when it is not there: the disk is not mounted, the stick is out."""

    def __init__(self, root: Path) -> None:
        if not root.is_dir():
            raise Unavailable("link-absent", path=root)
        self._root = root

    def put(self, code: str, name: str, data: bytes) -> None:
        """Leave an envelope for a station."""
        durable.write(self._folder("to", code) / _checked(_NAME, name), data, mode=0o640)

    def has(self, code: str, name: str) -> bool:
        """Whether the envelope is still waiting."""
        return (self._folder("to", code) / _checked(_NAME, name)).exists()

    def waiting(self, code: str) -> list[str]:
        """Names of the envelopes for a station, urgent first."""
        folder = self._folder("to", code)
        with durable.translated(folder):
            return sorted(p.name for p in folder.iterdir() if _NAME.fullmatch(p.name)) if folder.is_dir() else []

    def path(self, code: str, name: str) -> Path:
        """Where an envelope lies, for copying it once."""
        return self._folder("to", code) / _checked(_NAME, name)

    def remove(self, code: str, name: str) -> None:
        """The envelope is safe with its addressee."""
        with durable.translated(name):
            self.path(code, name).unlink(missing_ok=True)

    def set_aside(self, code: str, name: str) -> None:
        """An envelope that could not be believed: kept for inspection, out of the way."""
        folder = self._folder("aside", code)
        with durable.translated(folder):
            folder.mkdir(parents=True, exist_ok=True)
            self.path(code, name).rename(folder / name)

    def put_blob(self, digest: bytes, source: Path, *, again: bool = False) -> None:
        """Leave a sealed blob; one copy serves all addressees. ``again`` replaces one that may be damaged."""
        target = self._root / "blobs" / digest.hex()
        if target.exists() and not again:
            return
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

    def has_blob(self, digest: bytes) -> bool:
        """Whether a blob lies here, whole or not."""
        return (self._root / "blobs" / digest.hex()).is_file()

    def blob(self, digest: bytes) -> Iterator[bytes] | None:
        """A blob in pieces, or None when it is not here (yet)."""
        path = self._root / "blobs" / digest.hex()
        return _pieces(path) if path.is_file() else None

    def remove_blob(self, digest: bytes) -> None:
        """All addressees have it."""
        with durable.translated(digest.hex()):
            (self._root / "blobs" / digest.hex()).unlink(missing_ok=True)

    def put_directory(self, code: str, data: bytes) -> None:
        """Publish an authority's journal."""
        durable.write(self._root / "directory" / _checked(_CODE, code), data, mode=0o644)

    def directories(self) -> list[Path]:
        """The published journals."""
        folder = self._root / "directory"
        with durable.translated(folder):
            return sorted(p for p in folder.iterdir() if _CODE.fullmatch(p.name)) if folder.is_dir() else []

    def _folder(self, kind: str, code: str) -> Path:
        return self._root / kind / _checked(_CODE, code)


def _checked(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise Malformed("file-name-bad", path=text)
    return text


def _pieces(path: Path) -> Iterator[bytes]:
    with durable.translated(path), path.open("rb") as handle:
        while piece := handle.read(_PIECE):
            yield piece
