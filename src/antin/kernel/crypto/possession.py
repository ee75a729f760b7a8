"""Proof in a request that both journal keys are held (spec/credential.md)."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ed25519, mldsa

from antin.errors import Unverified
from antin.kernel.crypto.public_key import check_ed25519

POSSESSION = b"antin/journal-key-possession/1"


def check_possession(public: bytes, subject: bytes, proofs: tuple[bytes, ...]) -> None:
    """Refuses a request whose sender does not hold both journal keys, or whose keys are weak."""
    check_ed25519(public[:32])
    message = POSSESSION + subject
    try:
        ed, pq = proofs
        ed25519.Ed25519PublicKey.from_public_bytes(public[:32]).verify(ed, message)
        mldsa.MLDSA44PublicKey.from_public_bytes(public[32:]).verify(pq, message, POSSESSION)
    except (InvalidSignature, ValueError):
        raise Unverified("signature-invalid", type="antin/request/1") from None
