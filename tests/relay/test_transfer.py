"""Blobs in pieces: resumed after ``kill -9`` of either side, checked piece by piece, overtaken by what is urgent."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from town import NORTH, PDF, SOUTH, Town

from antin.acts.sync import sync
from antin.acts.transfer import SMALLEST, Course
from antin.errors import Conflict, Unavailable, Unverified
from antin.kernel.crypto.tree import PIECE, pieces_digest
from antin.relay import partial
from antin.relay.folder import FolderLink
from relay.relays import NetTown, net_town, python_path

SIZE = 20 * PIECE
BIG = PDF + random.Random(7).randbytes(SIZE)
HERE = Path(__file__).parent


def spool(town: Town, data: bytes = BIG, precedence: int = 0, name: str = "lon.pdf") -> None:
    path = town.pdf(name, data)
    town.signed(NORTH, path, 1)
    town.send(NORTH, path, SOUTH, precedence=precedence)


def arrived(town: Town) -> int:
    with town.at(SOUTH) as station:
        return int(station.db.value("SELECT count(*) FROM dispatch_in"))


class Killer:
    """Counts bytes, and pulls the relay's plug once so many went."""

    def __init__(self, net: NetTown, after: int) -> None:
        self.net, self.after, self.moved = net, after, 0

    def __call__(self, size: int) -> None:
        self.moved += size
        if self.moved > self.after and self.net.server.process and self.net.server.process.poll() is None:
            self.net.server.kill()


@pytest.mark.parametrize("code", [NORTH, SOUTH], ids=["on-the-way-up", "on-the-way-down"])
def test_the_relay_is_killed_in_the_middle(net: NetTown, code: str) -> None:
    spool(net)
    if code == SOUTH:
        net.sync(NORTH)
    killer = Killer(net, 8 * PIECE)
    with pytest.raises(Unavailable, match="relay-not-reached"):
        net.exchange(code, tell=killer)
    assert 8 * PIECE < killer.moved < 12 * PIECE
    net.server.start()
    rest = Killer(net, 10**12)
    net.exchange(code, tell=rest)
    assert SIZE <= killer.moved + rest.moved < SIZE + 2 * PIECE + 2**18  # no whole piece twice
    net.sync(NORTH, SOUTH)
    assert arrived(net) == 1
    net.audit()


@pytest.mark.parametrize("code", [NORTH, SOUTH], ids=["on-the-way-up", "on-the-way-down"])
def test_the_station_is_killed_in_the_middle(net: NetTown, code: str) -> None:
    spool(net)
    if code == SOUTH:
        net.sync(NORTH)
    counts = []
    for stop_at in (6 * PIECE, 5 * PIECE, 10**12):
        command = [sys.executable, str(HERE / "mover.py"), str(net.folder), code]
        worker = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=python_path())
        assert worker.stdout is not None
        last = 0
        for text in worker.stdout:
            if not text.strip().isdigit():
                assert text == "done\n", text
                break
            last = int(text)
            if last > stop_at:
                worker.send_signal(signal.SIGKILL)
                break
        worker.communicate()
        counts.append(last)
    assert counts[0] > 6 * PIECE and counts[1] > 5 * PIECE, counts
    assert SIZE <= sum(counts) < SIZE + 3 * PIECE + 2**18, counts
    net.sync(NORTH, SOUTH)
    assert arrived(net) == 1
    net.audit()


def test_the_urgent_overtakes_a_running_transfer(net: NetTown) -> None:
    """It is handed in while the large one is on its way up, and again while it is on its way down."""
    spool(net)
    order: list[str] = []

    def up(size: int) -> None:
        if not order:
            order.append("handed in")
            spool(net, PDF, 3, "hoa-toc.pdf")
        elif len(order) == 1 and list((net.relay / "to" / SOUTH).glob("6-*")):
            order.append("urgent put")
        if len(order) == 2 and list((net.relay / "blobs").glob("[0-9a-f]*")):
            partly = list(net.relay.glob("partial/*/*.part"))
            order.append("while the large one was not whole" if partly else "too late")

    net.exchange(NORTH, tell=up)
    assert order[:3] == ["handed in", "urgent put", "while the large one was not whole"]
    seen: list[int] = []
    done = net.exchange(SOUTH, tell=lambda size: seen.append(arrived(net)))
    assert seen[0] == 1 and arrived(net) == 2  # it was in the first exchange, before any chunk
    assert {each.state for each in done.report.outcomes} >= {"entered"}

    spool(net, PDF + BIG, 0, "lon-2.pdf")
    net.sync(NORTH)
    seen.clear()

    def down(size: int) -> None:
        if not seen:
            spool(net, PDF, 3, "hoa-toc-2.pdf")
            net.sync(NORTH)
        seen.append(arrived(net))

    net.exchange(SOUTH, tell=down)
    assert seen[0] == 2 and 3 in seen and seen.index(3) < len(seen) / 2 and arrived(net) == 4
    net.audit()


def test_a_folder_owes_nothing(town: Town) -> None:
    spool(town)
    with town.at(NORTH) as station:
        report = sync(station, FolderLink(town.relay))
    assert not report.owed and report.put


def test_a_spoilt_large_blob_is_set_aside_and_replaced(net: NetTown) -> None:
    spool(net)
    net.sync(NORTH)
    (blob,) = (net.relay / "blobs").glob("[0-9a-f]*")
    data = bytearray(blob.read_bytes())
    data[5 * PIECE + 9] ^= 1
    blob.write_bytes(data)
    report = net.sync(SOUTH)
    assert [error.code for _, error in report.aside] == ["piece-wrong"] and arrived(net) == 0
    course = net.exchange(NORTH, again=True)
    assert not course.report.owed and course.report.put
    moved: list[int] = []
    net.exchange(SOUTH, tell=moved.append)
    assert arrived(net) == 1 and sum(moved) < SIZE - 4 * PIECE  # what was right came once
    net.audit()


def test_a_chunk_takes_a_quarter_of_a_second() -> None:
    course = Course(None, None)  # type: ignore[arg-type]
    for _ in range(20):
        course.took(course.chunk, course.chunk / 125_000)  # 1 Mbit/s
    assert 28_000 < course.chunk < 34_000
    for _ in range(20):
        course.took(course.chunk, 0.0)
    assert course.chunk == PIECE
    course.took(1000, 100.0)
    assert course.chunk == SMALLEST


def test_the_list_and_every_piece_are_checked(tmp_path: Path) -> None:
    path = tmp_path / "blob"
    path.write_bytes(os.urandom(2 * PIECE + 5))
    pieces, data = partial.list_of(path), path.read_bytes()
    digest, raw = pieces_digest(pieces.hashes), pieces.raw()
    wrong: list[Any] = [b"", raw[:-1], raw[:-32], raw + bytes(32), bytes(8) + raw[8:], raw[:8] + raw[40:] + raw[8:40]]
    for each in wrong:
        with pytest.raises(Unverified, match="pieces-not-expected"):
            partial.begin(tmp_path / "in", digest, each)
    assert not (tmp_path / "in").exists()
    here = partial.begin(tmp_path / "in", digest, raw)
    here.write(0, data[: PIECE + 100])
    with pytest.raises(Conflict, match="offset-other"):
        here.write(PIECE, b"x")
    with pytest.raises(Unverified, match="piece-wrong"):
        here.write(PIECE + 100, bytes(PIECE - 100))
    assert here.have == PIECE and not here.whole
    with partial.part_path(tmp_path / "in", digest).open("r+b") as handle:
        handle.write(b"\0")  # rot in the first piece
    again = partial.resume(tmp_path / "in", digest)
    assert again is not None and again.have == 0
    again.write(0, data)
    assert again.whole
    again.keep(tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == data


def test_what_is_owed_for_ever_expires(town: Town) -> None:
    with net_town(town, keep_days=0) as net:
        spool(net)
        killer = Killer(net, 3 * PIECE)
        with pytest.raises(Unavailable):
            net.exchange(NORTH, tell=killer)
        assert list(net.relay.glob("partial/*/*.part"))
        net.server.start()
        for _ in range(100):
            if not list(net.relay.glob("partial/*/*")):
                break
            time.sleep(0.1)
        assert not list(net.relay.glob("partial/*/*")) and not list(net.relay.glob("claims/*"))
