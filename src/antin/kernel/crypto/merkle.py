"""Checking RFC 6962 Merkle proofs over SHA-256 (spec/proof.md)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from antin.errors import Unverified


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
