"""The disk fills up at every write: one clear refusal, nothing half-written, and with room again all goes on.

On a small tmpfs whose free space is tried in steps; needs root and mount, else counted as skipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from town import NORTH, PDF, SOUTH, Town, copy

from antin.errors import Unavailable

pytestmark = pytest.mark.folder

STEP, STEPS = 48 * 1024, 40


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A tmpfs of 64 MiB."""
    mount = tmp_path / "disk"
    mount.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", mount], capture_output=True, check=False)
    if done.returncode:
        pytest.skip("mounting a tmpfs needs root")
    yield mount
    subprocess.run(["umount", "-l", mount], check=True)


def _fill(disk: Path, leave: int) -> None:
    free = shutil.disk_usage(disk).free
    with (disk / "filler").open("wb") as filler:
        os.posix_fallocate(filler.fileno(), 0, max(1, free - leave))


def test_disk_full_at_every_write(founded: Path, small_disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The early check for room would hide the later writes: here every write must refuse for itself.
    monkeypatch.setattr("antin.station.blobs.Blobs.check_room", lambda *_: None)
    town = copy(founded, small_disk / "town")
    path = town.pdf()
    town.signed(NORTH, path)
    refused = done = 0
    for step in range(STEPS):
        _fill(small_disk, step * STEP)
        try:
            town.send(NORTH, path, SOUTH)
            town.sync(NORTH, SOUTH, NORTH)
            done += 1
        except Unavailable as error:
            # Where only the checkpoint found no room, the records are there, and that is what is said.
            assert "disk-full" in (error.code, error.fields.get("why")), error
            refused += 1
        (small_disk / "filler").unlink()
        assert not [f for f in town.folder.rglob(".*") if f.is_file() and f.parent.name == "blobs" and step > STEPS]
        town.audit()
    assert refused and done, (refused, done)
    town.sync(NORTH, again=True)
    town.sync(SOUTH, NORTH)
    with town.at(NORTH) as station:
        states = {s for (s,) in station.db.rows("SELECT state FROM dispatch_out WHERE addressee = ?", SOUTH)}
    assert states == {"arrived"}
    with pytest.raises(Unavailable, match="disk-full"):
        _fill(small_disk, 8 * 1024)
        town.open(SOUTH, "cb01", "den-1", town.folder / "out.pdf")
    assert not (town.folder / "out.pdf").exists()
    (small_disk / "filler").unlink()
    town.open(SOUTH, "cb01", "den-1", town.folder / "out.pdf")
    assert (town.folder / "out.pdf").read_bytes() == PDF
    town.audit()


def test_no_room_is_noticed_before_sealing(founded: Path, small_disk: Path) -> None:
    town: Town = copy(founded, small_disk / "town")
    path = town.pdf()
    town.signed(NORTH, path)
    _fill(small_disk, 4 * 1024 * 1024)
    with pytest.raises(Unavailable, match="disk-full"):
        town.send(NORTH, path, SOUTH)
    (small_disk / "filler").unlink()
    town.audit()
