"""The n-th change of the disk fails, whatever it is: refused in words, nothing half-written, and the next try succeeds.

A whole sending there and back on the lossy disk, for EIO and ENOSPC at each change; sampled in `make test`. At the end
the power goes: an fsync that failed was never believed, or something that was acknowledged is missing now.
"""

from __future__ import annotations

import errno
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from disk import Disk, mounted
from town import NORTH, PDF, SOUTH, Town

from antin.acts.open_document import open_document
from antin.errors import AntinError
from antin.storage.durable import Output

pytestmark = pytest.mark.folder

# SQLite says of a failed fsync that it failed, not why.
CODES = {
    errno.EIO: {"disk-error", "recorded-not-signed"},
    errno.ENOSPC: {"disk-full", "disk-error", "recorded-not-signed"},
}
SAMPLES, NEVER = 10, 10**9


@dataclass(frozen=True)
class Told:
    """What was refused, and every change of the disk."""

    refused: list[str]
    log: list[str]


class Story:
    """One sending there and back, told on a fresh disk for each fault."""

    def __init__(self, town: Town, place: Path) -> None:
        self.town, self.place, self.source = town, place, place / "source"
        self.send = partial(town.send, NORTH, town.folder / "kh.pdf", SOUTH)
        town.signed(NORTH, town.pdf("kh.pdf"), 1)
        self.source.mkdir()
        for code in (NORTH, SOUTH):
            town.home(code).rename(self.source / code)
        shutil.copytree(town.relay, place / "relay")

    def told(self, change: int, error: int, kinds: tuple[str, ...] = ()) -> Told:
        """The whole story, its fault included, and what must be true at its end."""
        shutil.rmtree(self.town.relay)
        shutil.copytree(self.place / "relay", self.town.relay)
        with mounted(self.source, self.place / "mount") as disk:
            self.stand_on(disk.mount)
            disk.fail_at(change, error, kinds)
            refusals = [each for step in self.steps() if (each := self.tried(step))]
            seen = disk.heal()
            assert len(refusals) <= bool(seen["fired"]), (seen["fired"], refusals)
            assert {each.code for each in refusals} <= CODES[error], (seen["fired"], refusals)
            self.check(disk, seen["fired"])
        shutil.rmtree(self.place / "after")
        return Told([each.code for each in refusals], seen["log"])

    def stand_on(self, folder: Path) -> None:
        for code in (NORTH, SOUTH):
            self.town.home(code).unlink(missing_ok=True)
            self.town.home(code).symlink_to(folder / code)

    def steps(self) -> list[Callable[[], object]]:
        exchange = [partial(self.town.sync, code) for code in (NORTH, SOUTH, SOUTH, NORTH)]
        return [self.send, *exchange[:2], self.open, *exchange[2:]]

    def tried(self, step: Callable[[], object]) -> AntinError | None:
        try:
            step()
        except AntinError as error:
            # The fault came once: the next try succeeds. A sending that says it is recorded is not sent again.
            if error.code != "recorded-not-signed" or step is not self.send:
                step()
            return error
        return None

    def open(self) -> None:
        with self.town.at(SOUTH, "cb01") as station:
            output = Output(station.home / "ra.pdf")
            try:
                open_document(station, "cb01", "den-1", output)
                output.publish()
            finally:
                output.close()

    def blobs(self, code: str) -> tuple[set[str], set[str]]:
        """Those that the station knows, and those that lie there."""
        with self.town.at(code) as station:
            rows = {digest.hex() for (digest,) in station.db.rows("SELECT digest FROM blobs")}
            return rows, {path.name for path in (station.home / "blobs").glob("*/*")}

    def check(self, disk: Disk, fired: str) -> None:
        """Once, whole, no litter; and all the same once the power has gone."""
        if not fired.startswith("unlink"):  # what could not be removed is swept after the next crash
            assert not [path for path in disk.mount.rglob(".*") if path.is_file()], fired
            for code in (NORTH, SOUTH):
                rows, files = self.blobs(code)
                assert rows == files, f"litter, or worse: {fired}"
        self.stand_on(disk.power_off(self.place / "after"))
        for _ in range(2):
            self.town.sync(NORTH, again=True)
            self.town.sync(SOUTH, NORTH)
        with self.town.at(NORTH) as station:
            states = station.db.rows("SELECT state FROM dispatch_out WHERE addressee = ?", SOUTH)
            assert [s for (s,) in states] == ["opened"], (fired, states)
        with self.town.at(SOUTH) as station:
            states = station.db.rows("SELECT state FROM dispatch_in")
            assert [s for (s,) in states] == ["opened"], (fired, states)
            assert (station.home / "ra.pdf").read_bytes() == PDF, fired
        for code in (NORTH, SOUTH):
            rows, files = self.blobs(code)
            assert rows <= files, f"a blob that was acknowledged is gone: {fired}"
        self.town.audit()


@pytest.fixture
def story(town: Town, tmp_path: Path, fuse: None) -> Story:
    return Story(town, tmp_path)


def sampled(total: int, seed: int) -> list[int]:
    """One from each equal part, so that no step is left out."""
    chance, part = random.Random(seed), total / SAMPLES
    return [int(n * part) + chance.randint(1, int(part)) for n in range(SAMPLES)]


def test_some_changes_fail(story: Story) -> None:
    total = len(story.told(NEVER, errno.EIO).log)
    assert total > 200, "the story is too short to test anything"
    for n, change in enumerate(sampled(total, 1)):
        story.told(change, (errno.EIO, errno.ENOSPC)[n % 2])


@pytest.mark.parametrize("what", ["station.db-wal", "memory.db-wal", "blobs/partial/", "blobs/"])
def test_a_failed_fsync_is_refused_and_never_believed(story: Story, what: str) -> None:
    """Of the database, the signer's memory, an incoming blob, its folder; each at its first, a middle, its last time.

    Not of a write-ahead log that is folded into its database while closing: all in it was committed before, and stays.
    """
    log = story.told(NEVER, errno.EIO, ("fsync",)).log
    times = [n for n, line in enumerate(log, 1) if what in line and line.startswith("fsync /A04")
             and line.removesuffix("-wal") != (log[n] if n < len(log) else line)]  # fmt: skip
    for change in {times[0], times[len(times) // 2], times[-1]}:
        refused = story.told(change, errno.EIO, ("fsync",)).refused
        assert refused in (["disk-error"], ["recorded-not-signed"]), (log[change - 1], refused)


@pytest.mark.soak
@pytest.mark.parametrize("error", [errno.EIO, errno.ENOSPC], ids=["EIO", "ENOSPC"])
def test_each_change_fails(story: Story, error: int) -> None:
    total = len(story.told(NEVER, error).log)
    for change in range(1, total + 1):
        story.told(change, error)
