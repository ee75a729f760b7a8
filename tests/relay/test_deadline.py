"""One deadline for each request, whatever the peer trickles; and nobody at the station waits for it meanwhile."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from town import NORTH, SOUTH, Town

from antin.acts import links
from antin.acts.exchange import Wanted
from antin.acts.sync import exchange
from antin.errors import Unavailable
from antin.relay import line
from antin.relay.folder import FolderLink
from antin.relay.wire import Wire, read_address
from antin.station import settings
from relay.hand import identity
from relay.hostile import TRICKLES, hostile
from relay.relays import net_town


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "_SECONDS", 1.0)
    monkeypatch.setattr(line, "_SLOWEST", 10**6)


@pytest.mark.parametrize("how", sorted(TRICKLES))
@pytest.mark.parametrize("first", [True, False], ids=["hello", "later"])
def test_no_trickle_holds_a_request(town: Town, tmp_path: Path, how: str, first: bool) -> None:
    with hostile(tmp_path, TRICKLES[how]) as address:
        wire = Wire(read_address(address), *identity(town, NORTH))
        if not first:
            wire._session = bytes(range(16))
        begun = time.monotonic()
        with pytest.raises(Unavailable, match="relay-not-reached|relay-answer-odd"):
            wire.ask("PUT", f"/v1/to/{SOUTH}/9-00", bytes(8 * 1024**2 if TRICKLES[how] is None else 10))
        # What the two machines take in before the peer stops reading has earned its part of the 8 MiB.
        assert time.monotonic() - begun < (10 if TRICKLES[how] is None else 2.5)
        wire.close()


def test_a_deadline_is_one_for_both_tries(town: Town, tmp_path: Path) -> None:
    """The second try, its connection and its hello included, gets what the first one left."""
    deadline = line.Deadline()
    time.sleep(1.01)
    with pytest.raises(TimeoutError):
        deadline.left()
    deadline.earn(10**6)  # bytes of a body move it on, and nothing else
    assert 0 < deadline.left() < 1


def _taken_by_another(home: Path) -> float:
    """Seconds until another process has the station's lock."""
    program = "import sys, pathlib; from antin.station.lock import locked\nwith locked(pathlib.Path(sys.argv[1])): pass"
    begun = time.monotonic()
    subprocess.run([sys.executable, "-c", program, str(home)], check=True, timeout=30)
    return time.monotonic() - begun


class Pausing:
    """A link that stops for good at one of its calls, as a network does: until the test lets it go on."""

    def __init__(self, inner: Any, at: str) -> None:
        self._inner, self._at, self.reached, self.go = inner, at, threading.Event(), threading.Event()

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._inner, name)
        if name != self._at:
            return value

        def pausing(*args: object, **more: object) -> object:
            self.reached.set()
            assert self.go.wait(60)
            return value(*args, **more)

        return pausing


CALLS = {
    NORTH: ("directories", "directory", "waiting", "has", "put_blob", "put"),
    SOUTH: ("directories", "directory", "waiting", "get", "blob", "remove", "put"),
    "A03": ("directories", "put_directory"),
}


@pytest.mark.parametrize(("code", "call"), [(code, call) for code, calls in CALLS.items() for call in calls])
@pytest.mark.parametrize("kind", ["folder", "https"])
def test_nobody_waits_for_the_link_under_the_lock(
    town: Town, monkeypatch: pytest.MonkeyPatch, kind: str, code: str, call: str
) -> None:
    """Whichever call of the link does not return, another process can take the station's lock meanwhile."""
    monkeypatch.setattr(line, "_SECONDS", 60)
    with net_town(town) if kind == "https" else nullcontext(town) as place:
        if code == SOUTH:
            place.dispatch()
        else:
            path = place.pdf()
            place.signed(NORTH, path, 1)
            place.send(NORTH, path, SOUTH)
        if call == "has":  # asked of what was put before
            place.sync(NORTH)
        with place.at(code) as station:
            station.db.run("DELETE FROM seen")
            link = Pausing(FolderLink(town.relay) if kind == "folder" else links.link_of(station), call)
        thread = threading.Thread(
            target=exchange, args=(lambda write: place.at(code, write=write), link, Wanted(again=call == "has"))
        )
        thread.start()
        try:
            assert link.reached.wait(30), "this call was never made: the test tests nothing"
            assert _taken_by_another(place.home(code)) < 10
        finally:
            link.go.set()
            thread.join(60)
        assert not thread.is_alive()
        place.audit()


@pytest.mark.parametrize("call", ["directories", "directory"])
def test_an_authority_looks_at_its_link_before_it_takes_the_lock(
    town: Town, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """Commands that sign for others ask ``before_signing`` first, and only then open their station."""
    link = Pausing(FolderLink(town.relay), call)
    monkeypatch.setattr(links, "link_of", lambda station: link)
    with town.at("A03") as station:
        settings.save(station.home, replace(station.settings, relay=str(town.relay)))
        station.db.run("DELETE FROM seen")
    thread = threading.Thread(target=links.before_signing, args=(town.home("A03"),))
    thread.start()
    try:
        assert link.reached.wait(30), "this call was never made: the test tests nothing"
        assert _taken_by_another(town.home("A03")) < 10
    finally:
        link.go.set()
        thread.join(60)


@pytest.mark.parametrize("how", ["error-body", "100-flood", "trailers", "head", "silence"])
def test_a_hostile_relay_keeps_nobody_from_the_station(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(line, "_SECONDS", 4.0)
    with hostile(tmp_path, TRICKLES[how]) as address:
        with town.at(NORTH) as station:
            link = links.link_of(station, address)
        ended: list[str] = []

        def run() -> None:
            try:
                exchange(lambda write: town.at(NORTH, write=write), link, Wanted())
            except Unavailable as error:
                ended.append(error.code)

        thread = threading.Thread(target=run)
        thread.start()
        time.sleep(0.5)
        assert _taken_by_another(town.home(NORTH)) < 3
        thread.join(30)
        assert ended == ["relay-not-reached"]
