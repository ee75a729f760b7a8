"""The document on disk: is it one that may be sent, and did it stay the same while it was read?"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from unicodedata import normalize

from antin.errors import Conflict, Malformed, Refused
from antin.frozen import dataclass
from antin.kernel.formats.cbor import clean_text
from antin.storage import foreign

LARGEST = 8 * 1024**3
_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Examined:
    """A readable regular file with a name that travels safely."""

    path: Path
    name: str
    size: int
    mark: tuple[int, int, int]


def examine(path: Path, *, pdf_only: bool = True) -> Examined:
    """Refuses what cannot be a document: not a regular file, empty, huge, not a PDF, a hostile name."""
    name = normalize("NFC", path.name)
    if not clean_text(name) or not name or len(name.encode()) > 255 or "/" in name or name in (".", ".."):
        raise Malformed("file-name-bad", path=path.name)
    with foreign.opened(path, limit=LARGEST) as handle:
        facts = os.fstat(handle.fileno())
        if facts.st_size == 0:
            raise Malformed("file-empty", path=path)
        if pdf_only and b"%PDF-" not in handle.read(1024):  # printers and mail put lines of their own before it
            raise Refused("file-not-pdf", path=path)
    return Examined(path, name, facts.st_size, _mark(facts))


def pieces(document: Examined) -> Iterator[bytes]:
    """The document in pieces. Raises ``Conflict`` when it changed since it was examined."""
    with foreign.opened(document.path, limit=LARGEST) as handle:
        yield from foreign.pieces(handle, document.size)
        if _mark(os.fstat(handle.fileno())) != document.mark:
            raise Conflict("file-changed", path=document.path)


def read_all(handle: BinaryIO) -> Iterator[bytes]:
    """A stream in pieces of 1 MiB."""
    while piece := handle.read(_PIECE):
        yield piece


def _mark(facts: os.stat_result) -> tuple[int, int, int]:
    return facts.st_ino, facts.st_size, facts.st_mtime_ns
