"""A journal's two keys: Ed25519 and ML-DSA-44, which sign checkpoints and nothing else (spec/checkpoint.md)."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives.asymmetric import ed25519, mldsa

from antin.errors import Malformed
from antin.kernel.crypto.possession import POSSESSION
from antin.kernel.formats import note

SEED_SIZE = 64


class JournalKey:
    """From 64 random bytes."""

    def __init__(self, seed: bytes) -> None:
        if len(seed) != SEED_SIZE:
            raise Malformed("key-malformed", why="seed-size")
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
            + signature_line(origin, note.key_id(origin, note.ED25519, public[:32]), self._ed.sign(text))
            + signature_line(origin, note.key_id(origin, note.MLDSA44, public[32:]), stamped)
        )  # fmt: skip

    def cosignature(self, name: str, origin: str, size: int, root: bytes, time: int) -> bytes:
        """A witness's line for another journal's checkpoint, in the name of our own journal ``name``."""
        stamped = time.to_bytes(8, "big") + self._pq.sign(note.cosigned_message(name, time, origin, size, root))
        return signature_line(name, note.key_id(name, note.MLDSA44, self.public[32:]), stamped)

    def possession(self, subject: bytes) -> tuple[bytes, bytes]:
        """Proof for a request that both halves are held."""
        message = POSSESSION + subject
        return self._ed.sign(message), self._pq.sign(message, POSSESSION)


def signature_line(name: str, id_: bytes, signature: bytes) -> bytes:
    """A signature line with its newline."""
    return f"— {name} {base64.b64encode(id_ + signature).decode()}\n".encode()
