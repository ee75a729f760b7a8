"""Checking checkpoints under a journal's two keys, which sign nothing else (spec/checkpoint.md)."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ed25519, mldsa

from antin.errors import Malformed, Unverified
from antin.kernel.formats import note
from antin.kernel.formats.shape import remembered

PUBLIC_SIZE = 32 + 1312


@remembered
def open_checkpoint(raw: bytes, origin: str, public: bytes) -> note.Checkpoint:
    """A checkpoint under both of the journal's keys. Raises ``Malformed`` or ``Unverified``.

    Its first two lines must be the journal's own, in order; later lines are witnesses' and are not judged here.
    """
    claimed = note.claim(raw)
    if claimed.origin != origin or len(public) != PUBLIC_SIZE or len(claimed.lines) < 2:
        raise Unverified("checkpoint-invalid", origin=origin)
    ed_line, pq_line = claimed.lines[:2]
    if (ed_line.name, ed_line.key_id) != (origin, note.key_id(origin, note.ED25519, public[:32])):
        raise Unverified("checkpoint-invalid", origin=origin)
    try:
        ed25519.Ed25519PublicKey.from_public_bytes(public[:32]).verify(
            ed_line.signature, note.body(origin, claimed.size, claimed.root)
        )
    except (InvalidSignature, ValueError):
        raise Unverified("checkpoint-invalid", origin=origin) from None
    return note.Checkpoint(raw, origin, claimed.size, claimed.root, stamp(claimed, pq_line, origin, public[32:]))


def stamp(claimed: note.ClaimedCheckpoint, line: note.Line, name: str, public: bytes) -> int:
    """The time under an ML-DSA-44 line of the journal ``name``: its own, or a witness's. Raises ``Unverified``."""
    if (line.name, line.key_id) != (name, note.key_id(name, note.MLDSA44, public)):
        raise Unverified("checkpoint-invalid", origin=claimed.origin)
    time = int.from_bytes(line.signature[:8], "big")
    try:
        mldsa.MLDSA44PublicKey.from_public_bytes(public).verify(
            line.signature[8:], note.cosigned_message(name, time, claimed.origin, claimed.size, claimed.root)
        )
    except (InvalidSignature, ValueError):
        raise Unverified("checkpoint-invalid", origin=claimed.origin) from None
    if time > 253_402_300_799:
        raise Malformed("bytes-malformed", what="checkpoint", why="time")
    return time
