"""Whole processes measured from outside: wall time and the peak memory of the process and its children.

This module and its callers stay small on purpose: a child's peak can never read lower than that of the process
which started it, so cases that need the whole program run as processes of their own.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Run:
    """One process, from start to end."""

    seconds: float
    peak_mib: float
    processor: float


@dataclass
class Row:
    """One line of the table; ``aims`` hold what was wanted (ratios are of the same run) and what was reached."""

    case: str
    name: str
    unit: str
    median: float | None
    low: float = 0.0
    high: float = 0.0
    rounds: int = 0
    p99: float | None = None
    peak_mib: float | None = None
    processor_s: float | None = None
    command: str = ""
    note: str = ""
    aims: list[dict[str, Any]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """For ``results.json``."""
        return {key: _rounded(value) for key, value in asdict(self).items()}


def _rounded(value: Any) -> Any:
    return float(f"{value:.4g}") if isinstance(value, float) else value


def child(command: Sequence[str], *, environment: Mapping[str, str] | None = None, folder: Path | None = None) -> Run:
    """Run a command to its end. Raises ``RuntimeError`` with its last words when it fails."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, env=dict(environment or os.environ), stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stderr is not None
    words = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.stderr.close()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)}: exit {process.returncode}: {words.decode('utf-8', 'replace')[-400:]}")
    return Run(seconds, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime)


def interleaved(works: Mapping[str, Callable[[], Run]], rounds: int) -> dict[str, list[Run]]:
    """Every work once a round, one after another, so that a slow minute hits all alike; one round to warm up first."""
    kept: dict[str, list[Run]] = {name: [] for name in works}
    for number in range(rounds + 1):
        for name, work in works.items():
            run = work()
            if number:
                kept[name].append(run)
    return kept


def row(case: str, name: str, runs: Sequence[Run], command: str, size_mib: float = 0.0) -> Row:
    """Seconds, or MiB/s where a size is given."""
    values = [size_mib / run.seconds if size_mib else run.seconds for run in runs]
    unit = "MiB/s" if size_mib else "s"
    middle, peak = statistics.median(values), max(run.peak_mib for run in runs)
    busy = statistics.median(run.processor for run in runs)
    return Row(case, name, unit, middle, min(values), max(values), len(values), None, peak, busy, command)


def rates(case: str, name: str, values: Sequence[float], unit: str, note: str = "") -> Row:
    """One figure for each round, as a row."""
    return Row(case, name, unit, statistics.median(values), min(values), max(values), len(values), note=note)


def missing(case: str, name: str, unit: str, why: str) -> Row:
    """A peer that is not here is said to be missing, never guessed."""
    return Row(case, name, unit, None, note=why if why.startswith("not run") else f"missing: {why}")


def aim(row_: Row, text: str, reached: float, wanted: float, *, at_most: bool = False) -> None:
    """Note an aim of the table of peers beside a row: what was wanted and what was reached."""
    met = reached <= wanted if at_most else reached >= wanted
    row_.aims.append({"aim": text, "reached": _rounded(float(reached)), "wanted": wanted, "met": met})
