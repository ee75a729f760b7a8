"""Ground for cases that run inside the program: a town of stations on a real disk, and rows handed back as JSON."""

from __future__ import annotations

import importlib
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from measure import Row

TESTS = Path(__file__).resolve().parent.parent / "tests"


@contextmanager
def town(folder: str) -> Iterator[Any]:
    """The tests' town, founded in a throw-away folder below ``folder``."""
    sys.path.append(str(TESTS))
    with tempfile.TemporaryDirectory(dir=folder, prefix="antin-bench-") as place:
        yield importlib.import_module("town").found(Path(place) / "town")


def percentile(values: Sequence[float], part: float) -> float:
    """The value below which ``part`` of all lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def main(measure: Callable[[dict[str, Any]], list[Row]]) -> None:
    """``python case_x.py '{"quick": …, "folder": …}'``: prints the rows."""
    print(json.dumps([row.as_dict() for row in measure(json.loads(sys.argv[1]))]))
