"""Key wrapping by HPKE with hybrid KEMs: X-Wing for antin-1, ML-KEM-1024 with P-384 for antin-2 (spec/suites.md).

KDF SHAKE256, AEAD AES-256-GCM. The library draws the encapsulation's randomness itself.
"""

from __future__ import annotations

import hashlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke, serialization
from cryptography.hazmat.primitives.asymmetric import ec, mlkem, x25519

from antin.errors import Malformed, Unverified
from antin.kernel.crypto import suite as suites
from antin.kernel.crypto.public_key import check_wrapping
from antin.kernel.crypto.signing_key import scalar
from antin.kernel.crypto.suite import Suite

_HPKE = {
    1: hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.SHAKE256, hpke.AEAD.AES_256_GCM),
    2: hpke.Suite(hpke.KEM.MLKEM1024_P384, hpke.KDF.SHAKE256, hpke.AEAD.AES_256_GCM),
}
check_public = check_wrapping
# Bytes that a wrap adds: ML-KEM ciphertext, curve point, tag.
OVERHEAD = {1: 1088 + 32 + 16, 2: 1568 + 97 + 16}


class WrappingKey:
    """The private half, from ``suite.wrapping_seed`` random bytes."""

    def __init__(self, suite: Suite, seed: bytes) -> None:
        if len(seed) != suite.wrapping_seed:
            raise Malformed("key-malformed", why="seed-size")
        self.suite = suite
        kem_seed, exchange = seed[:64], seed[64:]
        self._key: hpke.MLKEM768X25519PrivateKey | hpke.MLKEM1024P384PrivateKey
        if suite.number == 1:
            one, two = mlkem.MLKEM768PrivateKey.from_seed_bytes(kem_seed), x25519.X25519PrivateKey
            key = two.from_private_bytes(exchange)
            self._key = hpke.MLKEM768X25519PrivateKey(one, key)
            self.public = one.public_key().public_bytes_raw() + key.public_key().public_bytes_raw()
        else:
            big, point = mlkem.MLKEM1024PrivateKey.from_seed_bytes(kem_seed), serialization.PublicFormat
            curve = ec.derive_private_key(scalar(exchange), ec.SECP384R1())
            self._key = hpke.MLKEM1024P384PrivateKey(big, curve)
            self.public = big.public_key().public_bytes_raw() + curve.public_key().public_bytes(
                serialization.Encoding.X962, point.UncompressedPoint
            )

    def unwrap(self, wrapped: bytes, info: bytes) -> bytes:
        """The wrapped bytes. Raises ``Unverified`` for another key, other info or altered bytes."""
        try:
            return _HPKE[self.suite.number].decrypt(wrapped, self._key, info=info)
        except (InvalidTag, ValueError):
            raise Unverified("wrap-invalid") from None


def kid(suite: Suite, public: bytes) -> bytes:
    """What a wrapping key is called: hash over suite and both public halves."""
    return suites.object_digest(b"antin/wrapping-key/1" + bytes([suite.number]) + public)


def wrap(suite: Suite, public: bytes, plaintext: bytes, info: bytes) -> bytes:
    """Wrap for the holder of ``public``. Raises ``Malformed`` for a key that ``check_wrapping`` refuses."""
    return _HPKE[suite.number].encrypt(plaintext, _public(suite, public), info=info)


def _public(suite: Suite, raw: bytes) -> hpke.MLKEM768X25519PublicKey | hpke.MLKEM1024P384PublicKey:
    check_wrapping(suite, raw)
    one, two = raw[: suite.kem_public], raw[suite.kem_public :]
    if suite.number == 1:
        return hpke.MLKEM768X25519PublicKey(
            mlkem.MLKEM768PublicKey.from_public_bytes(one), x25519.X25519PublicKey.from_public_bytes(two)
        )
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP384R1(), two)
    return hpke.MLKEM1024P384PublicKey(mlkem.MLKEM1024PublicKey.from_public_bytes(one), point)


def secret_digest(salt: bytes, secret: bytes) -> bytes:
    """hash(salt ‖ secret) of a record's secret part (protocol rule 13)."""
    return hashlib.sha256(salt + secret).digest()
