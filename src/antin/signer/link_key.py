"""The link key's file: ``link.key``, 32 bytes, readable by the service alone (spec/keystore.md)."""

from __future__ import annotations

import os
from pathlib import Path

from antin.kernel.crypto.link_key import SEED_SIZE, LinkKey
from antin.storage import durable

FILE = "link.key"


def create(folder: Path) -> LinkKey:
    """A fresh key in place of the old one; it counts for nothing until the station has vouched for it."""
    seed = os.urandom(SEED_SIZE)
    durable.write(folder / FILE, seed)
    return LinkKey(seed)


def load(folder: Path) -> LinkKey | None:
    """The key, or None where there is none yet."""
    path = folder / FILE
    return LinkKey(durable.read(path, limit=SEED_SIZE)) if path.exists() else None
