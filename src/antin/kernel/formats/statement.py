"""Sending statement and attached signatures: who vouches for a document (spec/statement.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from antin.kernel.formats import fields as f
from antin.kernel.formats.shape import Within, shape

SIGN, STAMP = "sign", "stamp"


@shape("antin/statement-body/1", limit=24 * 1024)
@dataclass(frozen=True, slots=True)
class Statement:
    """The sender's word on one document: what it is, how it is labelled, to whom it goes, in which sealing."""

    id: f.Id
    station: f.Code
    epoch: f.Uint
    salt: f.Salt
    document: f.SuiteDigest
    size: f.Uint
    facts: f.Facts
    label: f.Label
    attached: f.MaybeDigest
    attached_size: Annotated[int, Within(0, 512 * 1024)]
    addressees_root: f.Digest
    addressees: Annotated[int, Within(1, 2**20)]
    seal: f.SuiteDigest
    time: f.Time


@shape("antin/attached-body/1", limit=8 * 1024)
@dataclass(frozen=True, slots=True)
class Attached:
    """A leader's signature or the agency's seal on the document itself (NĐ 30/2020: the seal comes after).

    ``over`` is the digest of the signature that a stamp confirms; empty for a signature.
    """

    act: f.Word
    station: f.Code
    salt: f.Salt
    document: f.SuiteDigest
    size: f.Uint
    facts: f.Facts
    label: f.Label
    over: f.MaybeDigest
    time: f.Time


@shape("antin/attached-list/1", limit=512 * 1024)
@dataclass(frozen=True, slots=True)
class AttachedList:
    """Signed objects on the document, and the credentials that a stranger needs to check them."""

    signatures: Annotated[tuple[Annotated[bytes, Within(1, 32 * 1024)], ...], Within(0, 16)]
    credentials: Annotated[tuple[Annotated[bytes, Within(1, 24 * 1024)], ...], Within(0, 16)]
