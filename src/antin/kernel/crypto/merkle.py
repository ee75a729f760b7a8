"""RFC 6962 Merkle trees over SHA-256: roots, inclusion, consistency, and digests of large blobs.

Trees are read through ``Hashes``: the complete subtrees by (level, index). What a journal stores, what a
list in memory offers and what tiles hold all answer to it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence

from antin.errors import Unverified

Hashes = Callable[[int, int], bytes]
EMPTY_ROOT = hashlib.sha256(b"").digest()
PIECE = 1024 * 1024


def leaf_hash(data: bytes) -> bytes:
    """RFC 6962 §2.1: SHA-256(0x00 ‖ data)."""
    return hashlib.sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 6962 §2.1: SHA-256(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\1" + left + right).digest()


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


def check_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root_hash: bytes) -> None:
    """RFC 9162 §2.1.3.2. Raises ``Unverified``."""
    if index >= size:
        raise Unverified("proof-invalid")
    at, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise Unverified("proof-invalid")
        if at & 1 or at == last:
            found = node_hash(sibling, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        at, last = at >> 1, last >> 1
    if last or found != root_hash:
        raise Unverified("proof-invalid")


def check_consistency(old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]) -> None:
    """RFC 9162 §2.1.4.2. Raises ``Unverified`` when the new tree does not extend the old one."""
    if old > new or old == 0 or (old == new and (path or old_root != new_root)):
        raise Unverified("not-consistent")
    if old == new:
        return
    nodes = [old_root, *path] if old & (old - 1) == 0 else list(path)
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    if not nodes:
        raise Unverified("not-consistent")
    old_found = new_found = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            raise Unverified("not-consistent")
        if at & 1 or at == last:
            old_found, new_found = node_hash(node, old_found), node_hash(node, new_found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new_found = node_hash(new_found, node)
        at, last = at >> 1, last >> 1
    if last or old_found != old_root or new_found != new_root:
        raise Unverified("not-consistent")


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
