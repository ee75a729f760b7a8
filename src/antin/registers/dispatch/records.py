"""Kinds of the dispatch register. The five results (arrived … expired) are receipts: spec/receipt.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from antin.kernel.formats.fields import Code, Digest, MaybeDigest, OfficerId, Time, Uint, Word
from antin.kernel.formats.sent import SLIPS_PER_RECORD, Addressed, Sent, SlipRef
from antin.kernel.formats.shape import Within, shape

__all__ = ["SLIPS_PER_RECORD", "Addressed", "Assigned", "ConflictNoticed", "Opening", "ReceiptReceived",
           "RightRefused", "Sent", "SlipRef"]  # fmt: skip


@shape("antin/opening/1", limit=256)
@dataclass(frozen=True, slots=True)
class Opening:
    """Durable before the signer releases the key (protocol rule 15)."""

    slip: Digest
    officer: OfficerId


@shape("antin/receipt-received/1", limit=1024)
@dataclass(frozen=True, slots=True)
class ReceiptReceived:
    """Another station's receipt, by digest and place in its journal (protocol rule 11)."""

    slip: Digest
    sender: Code
    result: Word
    reason: Annotated[str, Within(0, 40)]
    receipt: Digest
    time: Time
    origin: Annotated[str, Within(1, 80)]
    index: Uint
    size: Uint
    root: Digest


@shape("antin/assigned/1", limit=256)
@dataclass(frozen=True, slots=True)
class Assigned:
    """Handed to an officer for action. Secret part: the leader's remark (bút phê)."""

    slip: Digest
    officer: OfficerId


@shape("antin/right-refused/1", limit=512)
@dataclass(frozen=True, slots=True)
class RightRefused:
    """Who tried what and was refused: the first question after an incident."""

    act: Word
    who: Annotated[str, Within(0, 80)]
    code: Word
    about: MaybeDigest


@shape("antin/conflict-noticed/1", limit=512)
@dataclass(frozen=True, slots=True)
class ConflictNoticed:
    """Evidence of two things that exclude one another lies beside the journal under this digest."""

    about: Annotated[str, Within(1, 80)]
    code: Word
    evidence: Digest
