"""Call windows, and a station that stays at the link."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from town import NORTH, PDF, SOUTH, Town

from antin.errors import Malformed
from antin.station import calls
from antin.station import settings as settings_file
from antin.station.calls import NEVER, windows
from relay.relays import NetTown

NIGHT = "22:00-05:00, 12:00-12:30"


def at(hour: int, minute: int = 0) -> float:
    """Vietnam time on some day."""
    return 1_772_000_000 // 86400 * 86400 + (hour - 7) * 3600 + minute * 60


def set_calls(town: Town, code: str, text: str, from_: int = 3) -> None:
    settings = settings_file.load(town.home(code))
    settings_file.save(town.home(code), replace(settings, call_windows=text, call_always_from=from_))


def closed_now() -> str:
    """A window that is far from now."""
    hour = (time.gmtime(time.time() + 7 * 3600).tm_hour + 12) % 24
    return f"{hour:02}:00-{hour:02}:01"


@pytest.mark.parametrize(("hour", "minute", "least"), [
    (22, 0, 0), (23, 59, 0), (0, 0, 0), (4, 59, 0), (5, 0, 3), (12, 0, 0), (12, 29, 0), (12, 30, 3), (21, 59, 3),
])  # fmt: skip
def test_windows(town: Town, hour: int, minute: int, least: int) -> None:
    settings = replace(settings_file.load(town.home(NORTH)), call_windows=NIGHT)
    assert calls.least(settings, at(hour, minute)) == least
    assert calls.least(replace(settings, call_windows=""), at(hour, minute)) == 0
    assert calls.least(replace(settings, call_always_from=9), at(hour, minute)) == (NEVER if least else 0)


@pytest.mark.parametrize("text", ["22-05", "22:00", "25:00-26:00", "22:60-23:00", "22:00–05:00", ",", "22:00-05:00;"])
def test_windows_that_are_none(text: str) -> None:
    with pytest.raises(Malformed, match="call-windows-malformed"):
        windows(text)


def test_an_older_settings_file_still_opens(town: Town) -> None:
    path = town.home(NORTH) / "station.toml"
    kept = [line for line in path.read_text().splitlines() if not line.startswith("call_")]
    path.write_text("\n".join(kept))
    with town.at(NORTH) as station:
        assert (station.settings.call_windows, station.settings.call_always_from) == ("", 3)
    path.write_text("\n".join([*kept, "call_window = ''"]))
    with pytest.raises(Malformed, match="settings-malformed"):
        settings_file.load(town.home(NORTH))


def spool(town: Town, precedence: int, name: str) -> None:
    path = town.pdf(name, PDF + name.encode())
    town.signed(NORTH, path, 1)
    town.send(NORTH, path, SOUTH, precedence=precedence)


def test_outside_the_windows_only_the_urgent_goes(net: NetTown) -> None:
    net.sync(SOUTH)
    spool(net, 0, "thuong.pdf")
    spool(net, 3, "hoa-toc.pdf")
    set_calls(net, NORTH, closed_now())
    report = net.sync(NORTH)
    assert (report.least, report.put) == (3, 1)
    set_calls(net, NORTH, closed_now(), 5)
    net.server.kill()
    assert net.sync(NORTH).least == NEVER  # it does not even call
    net.server.start()
    set_calls(net, NORTH, "")
    assert net.sync(NORTH).put >= 1
    net.sync(SOUTH)
    with net.at(SOUTH) as station:
        assert station.db.value("SELECT count(*) FROM dispatch_in") == 2
    net.audit()


class Stayer:
    """``antin sync --stay`` of one station, as a process."""

    def __init__(self, town: Town, code: str) -> None:
        command = [sys.executable, "-m", "antin", "sync", "--stay", "--home", str(town.home(code)), "--json"]
        self.log = (town.folder / f"stay-{code}.log").open("w+")
        self.process = subprocess.Popen(command, stdout=self.log, stderr=subprocess.STDOUT, env=dict(os.environ))

    def lines(self) -> list[Any]:
        return [json.loads(line) for line in Path(self.log.name).read_text().splitlines() if line.startswith("{")]

    def stop(self) -> tuple[int, float]:
        begun = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(20)
        self.log.close()
        return code, time.monotonic() - begun


def until(what: Any, seconds: float = 30) -> float:
    begun = time.monotonic()
    while not what():
        assert time.monotonic() - begun < seconds, "it did not happen in time"
        time.sleep(0.05)
    return time.monotonic() - begun


def count(town: Town, code: str, sql: str) -> int:
    with town.at(code, write=False) as station:
        return int(station.db.value(sql))


def test_two_stations_stay_at_the_link(net: NetTown) -> None:
    stayers = [Stayer(net, NORTH), Stayer(net, SOUTH)]
    try:
        time.sleep(3)
        spool(net, 3, "hoa-toc.pdf")
        took = until(lambda: count(net, SOUTH, "SELECT count(*) FROM dispatch_in"))
        assert took < 10
        until(lambda: count(net, NORTH, "SELECT count(*) FROM dispatch_out WHERE state = 'arrived'"))
        net.server.kill()  # both notice, and come back by themselves
        until(lambda: any("error" in line for line in stayers[0].lines()))
        net.server.start()
        spool(net, 3, "hoa-toc-2.pdf")
        until(lambda: count(net, SOUTH, "SELECT count(*) FROM dispatch_in") == 2, 60)
    finally:
        ended = [each.stop() for each in stayers]
    assert all(code == 0 and seconds < 5 for code, seconds in ended), ended
    assert "Traceback" not in "".join(Path(each.log.name).read_text() for each in stayers)
    net.audit()


def test_one_exchange_at_a_time(net: NetTown) -> None:
    stayer = Stayer(net, NORTH)
    try:
        until(lambda: (net.home(NORTH) / "link.lock").exists())
        time.sleep(0.5)
        command = [sys.executable, "-m", "antin", "sync", "--home", str(net.home(NORTH)), "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 8 and json.loads(done.stdout)["error"]["code"] == "sync-running"
    finally:
        assert stayer.stop()[0] == 0


def test_stations_stay_at_a_folder_too(town: Town) -> None:
    stayers = [Stayer(town, NORTH), Stayer(town, SOUTH)]
    try:
        path = town.pdf()
        town.signed(NORTH, path)
        town.send(NORTH, path, SOUTH)
        until(lambda: count(town, NORTH, "SELECT count(*) FROM dispatch_out WHERE state = 'arrived'"))
    finally:
        ended = [each.stop() for each in stayers]
    assert all(code == 0 for code, _ in ended), ended
    town.audit()
