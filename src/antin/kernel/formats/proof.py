"""Inclusion proof as C2SP tlog-proof text, without the ``extra`` line (spec/proof.md)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from antin.errors import Malformed
from antin.kernel.formats import note

HEAD = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True)
class ClaimedProof:
    """Parsed and unverified: index, path from the leaf's sibling upwards, checkpoint."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: note.ClaimedCheckpoint


def claim(raw: bytes) -> ClaimedProof:
    """Parse a proof. Raises ``Malformed``; verifies nothing."""
    try:
        head, _, rest = raw.decode("utf-8").partition("\n\n")
    except UnicodeDecodeError:
        raise Malformed("bytes-malformed", what="proof", why="not-utf8") from None
    lines = head.split("\n")
    match = re.fullmatch(r"index (0|[1-9][0-9]{0,15})", lines[1]) if len(lines) > 1 else None
    if lines[0] != HEAD or match is None or len(lines) > 66:
        raise Malformed("bytes-malformed", what="proof", why="proof-form")
    path = tuple(note.strict_base64(each, "proof") for each in lines[2:])
    if any(len(each) != 32 for each in path):
        raise Malformed("bytes-malformed", what="proof", why="hash-length")
    return ClaimedProof(int(match[1]), path, note.claim(rest.encode()))
