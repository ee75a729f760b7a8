"""Checking that one Merkle tree extends another (spec/checkpoint.md)."""

from __future__ import annotations

from collections.abc import Sequence

from antin.errors import Unverified
from antin.kernel.crypto.merkle import node_hash


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
