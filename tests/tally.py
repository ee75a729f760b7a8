"""What a piece of work costs, counted and not timed: the same on every machine.

The interpreter itself tells of every call (``sys.setprofile``), so nothing is patched and nothing is missed in this
thread. The database syncs its log once for each commit that changed something (WAL, ``synchronous=FULL``): one
transaction, one sync of the disk.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from antin.kernel.formats import cbor, shape

BOOKS, MEMORY = "station.db", "memory.db"
_ALGORITHMS = {"Ed25519": "Ed25519", "MLDSA44": "ML-DSA-44", "MLDSA65": "ML-DSA-65", "MLDSA87": "ML-DSA-87",
               "ECPrivateKey": "ECDSA-P384", "ECPublicKey": "ECDSA-P384", "EllipticCurve": "ECDSA-P384"}  # fmt: skip
_SQL = frozenset(("execute", "executemany"))
_SHAPES = {shape.parse.__code__: "shapes parsed", shape.encode.__code__: "shapes encoded",
           cbor.decode.__code__: "bytes decoded", cbor.encode.__code__: "bytes encoded"}  # fmt: skip


class Tally(Counter[str]):
    """Named counts."""

    def told(self, frame: FrameType, event: str, arg: Any) -> None:
        """One event of the interpreter."""
        if event == "call":
            name = _SHAPES.get(frame.f_code)
            if name is not None:
                self[name] += 1
        elif event == "c_call":
            self._called(frame, arg)

    def _called(self, frame: FrameType, function: Any) -> None:
        name, of = function.__name__, getattr(function, "__self__", None)
        if name in ("sign", "verify"):
            kind = type(of).__name__
            found = next((known for start, known in _ALGORITHMS.items() if kind.startswith(start)), "")
            if found:
                self[f"{found} {name}"] += 1
        elif name in _SQL and type(of).__name__ == "Connection":
            self._asked(frame)
        elif name == "fsync":
            self["file syncs"] += 1
        elif name in ("encrypt", "decrypt") and type(of).__module__.endswith("hpke"):
            self["HPKE " + ("wraps" if name == "encrypt" else "opens")] += 1

    def _asked(self, frame: FrameType) -> None:
        outer = frame
        while not hasattr(outer.f_locals.get("self"), "_inner") and outer.f_back is not None:
            outer = outer.f_back
        database = outer.f_locals.get("self")
        file = Path(str(getattr(database, "path", ""))).name
        if file not in (BOOKS, MEMORY):
            return
        whose = "books" if file == BOOKS else "memory"
        self[f"statements, {whose}"] += 1
        if frame.f_code.co_name == "_begin":
            self[f"transactions, {whose}"] += 1

    def each(self, count: int) -> Tally:
        """A share of it."""
        return Tally({name: value / count for name, value in self.items()})  # type: ignore[dict-item]

    def less(self, other: Tally) -> Tally:
        """What was more here than there."""
        return Tally({name: self[name] - other[name] for name in {*self, *other} if self[name] != other[name]})


@contextmanager
def tallied() -> Iterator[Tally]:
    """Counts until the end of the block, in this thread."""
    tally, before = Tally(), sys.getprofile()
    sys.setprofile(tally.told)
    try:
        yield tally
    finally:
        sys.setprofile(before)
