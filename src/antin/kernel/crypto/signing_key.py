"""Private signing keys, from seeds given as bytes (spec/suites.md)."""

from __future__ import annotations

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa, utils

from antin.errors import Malformed
from antin.kernel.crypto.public_key import P384_ORDER, PublicKeys, context
from antin.kernel.crypto.suite import Suite


class SigningKey:
    """Both private halves, from ``suite.signing_seed`` random bytes."""

    def __init__(self, suite: Suite, seed: bytes) -> None:
        if len(seed) != suite.signing_seed:
            raise Malformed("key-malformed", why="seed-size")
        self.suite = suite
        self._classical: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey
        self._pq: mldsa.MLDSA65PrivateKey | mldsa.MLDSA87PrivateKey
        if suite.number == 1:
            self._classical = ed25519.Ed25519PrivateKey.from_private_bytes(seed[:32])
            self._pq = mldsa.MLDSA65PrivateKey.from_seed_bytes(seed[32:])
        else:
            self._classical = ec.derive_private_key(scalar(seed[:48]), ec.SECP384R1())
            self._pq = mldsa.MLDSA87PrivateKey.from_seed_bytes(seed[48:])

    @property
    def public(self) -> PublicKeys:
        """Classical ‖ ML-DSA."""
        return PublicKeys(self.suite.number, _raw_public(self._classical) + self._pq.public_key().public_bytes_raw())

    def sign(self, message: bytes, type_: str, *, hybrid: bool) -> tuple[bytes, ...]:
        """One signature (quick) or both (hybrid), in the suite's order."""
        if isinstance(self._classical, ed25519.Ed25519PrivateKey):
            classical = self._classical.sign(message)
        else:
            classical = _raw_low_s(self._classical.sign(message, ec.ECDSA(hashes.SHA384())))
        return (classical, self._pq.sign(message, context(self.suite, type_))) if hybrid else (classical,)


def scalar(seed: bytes) -> int:
    return int.from_bytes(seed, "big") % (P384_ORDER - 1) + 1


def _raw_public(key: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.public_key().public_bytes_raw()
    form = serialization.PublicFormat.UncompressedPoint
    return key.public_key().public_bytes(serialization.Encoding.X962, form)


def _raw_low_s(der: bytes) -> bytes:
    # One spelling: of (r, s) and (r, n - s) both verify, so only the lower s is ours.
    r, s = utils.decode_dss_signature(der)
    return r.to_bytes(48, "big") + min(s, P384_ORDER - s).to_bytes(48, "big")
