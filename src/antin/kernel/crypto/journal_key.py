"""A journal's two keys: Ed25519 and ML-DSA-44, which sign checkpoints and nothing else (spec/checkpoint.md)."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ed25519, mldsa

from antin.errors import Malformed, Unverified
from antin.kernel.crypto.sign import check_ed25519
from antin.kernel.formats import note

SEED_SIZE = 64
PUBLIC_SIZE = 32 + 1312
_POSSESSION = b"antin/journal-key-possession/1"


class JournalKey:
    """From 64 random bytes."""

    def __init__(self, seed: bytes) -> None:
        self._ed = ed25519.Ed25519PrivateKey.from_private_bytes(seed[:32])
        self._pq = mldsa.MLDSA44PrivateKey.from_seed_bytes(seed[32:])

    @property
    def public(self) -> bytes:
        """Ed25519 ‖ ML-DSA-44."""
        return self._ed.public_key().public_bytes_raw() + self._pq.public_key().public_bytes_raw()

    def checkpoint(self, origin: str, size: int, root: bytes, time: int) -> bytes:
        """A signed checkpoint of this journal."""
        text, public = note.body(origin, size, root), self.public
        stamped = time.to_bytes(8, "big") + self._pq.sign(note.cosigned_message(origin, time, origin, size, root))
        return (
            text + b"\n"
            + note.line(origin, note.key_id(origin, note.ED25519, public[:32]), self._ed.sign(text))
            + note.line(origin, note.key_id(origin, note.MLDSA44, public[32:]), stamped)
        )  # fmt: skip

    def possession(self, subject: bytes) -> tuple[bytes, bytes]:
        """Proof for a request that both halves are held."""
        message = _POSSESSION + subject
        return self._ed.sign(message), self._pq.sign(message, _POSSESSION)


def check_possession(public: bytes, subject: bytes, proofs: tuple[bytes, ...]) -> None:
    """Refuses a request whose sender does not hold both journal keys, or whose keys are weak."""
    check_ed25519(public[:32])
    message = _POSSESSION + subject
    try:
        ed, pq = proofs
        ed25519.Ed25519PublicKey.from_public_bytes(public[:32]).verify(ed, message)
        mldsa.MLDSA44PublicKey.from_public_bytes(public[32:]).verify(pq, message, _POSSESSION)
    except (InvalidSignature, ValueError):
        raise Unverified("signature-invalid", type="antin/request/1") from None


def open_checkpoint(raw: bytes, origin: str, public: bytes) -> note.Checkpoint:
    """A checkpoint under both of the journal's keys. Raises ``Malformed`` or ``Unverified``.

    Its first two lines must be the journal's own, in order; later lines are witnesses' and are not judged here.
    """
    claimed = note.claim(raw)
    if claimed.origin != origin:
        raise Unverified("checkpoint-invalid", origin=origin)
    if len(public) != PUBLIC_SIZE or len(claimed.lines) < 2:
        raise Unverified("checkpoint-invalid", origin=origin)
    ed_line, pq_line = claimed.lines[:2]
    expected = (
        (origin, note.key_id(origin, note.ED25519, public[:32]), 64),
        (origin, note.key_id(origin, note.MLDSA44, public[32:]), 8 + 2420),
    )
    if tuple((each.name, each.key_id, len(each.signature)) for each in (ed_line, pq_line)) != expected:
        raise Unverified("checkpoint-invalid", origin=origin)
    time = int.from_bytes(pq_line.signature[:8], "big")
    try:
        ed25519.Ed25519PublicKey.from_public_bytes(public[:32]).verify(
            ed_line.signature, note.body(origin, claimed.size, claimed.root)
        )
        mldsa.MLDSA44PublicKey.from_public_bytes(public[32:]).verify(
            pq_line.signature[8:], note.cosigned_message(origin, time, origin, claimed.size, claimed.root)
        )
    except (InvalidSignature, ValueError):
        raise Unverified("checkpoint-invalid", origin=origin) from None
    if time > 253_402_300_799:
        raise Malformed("bytes-malformed", what="checkpoint", why="time")
    return note.Checkpoint(raw, origin, claimed.size, claimed.root, time)
