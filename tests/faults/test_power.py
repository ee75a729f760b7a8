"""The power goes at a random change of the disk: each station opens, audits, has what it acknowledged, nothing twice.

Both stations' homes lie on the lossy disk; the link, the authorities and what was acknowledged lie on another.
8 cuts in `make test`, 300 in `make soak`.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from disk import mounted
from powered import EXCHANGERS, OTHER
from town import NORTH, SOUTH, Town

from antin.kernel.crypto import tree
from antin.kernel.formats import note

pytestmark = pytest.mark.folder

HERE = Path(__file__).parent
HOW = ("none", "torn", "subset")
LATER = {"accepted": {"accepted", "opened"}, "opened": {"opened"}}
CUTS, AT_MOST_CHANGES = 8, 700


class Life:
    """A town through one power cut after another."""

    def __init__(self, town: Town, place: Path) -> None:
        self.town, self.place, self.cuts = town, place, 0
        for code in OTHER:
            town.signed(code, town.pdf("kh.pdf"), 1)
        (self.disk).mkdir()
        for code in OTHER:
            town.home(code).rename(self.disk / code)
        self.stand_on(self.disk)

    @property
    def disk(self) -> Path:
        return self.place / f"disk-{self.cuts}"

    def stand_on(self, folder: Path) -> None:
        for code in OTHER:
            self.town.home(code).unlink(missing_ok=True)
            self.town.home(code).symlink_to(folder / code)

    def cut(self, chance: random.Random) -> str:
        """Live until the power goes. Returns when that was, for the reader of a failure."""
        change, how, seed = chance.randint(1, AT_MOST_CHANGES), chance.choice(HOW), chance.getrandbits(32)
        old = self.disk
        with mounted(old, self.place / "mount") as disk:
            self.stand_on(disk.mount)
            with self._worker(seed) as worker:
                assert worker.stdin and worker.stdout and worker.stdout.readline() == "ready\n"
                disk.cut_at(change, worker.pid)
                said, _ = worker.communicate("go\n", timeout=120)
            assert worker.returncode == -9, said
            self.cuts += 1
            disk.power_off(self.disk, how, seed)
        self.stand_on(self.disk)
        shutil.rmtree(old)
        return f"cut {self.cuts}: change {change}, {how}, seed {seed}"

    def _worker(self, seed: int) -> subprocess.Popen[str]:
        path = os.pathsep.join(filter(None, (str(HERE.parent), os.environ.get("PYTHONPATH"))))
        return subprocess.Popen(
            [sys.executable, HERE / "powered.py", self.town.folder, str(seed)], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, "PYTHONPATH": path},
        )  # fmt: skip

    # -- what must be true afterwards ------------------------------------------------------------------------------

    def check(self) -> int:
        """Everything acknowledged, before and after the exchange is finished. Returns how many were sent."""
        self.town.audit()
        self._acknowledged()
        self._past_is_kept()
        for _ in range(2):
            for code in (*EXCHANGERS, NORTH, SOUTH):
                report = self.town.sync(code, again=True)
                assert not report.aside, (code, report.aside)
        self._acknowledged()
        self.town.audit()
        return sum(self._once(code) for code in OTHER)

    def _acknowledged(self) -> None:
        log = self.town.folder / "acknowledged"
        lines = log.read_text().split("\n")[:-1] if log.exists() else []
        facts = {code: self._facts(code) for code in OTHER}
        for line in lines:
            what, code, name = line.split(" ")
            if code in OTHER:
                assert name in facts[code][what], f"acknowledged and lost: {line}"

    def _facts(self, code: str) -> dict[str, set[str]]:
        with self.town.at(code) as station:
            states = {f"den-{n}": s for n, s in station.db.rows("SELECT n, state FROM dispatch_in")}
            kinds = {what: {n for n, s in states.items() if s in later} for what, later in LATER.items()}
            slips = {f"{a}/{p}/{s}" for a, p, s in
                     station.db.rows("SELECT sender, precedence, sequence FROM dispatch_in")}  # fmt: skip
            sent = station.db.rows("SELECT n, addressee, precedence, sequence FROM dispatch_out")
            got = {digest for (digest,) in station.db.rows("SELECT slip FROM dispatch_receipts")}
            back = {f"{a}/{p}/{s}" for a, p, s, slip in station.db.rows(
                "SELECT addressee, precedence, sequence, slip FROM dispatch_out") if slip in got}  # fmt: skip
            assert station.db.value("SELECT count(*) FROM dispatch_conflicts") == 0
        return {**kinds, "slip": slips, "sent": {f"di-{n}" for n, *_ in sent}, "receipt": back}

    def _past_is_kept(self) -> None:
        """Whoever holds a checkpoint of ours holds a beginning of our journal."""
        held = []
        for code in EXCHANGERS:
            with self.town.at(code) as station:
                held += [note.claim(raw) for (raw,) in station.db.rows("SELECT raw FROM held")]
        for code in OTHER:
            with self.town.at(code) as station:
                for point in held:
                    if point.origin == station.origin:
                        assert point.size <= station.journal.head()[0], f"{code} lost what a peer holds"
                        assert tree.root(station.journal.hash_at, point.size) == point.root

    def _once(self, code: str) -> int:
        with self.town.at(code) as station:
            asked = "SELECT precedence, sequence, state FROM dispatch_out WHERE addressee = ?"
            out = station.db.rows(asked, OTHER[code])
        with self.town.at(OTHER[code]) as station:
            arrived = station.db.rows("SELECT precedence, sequence FROM dispatch_in WHERE sender = ?", code)
        assert sorted(arrived) == sorted((p, s) for p, s, _ in out), "each once, none besides"
        assert "spooled" not in {state for *_, state in out}
        return len(out)


def live(life: Life, chance: random.Random, cuts: int) -> int:
    sent = 0
    for _ in range(cuts):
        when = life.cut(chance)
        try:
            sent = life.check()
        except BaseException as error:
            error.add_note(when)
            raise
    return sent


def test_the_power_goes(town: Town, tmp_path: Path, fuse: None) -> None:
    assert live(Life(town, tmp_path), random.Random(1), CUTS) > 5, "nothing was sent: the test tests nothing"


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 110))
def test_the_power_goes_for_long(town: Town, tmp_path: Path, fuse: None, seed: int) -> None:
    live(Life(town, tmp_path), random.Random(seed), 30)
