"""What every link keeps, whatever carries it: the same tests over a folder and over a relay."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from town import NORTH, SISTER, SOUTH, Town

from antin.errors import AntinError, Malformed, Missing, Refused, Unavailable
from antin.kernel.crypto.tree import PIECE
from antin.relay import partial
from antin.relay.folder import FolderLink
from antin.relay.link import Link, Pieces, precedence_of
from antin.station.blobs import PieceDigest
from relay.relays import NetTown, net_town

SIZES = (0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 17)
NAMES = ("9-00000000000a-00", "6-00000000000b-00", "8-00000000000c-00")
BAD = ("", "..", "../9-00", "9-00/..", "A", "9 00", "9-00\n", "9-00\x00", "é", "9" * 141)


@pytest.fixture(params=["folder", "https"])
def ends(request: pytest.FixtureRequest, town: Town) -> Any:
    """``ends(code)``: the link as that station has it."""
    if request.param == "folder":
        shutil.rmtree(town.relay / "to")
        yield lambda code: FolderLink(town.relay)
        return
    with net_town(town) as net:
        shutil.rmtree(town.relay / "to")  # what the authorities answered while the town was founded
        kept: dict[str, Any] = {}
        yield lambda code: kept.setdefault(code, net.link(code))
        for link in kept.values():
            link.close()


Ends = Callable[[str], Any]


def blob(tmp_path: Path, size: int, fill: bytes = b"") -> tuple[bytes, Path]:
    path = tmp_path / f"blob-{size}"
    path.write_bytes((fill or os.urandom(1)) * size)
    state = PieceDigest()
    state.update(path.read_bytes())
    return state.finish(), path


def give(link: Any, digest: bytes, path: Path, *, again: bool = False) -> None:
    """Leave a blob as sync and transfer do together."""
    if link.put_blob(digest, path, 1, again=again):
        return
    have = link.offer(digest, partial.list_of(path).raw(), 1, again=again)
    data = path.read_bytes()
    while have is not None:
        have = link.send(digest, have, data[have : have + 300_000])


def take(link: Any, digest: bytes) -> bytes | None:
    """Fetch a blob as receive and transfer do together."""
    pieces = link.blob(digest)
    if pieces is not None:
        return b"".join(pieces)
    size = link.owes(digest)
    if size is None:
        return None
    data = b""
    while len(data) < size:
        data += link.read(digest, len(data), min(PIECE, size - len(data)))
    return data


def test_both_are_links(ends: Ends) -> None:
    link: Link = ends(NORTH)
    assert isinstance(link, FolderLink) != isinstance(link, Pieces)


def test_an_envelope_is_put_got_removed(ends: Ends) -> None:
    north, south = ends(NORTH), ends(SOUTH)
    assert south.waiting(SOUTH) == []
    north.put(SOUTH, NAMES[0], b"one")
    assert north.has(SOUTH, NAMES[0]) and not north.has(SOUTH, NAMES[1])
    (name,) = south.waiting(SOUTH)
    assert south.get(SOUTH, name) == b"one"
    north.put(SOUTH, NAMES[0], b"one again")
    assert [south.get(SOUTH, each) for each in south.waiting(SOUTH)] == [b"one again"]
    south.remove(SOUTH, name)
    south.remove(SOUTH, name)  # a second time harms nobody
    assert south.waiting(SOUTH) == [] and not north.has(SOUTH, NAMES[0])
    with pytest.raises(Missing):
        south.get(SOUTH, name)


def test_the_urgent_comes_first(ends: Ends) -> None:
    for name in NAMES:
        ends(NORTH).put(SOUTH, name, name.encode())
    names = ends(SOUTH).waiting(SOUTH)
    assert [precedence_of(name) for name in names] == [3, 1, 0]
    assert [ends(SOUTH).get(SOUTH, name) for name in names] == [n.encode() for n in sorted(NAMES)]


def test_what_is_set_aside_waits_no_more(ends: Ends) -> None:
    ends(NORTH).put(SOUTH, NAMES[0], b"false")
    (name,) = ends(SOUTH).waiting(SOUTH)
    ends(SOUTH).set_aside(SOUTH, name)
    assert ends(SOUTH).waiting(SOUTH) == [] and not ends(NORTH).has(SOUTH, NAMES[0])


def test_an_envelope_over_the_limit_is_not_taken(ends: Ends) -> None:
    ends(NORTH).put(SOUTH, NAMES[0], bytes(5000))
    (name,) = ends(SOUTH).waiting(SOUTH)
    with pytest.raises((Malformed, Unavailable)):
        ends(SOUTH).get(SOUTH, name, 4999)
    assert len(ends(SOUTH).get(SOUTH, name, 5000)) == 5000


@pytest.mark.parametrize("name", BAD)
def test_a_bad_name_is_refused(ends: Ends, name: str) -> None:
    link = ends(NORTH)
    for call in (lambda: link.put(SOUTH, name, b"x"), lambda: link.has(SOUTH, name), lambda: link.get(NORTH, name),
                 lambda: link.remove(NORTH, name), lambda: link.set_aside(NORTH, name)):  # fmt: skip
        with pytest.raises(Malformed, match="file-name-bad"):
            call()


def test_a_bad_code_is_refused(ends: Ends) -> None:
    for code in ("", "../A03", "a03", "A03/..", "A" * 36):
        with pytest.raises(Malformed, match="file-name-bad"):
            ends(NORTH).put(code, NAMES[0], b"x")
        with pytest.raises(Malformed, match="file-name-bad"):
            ends(NORTH).put_directory(code, b"x")


def test_blobs_of_every_size(ends: Ends, tmp_path: Path) -> None:
    north, south = ends(NORTH), ends(SOUTH)
    for size in SIZES:
        digest, path = blob(tmp_path, size)
        assert not south.has_blob(digest) and take(south, digest) is None
        give(north, digest, path)
        assert north.has_blob(digest) and take(south, digest) == path.read_bytes(), size
        give(north, digest, path)  # once is enough
        north.remove_blob(digest)
        assert not south.has_blob(digest), size


@pytest.mark.parametrize("size", [1000, 2 * PIECE + 5])
def test_a_spoilt_blob_is_replaced(request: pytest.FixtureRequest, ends: Ends, tmp_path: Path, size: int) -> None:
    digest, path = blob(tmp_path, size, b"a")
    give(ends(NORTH), digest, path)
    town = request.getfixturevalue("town")
    spoilt = town.relay / "blobs" / digest.hex()
    spoilt.write_bytes(b"b" + spoilt.read_bytes()[1:])
    give(ends(NORTH), digest, path)
    assert take(ends(SOUTH), digest) != path.read_bytes()
    give(ends(NORTH), digest, path, again=True)
    assert take(ends(SOUTH), digest) == path.read_bytes()


def test_nothing_partial_is_ever_visible(ends: Ends, tmp_path: Path) -> None:
    """A reader who looks all the time sees an envelope whole or not at all, and a blob likewise."""
    north, south, seen, ended = ends(NORTH), ends(SOUTH), list[int](), threading.Event()
    digest, path = blob(tmp_path, 2 * PIECE + 1)

    def look() -> None:
        while not ended.is_set():
            for name in south.waiting(SOUTH):
                seen.append(len(south.get(SOUTH, name)))
            if south.has_blob(digest):
                seen.append(-len(take(south, digest) or b""))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        for n in range(20):
            north.put(SOUTH, f"9-{n:012x}-00", bytes(200_000))
        give(north, digest, path)
        while not any(each < 0 for each in seen) and thread.is_alive():
            pass
    finally:
        ended.set()
        thread.join()
    assert set(seen) == {200_000, -path.stat().st_size}


def test_directories_are_named_by_what_they_hold(ends: Ends) -> None:
    north = ends(NORTH)
    found = north.directories()
    assert {"A00-1", "A03-1", "A04-1"} <= set(found)
    assert sha256(north.directory("A03-1")).digest() == found["A03-1"]
    with pytest.raises(Missing):
        north.directory("A99-1")


def test_a_part_stands_under_its_own_number_at_a_relay(town: Town) -> None:
    """Whoever has a credential and a true part cannot lay it where another one belongs."""
    with net_town(town) as net:
        north = net.link(NORTH)
        part = north.directory("A03-1")
        for name in ("A03-1-000009", "A03-2", "A04-1"):
            with pytest.raises(Refused, match="directory-not-yours"):
                north.put_directory(name, part)
        north.put_directory("A03-1", part)


def test_two_senders_never_overwrite_one_another(town: Town) -> None:
    with net_town(town) as net:
        shutil.rmtree(town.relay / "to")
        net.link(NORTH).put(SOUTH, NAMES[0], b"north")
        net.link(SISTER).put(SOUTH, NAMES[0], b"sister")
        south = net.link(SOUTH)
        assert sorted(south.get(SOUTH, name) for name in south.waiting(SOUTH)) == [b"north", b"sister"]
        for name in south.waiting(SOUTH):  # nor reach what lies in another's box
            with pytest.raises(AntinError):
                net.link(SISTER).get(SOUTH, name)
            net.link(SISTER).remove(SOUTH, name)
            net.link(SISTER).set_aside(SOUTH, name)
        assert len(south.waiting(SOUTH)) == 2 and net.link(SISTER).waiting(SOUTH) == []


def test_only_who_brought_a_blob_takes_it_away(net: NetTown, tmp_path: Path) -> None:
    digest, path = blob(tmp_path, 100)
    give(net.link(NORTH), digest, path)
    net.link(SISTER).remove_blob(digest)
    assert net.link(SOUTH).has_blob(digest)
    with pytest.raises(Missing, match="blob-missing"):
        net.link(SISTER).send(digest, 0, b"x")
    net.link(NORTH).remove_blob(digest)
    assert not net.link(SOUTH).has_blob(digest)


def test_an_absent_link_is_unavailable(town: Town, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="link-absent"):
        FolderLink(tmp_path / "nowhere")
    with net_town(town) as net:
        link = net.link(NORTH)
        before = link.waiting(NORTH)
        net.server.kill()
        with pytest.raises(Unavailable, match="relay-not-reached"):
            link.waiting(NORTH)
        net.server.start()
        assert link.waiting(NORTH) == before
