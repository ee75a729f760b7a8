"""Bundle (gói chuyển): the same traffic on removable media, and evidence for an inspector (spec/bundle.md).

    frame("begin", purpose) ‖ frame(kind, size) ‖ bytes ‖ … ‖ frame("end", digest of all before)

A frame head is a small array behind one length byte, so a reader never holds more than one frame, and a
blob of any size passes through in pieces.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Protocol

from antin.errors import Malformed, Unverified
from antin.kernel.formats.fields import Word
from antin.kernel.formats.shape import Within, parse, shape

KINDS = ("begin", "credential", "record", "checkpoint", "consistency", "slip", "receipt", "statement",
         "attached", "status", "blob", "request", "envelope", "conflict", "settings", "database", "key",
         "end")  # fmt: skip
ITEM_LIMIT = 1024 * 1024
_PIECE = 1024 * 1024


@shape("antin/frame/1", limit=127)
@dataclass(frozen=True, slots=True)
class Frame:
    """``size`` bytes of ``kind`` follow. ``name`` tells like from like: an origin, a digest in hex."""

    kind: Word
    name: Annotated[str, Within(0, 80)]
    size: Annotated[int, Within(0, 2**50)]


class Readable(Protocol):
    """A binary stream; a short read means its end."""

    def read(self, size: int, /) -> bytes: ...


class Item:
    """One frame while reading: read it whole with ``data()`` or in pieces with ``pieces()``."""

    def __init__(self, frame: Frame, source: Reader) -> None:
        self.kind, self.name, self.size, self._source = frame.kind, frame.name, frame.size, source
        self._left = frame.size

    def data(self) -> bytes:
        """All bytes. Raises ``Malformed`` over ``ITEM_LIMIT``: such a frame is only read in pieces."""
        if self.size > ITEM_LIMIT:
            raise Malformed("bytes-malformed", what="bundle", why="item-too-large")
        return b"".join(self.pieces())

    def pieces(self) -> Iterator[bytes]:
        """The bytes in pieces of at most 1 MiB."""
        while self._left:
            piece = self._source.take(min(self._left, _PIECE))
            self._left -= len(piece)
            yield piece


class Reader:
    """Iterates the frames of a bundle and holds only if the last one closes it with the right digest."""

    def __init__(self, stream: Readable, purpose: str) -> None:
        self._stream, self._purpose, self._hash = stream, purpose, hashlib.sha256()

    def take(self, size: int) -> bytes:
        """Exactly ``size`` bytes. Raises ``Malformed`` at an early end."""
        data = self._stream.read(size)
        if len(data) != size:
            raise Malformed("bytes-malformed", what="bundle", why="truncated")
        self._hash.update(data)
        return data

    def __iter__(self) -> Iterator[Item]:
        if (first := self._frame()).kind != "begin" or first.name != self._purpose or first.size:
            raise Malformed("bytes-malformed", what="bundle", why="other-purpose")
        while True:
            before = self._hash.digest()
            frame = self._frame()
            if frame.kind == "end":
                return self._close(frame, before)
            if frame.kind == "begin":
                raise Malformed("bytes-malformed", what="bundle", why="begins-twice")
            item = Item(frame, self)
            yield item
            for _ in item.pieces():  # what the caller left unread
                pass

    def _frame(self) -> Frame:
        length = self.take(1)[0]
        frame = parse(Frame, self.take(length))
        if frame.kind not in KINDS:
            raise Malformed("bytes-malformed", what="bundle", why="unknown-kind")
        return frame

    def _close(self, frame: Frame, before: bytes) -> None:
        if frame.size != 32 or frame.name or self.take(32) != before:
            raise Unverified("bundle-damaged")
        if self._stream.read(1):
            raise Malformed("bytes-malformed", what="bundle", why="trailing-bytes")
