"""Locking secrets at rest: under a passphrase (Argon2id) or under a key (AES-256-GCM) (spec/keystore.md)."""

from __future__ import annotations

from typing import Annotated

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from antin.errors import Malformed, Unverified
from antin.frozen import dataclass
from antin.kernel.formats.fields import Word
from antin.kernel.formats.shape import Within, encode, parse, shape

SALT_SIZE, NONCE_SIZE = 16, 12


@dataclass(frozen=True, slots=True)
class Cost:
    """Argon2id parameters, stored with each lock so that they can rise later."""

    memory_kib: Annotated[int, Within(8, 4 * 1024 * 1024)]
    passes: Annotated[int, Within(1, 64)]
    lanes: Annotated[int, Within(1, 16)]


RFC_9106_LOW_MEMORY = Cost(64 * 1024, 3, 4)
CHEAPEST = Cost(64, 1, 1)  # Only for testing!


@shape("antin/locked/1", limit=64 * 1024)
@dataclass(frozen=True, slots=True)
class Locked:
    """``purpose`` is authenticated: a signing key does not open as a wrapping key."""

    purpose: Word
    cost: Cost
    salt: Annotated[bytes, Within(SALT_SIZE, SALT_SIZE)]
    nonce: Annotated[bytes, Within(NONCE_SIZE, NONCE_SIZE)]
    sealed: Annotated[bytes, Within(16, 60 * 1024)]


def lock(secret: bytes, passphrase: bytes, purpose: str, cost: Cost, randomness: bytes) -> bytes:
    """A locked secret. ``randomness``: SALT_SIZE + NONCE_SIZE fresh random bytes."""
    salt, nonce = randomness[:SALT_SIZE], randomness[SALT_SIZE:]
    return encode(Locked(purpose, cost, salt, nonce, with_key(_derive(passphrase, salt, cost), nonce, secret, purpose)))


def unlock(raw: bytes, passphrase: bytes, purpose: str) -> bytes:
    """The secret. Raises ``Unverified`` on a wrong passphrase, ``Malformed`` on a damaged file."""
    locked = parse(Locked, raw)
    if locked.cost.memory_kib < 8 * locked.cost.lanes:  # RFC 9106, 3.1
        raise Malformed("bytes-malformed", what=Locked.FORMAT, why="cost")  # type: ignore[attr-defined]
    key = _derive(passphrase, locked.salt, locked.cost)
    if locked.purpose != purpose:
        raise Unverified("passphrase-wrong")
    try:
        return AESGCM(key).decrypt(locked.nonce, locked.sealed, purpose.encode())
    except InvalidTag:
        raise Unverified("passphrase-wrong") from None


def with_key(key: bytes, nonce: bytes, secret: bytes, purpose: str) -> bytes:
    """AES-256-GCM under a key that is used with this nonce once."""
    return AESGCM(key).encrypt(nonce, secret, purpose.encode())


def open_with_key(key: bytes, nonce: bytes, sealed: bytes, purpose: str) -> bytes:
    """The reverse. Raises ``Unverified``."""
    try:
        return AESGCM(key).decrypt(nonce, sealed, purpose.encode())
    except InvalidTag:
        raise Unverified("wrap-invalid") from None


def _derive(passphrase: bytes, salt: bytes, cost: Cost) -> bytes:
    kdf = Argon2id(salt=salt, length=32, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory_kib)
    return kdf.derive(passphrase)
