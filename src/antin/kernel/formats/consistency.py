"""Proof in an envelope that a journal only grew (spec/bundle.md)."""

from __future__ import annotations

from typing import Annotated

from antin.frozen import dataclass
from antin.kernel.formats.shape import Within, shape


@shape("antin/consistency/1", limit=8 * 1024)
@dataclass(frozen=True, slots=True)
class Consistency:
    """Proof that the tree of ``new`` leaves extends the tree of ``old`` leaves of one origin."""

    origin: Annotated[str, Within(1, 80)]
    old: Annotated[int, Within(1, 2**53 - 1)]
    new: Annotated[int, Within(1, 2**53 - 1)]
    path: Annotated[tuple[Annotated[bytes, Within(32, 32)], ...], Within(0, 128)]
