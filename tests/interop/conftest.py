"""The demo as a person starts it: real processes, each kind once for a whole test run, however many workers."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

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


# kind: (words after ``demo``, environment, whether to take the network away)
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
    command = [*(without_network() if alone else []), ANTIN, "demo", "--out", str(folder), *words]
    done = subprocess.run(command, env=environment(**more), capture_output=True, timeout=120, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()
