"""What bundles of each purpose may hold (spec/bundle.md, Limits)."""

from __future__ import annotations

from collections.abc import Mapping

from antin.kernel.formats.bundle import EVIDENCE, Purpose

_KB, _MB, _GB = 1024, 1024**2, 1024**3
_MANY = 2_000_000
_DIRECTORY = {"credential": (_MANY, 24 * _KB), "level-key": (_MANY, 8 * _KB), "record": (_MANY, 112 * _KB),
              "consistency": (_MANY, 8 * _KB), "checkpoint": (_MANY, 64 * _KB)}  # fmt: skip
_STANDING = {"credential": (2_000, 24 * _KB), "status": (2_000, 48 * _KB)}
PURPOSES: Mapping[str, Purpose] = {
    each.name: each
    for each in (
        Purpose("request", {"request": (64, 24 * _KB), "level-key": (16, 8 * _KB)}, 80, 2 * _MB),
        Purpose("approval", _DIRECTORY, _MANY, 4 * _GB),
        Purpose("directory", _DIRECTORY, 4_000, 64 * _MB),
        Purpose("envelope", {
            "credential": (32, 24 * _KB), "level-key": (16, 8 * _KB), "checkpoint": (64, 64 * _KB),
            "consistency": (128, 8 * _KB), "record": (8, 132 * _KB), "conflict": (16, 512 * _KB),
            "blob": (64, 64 * _KB), "slip": (64, 8 * _KB), "receipt": (200, 132 * _KB),
        }, 500, 32 * _MB),
        Purpose("traffic", {**_DIRECTORY, "blob": (_MANY, 2**50), "envelope": (_MANY, 32 * _MB)}, _MANY, 2**50),
        EVIDENCE,
        # Two things that exclude one another, as a station keeps them.
        Purpose("conflict", {"conflict": (16, 512 * _KB)}, 16, 2 * _MB),
        Purpose("case", {**_STANDING, "record": (100_000, 132 * _KB), "checkpoint": (10_000, 64 * _KB)}, 110_000, _GB),
        Purpose("backup", {"settings": (1, 64 * _KB), "database": (1, 2**50), "conflict": (_MANY, _MB),
                           "blob": (_MANY, 2**50)}, _MANY, 2**50),
        Purpose("keys", {"key": (100_000, _MB)}, 100_000, _GB),
    )
}  # fmt: skip
