"""The strict subset of CBOR that every format here is written in (spec/encoding.md).

Unsigned integers, byte strings, text, arrays, true, false, null; definite lengths, shortest form. A general
library accepts many spellings of one value and allocates before it can refuse; this reader has one spelling
and its limits come first. ``cbor2`` judges it in the tests.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TypeAlias
from unicodedata import is_normalized

from antin.errors import Malformed
from antin.kernel.formats import letters

Value: TypeAlias = "int | bytes | str | bool | None | tuple[Value, ...]"

MAX_DEPTH = 8
MAX_ITEMS = 20_000
_UINT, _BYTES, _TEXT, _ARRAY = 0, 2, 3, 4
_FIXED: dict[int, bool | None] = {0xF4: False, 0xF5: True, 0xF6: None}
MOST_MARKS = 6


def encode(value: Value) -> bytes:
    """The one spelling of a value. Refuses text that ``clean_text`` refuses, and negative numbers."""
    out = bytearray()
    _write(out, value)
    return bytes(out)


def decode(data: bytes, *, limit: int) -> Value:
    """The value of exactly these bytes. Raises ``Malformed`` on any other spelling, size, depth or type."""
    if len(data) > limit:
        raise _bad("too-large")
    reader = _Reader(data)
    value = reader.read(0)
    if reader.at != len(data):
        raise _bad("trailing-bytes")
    return value


def clean_text(text: str) -> bool:
    """NFC, and only letters of the frozen table: a title reads the same everywhere, and under every later Unicode.

    Refused: what hides, reorders or is not drawn; every space but U+0020; a mark without a letter, or more than
    ``MOST_MARKS`` on one.
    """
    if text.isascii():
        return text.isprintable()
    letters_, loose_marks = _tables()
    return bool(letters_.fullmatch(text)) and not loose_marks.search(text) and is_normalized("NFC", text)


@cache
def _tables() -> tuple[re.Pattern[str], re.Pattern[str]]:
    marks = _class(letters.MARKS)
    return re.compile(f"[{_class(letters.LETTERS)}]*+"), re.compile(f"^[{marks}]|[{marks}]{{{MOST_MARKS + 1}}}")


def _class(table: str) -> str:
    return "".join("-".join(f"\\U{int(end, 16):08x}" for end in pair.split("-")) for pair in table.split())


def _bad(why: str) -> Malformed:
    return Malformed("bytes-malformed", why=why)


def _head(out: bytearray, major: int, number: int) -> None:
    if number < 24:
        out.append(major << 5 | number)
        return
    for code, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if number < 1 << (8 * size):
            out.append(major << 5 | code)
            out += number.to_bytes(size, "big")
            return
    raise _bad("number-too-large")


def _write(out: bytearray, value: Value) -> None:
    if value is None or isinstance(value, bool):
        out.append(0xF6 if value is None else 0xF4 + value)
    elif isinstance(value, int):
        if value < 0:
            raise _bad("negative")
        _head(out, _UINT, value)
    elif isinstance(value, bytes):
        _head(out, _BYTES, len(value))
        out += value
    elif isinstance(value, str):
        if not clean_text(value):
            raise _bad("text-not-clean")
        raw = value.encode()
        _head(out, _TEXT, len(raw))
        out += raw
    else:
        _head(out, _ARRAY, len(value))
        for item in value:
            _write(out, item)


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data, self.at, self.items = data, 0, 0

    def take(self, size: int) -> bytes:
        if size > len(self.data) - self.at:
            raise _bad("truncated")
        self.at += size
        return self.data[self.at - size : self.at]

    def number(self, info: int) -> int:
        if info > 27:
            raise _bad("indefinite-or-reserved")
        size = 1 << (info - 24)
        value = int.from_bytes(self.take(size), "big")
        if value < 24 or (size > 1 and value < 1 << (4 * size)):
            raise _bad("not-shortest")
        return value

    def read(self, depth: int) -> Value:
        self.items += 1
        if depth > MAX_DEPTH or self.items > MAX_ITEMS:
            raise _bad("too-deep" if depth > MAX_DEPTH else "too-many-items")
        first = self.take(1)[0]
        if first in _FIXED:
            return _FIXED[first]
        major, length = first >> 5, first & 31
        if length > 23 and major in (_UINT, _BYTES, _TEXT, _ARRAY):
            length = self.number(length)
        if major == _UINT:
            return length
        if major == _BYTES:
            return self.take(length)
        if major == _TEXT:
            return self.text(length)
        if major == _ARRAY:
            # Each item takes a byte at least, so a claimed length beyond the rest is refused before looping.
            if length > len(self.data) - self.at:
                raise _bad("truncated")
            return tuple([self.read(depth + 1) for _ in range(length)])
        raise _bad("type-not-allowed")

    def text(self, length: int) -> str:
        try:
            text = self.take(length).decode("utf-8")
        except UnicodeDecodeError:
            raise _bad("not-utf8") from None
        if not clean_text(text):
            raise _bad("text-not-clean")
        return text
