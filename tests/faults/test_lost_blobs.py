"""A blob file that is lost or unreadable is its own row's fault: everything else goes, and the blob can come again."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from relay.relays import net_town
from town import NORTH, PDF, SISTER, SOUTH, Town

from antin.errors import Missing, Unavailable
from antin.relay.https import HttpsLink
from antin.station.blobs import Incoming
from antin.views.incidents import incidents


@contextmanager
def linked(town: Town, kind: str) -> Iterator[Town]:
    if kind == "folder":
        yield town
        return
    with net_town(town) as net:
        # The stations get to know one another: each holds what links the other's next letter.
        sent(net, SISTER, SOUTH, more=b"0")
        net.sync(NORTH, SISTER, SOUTH, NORTH)
        net.sync(NORTH, again=True)
        net.sync(SISTER, SOUTH, NORTH)
        yield net


def sent(town: Town, *to: str, precedence: int = 0, more: bytes = b"") -> Path:
    """Handed in at NORTH; returns the blob's file."""
    with town.at(NORTH) as station:
        before = set((station.home / "blobs").glob("*/*"))
    path = town.pdf("kh.pdf", PDF + more)
    town.signed(NORTH, path, 1)
    town.send(NORTH, path, *to, precedence=precedence)
    (new,) = set((town.home(NORTH) / "blobs").glob("*/*")) - before
    return new


def came(town: Town, code: str) -> int:
    with town.at(code) as station:
        return int(station.db.value("SELECT count(*) FROM dispatch_in"))


def lost(town: Town, code: str) -> list[str]:
    with town.at(code) as station:
        return [row["code"] for row in incidents(station) if row["what"] == "blob-lost"]


@pytest.mark.parametrize("kind", ["folder", "https"])
@pytest.mark.parametrize("how", ["gone", "folder-in-its-place"])
def test_one_lost_blob_stops_its_own_row_alone(town: Town, kind: str, how: str) -> None:
    with linked(town, kind) as place:
        before = came(place, SISTER)
        blob = sent(place, SOUTH, precedence=2)
        sent(place, SISTER, precedence=3, more=b"1")
        sent(place, SISTER, more=b"2")
        kept = blob.read_bytes()
        blob.unlink()
        if how != "gone":
            blob.mkdir()
        report = place.sync(NORTH)
        (error,) = report.stuck.values()
        assert error.code in ("blob-missing", "file-not-regular", "disk-error")
        assert place.relay not in [getattr(path, "parents", [None])[-1] for path in error.fields.values()]
        assert lost(place, NORTH) == [blob.name[:16]]
        place.sync(SISTER)
        assert came(place, SISTER) == before + 2
        assert place.sync(NORTH).stuck and not place.sync(SOUTH).outcomes
        blob.rmdir() if how != "gone" else None
        blob.write_bytes(kept)  # from a backup
        assert not place.sync(NORTH).stuck
        place.sync(SOUTH)
        assert came(place, SOUTH) == before + 1
        place.audit()


def test_an_odd_answer_for_one_row_is_that_rows(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    with linked(town, "https") as place:
        before = came(place, SISTER)
        sent(place, SOUTH, precedence=3)
        sent(place, SISTER, more=b"1")
        put = HttpsLink.put

        def odd(self: HttpsLink, code: str, name: str, data: bytes) -> None:
            if code == SOUTH:
                raise Unavailable("relay-answer-odd", status=200)
            put(self, code, name, data)

        with monkeypatch.context() as patch:
            patch.setattr(HttpsLink, "put", odd)
            report = place.sync(NORTH)
        assert [error.code for n, error in report.stuck.items() if n] == ["relay-answer-odd"]
        place.sync(SISTER)
        assert came(place, SISTER) == before + 1
        assert not place.sync(NORTH).stuck


@pytest.mark.parametrize("kind", ["folder", "https"])
@pytest.mark.parametrize("size", [0, 3 * 1024 * 1024], ids=["small", "in-pieces"])
def test_what_the_addressee_lost_comes_again(town: Town, tmp_path: Path, kind: str, size: int) -> None:
    """Its journal has the dispatch, the blob's file is gone: the sender puts both again, and it can be opened."""
    with linked(town, kind) as place:
        name = sent(place, SOUTH, more=bytes(size)).name
        place.sync(NORTH, SOUTH, NORTH)
        here = place.home(SOUTH) / "blobs" / name[:2] / name
        here.unlink()
        assert lost(place, SOUTH) == [name[:16]]
        n = came(place, SOUTH)
        with pytest.raises(Missing, match="blob-missing"):
            place.open(SOUTH, "ld01", f"den-{n}", tmp_path / "x")
        place.sync(NORTH, again=True)
        report = place.sync(SOUTH)
        assert {each.state for each in report.outcomes if each.kind == "slip"} == {"already"}
        assert here.exists() and not lost(place, SOUTH)
        place.open(SOUTH, "ld01", f"den-{n}", tmp_path / "x")
        place.sync(SOUTH, SISTER, NORTH, NORTH)
        assert not list((place.relay / "blobs").glob("[0-9a-f]*"))  # and does not lie there for ever
        place.audit()


def test_what_a_killed_exchange_half_brought_is_swept(town: Town) -> None:
    """Once it is old and nobody's: a living exchange holds what it writes, and another may go on where it stopped."""
    with town.at(SOUTH) as station:
        folder = station.blobs.partial
        folder.mkdir(parents=True)
        ours = Incoming(station.blobs, folder / f".{'a' * 32}")
    old = {f".{'b' * 32}": 2, f"{'c' * 64}.part": 31, f"{'c' * 64}.pieces": 31, "d" * 64: 31, f".{'a' * 32}": 400}
    young = {f".{'e' * 32}": 0.5, f"{'f' * 64}.part": 29, f"{'f' * 64}.pieces": 29, "0" * 64: 29}
    for name, days in {**old, **young}.items():
        path = folder / name
        path.touch()
        os.utime(path, (time.time() - days * 86400,) * 2)
    with town.at(SOUTH, write=False):
        assert len(list(folder.iterdir())) == len(old) + len(young)
    with town.at(SOUTH):
        assert {path.name for path in folder.iterdir()} == {*young, f".{'a' * 32}"}
    ours.write(b"it goes on")
    ours._handle.close()  # as when the process is killed
    os.utime(folder / f".{'a' * 32}", (0, 0))
    with town.at(SOUTH):
        assert {path.name for path in folder.iterdir()} == set(young)
