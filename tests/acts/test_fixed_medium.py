"""A home on a medium that nobody can write to is read as it stands: box, books, journal, audit."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from absent import absent
from town import NORTH, SOUTH, Town

pytestmark = pytest.mark.folder

NOBODY = "65534"


def as_nobody(*words: str) -> subprocess.CompletedProcess[str]:
    """Root writes everywhere, so somebody else reads."""
    able = [] if os.geteuid() else ["setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"]
    command = [*able, sys.executable, "-m", "antin", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, cwd="/")


@pytest.fixture
def medium(town: Town, request: pytest.FixtureRequest) -> Iterator[Path]:
    """In a folder of its own: those of a test are for its user alone."""
    if as_nobody("--version").returncode:  # a clone in root's own home
        absent(request, "nobody", "the program lies where no other user may read")
    town.dispatch()
    town.sync(SOUTH, NORTH)
    with tempfile.TemporaryDirectory() as above:
        place = Path(above) / "medium"
        shutil.copytree(town.home(NORTH), place)
        for path in (place, *place.rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
        Path(above).chmod(0o755)
        yield place
        for path in (place, *place.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)


@pytest.mark.parametrize("words", [["outbox"], ["inbox"], ["books", "di"], ["journal"], ["receipts", "di-1"],
                                   ["show", "di-1"], ["audit"], ["incidents"], ["directory", "list"]],
                         ids=" ".join)  # fmt: skip
def test_it_is_read(medium: Path, words: list[str]) -> None:
    done = as_nobody(*words, "--home", str(medium))
    assert done.returncode == 0, done.stderr
    assert done.stdout


def test_nothing_is_written_there(medium: Path) -> None:
    done = as_nobody("sync", "--home", str(medium))
    assert done.returncode == 8
    assert "file-not-allowed" in done.stderr
