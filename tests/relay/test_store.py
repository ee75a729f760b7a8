"""Attacks on what a relay holds, by stations that have a right to be there: one test for each."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from town import NORTH, SISTER, SOUTH

from antin.errors import AntinError, Malformed, Missing, Refused, Unavailable, Unverified
from antin.kernel.crypto import merkle
from antin.kernel.crypto.tree import PIECE, pieces_digest
from antin.relay import partial, store
from antin.relay.settings import FORMAT, RelaySettings
from antin.relay.store import Store, tag_of
from relay.relays import made

PAIRS = 4  # pieces; their two pair hashes make a list of the same root


def blob(folder: Path, size: int) -> tuple[bytes, bytes, bytes]:
    """Digest, list and bytes."""
    path = folder / "blob"
    path.write_bytes(os.urandom(size))
    found = partial.list_of(path)
    return pieces_digest(found.hashes), found.raw(), path.read_bytes()


def lies(raw_list: bytes) -> list[bytes]:
    """Lists with the right root that are not the blob's: another size, and the hashes of pairs."""
    hashes = [raw_list[n : n + 32] for n in range(8, len(raw_list), 32)]
    pairs = b"".join(merkle.node_hash(*hashes[n : n + 2]) for n in range(0, PAIRS, 2))
    return [(3 * PIECE + 1).to_bytes(8, "big") + raw_list[8:], (2 * PIECE).to_bytes(8, "big") + pairs]


def held(tmp_path: Path, **settings: int) -> Store:
    return Store(tmp_path / "relay", RelaySettings(FORMAT, "00" * 25, **{"free_mib": 0, **settings}))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "relay").mkdir()
    return tmp_path


def bring(at: Store, sender: str, digest: bytes, pieces: bytes, data: bytes, *, again: bool = False) -> str:
    state = at.offer(sender, digest, pieces, 0, again=again)
    while state.startswith("part"):
        have = int(state.split()[1])
        state = at.write(sender, digest, have, data[have : have + PIECE])
    return state


# -- lists of pieces that lie --------------------------------------------------------------------------------------


@pytest.mark.parametrize("which", [0, 1], ids=["size", "pairs"])
def test_a_lying_list_spoils_nobodys_upload(home: Path, which: int) -> None:
    at = held(home)
    digest, pieces, data = blob(home, PAIRS * PIECE)
    lie = lies(pieces)[which]
    assert at.offer(SISTER, digest, lie, 0, again=False).startswith("part 0 ")
    assert bring(at, NORTH, digest, pieces, data) == f"whole {len(data)}"
    assert at.read(digest, 0, PIECE) == data[:PIECE] and at.pieces(digest) == pieces
    with pytest.raises(Unverified, match="pieces-not-expected"):  # nor does the liar count for less than there is
        at.offer(SISTER, digest, lie, 0, again=False)


@pytest.mark.parametrize("which", [0, 1], ids=["size", "pairs"])
def test_a_lying_list_takes_no_whole_blob_away(home: Path, which: int) -> None:
    at = held(home)
    digest, pieces, data = blob(home, PAIRS * PIECE)
    bring(at, NORTH, digest, pieces, data)
    with pytest.raises(Unverified, match="pieces-not-expected"):
        at.offer(SISTER, digest, lies(pieces)[which], 0, again=True)
    assert at.offer(SISTER, digest, pieces, 0, again=True) == f"whole {len(data)}"
    assert at.read(digest, 0, PIECE) == data[:PIECE]
    assert at.link.blob_path(digest).read_bytes() == data


def test_who_lied_may_tell_the_truth_and_then_counts_for_it(home: Path) -> None:
    at = held(home)
    digest, pieces, data = blob(home, PAIRS * PIECE)
    at.offer(NORTH, digest, lies(pieces)[1], 0, again=False)
    assert at.ledger.waiting[tag_of(NORTH), False].bytes == 2 * PIECE
    assert bring(at, NORTH, digest, pieces, data) == f"whole {len(data)}"
    assert at.ledger.waiting[tag_of(NORTH), False].bytes == len(data)
    assert Store(home / "relay", at._settings).ledger.waiting == at.ledger.waiting


def test_two_bring_the_same_and_one_lets_go(home: Path) -> None:
    at = held(home)
    digest, pieces, data = blob(home, 2 * PIECE + 1)
    for sender in (NORTH, SISTER):
        at.offer(sender, digest, pieces, 0, again=False)
        at.write(sender, digest, 0, data[:PIECE])
    at.release(NORTH, digest)
    assert at.state(NORTH, digest) == "none" and at.state(SISTER, digest) == f"part {PIECE} {len(data)}"
    assert bring(at, SISTER, digest, pieces, data) == f"whole {len(data)}"
    with pytest.raises(Missing, match="blob-missing"):
        at.write(NORTH, digest, PIECE, b"x")
    at.release(SISTER, digest)
    assert not [path for path in (home / "relay").rglob("*") if path.is_file()]


def test_chunks_from_two_connections_at_once_end_right(home: Path) -> None:
    at = held(home)
    digest, pieces, data = blob(home, 4 * PIECE)
    errors: list[str] = []

    def push() -> None:
        while True:
            try:
                if bring(at, NORTH, digest, pieces, data).startswith("whole"):
                    return
            except AntinError as error:
                errors.append(error.code)

    threads = [threading.Thread(target=push) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    assert at.link.blob_path(digest).read_bytes() == data and set(errors) <= {"offset-other", "relay-busy"}


# -- quotas, room, time --------------------------------------------------------------------------------------------


def test_many_connections_together_get_no_more_than_the_quota(home: Path) -> None:
    at, taken = held(home, ordinary_envelopes=10), list[str]()

    def put(n: int) -> None:
        for m in range(5):
            try:
                at.put(NORTH, SOUTH, f"9-{n:02x}-{m:02x}", b"x")
                taken.append("one")
            except Refused:
                continue

    threads = [threading.Thread(target=put, args=(n,)) for n in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(taken) == len(at.waiting(SOUTH)) == 10


def test_many_small_blobs_are_counted_and_hold_no_files_open(home: Path) -> None:
    at = held(home, ordinary_envelopes=300)
    before = len(list(Path("/proc/self/fd").iterdir()))
    for n in range(300):
        data = n.to_bytes(2, "big")
        digest = merkle.leaf_hash(data)
        assert at.offer(NORTH, digest, (2).to_bytes(8, "big") + digest, 0, again=False) == "part 0 2"
    assert len(list(Path("/proc/self/fd").iterdir())) - before < 5
    digest = merkle.leaf_hash(b"one too many")
    with pytest.raises(Refused, match="quota-exceeded"):
        at.offer(NORTH, digest, (12).to_bytes(8, "big") + digest, 0, again=False)
    assert at.offer(NORTH, digest, (12).to_bytes(8, "big") + digest, 3, again=False) == "part 0 12"


def test_what_was_promised_is_no_room_and_the_urgent_has_its_own(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mib = 1024 * 1024
    at = held(home, free_mib=4)
    monkeypatch.setattr(store.shutil, "disk_usage", lambda _: type("U", (), {"free": 10 * mib}))
    for n in range(3):
        hashes = os.urandom(2 * 32)
        raw_list = (2 * mib).to_bytes(8, "big") + hashes
        digest = pieces_digest((hashes[:32], hashes[32:]))
        assert at.offer(NORTH, digest, raw_list, 0, again=False) == f"part 0 {2 * mib}", n
    hashes = os.urandom(2 * 32)
    digest, raw_list = pieces_digest((hashes[:32], hashes[32:])), (2 * mib).to_bytes(8, "big") + hashes
    with pytest.raises(Refused, match="relay-full"):
        at.offer(NORTH, digest, raw_list, 0, again=False)
    monkeypatch.setattr(store.shutil, "disk_usage", lambda _: type("U", (), {"free": 4 * mib}))
    with pytest.raises(Refused, match="relay-full"):
        at.put(NORTH, SOUTH, "9-01", b"ordinary")
    at.put(NORTH, SOUTH, "6-01", b"urgent")


def test_what_died_half_way_does_not_stop_the_sweep(home: Path) -> None:
    at = held(home, keep_days=1)
    made = []
    for folder in ("to/A03.15", "partial", f"partial/{tag_of(NORTH)}", "claims", "blobs", "pieces", "aside/A03.15"):
        (home / "relay" / folder).mkdir(parents=True, exist_ok=True)
        made.append(home / "relay" / folder / ".abc.123.new")
        made[-1].touch()
    digest, pieces, data = blob(home, 2 * PIECE)
    at.offer(NORTH, digest, pieces, 0, again=False)
    at.put(NORTH, SOUTH, "9-01", b"x")
    for path in (home / "relay").rglob("*"):
        if path.is_file():
            os.utime(path, (1e9, 1e9))
    at.sweep()
    left = [path for path in (home / "relay").rglob("*") if path.is_file() and path.parent.name != "partial"]
    assert not left
    assert not any(each.bytes or each.envelopes or each.blobs for each in at.ledger.waiting.values())
    assert at.state(NORTH, digest) == "none"
    assert bring(at, NORTH, digest, pieces, data).startswith("whole")


def test_a_disk_that_fills_in_the_middle_of_a_chunk_loses_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = held(home)
    digest, pieces, data = blob(home, 3 * PIECE)
    at.offer(NORTH, digest, pieces, 0, again=False)
    at.write(NORTH, digest, 0, data[: PIECE + 7])
    short = partial.Partial._put

    def full(self: partial.Partial, handle: object, part: memoryview) -> None:
        handle.write(part[:100])  # type: ignore[attr-defined]
        raise OSError(28, "no room")

    monkeypatch.setattr(partial.Partial, "_put", full)
    with pytest.raises(Unavailable, match="disk-full"):
        at.write(NORTH, digest, PIECE + 7, data[PIECE + 7 : 2 * PIECE])
    monkeypatch.setattr(partial.Partial, "_put", short)
    assert bring(at, NORTH, digest, pieces, data).startswith("whole")


# -- names ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["-00", "0-00", "4-00", "a-00", "--"])
def test_no_name_sorts_before_the_urgent(home: Path, name: str) -> None:
    with pytest.raises(Malformed, match="file-name-bad"):
        held(home).put(NORTH, SOUTH, name, b"x")


def test_a_box_filled_to_the_brim_can_still_be_listed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = held(home)
    monkeypatch.setattr(store, "LISTED", 3)
    for n in range(5):
        at.put(NORTH, SOUTH, f"9-{n:02x}", b"x")
    at.put(NORTH, SOUTH, "6-ff", b"x")
    assert len(at.waiting(SOUTH)) == 3 and at.waiting(SOUTH)[0].startswith("6-")
    assert 50_000 * 141 < 8 * 1024 * 1024  # what a station takes


def test_boxes_of_codes_that_nobody_has_go_when_they_are_empty(home: Path) -> None:
    at = held(home, keep_days=1)
    for n in range(50):
        at.put(NORTH, f"Z{n}", "9-01", b"x")
    at.put(NORTH, SOUTH, "9-02", b"x")
    assert at.sweep() == 0 and len(list((home / "relay").glob("to/*"))) == 51
    for path in (home / "relay").glob("to/Z*/*"):
        os.utime(path, (1e9, 1e9))
    assert at.sweep() == 50
    assert [path.name for path in (home / "relay").glob("to/*")] == [SOUTH]
    at.put(NORTH, "Z1", "9-01", b"x")  # and come again when somebody writes there
    assert at.waiting("Z1")


TOLD_EARLY = """
import os, signal, sys, uvicorn
from antin.cli.main import main
run = uvicorn.Server.run
def told(self, **more):
    os.kill(os.getpid(), signal.SIGTERM)
    run(self, **more)
uvicorn.Server.run = told
main(["relay", "serve", "--home", sys.argv[1]])
"""


def test_a_relay_that_is_told_to_end_before_it_serves_ends(tmp_path: Path) -> None:
    """Whoever starts and at once stops a service does not wait until it is killed."""
    server = made(tmp_path / "relay", bytes(25))
    done = subprocess.run([sys.executable, "-c", TOLD_EARLY, server.home], timeout=30, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
