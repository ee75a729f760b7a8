"""The state of what an authority has issued, as its status says it (spec/status.md)."""

from __future__ import annotations

from antin.kernel.allot import scopes_of
from antin.kernel.crypto import tree
from antin.kernel.crypto.merkle import leaf_hash
from antin.kernel.formats.credential import AUTHORITY
from antin.kernel.formats.shape import encode
from antin.kernel.formats.status import StatusLeaf
from antin.registers.keys.rows import list_allotments, list_states
from antin.storage.database import Reader


def owners(view: Reader) -> dict[str, str]:
    """Which authority may bind which codes, as this root's journal says."""
    return {each.scope: each.authority for each in list_allotments.all(view)}


def status_leaves(view: Reader) -> list[bytes]:
    """The leaves of the status tree, sorted by credential id."""
    known = owners(view)
    return [
        encode(StatusLeaf(each.id, each.state, each.since,
                          scopes_of(known, each.code) if each.kind == AUTHORITY else ()))
        for each in list_states.all(view)
    ]  # fmt: skip


def status_root(view: Reader) -> tuple[int, bytes]:
    """Size and root of the status tree as the register stands."""
    hashes = [leaf_hash(leaf) for leaf in status_leaves(view)]
    return len(hashes), tree.root(tree.memory_hashes(hashes), len(hashes))
