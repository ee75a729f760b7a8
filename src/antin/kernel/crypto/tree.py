"""Making RFC 6962 Merkle trees: roots, inclusion and consistency proofs, digests of large blobs.

Trees are read through ``Hashes``: the complete subtrees by (level, index). What a journal stores, what a
list in memory offers and what tiles hold all answer to it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Sequence

from antin.kernel.crypto.merkle import node_hash
from antin.kernel.formats import proof

Hashes = Callable[[int, int], bytes]
PIECE = 1024 * 1024
EMPTY_ROOT = hashlib.sha256(b"").digest()


def complete(index: int, leaf: bytes, hashes: Hashes) -> list[tuple[int, int, bytes]]:
    """(level, index, hash) of every subtree that leaf ``index`` completes, itself first."""
    found, level = [(0, index, leaf)], 0
    while index & 1:
        leaf = node_hash(hashes(level, index - 1), leaf)
        level, index = level + 1, index >> 1
        found.append((level, index, leaf))
    return found


def subtree(hashes: Hashes, start: int, end: int) -> bytes:
    """Hash of leaves start … end-1, where start is a multiple of the smallest power of two ≥ end - start."""
    size = end - start
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return hashes(level, start >> level)
    split = 1 << (size - 1).bit_length() - 1
    return node_hash(subtree(hashes, start, start + split), subtree(hashes, start + split, end))


def root(hashes: Hashes, size: int) -> bytes:
    """Root of the first ``size`` leaves."""
    return subtree(hashes, 0, size) if size else EMPTY_ROOT


def inclusion(hashes: Hashes, index: int, size: int) -> tuple[bytes, ...]:
    """RFC 6962 §2.1.1: sibling hashes from the leaf upwards."""
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + (1 << (end - start - 1).bit_length() - 1)
        if index < middle:
            path.append(subtree(hashes, middle, end))
            end = middle
        else:
            path.append(subtree(hashes, start, middle))
            start = middle
    return tuple(reversed(path))


def consistency(hashes: Hashes, old: int, new: int) -> tuple[bytes, ...]:
    """RFC 6962 §2.1.2: proof that the tree of ``old`` leaves is a prefix of the tree of ``new``."""

    def walk(start: int, end: int, known: bool, upto: int) -> list[bytes]:
        if upto == end:
            return [] if known else [subtree(hashes, start, end)]
        middle = start + (1 << (end - start - 1).bit_length() - 1)
        if upto <= middle:
            return [*walk(start, middle, known, upto), subtree(hashes, middle, end)]
        return [*walk(middle, end, False, upto), subtree(hashes, start, middle)]

    return tuple(walk(0, new, True, old)) if 0 < old < new else ()


def memory_hashes(leaves: Iterable[bytes]) -> Hashes:
    """``Hashes`` over leaf hashes held in memory."""
    table: dict[tuple[int, int], bytes] = {}

    def get(level: int, index: int) -> bytes:
        return table[level, index]

    for index, leaf in enumerate(leaves):
        table.update(((level, n), value) for level, n, value in complete(index, leaf, get))
    return get


def pieces_digest(piece_hashes: Sequence[bytes]) -> bytes:
    """Digest of a blob: root over the leaf hashes of its 1 MiB pieces (protocol rule 9)."""
    return root(memory_hashes(piece_hashes), len(piece_hashes))


def proof_text(index: int, path: tuple[bytes, ...], checkpoint: bytes) -> bytes:
    """An inclusion proof as tlog-proof text (spec/proof.md)."""
    lines = [proof.HEAD, f"index {index}", *(base64.b64encode(each).decode() for each in path), "", ""]
    return "\n".join(lines).encode() + checkpoint
