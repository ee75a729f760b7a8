"""The lossy disk really loses: without this, nothing that survives it would mean anything."""

from __future__ import annotations

import errno
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from disk import Disk, mounted

pytestmark = pytest.mark.folder


@pytest.fixture
def disk(tmp_path: Path, fuse: None):  # type: ignore[no-untyped-def]
    (tmp_path / "source").mkdir()
    (tmp_path / "source/old").write_bytes(b"old")
    with mounted(tmp_path / "source", tmp_path / "mount") as found:
        yield found


def run(disk: Disk, program: str) -> None:
    subprocess.run([sys.executable, "-c", program], cwd=disk.mount, check=True)


def left(disk: Disk, tmp_path: Path, how: str = "none", seed: int = 0) -> dict[str, bytes]:
    after = disk.power_off(tmp_path / "after", how, seed)
    return {path.relative_to(after).as_posix(): path.read_bytes() for path in after.rglob("*") if path.is_file()}


SYNC = "; import os; f.flush(); os.fsync(f.fileno())"
SYNC_FOLDER = "\nimport os; d = os.open('.', os.O_RDONLY); os.fsync(d)"


def test_without_fsync_a_file_is_gone(disk: Disk, tmp_path: Path) -> None:
    run(disk, "f = open('new', 'w'); f.write('x')" + SYNC_FOLDER)
    assert (disk.mount / "new").read_text() == "x"
    assert left(disk, tmp_path) == {"old": b"old", "new": b""}


def test_with_fsync_of_file_and_folder_it_stays(disk: Disk, tmp_path: Path) -> None:
    run(disk, "f = open('new', 'w'); f.write('x')" + SYNC + SYNC_FOLDER)
    assert left(disk, tmp_path) == {"old": b"old", "new": b"x"}


def test_without_fsync_of_the_folder_a_name_is_gone(disk: Disk, tmp_path: Path) -> None:
    run(disk, "f = open('new', 'w'); f.write('x')" + SYNC)
    assert left(disk, tmp_path) == {"old": b"old"}


def test_a_rename_without_fsync_of_the_folder_comes_back(disk: Disk, tmp_path: Path) -> None:
    run(disk, "f = open('new', 'w'); f.write('x')" + SYNC + SYNC_FOLDER + "; os.rename('new', 'old')")
    assert (disk.mount / "old").read_text() == "x"
    assert left(disk, tmp_path) == {"old": b"old", "new": b"x"}


def test_a_removal_without_fsync_of_the_folder_comes_back(disk: Disk, tmp_path: Path) -> None:
    run(disk, "import os; os.unlink('old')")
    assert left(disk, tmp_path) == {"old": b"old"}


def test_a_file_in_a_folder_that_nobody_kept_is_gone(disk: Disk, tmp_path: Path) -> None:
    run(disk, "import os; os.mkdir('d'); os.chdir('d'); f = open('new', 'w'); f.write('x')" + SYNC + SYNC_FOLDER)
    assert left(disk, tmp_path) == {"old": b"old"}


def test_a_torn_write_ends_at_a_sector(disk: Disk, tmp_path: Path) -> None:
    run(disk, "f = open('old', 'wb'); f.write(b'x' * 20000)")
    sizes = {len(left(disk, tmp_path / str(seed), "torn", seed)["old"]) for seed in range(20) if
             (tmp_path / str(seed)).mkdir() is None}  # fmt: skip
    assert len(sizes) > 3 and all(size % 512 == 0 or size in (3, 20000) for size in sizes), sizes


def test_a_failed_fsync_is_never_made_good(disk: Disk, tmp_path: Path) -> None:
    disk.fail_at(1, errno.EIO, ("fsync",))
    with (disk.mount / "old").open("r+b") as file:
        file.write(b"new")
        file.flush()
        with pytest.raises(OSError, match="Input/output"):
            os.fsync(file.fileno())
        os.fsync(file.fileno())
    assert (disk.mount / "old").read_bytes() == b"new" and left(disk, tmp_path)["old"] == b"old"


def test_the_power_goes_at_the_change_that_was_ordered(disk: Disk, tmp_path: Path) -> None:
    program = "import os\nfor n in range(9):\n f = os.open(str(n), os.O_CREAT | os.O_WRONLY); os.fsync(f)" + SYNC_FOLDER
    words = [sys.executable, "-c", f"input()\n{program}"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, cwd=disk.mount) as child:
        disk.cut_at(5, child.pid)
        child.communicate(b"\n")
    assert child.returncode == -9 and left(disk, tmp_path) == {"old": b"old"}


def test_a_committed_row_stays_and_shared_memory_works(disk: Disk, tmp_path: Path) -> None:
    one, two = (sqlite3.connect(disk.mount / "a.db", isolation_level=None) for _ in range(2))
    for each in (one, two):
        each.execute("PRAGMA journal_mode=WAL")
        each.execute("PRAGMA synchronous=FULL")
    one.execute("CREATE TABLE t (n)")
    for n in range(50):
        (one, two)[n % 2].execute("INSERT INTO t VALUES (?)", (n,))
    two.execute("PRAGMA synchronous=OFF")
    two.execute("INSERT INTO t VALUES (99)")
    after = disk.power_off(tmp_path / "after")
    with sqlite3.connect(after / "a.db") as found:
        rows = [n for (n,) in found.execute("SELECT n FROM t ORDER BY n")]
    assert rows == list(range(50)), "99 was not kept, as told"
    for each in (one, two):
        each.close()
