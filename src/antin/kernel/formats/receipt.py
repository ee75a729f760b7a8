"""Receipt (hồi báo): the receiver's own record, and the proof that it stands in the receiver's journal
(spec/receipt.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from antin.kernel.formats.fields import Code, Digest, MaybeDigest, Precedence, Uint, Word
from antin.kernel.formats.shape import Within, shape

RESULTS = ("arrived", "accepted", "opened", "refused", "expired")


@shape("antin/receipt/1", limit=132 * 1024)
@dataclass(frozen=True, slots=True)
class Receipt:
    """``record`` is a signed record of kind arrived … expired; ``proof`` a tlog-proof of it."""

    record: Annotated[bytes, Within(1, 112 * 1024)]
    proof: Annotated[bytes, Within(1, 16 * 1024)]


@dataclass(frozen=True, slots=True)
class DirectoryPoint:
    """The directory checkpoint that the receiver relied on: whose journal, how large, which root."""

    origin: Annotated[str, Within(0, 80)]
    size: Uint
    root: MaybeDigest


@shape("antin/result/1", limit=2048)
@dataclass(frozen=True, slots=True)
class Result:
    """The public part of all five: which slip, what became of it, under which directory.

    ``statement`` and ``seal`` are empty until opened. ``reason`` is the coarse code a sender may learn of a refusal.
    """

    sender: Code
    epoch: Uint
    precedence: Precedence
    sequence: Uint
    slip: Digest
    result: Word
    statement: MaybeDigest
    seal: Annotated[bytes, Within(0, 48)]
    reason: Annotated[str, Within(0, 40)]
    directory: DirectoryPoint
