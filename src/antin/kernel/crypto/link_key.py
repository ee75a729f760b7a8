"""The link key: Ed25519 over a request's bytes, which begin with their format's name (spec/link.md)."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ed25519

from antin.errors import Unverified
from antin.kernel.formats.link import Request
from antin.kernel.formats.shape import encode

SEED_SIZE = 32


class LinkKey:
    """From 32 random bytes."""

    def __init__(self, seed: bytes) -> None:
        self._key = ed25519.Ed25519PrivateKey.from_private_bytes(seed)

    @property
    def public(self) -> bytes:
        """32 bytes."""
        return self._key.public_key().public_bytes_raw()

    def sign(self, request: Request) -> bytes:
        """64 bytes over a request; there is no way to sign anything else."""
        return self._key.sign(encode(request))


def check_request(public: bytes, request: Request, signature: bytes) -> None:
    """Raises ``Unverified`` unless the link key signed exactly this request."""
    try:
        ed25519.Ed25519PublicKey.from_public_bytes(public).verify(signature, encode(request))
    except (InvalidSignature, ValueError):
        raise Unverified("link-signature-invalid") from None
