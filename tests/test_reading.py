"""An audit reads on several cores what it reads on one, in memory that does not grow with the journal."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from town import NORTH, SOUTH, Town

from antin.journal import audit as journal_audit
from antin.journal import reading, rows
from antin.journal.audit import AuditReport
from antin.station.books import TABLES
from antin.station.station import Station
from antin.storage.engines import scratch
from antin.storage.query import unlike


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_AT_ONCE", 3)


def audited(station: Station, workers: int) -> AuditReport:
    return journal_audit.audit(station.journal, station.own, TABLES, workers=workers)


@pytest.fixture
def lived(town: Town, small_parts: None) -> Iterator[Station]:
    town.dispatch()
    town.sync(SOUTH, NORTH)
    with town.at(NORTH) as station:
        yield station


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_several_cores_read_what_one_reads(lived: Station, workers: int) -> None:
    alone, together = audited(lived, 0), audited(lived, workers)
    assert alone == together and alone.ok and alone.size > 9


CHANGES = {
    "a flipped byte": "UPDATE entries SET raw = CAST(substr(raw, 1, 300) || x'00' || substr(raw, 302) AS BLOB) "
    "WHERE idx = 4",
    "a name": "UPDATE entries SET kind = 'sent' WHERE idx = 4",
    "a time": "UPDATE entries SET time = time + 1 WHERE idx = 4",
    "an id": "UPDATE entries SET id = x'00' WHERE idx = 4",
    "one is gone": "DELETE FROM entries WHERE idx = 4",
    "two change places": "UPDATE entries SET raw = (SELECT raw FROM entries WHERE idx = 5) WHERE idx = 4",
    "a subtree": "UPDATE hashes SET hash = x'00' WHERE level = 1 AND n = 1",
    "a subtree is gone": "DELETE FROM hashes WHERE level = 1 AND n = 1",
    "uses": "UPDATE uses SET last = last + 1",
    "no uses": "DELETE FROM uses",
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_wrong_is_named_alike(lived: Station, change: str) -> None:
    lived.db.run(CHANGES[change])
    alone, together = ([(where, error.code) for where, error in audited(lived, each).findings] for each in (0, 2))
    assert alone == together and alone


def test_a_worker_that_dies_costs_time_alone(lived: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[subprocess.Popen[bytes]] = []
    real = subprocess.Popen

    def killed(*args: object, **more: object) -> subprocess.Popen[bytes]:
        worker = real(*args, **more)  # type: ignore[call-overload]
        begun.append(worker)
        if len(begun) == 1:
            os.kill(worker.pid, signal.SIGKILL)
        return worker  # type: ignore[no-any-return]

    monkeypatch.setattr(reading.subprocess, "Popen", killed)
    report = audited(lived, 2)
    assert report.ok and begun  # one or two: a quick one leaves nothing for another
    assert all(each.poll() is not None for each in begun)  # none is left behind


def test_nobody_reads_on_when_the_reader_is_stopped(lived: Station) -> None:
    found = reading.verified(rows.read_stored.each(lived.db), lived.journal.trust, rows.list_signers.each(lived.db), 2)
    next(found)
    found.close()


def test_nothing_is_imported_from_where_somebody_stands(lived: Station, tmp_path: Path,
                                                        monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    (tmp_path / "pickle.py").write_text("raise SystemExit('somebody else')")
    monkeypatch.chdir(tmp_path)
    assert audited(lived, 2).ok


_GROWN = """
import resource, sys
sys.path[:0] = {path!r}
from pathlib import Path
from town import NORTH, Town
from antin.station.audit import audit
with Town(Path({folder!r})).at(NORTH) as station:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    report = audit(station)
    assert report.ok, report.findings[:3]
    print(report.size, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def memory(town: Town) -> tuple[int, int]:
    """Records, and how many KiB the audit of them needed."""
    call = [sys.executable, "-c", _GROWN.format(path=sys.path, folder=str(town.folder))]
    done = subprocess.run(call, capture_output=True, text=True, check=True)
    size, grown = done.stdout.split()
    return int(size), int(grown)


def refused(town: Town, count: int) -> None:
    from antin.registers.dispatch.records import RightRefused

    with town.at(NORTH) as station:
        for start in range(0, count, 1000):
            noted = [RightRefused("send", f"ai-{n}", "role-missing", b"") for n in range(start, start + 1000)]
            station.commit([station.record("right-refused", each) for each in noted])


def test_memory_does_not_grow_with_the_journal(town: Town) -> None:
    refused(town, 2000)
    _, little = memory(town)
    refused(town, 4000)
    size, much = memory(town)
    assert size > 6000 and much < little + 8 * 1024  # 4,000 records more; raw bytes alone would be 3 MiB, rows thrice


def test_two_tables_are_compared_in_order() -> None:
    one, other = scratch(":memory:"), scratch(":memory:")
    for db in (one, other):
        db.script("CREATE TABLE t (a INTEGER, b TEXT, c BLOB, d INTEGER) STRICT")
    same = [(1, "á", b"\0", 7), (2, "b", None, 7), (None, "z", b"\xff", 7)]
    one.many("INSERT INTO t VALUES (?, ?, ?, ?)", [*same, (3, "ours", b"", 1), (5, "d", b"", 1)])
    other.many("INSERT INTO t VALUES (?, ?, ?, ?)", [*reversed(same), (4, "theirs", None, 1), (5, "d", b"", 2)])
    assert [(row.a, row.b) for row in unlike(one, other, "t", ("d",))] == [(3, "ours"), (4, "theirs")]
    assert not list(unlike(one, one, "t"))
