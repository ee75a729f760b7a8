"""Sealed document: header, then one Cobblestone stream (spec/sealed.md).

    header ‖ salt(24) ‖ commitment(32) ‖ chunks of
        document ‖ zero padding ‖ attached signatures ‖ sending statement ‖ length of the statement (8)

The statement is last so that one pass over the document is enough; it signs the digest of the document and
``seal`` = hash(header ‖ salt ‖ commitment), so nobody can move it into another sealing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from antin.errors import Unverified
from antin.kernel.formats.fields import (
    Code,
    Digest,
    Facts,
    Id,
    Label,
    MaybeDigest,
    Salt,
    SuiteDigest,
    SuiteNumber,
    Time,
    Uint,
    Word,
)
from antin.kernel.formats.shape import Within, shape

STREAM_HEAD = 24 + 32
LENGTH_SIZE = 8
HEADER_SIZE = 34
SIGN, STAMP = "sign", "stamp"


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


@shape("antin/statement-body/1", limit=24 * 1024)
@dataclass(frozen=True, slots=True)
class Statement:
    """The sender's word on one document: what it is, how it is labelled, to whom it goes, in which sealing."""

    id: Id
    station: Code
    epoch: Uint
    salt: Salt
    document: SuiteDigest
    size: Uint
    facts: Facts
    label: Label
    attached: MaybeDigest
    attached_size: Annotated[int, Within(0, 512 * 1024)]
    addressees_root: Digest
    addressees: Annotated[int, Within(1, 2**20)]
    seal: SuiteDigest
    time: Time


@shape("antin/attached-body/1", limit=8 * 1024)
@dataclass(frozen=True, slots=True)
class Attached:
    """A leader's signature or the agency's seal on the document itself (NĐ 30/2020: the seal comes after).

    ``over`` is the digest of the signature that a stamp confirms; empty for a signature.
    """

    act: Word
    station: Code
    salt: Salt
    document: SuiteDigest
    size: Uint
    facts: Facts
    label: Label
    over: MaybeDigest
    time: Time


@shape("antin/attached-list/1", limit=512 * 1024)
@dataclass(frozen=True, slots=True)
class AttachedList:
    """Signed objects on the document, and the credentials that a stranger needs to check them."""

    signatures: Annotated[tuple[Annotated[bytes, Within(1, 32 * 1024)], ...], Within(0, 16)]
    credentials: Annotated[tuple[Annotated[bytes, Within(1, 24 * 1024)], ...], Within(0, 16)]


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
