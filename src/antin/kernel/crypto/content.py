"""Content encryption: Cobblestone-256 (C2SP chunked-encryption: AES-256-GCM, 16 KiB chunks, key-committing)."""

from __future__ import annotations

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag

from antin.errors import Unverified

KEY_SIZE = 32
CHUNK, TAG = 16 * 1024, 16


def encrypted_size(size: int) -> int:
    """Bytes of stream for ``size`` bytes of plaintext (56 at the head, one tag a chunk, the last chunk short)."""
    return 56 + size + TAG * (size // CHUNK + 1)


class Encryptor:
    """One stream under one key; ``context`` must be given again to decrypt."""

    def __init__(self, key: bytes, context: bytes) -> None:
        self._inner = Cobblestone256Encryptor(key, context)

    def update(self, data: bytes) -> bytes:
        """Ciphertext so far (the first call returns salt and commitment before it)."""
        return self._inner.update(data)

    def finish(self) -> bytes:
        """The last chunk."""
        return self._inner.finalize()


class Decryptor:
    """The reverse. What ``update`` returns is authentic but the stream may yet prove truncated:
    nothing may be released before ``finish`` returns (protocol rule 7)."""

    def __init__(self, key: bytes, context: bytes) -> None:
        self._inner = Cobblestone256Decryptor(key, context)

    def update(self, data: bytes) -> bytes:
        """Plaintext of the chunks completed. Raises ``Unverified`` on a wrong key, context or byte."""
        try:
            return self._inner.update(data)
        except InvalidTag:
            raise Unverified("content-tampered", why="tag") from None

    def finish(self) -> bytes:
        """The last plaintext. Raises ``Unverified`` on a truncated stream."""
        try:
            return self._inner.finalize()
        except InvalidTag:
            raise Unverified("content-tampered", why="truncated") from None
