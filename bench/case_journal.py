"""(d) The journal: records appended one by one and by the hundred, audited from the first byte; and what the disk and
SQLite alone do, as the limit."""

from __future__ import annotations

import os
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ground import main, town
from measure import Row, aim, rates

from antin.journal.audit import audit
from antin.registers.dispatch.records import RightRefused
from antin.station.books import TABLES

CASE = "journal"
BATCH = 100


def measure(options: dict[str, Any]) -> list[Row]:
    """Rounds in turn: the disk, SQLite, signing, appending, a whole act."""
    count, rounds = options["records"], options["rounds"]
    seen: dict[str, list[float]] = {}
    with town(options["folder"]) as place, place.at("A03.15") as station:
        with tempfile.TemporaryDirectory(dir=options["folder"]) as scratch:
            for number in range(rounds):
                for name, rate in _round(station, Path(scratch) / str(number), count).items():
                    seen.setdefault(name, []).append(rate)
        station.checkpoint()
        audits = [_audit(station) for _ in range(rounds)]
    rows = [rates(CASE, name, values, "/s") for name, values in seen.items()]
    rows.append(rates(CASE, "audit, records", [rate for rate, _ in audits], "/s", f"{audits[0][1]:,} records"))
    aim(rows[-2], "≥ 10,000/s batched", rows[-2].median or 0.0, 10_000)
    aim(rows[-1], "audit ≥ 10,000 records/s", rows[-1].median or 0.0, 10_000)
    return rows


def _round(station: Any, scratch: Path, count: int) -> dict[str, float]:
    made: list[Any] = []
    singles, batched = count // 10, count
    return {
        "limit: write 1 KiB + fsync": _rate(lambda: _fsyncs(scratch, singles), singles),
        "limit: SQLite commit (WAL, FULL)": _rate(lambda: _commits(scratch.with_suffix(".db"), singles), singles),
        "record signed, its use counted": _rate(lambda: made.extend(_records(station, singles)), singles),
        "append, one a transaction": _rate(lambda: _append(station, made, 1), singles),
        "act: sign, append, checkpoint": _rate(lambda: _acts(station, singles), singles),
        f"append, {BATCH} a transaction": _batched(station, batched),
    }


def _rate(work: Callable[[], object], count: int) -> float:
    begun = time.perf_counter()
    work()
    return count / (time.perf_counter() - begun)


def _fsyncs(path: Path, count: int) -> None:
    with path.open("wb", buffering=0) as handle:
        for _ in range(count):
            handle.write(bytes(1024))
            os.fsync(handle.fileno())


def _commits(path: Path, count: int) -> None:
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    db.execute("CREATE TABLE one (raw BLOB)")
    for _ in range(count):
        db.execute("INSERT INTO one VALUES (?)", (bytes(1024),))
    db.close()


def _records(station: Any, count: int) -> list[Any]:
    return [station.record("right-refused", RightRefused("send", f"ai-{n}", "role-missing", b"")) for n in range(count)]


def _append(station: Any, made: list[Any], at_once: int) -> None:
    for start in range(0, len(made), at_once):
        station.journal.append(made[start : start + at_once])


def _acts(station: Any, count: int) -> None:
    for _ in range(count):
        station.commit(_records(station, 1))


def _batched(station: Any, count: int) -> float:
    made = _records(station, count)
    return _rate(lambda: _append(station, made, BATCH), count)


def _audit(station: Any) -> tuple[float, int]:
    begun = time.perf_counter()
    report = audit(station.journal, station.own, TABLES)
    if not report.ok:
        raise RuntimeError(f"the audit found {report.findings[:3]}")
    return report.size / (time.perf_counter() - begun), report.size


if __name__ == "__main__":
    main(measure)
