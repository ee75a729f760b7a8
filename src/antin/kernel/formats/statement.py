"""Sending statement and attached signatures: who vouches for a document (spec/statement.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from antin.kernel.formats.fields import (
    Code,
    Digest,
    Facts,
    Id,
    Label,
    MaybeDigest,
    Salt,
    SuiteDigest,
    Time,
    Uint,
    Word,
)
from antin.kernel.formats.shape import Within, shape

SIGN, STAMP = "sign", "stamp"


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
