"""Checking RFC 6962 Merkle proofs over SHA-256 (spec/proof.md)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from antin.errors import Unverified

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """RFC 6962 §2.1: SHA-256(0x00 ‖ data)."""
    return hashlib.sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 6962 §2.1: SHA-256(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\1" + left + right).digest()


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
