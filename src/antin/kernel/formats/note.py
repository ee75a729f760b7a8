"""Checkpoints as C2SP signed notes (c2sp.org/tlog-checkpoint), read in exactly one spelling (spec/checkpoint.md).

Two lines of the journal's own are mandatory: Ed25519 (type 0x01) and ML-DSA-44 (type 0x06, c2sp.org/tlog-cosignature),
the latter with its time. Witness lines may follow. No extension lines.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from antin.errors import Malformed

ED25519, MLDSA44 = 0x01, 0x06
NOTE_LIMIT = 64 * 1024
ORIGIN = re.compile(r"antin/[0-9A-Z.]{3,35}/[1-9][0-9]{0,6}")


@dataclass(frozen=True, slots=True)
class Line:
    """One signature line: who, key id, signature bytes (for ML-DSA-44: time(8) ‖ signature)."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class ClaimedCheckpoint:
    """A parsed checkpoint whose signatures nobody has checked."""

    raw: bytes
    origin: str
    size: int
    root: bytes
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A verified checkpoint. ``time`` stands under the journal's own ML-DSA-44 signature."""

    raw: bytes
    origin: str
    size: int
    root: bytes
    time: int


def epoch_of(origin: str) -> int:
    """The epoch in a journal's origin, which was checked when it was read."""
    return int(origin.rpartition("/")[2])


def origin(code: str, epoch: int) -> str:
    """The journal's name: ``antin/CODE/EPOCH``."""
    return f"antin/{code}/{epoch}"


def body(name: str, size: int, root: bytes) -> bytes:
    """The signed text of a checkpoint."""
    return f"{name}\n{size}\n{base64.b64encode(root).decode()}\n".encode()


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """First four bytes of SHA-256(name, newline, type, key), as C2SP recommends."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def cosigned_message(cosigner: str, time: int, name: str, size: int, root: bytes) -> bytes:
    """What an ML-DSA-44 line signs (tlog-cosignature: label, cosigner, time, origin, start 0, end, hash)."""
    who, log = cosigner.encode(), name.encode()
    return b"".join(
        (b"subtree/v1\n\0", bytes([len(who)]), who, time.to_bytes(8, "big"))
        + (bytes([len(log)]), log, bytes(8), size.to_bytes(8, "big"), root)
    )


def claim(raw: bytes) -> ClaimedCheckpoint:
    """Parse a checkpoint. Raises ``Malformed`` on any other spelling; checks no signature."""
    if len(raw) > NOTE_LIMIT:
        raise _bad("too-large")
    try:
        text, _, tail = raw.decode("utf-8").partition("\n\n")
    except UnicodeDecodeError:
        raise _bad("not-utf8") from None
    head = text.split("\n")
    if len(head) != 3 or not ORIGIN.fullmatch(head[0]) or not tail.endswith("\n"):
        raise _bad("note-form")
    size, root = _decimal(head[1]), strict_base64(head[2], "checkpoint")
    if len(root) != 32:
        raise _bad("root-length")
    return ClaimedCheckpoint(raw, head[0], size, root, tuple(_line(each) for each in tail[:-1].split("\n")))


def strict_base64(text: str, what: str) -> bytes:
    """Standard Base64 in its one spelling (padding and unused bits included)."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise _bad("base64", what) from None
    if base64.b64encode(data).decode() != text:
        raise _bad("base64", what)
    return data


def _bad(why: str, what: str = "checkpoint") -> Malformed:
    return Malformed("bytes-malformed", what=what, why=why)


def _decimal(text: str) -> int:
    if not re.fullmatch(r"0|[1-9][0-9]{0,15}", text) or int(text) >= 2**53:
        raise _bad("size")
    return int(text)


def _line(text: str) -> Line:
    parts = text.split(" ")
    if len(parts) != 3 or parts[0] != "—" or not re.fullmatch(r"[!-*,-~]{1,80}", parts[1]):
        raise _bad("signature-line")
    data = strict_base64(parts[2], "checkpoint")
    if len(data) < 5:
        raise _bad("signature-line")
    return Line(parts[1], data[:4], data[4:])
