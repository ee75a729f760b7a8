"""What the fault campaigns need of the machine."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def fuse(judge: Callable[[str], str]) -> None:
    """A machine that may mount a file system of its own."""
    judge("fusermount3")
    if importlib.util.find_spec("mfusepy") is None or not os.access("/dev/fuse", os.R_OK | os.W_OK) or os.geteuid():
        pytest.skip("judge missing: fuse (needs root and /dev/fuse)")
    assert Path("/dev/fuse").exists()
