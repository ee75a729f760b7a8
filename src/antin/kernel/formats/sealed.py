"""Sealed document: header, then one Cobblestone stream (spec/sealed.md).

    header ‖ salt(24) ‖ commitment(32) ‖ chunks of
        document ‖ zero padding ‖ attached signatures ‖ sending statement ‖ length of the statement (8)

The statement is last so that one pass over the document is enough; it signs the digest of the document and
``seal`` = hash(header ‖ salt ‖ commitment), so nobody can move it into another sealing.
"""

from __future__ import annotations

from antin.errors import Unverified
from antin.frozen import dataclass
from antin.kernel.formats.fields import Digest, Id, Label, SuiteNumber
from antin.kernel.formats.shape import shape

STREAM_HEAD = 24 + 32
LENGTH_SIZE = 8
HEADER_SIZE = 34


@shape("antin/sealed/1", limit=64)
@dataclass(frozen=True, slots=True)
class Header:
    """In clear before the stream; ``HEADER_SIZE`` bytes in every suite numbered below 24."""

    suite: SuiteNumber
    content: Id


@shape("antin/head/1", limit=1024)
@dataclass(frozen=True, slots=True)
class Head:
    """Travels inside each wrapped key; hash(head) is the stream's context, so a false head opens nothing."""

    suite: SuiteNumber
    content: Id
    label: Label
    author: Digest
    statement: Id


def padded_size(size: int) -> int:
    """Padmé: the size rounded up so that it leaks O(log log size) bits, at most 12 % more."""
    if size < 2:
        return size
    exponent = size.bit_length() - 1
    low_bits = exponent - exponent.bit_length()
    mask = (1 << low_bits) - 1
    return (size + mask) & ~mask


def split(total: int, last_eight: bytes) -> int:
    """Where the statement starts in ``total`` plaintext bytes. Raises ``Unverified`` when it cannot be."""
    size = int.from_bytes(last_eight, "big")
    start = total - LENGTH_SIZE - size
    if start < 0 or not 0 < size <= 32 * 1024:
        raise Unverified("content-tampered", why="statement-length")
    return start
