"""Checking hybrid signatures: a classical one and ML-DSA, and both must verify (spec/suites.md).

ML-DSA's context names suite and type, so a signature of one type never passes for another's.
"""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa, mlkem, utils

from antin.errors import Malformed, Unverified
from antin.kernel.crypto import suite as suites
from antin.kernel.crypto.suite import Suite
from antin.kernel.formats.shape import remembered

_P = 2**255 - 19
P384_ORDER = int("ffffffffffffffffffffffffffffffffffffffffffffffff"
                  "c7634d81f4372ddf581a0db248b0a77aecec196accc52973", 16)  # fmt: skip
# y-coordinates of Ed25519's eight points of small order: such a key verifies what nobody signed.
_SMALL_ORDER_Y = frozenset((
    0, 1, _P - 1,
    int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"),
    int.from_bytes(bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little")
    & (2**255 - 1),
))  # fmt: skip
# u-coordinates of Curve25519's points of small order: with such a key every exchange gives the same secret.
_SMALL_ORDER_U = frozenset((
    0, 1, _P - 1,
    int.from_bytes(bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"), "little"),
    int.from_bytes(bytes.fromhex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"), "little"),
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """Both public halves of one credential. ``raw`` = classical ‖ ML-DSA."""

    suite: int
    raw: bytes

    @property
    def kid(self) -> bytes:
        """Full SHA-256 of both public keys: what a key is called."""
        return suites.object_digest(b"antin/signing-key/1" + bytes([self.suite]) + self.raw)


def context(suite: Suite, type_: str) -> bytes:
    """ML-DSA's context string: suite and type."""
    return f"{suite.name} {type_}".encode()


@remembered
def verify(keys: PublicKeys, message: bytes, signatures: tuple[bytes, ...], type_: str, *, hybrid: bool) -> None:
    """Both signatures (or the classical alone for quick types), or ``Unverified``."""
    suite = suites.by_number(keys.suite)
    if len(signatures) != (2 if hybrid else 1):
        raise Unverified("signature-invalid", type=type_)
    try:
        _verify_classical(suite, keys.raw[: suite.classical_public], signatures[0], message)
        if hybrid:
            _pq_public(suite, keys.raw[suite.classical_public :]).verify(signatures[1], message, context(suite, type_))
    except (InvalidSignature, ValueError):
        raise Unverified("signature-invalid", type=type_) from None


def check_public(keys: PublicKeys) -> None:
    """What issuance refuses: wrong sizes, points not on the curve, not canonical or of small order."""
    suite = suites.by_number(keys.suite)
    if len(keys.raw) != suite.classical_public + suite.pq_public:
        raise Malformed("key-malformed", why="size")
    classical = keys.raw[: suite.classical_public]
    try:
        _pq_public(suite, keys.raw[suite.classical_public :])
        if suite.number != 1:
            ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP384R1(), classical)
    except ValueError:
        raise Malformed("key-malformed", why="not-a-key") from None
    if suite.number == 1:
        check_ed25519(classical)


def check_ed25519(public: bytes) -> None:
    """Refuses an encoding that is not canonical or of small order."""
    y = int.from_bytes(public, "little") & (2**255 - 1)
    if y >= _P or y in _SMALL_ORDER_Y:
        raise Malformed("key-malformed", why="small-order-or-not-canonical")


def check_x25519(public: bytes) -> None:
    """Refuses an encoding that is not canonical or of small order."""
    u = int.from_bytes(public, "little")
    if u >= _P or u in _SMALL_ORDER_U:
        raise Malformed("key-malformed", why="small-order-or-not-canonical")


def check_wrapping(suite: Suite, public: bytes) -> None:
    """Refuses a wrapping key of another size, one that is no key, and an exchange half that is weak."""
    if len(public) != suite.kem_public + suite.exchange_public:
        raise Malformed("key-malformed", why="size")
    one, two = public[: suite.kem_public], public[suite.kem_public :]
    try:
        if suite.number == 1:
            mlkem.MLKEM768PublicKey.from_public_bytes(one)
        else:
            mlkem.MLKEM1024PublicKey.from_public_bytes(one)
            ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP384R1(), two)
    except ValueError:
        raise Malformed("key-malformed", why="not-a-key") from None
    if suite.number == 1:
        check_x25519(two)


def _verify_classical(suite: Suite, public: bytes, signature: bytes, message: bytes) -> None:
    if len(signature) != suite.classical_signature:
        raise InvalidSignature
    if suite.number == 1:
        ed25519.Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        return
    r, s = int.from_bytes(signature[:48], "big"), int.from_bytes(signature[48:], "big")
    if s > P384_ORDER // 2:
        raise InvalidSignature
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP384R1(), public)
    key.verify(utils.encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA384()))


def _pq_public(suite: Suite, raw: bytes) -> mldsa.MLDSA65PublicKey | mldsa.MLDSA87PublicKey:
    if suite.number == 1:
        return mldsa.MLDSA65PublicKey.from_public_bytes(raw)
    return mldsa.MLDSA87PublicKey.from_public_bytes(raw)
