"""The table of suites. A suite is one value here; nothing else in the house chooses an algorithm (spec/suites.md).

Old suites keep their number and name for ever. A national or certified suite is one more row.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from antin.errors import Malformed


@dataclass(frozen=True, slots=True)
class Suite:
    """Sizes in bytes. ``signing_public`` = classical ‖ ML-DSA, ``wrapping_public`` = ML-KEM ‖ classical."""

    number: int
    name: str
    hash_name: str
    signing_seed: int
    classical_public: int
    pq_public: int
    classical_signature: int
    pq_signature: int
    wrapping_seed: int
    kem_public: int
    exchange_public: int

    def digest(self, *parts: bytes) -> bytes:
        """The suite's hash over the parts, each preceded by its length (8 bytes), so that no two splits agree."""
        state = hashlib.new(self.hash_name)
        for part in parts:
            state.update(len(part).to_bytes(8, "big"))
            state.update(part)
        return state.digest()

    def document_hash(self, salt: bytes) -> hashlib._Hash:
        """A running hash(salt ‖ document) for a document that passes by in pieces."""
        return hashlib.new(self.hash_name, salt)


ANTIN_1 = Suite(1, "antin-1", "sha256", 64, 32, 1952, 64, 3309, 96, 1184, 32)
ANTIN_2 = Suite(2, "antin-2", "sha384", 80, 97, 2592, 96, 4627, 112, 1568, 97)
SUITES = {suite.number: suite for suite in (ANTIN_1, ANTIN_2)}
DEFAULT = ANTIN_1


def by_number(number: int) -> Suite:
    """The suite. Raises ``Malformed`` for an unknown one: a newer program may know it."""
    if number not in SUITES:
        raise Malformed("suite-unknown", suite=number)
    return SUITES[number]


def object_digest(raw: bytes) -> bytes:
    """SHA-256 of a whole object: how credentials, slips, statements and records are named in the log,
    whatever the suite (the log's tree is SHA-256 for C2SP's sake)."""
    return hashlib.sha256(raw).digest()
