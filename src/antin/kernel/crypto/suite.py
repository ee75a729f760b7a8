"""The table of suites. A suite is one value here; nothing else in the house chooses an algorithm (spec/suites.md).

Old suites keep their number and name for ever. A national or certified suite is one more row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from antin.errors import Malformed

DOCUMENT_PIECE = 1024 * 1024


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

    def leaf(self, piece: bytes) -> bytes:
        """RFC 6962 leaf under the suite's hash: one piece of a document."""
        state = hashlib.new(self.hash_name, b"\0")
        state.update(piece)
        return state.digest()

    def pieces_root(self, leaves: Sequence[bytes]) -> bytes:
        """RFC 6962 root over the leaves of a document's pieces (one at least: the empty document has an empty
        piece)."""
        if len(leaves) == 1:
            return leaves[0]
        split = 1 << (len(leaves) - 1).bit_length() - 1
        both = self.pieces_root(leaves[:split]) + self.pieces_root(leaves[split:])
        return hashlib.new(self.hash_name, b"\1" + both).digest()

    def document_digest(self, salt: bytes, size: int, root: bytes) -> bytes:
        """What names a document in statements and signatures (spec/sealed.md, Document digest)."""
        return self.digest(b"antin/document/1", salt, size.to_bytes(8, "big"), root)


class DocumentTree:
    """Leaves over the 1 MiB pieces of a document that passes by; only the last piece may be shorter."""

    def __init__(self, suite: Suite) -> None:
        self._suite, self.leaves, self.size = suite, list[bytes](), 0
        self._begin()

    def _begin(self) -> None:
        self._leaf, self._left = hashlib.new(self._suite.hash_name, b"\0"), DOCUMENT_PIECE

    def update(self, data: bytes) -> None:
        """The next bytes, of any length."""
        self.size += len(data)
        view = memoryview(data)
        while view:
            part, view = view[: self._left], view[self._left :]
            self._leaf.update(part)
            self._left -= len(part)
            if not self._left:
                self.leaves.append(self._leaf.digest())
                self._begin()

    def root(self) -> bytes:
        """The root over all bytes so far."""
        rest = [self._leaf.digest()] if self._left < DOCUMENT_PIECE or not self.leaves else []
        return self._suite.pieces_root([*self.leaves, *rest])


def document_root(suite: Suite, pieces: Iterable[bytes]) -> tuple[int, bytes]:
    """Size and root of a document given in pieces of any length."""
    tree = DocumentTree(suite)
    for piece in pieces:
        tree.update(piece)
    return tree.size, tree.root()


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
