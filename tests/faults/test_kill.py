"""``kill -9`` at random instants of sending, exchanging and opening: what was acknowledged is there, nothing twice,
every journal audits. 100 in the tests, 2,000 in ``make soak``."""

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


class Clerks:
    """One process that has everything imported, and starts a clerk whenever it is asked to."""

    def __init__(self, town: Town) -> None:
        path = os.pathsep.join(filter(None, (str(HERE.parent), os.environ.get("PYTHONPATH"))))
        self._process = subprocess.Popen(
            [sys.executable, HERE / "crasher.py", town.folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, env={**os.environ, "PYTHONPATH": path},
        )  # fmt: skip
        assert self._line() == "ready"

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().rstrip("\n")

    def start(self) -> int:
        assert self._process.stdin is not None
        self._process.stdin.write("one\n")
        self._process.stdin.flush()
        first = self._line()
        assert first.startswith("clerk "), first
        return int(first.split(" ")[1])

    def kill(self, clerk: int) -> None:
        os.kill(clerk, signal.SIGKILL)
        while (said := self._line()) != "dead":
            assert said == "round", said

    def round_takes(self) -> float:
        """How long a clerk needs for one round on this machine, now: the plug is pulled somewhere within."""
        begun, clerk = time.monotonic(), self.start()
        said = self._line()
        self.kill(clerk)
        assert said == "round", said
        return time.monotonic() - begun

    def close(self) -> None:
        self._process.communicate()


def _pull_the_plug(town: Town, chance: random.Random, kills: int) -> None:
    clerks = Clerks(town)
    span = 1.5 * clerks.round_takes()
    for _ in range(kills):
        clerk = clerks.start()
        time.sleep(chance.uniform(0.0, span))
        clerks.kill(clerk)
    clerks.close()


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


@pytest.mark.parametrize("seed", range(2))
def test_killed_at_random(town: Town, seed: int) -> None:
    _pull_the_plug(town, random.Random(seed), 50)
    sent, _ = _check(town)
    assert sent > 5, "the clerk was killed before he did anything: the test tests nothing"


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 120))
def test_killed_at_random_for_long(town: Town, seed: int) -> None:
    _pull_the_plug(town, random.Random(seed), 100)
    _check(town)
