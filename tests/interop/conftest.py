"""The demo as a person starts it: real processes, each kind once for a whole test run, however many workers."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from absent import absent
from warm import cheap

SECOND = Path(__file__).resolve().parents[2] / "second"
LETTERS = SECOND.parent / "spec" / "unicode-14.txt"
NODE_AT_LEAST = (20, 19)
ANTIN = str(Path(sys.executable).parent / "antin")


@dataclass(frozen=True)
class Told:
    """A demo that has ended: its folder, what it printed, how it ended."""

    folder: Path
    code: int
    out: str
    err: str


def without_network() -> list[str]:
    """The start of a command line that takes the network away, where this process may do so."""
    line = ["unshare", "-n"]
    able = shutil.which("unshare") and subprocess.run([*line, "true"], capture_output=True, check=False).returncode == 0
    return line if able else []


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "ANTIN_"))}
    return {**kept, **more}


# kind: (words after ``demo``, environment, whether to take the network away). The first locks its keys at the whole
# price, which is a third of the story's time; of that nothing is told.
KINDS: dict[str, tuple[list[str], dict[str, str], bool]] = {
    "vi": ([], {"LC_ALL": "C.UTF-8"}, False),
    "ascii": ([], {"LC_ALL": "C"}, True),
    "json": (["--json", "--lang", "en"], {"LC_ALL": "C.UTF-8"}, False),
}


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Told]:
    """``demo("vi")``: the first worker to ask tells the story, the others read what it left. Nobody may change it."""
    base = tmp_path_factory.getbasetemp()
    place = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "demos"
    place.mkdir(exist_ok=True)

    def told(kind: str) -> Told:
        folder, note = place / kind, place / f"{kind}.told"
        with (place / f"{kind}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not note.exists():
                note.write_text(json.dumps(_tell(kind, folder)))
        return Told(folder, *json.loads(note.read_text()))

    return told


def _tell(kind: str, folder: Path) -> tuple[int, str, str]:
    words, more, alone = KINDS[kind]
    folder.with_name(f"{kind}.bin").mkdir(exist_ok=True)
    program = ANTIN if kind == next(iter(KINDS)) else cheap(folder.with_name(f"{kind}.bin"))
    command = [*(without_network() if alone else []), program, "demo", "--out", str(folder), *words]
    done = subprocess.run(command, env=environment(**more), capture_output=True, timeout=300, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


# Programs in JavaScript, with packages of their own.


@dataclass(frozen=True)
class Node:
    """A folder with its packages installed, and how to run a program of it."""

    node: str
    folder: Path

    def run(self, program: str, *words: str | Path, given: str = "") -> subprocess.CompletedProcess[str]:
        command = [self.node, program, *map(str, words)]
        return subprocess.run(
            command, cwd=self.folder, input=given, capture_output=True, text=True, timeout=540, check=False
        )

    def answers(self, jobs: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """One process for all jobs; it must not fall over whatever it is given."""
        done = self.run("jobs.mjs", given="\n".join(json.dumps(job) for job in jobs))
        assert done.returncode == 0, done.stderr[-2000:]
        return [json.loads(line) for line in done.stdout.splitlines()]


Install = Callable[[Path], Node]


@pytest.fixture
def install(request: pytest.FixtureRequest, judge: Callable[[str], Any]) -> Install:
    """``install(folder)`` once for each lock file; what npm fetched stays in pytest's cache."""

    def installed(source: Path) -> Node:
        node, npm = judge("node"), judge("npm")
        version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
        if tuple(map(int, re.findall(r"\d+", version)[:2])) < NODE_AT_LEAST:
            absent(request, "second", f"node {version.strip()} is older than {NODE_AT_LEAST}")
        lock = (source / "package-lock.json").read_bytes()
        place = Path(request.config.cache.mkdir("second")) / hashlib.sha256(lock).hexdigest()[:16]
        place.mkdir(exist_ok=True)
        with (place / "lock").open("w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            for path in (*source.glob("*.mjs"), *source.glob("package*.json"), source / ".npmrc"):
                shutil.copy(path, place)
            spec = place.parent / "spec"
            spec.mkdir(exist_ok=True)
            shutil.copy(LETTERS, spec)  # the specification's own table, beside the program as in the repository
            if not (place / "installed").exists():
                words = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
                if subprocess.run(words, cwd=place, capture_output=True, timeout=240, check=False).returncode:
                    absent(request, "second", "npm ci failed: no way to the packages")
                (place / "installed").touch()
        return Node(node, place)

    return installed


@pytest.fixture
def second(install: Install) -> Node:
    return install(SECOND)
