"""Processes of one station that act at the same time, and what they were told."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import psycopg
from cluster import Cluster
from town import PASS, Town

from antin.acts.create_station import NewStation, create_root
from antin.kernel.crypto.locker import CHEAPEST

ROOT = "A00"
TESTS = Path(__file__).resolve().parent.parent
PROGRAM = "import sys; from postgres.worker import main; main(*sys.argv[1:])"


def founded(folder: Path, url: str) -> Town:
    """A root station whose books are on a server."""
    town = Town(folder / "town")
    create_root(town.home(ROOT), NewStation(ROOT, "Gốc", database=url), PASS, {"cost": CHEAPEST})
    return town


def second_host(town: Town, folder: Path) -> Path:
    """The station's folder as another host has it: what must be one is shared, the lock between processes is not."""
    home = folder / ROOT
    home.mkdir(parents=True, mode=0o700)
    for name in ("signer", "blobs", "evidence", "requests"):
        (town.home(ROOT) / name).mkdir(exist_ok=True)
        (home / name).symlink_to(town.home(ROOT) / name)
    (home / "station.toml").write_text((town.home(ROOT) / "station.toml").read_text())
    return home


class Crew:
    """``acts`` of each; what cannot be done now is tried again for ``patience`` seconds."""

    def __init__(self, homes: Sequence[Path], acts: int, patience: float = 0.0) -> None:
        self.all = [
            subprocess.Popen(
                [sys.executable, "-c", PROGRAM, str(home), str(acts), str(patience)], cwd=TESTS, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            )
            for home in homes
        ]  # fmt: skip
        for each in self.all:
            assert each.stdin and each.stdout
            line = each.stdout.readline()
            assert line == "ready\n", (line, each.communicate()[1])

    def go(self) -> None:
        """All of them at once."""
        for each in self.all:
            assert each.stdin
            each.stdin.write("\n")
            each.stdin.flush()

    def told(self, seconds: float = 600) -> list[list[str]]:
        """What each was told, when all are done."""
        lines = []
        for each in self.all:
            out, errors = each.communicate(timeout=seconds)
            assert each.returncode == 0, errors[-2000:]
            lines += [line.split() for line in out.splitlines()]
        return lines


def indexes(server: Cluster, name: str) -> list[int]:
    """The journal's numbers, by whoever administers the server."""
    with psycopg.connect(server.url(name)) as line:
        return [number for (number,) in line.execute("SELECT idx FROM entries ORDER BY idx")]
