"""What an exchange needs of a link: a folder, or a relay over the network. No link is believed in anything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, runtime_checkable

from antin.errors import Malformed

NAME = re.compile(r"[0-9a-f-]{1,140}")
CODE = re.compile(r"[0-9A-Z.]{1,35}")
# A part of an authority's journal (spec/bundle.md): CODE-EPOCH-NUMBER when full, CODE-EPOCH for the one that grows.
PART_RECORDS = 256  # a part is read, checked and entered as one: its size bounds memory, and none the directory's
PART = re.compile(r"[0-9A-Z.]{1,35}-[1-9][0-9]{0,6}(-[0-9]{6})?")
ENVELOPE_LIMIT = 32 * 1024 * 1024
DIRECTORY_LIMIT = 1024**3  # of a folder
RELAYED_DIRECTORY_LIMIT = 64 * 1024 * 1024


class Link(Protocol):
    """Raises ``Unavailable`` when it is not there, ``Malformed`` for a name that could leave its place."""

    def put(self, code: str, name: str, data: bytes) -> None:
        """Leave an envelope for a station; one of the same name by the same sender is replaced."""

    def has(self, code: str, name: str) -> bool:
        """Whether the envelope that we put is still waiting."""

    def waiting(self, code: str) -> list[str]:
        """Names of the envelopes for a station, urgent first."""

    def get(self, code: str, name: str, limit: int = ENVELOPE_LIMIT) -> bytes:
        """An envelope, copied once."""

    def remove(self, code: str, name: str) -> None:
        """The envelope is safe with its addressee."""

    def set_aside(self, code: str, name: str) -> None:
        """An envelope that could not be believed: kept for inspection, out of the way."""

    def put_blob(self, digest: bytes, source: Path, precedence: int = 0, *, again: bool = False) -> bool:
        """Leave a sealed blob, once for all addressees; ``again``: the one there may be spoilt.

        False when it is too large for one go: then it is owed, and moves in pieces (``Pieces``).
        """

    def has_blob(self, digest: bytes) -> bool:
        """Whether a blob lies there under this digest."""

    def blob(self, digest: bytes) -> Iterator[bytes] | None:
        """A blob in pieces, or None when it is not there (yet) or has to be fetched in pieces."""

    def owes(self, digest: bytes) -> int | None:
        """The size of a blob that is there but must be fetched in pieces, else None."""

    def remove_blob(self, digest: bytes) -> None:
        """All our addressees have it."""

    def put_directory(self, code: str, data: bytes) -> None:
        """Publish an authority's journal."""

    def directories(self) -> dict[str, bytes]:
        """SHA-256 of each published journal, by the code of its authority: what is known need not be fetched."""

    def directory(self, code: str) -> bytes:
        """One published journal."""


@runtime_checkable
class Pieces(Protocol):
    """A link over which blobs move in checked pieces, and which says in every answer what waits."""

    @property
    def news(self) -> list[str]:
        """The most urgent names in our box, as the last answer said."""

    def offer(self, digest: bytes, pieces: bytes, precedence: int, *, again: bool = False) -> int | None:
        """Give the list of piece hashes; returns how many bytes are there already, None when the blob is whole."""

    def send(self, digest: bytes, offset: int, chunk: bytes) -> int | None:
        """Give bytes; returns how many are there now, None when the blob is whole."""

    def pieces(self, digest: bytes) -> bytes:
        """The list of piece hashes of a blob that is there."""

    def read(self, digest: bytes, offset: int, length: int) -> bytes:
        """Bytes of a blob that is there."""


def checked(pattern: re.Pattern[str], text: str) -> str:
    """Raises ``Malformed`` for what could name another place than it should."""
    if not pattern.fullmatch(text) or text in (".", ".."):
        raise Malformed("file-name-bad", path=text)
    return text


def precedence_of(name: str) -> int:
    """An envelope's precedence, as its name claims; whatever is named otherwise counts as ordinary."""
    return 9 - int(name[0]) if name[:1].isdecimal() else 0
