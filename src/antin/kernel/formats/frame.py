"""Writing a bundle: the head of each frame (spec/bundle.md)."""

from __future__ import annotations

from antin.kernel.formats.bundle import Frame
from antin.kernel.formats.shape import encode


def frame_head(kind: str, size: int, name: str = "") -> bytes:
    """The head of one frame; its ``size`` bytes come after."""
    head = encode(Frame(kind, name, size))
    return bytes([len(head)]) + head
