"""Kinds of the dispatch register. The five results (arrived … expired) are receipts: spec/receipt.md."""

from __future__ import annotations

from typing import Annotated

from antin.frozen import dataclass
from antin.kernel.formats.fields import Code, Digest, MaybeDigest, OfficerId, Time, Uint, Word
from antin.kernel.formats.sent import SLIPS_PER_RECORD, Addressed, Sent, SlipRef
from antin.kernel.formats.shape import Within, shape

__all__ = ["SLIPS_PER_RECORD", "Addressed", "Assigned", "AssignedTo", "ConflictNoticed", "DispatchAnswered",
           "DispatchFiled", "Opening", "ReceiptReceived", "RightRefused", "Sent", "SlipRef"]  # fmt: skip


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


@shape("antin/assigned/2", limit=1024)
@dataclass(frozen=True, slots=True)
class AssignedTo:
    """Handed to one who leads (chủ trì) and those who help (phối hợp), to be answered by ``due`` (0: no day set).

    Secret part: the leader's remark (bút phê).
    """

    slip: Digest
    lead: OfficerId
    partners: Annotated[tuple[OfficerId, ...], Within(0, 20)]
    due: Time


@shape("antin/dispatch-answered/1", limit=256)
@dataclass(frozen=True, slots=True)
class DispatchAnswered:
    """A sending of ours is the answer to a dispatch that came."""

    slip: Digest
    statement: Digest


@shape("antin/dispatch-filed/1", limit=256)
@dataclass(frozen=True, slots=True)
class DispatchFiled:
    """Nothing more is to be done about a dispatch (lưu hồ sơ). Secret part: in which file, or why."""

    slip: Digest


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
