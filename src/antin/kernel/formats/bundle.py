"""Bundle (gói chuyển): the same traffic on removable media, and evidence for an inspector (spec/bundle.md).

    frame("begin", purpose) ‖ frame(kind, size) ‖ bytes ‖ … ‖ frame("end", digest of all before)

A frame head is a small array behind one length byte, so a reader never holds more than one frame, and a
blob of any size passes through in pieces.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Protocol

from antin.errors import Malformed, Unverified
from antin.kernel.formats.fields import Word
from antin.kernel.formats.shape import Within, parse, shape

ITEM_LIMIT = 1024 * 1024
_PIECE = 1024 * 1024
_KB, _MB = 1024, 1024**2


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a bundle of one purpose may hold, held while it is read: for each kind the most frames and the most bytes of
    one; and the most frames and bytes of all."""

    name: str
    kinds: Mapping[str, tuple[int, int]]
    frames: int
    size: int


EVIDENCE = Purpose(
    "evidence",
    {"credential": (2_000, 24 * _KB), "status": (2_000, 48 * _KB), "record": (10_000, 132 * _KB), "slip": (1, 8 * _KB),
     "statement": (1, 32 * _KB), "attached": (1, 512 * _KB), "receipt": (10_000, 132 * _KB)},
    10_000, 256 * _MB,
)  # fmt: skip


def _bad(why: str) -> Malformed:
    return Malformed("bytes-malformed", what="bundle", why=why)


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
            raise _bad("item-too-large")
        return b"".join(self.pieces())

    def pieces(self) -> Iterator[bytes]:
        """The bytes in pieces of at most 1 MiB."""
        while self._left:
            piece = self._source.take(min(self._left, _PIECE))
            self._left -= len(piece)
            yield piece


class Reader:
    """Iterates the frames of a bundle and holds only if the last one closes it with the right digest.

    Raises ``Malformed`` at the first frame that its purpose does not take, or takes no more of.
    """

    def __init__(self, stream: Readable, purpose: Purpose) -> None:
        self._stream, self._rule, self._hash = stream, purpose, hashlib.sha256()
        self._counts, self._bytes = Counter[str](), 0

    def take(self, size: int) -> bytes:
        """Exactly ``size`` bytes. Raises ``Malformed`` at an early end."""
        data = self._stream.read(size)
        if len(data) != size:
            raise _bad("truncated")
        self._hash.update(data)
        return data

    def __iter__(self) -> Iterator[Item]:
        if (first := self._frame()).kind != "begin" or first.name != self._rule.name or first.size:
            raise _bad("other-purpose")
        while True:
            before = self._hash.digest()
            frame = self._frame()
            if frame.kind == "end":
                return self._close(frame, before)
            if frame.kind == "begin":
                raise _bad("begins-twice")
            item = Item(frame, self)
            yield item
            for _ in item.pieces():  # what the caller left unread
                pass

    def _frame(self) -> Frame:
        length = self.take(1)[0]
        frame = parse(Frame, self.take(length))
        if frame.kind not in ("begin", "end"):
            self._admit(frame)
        return frame

    def _admit(self, frame: Frame) -> None:
        most, largest = self._rule.kinds.get(frame.kind, (0, 0))
        self._counts[frame.kind] += 1
        self._bytes += frame.size
        if not most:
            raise _bad("unknown-kind")
        if frame.size > largest:
            raise _bad("item-too-large")
        if self._counts[frame.kind] > most or self._counts.total() > self._rule.frames:
            raise _bad("too-many")
        if self._bytes > self._rule.size:
            raise _bad("too-large")

    def _close(self, frame: Frame, before: bytes) -> None:
        if frame.size != 32 or frame.name or self.take(32) != before:
            raise Unverified("bundle-damaged")
        if self._stream.read(1):
            raise _bad("trailing-bytes")
