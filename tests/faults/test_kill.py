"""``kill -9`` at random instants of sending, exchanging and opening: what was acknowledged is there, nothing twice,
every journal audits. 200 in the tests, 2,000 in ``make soak``."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from town import NORTH, PDF, SOUTH, Town

HERE = Path(__file__).parent


def _worker(town: Town) -> subprocess.Popen[str]:
    path = os.pathsep.join(filter(None, (str(HERE.parent), os.environ.get("PYTHONPATH"))))
    worker = subprocess.Popen(
        [sys.executable, HERE / "crasher.py", town.folder],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, "PYTHONPATH": path},
    )  # fmt: skip
    assert worker.stdout is not None
    first = worker.stdout.readline()
    assert first == "ready\n", first
    return worker


def _round_takes(town: Town) -> float:
    """How long the clerk needs for one round on this machine, now: the plug is pulled somewhere within."""
    worker = _worker(town)
    assert worker.stdout is not None
    begun = time.monotonic()
    said = worker.stdout.readline()
    worker.kill()
    worker.communicate()
    assert said == "round\n", said
    return time.monotonic() - begun


def _pull_the_plug(town: Town, chance: random.Random, kills: int) -> None:
    span = 1.5 * _round_takes(town)
    for _ in range(kills):
        worker = _worker(town)
        time.sleep(chance.uniform(0.0, span))
        worker.send_signal(signal.SIGKILL)
        rest, _ = worker.communicate()
        assert not rest.replace("round\n", ""), rest


def _check(town: Town) -> tuple[int, int]:
    town.sync(NORTH, again=True)
    town.sync(SOUTH, NORTH, SOUTH, NORTH)
    lines = (town.folder / "acknowledged").read_text().split("\n") if (town.folder / "acknowledged").exists() else []
    with town.at(NORTH) as station:
        sent = {f"di-{n}" for (n,) in station.db.rows("SELECT n FROM dispatch_out WHERE addressee = ?", SOUTH)}
        sequences = [s for (s,) in station.db.rows("SELECT sequence FROM dispatch_out WHERE addressee = ?", SOUTH)]
        lost = station.db.value("SELECT count(*) FROM dispatch_out WHERE addressee = ? AND state = 'spooled'", SOUTH)
        gaps = station.db.value("SELECT count(*) FROM entries WHERE kind = 'uses-lost'")
    with town.at(SOUTH) as station:
        ranges = station.db.rows("SELECT first, last FROM dispatch_ranges")
        entered = {f"{NORTH}/0/{s}" for (s,) in station.db.rows("SELECT sequence FROM dispatch_in")}
        opened = {f"den-{n}" for (n,) in station.db.rows("SELECT n FROM dispatch_in WHERE state = 'opened'")}
    for line in filter(None, lines):
        what, _, name = line.partition(" ")
        assert name in {"sent": sent, "entered": entered, "opened": opened}[what], f"acknowledged and lost: {line}"
    assert lost == 0
    assert ranges == ([(1, max(sequences))] if sequences else [])
    for file in town.folder.glob("opened-*.pdf"):
        assert file.read_bytes() == PDF
    town.audit()
    return len(sequences), gaps


@pytest.mark.parametrize("seed", range(4))
def test_killed_at_random(town: Town, seed: int) -> None:
    _pull_the_plug(town, random.Random(seed), 50)
    sent, _ = _check(town)
    assert sent > 5, "the clerk was killed before he did anything: the test tests nothing"


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 120))
def test_killed_at_random_for_long(town: Town, seed: int) -> None:
    _pull_the_plug(town, random.Random(seed), 100)
    _check(town)
