"""Hosts and slow lines made of network namespaces: a relay in the middle, a station at each end.

    NORTH ——— veth, tbf ———  relay  ——— veth, tbf ——— SOUTH

Needs root and ``ip`` and ``tc``. Everything made here is named after this process and removed at the end.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace

from town import NORTH, PDF, SOUTH, Town

from antin.relay import listen
from antin.relay import settings as relay_settings
from antin.relay.store import tag_of
from relay.relays import NetTown, set_relay

_ENDS = {NORTH: 1, SOUTH: 2}


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (command, done.stderr)


@dataclass
class Lines:
    """``name(code)`` is a station's host; ``middle`` the relay's."""

    net: NetTown
    middle: str = field(default_factory=lambda: f"antin{os.getpid()}m")
    stayers: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def host(self, code: str) -> str:
        return f"antin{os.getpid()}{_ENDS[code]}"

    def make(self, mbit: float) -> None:
        for name in (self.middle, *map(self.host, _ENDS)):
            _run("ip", "netns", "add", name)
            _run("ip", "-n", name, "link", "set", "lo", "up")
        for code, n in _ENDS.items():
            near, far = f"v{os.getpid()}{n}a", f"v{os.getpid()}{n}b"
            _run("ip", "link", "add", near, "netns", self.host(code), "type", "veth", "peer", "name", far,
                 "netns", self.middle)  # fmt: skip
            ends = ((self.host(code), near, f"10.77.{n}.2/24"), (self.middle, far, f"10.77.{n}.1/24"))
            for place, link, address in ends:
                _run("ip", "-n", place, "addr", "add", address, "dev", link)
                _run("ip", "-n", place, "link", "set", link, "up")
                # A short queue, as a line of this speed has: what waits in it nothing can overtake.
                _run("tc", "-n", place, "qdisc", "add", "dev", link, "root", "tbf", "rate", f"{int(mbit * 1e6)}bit",
                     "burst", "8kb", "latency", "400ms")  # fmt: skip

    def set_line(self, code: str, state: str) -> None:
        """``down`` or ``up``: the cable of a station."""
        _run("ip", "-n", self.host(code), "link", "set", f"v{os.getpid()}{_ENDS[code]}a", state)

    def remove(self) -> None:
        for code in list(self.stayers):
            self.leave(code)
        if self.net.server.process is not None and self.net.server.process.poll() is None:
            self.net.server.stop()
        for name in (self.middle, *map(self.host, _ENDS)):
            subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)

    def move_in(self) -> None:
        """The relay moves into its host, and both stations learn the address there."""
        server = self.net.server
        assert server.stop() == 0
        settings = replace(relay_settings.load(server.home), host="0.0.0.0")
        relay_settings.save(server.home, settings)
        server.before = ("ip", "netns", "exec", self.middle)
        server.start()
        print_ = listen.fingerprint(server.home)
        for code, n in _ENDS.items():
            set_relay(self.net, listen.address(f"10.77.{n}.1", settings.port, print_), code)

    def stay(self, code: str) -> None:
        """``antin sync --stay`` in the station's own host."""
        command = ["ip", "netns", "exec", self.host(code), sys.executable, "-m", "antin", "sync", "--stay", "--json",
                   "--home", str(self.net.home(code))]  # fmt: skip
        with (self.net.folder / f"stay-{code}.log").open("ab") as log:
            self.stayers[code] = subprocess.Popen(command, stdout=log, stderr=log)

    def leave(self, code: str) -> int:
        process = self.stayers.pop(code)
        process.send_signal(signal.SIGTERM)
        return process.wait(30)

    def said(self, code: str) -> str:
        return (self.net.folder / f"stay-{code}.log").read_text()


@contextmanager
def lines(net: NetTown, mbit: float) -> Iterator[Lines]:
    """Both stations on lines of ``mbit`` to the relay."""
    found = Lines(net)
    try:
        found.make(mbit)
        found.move_in()
        yield found
    finally:
        found.remove()


def look(town: Town, code: str, sql: str, *values: object) -> int:
    """One number out of a station's database, without the weight of opening the station."""
    with closing(sqlite3.connect(f"file:{town.home(code) / 'station.db'}?mode=ro", uri=True, timeout=15)) as db:
        return int((db.execute(sql, values).fetchone() or (0,))[0] or 0)


def until(what: Callable[[], bool], seconds: float) -> float:
    """How long it took. Fails when it does not happen."""
    begun = time.monotonic()
    while not what():
        assert time.monotonic() - begun < seconds, "it did not happen in time"
        time.sleep(0.02)
    return time.monotonic() - begun


def hand_in(town: Town, data: bytes, precedence: int, name: str) -> None:
    """Signed, stamped and sent by NORTH to SOUTH: it lies in the outbox."""
    path = town.pdf(name, data)
    town.signed(NORTH, path, 1)
    town.send(NORTH, path, SOUTH, precedence=precedence)


def entered(town: Town, precedence: int) -> int:
    return look(town, SOUTH, "SELECT count(*) FROM dispatch_in WHERE precedence = ?", precedence)


def overtaken(net: NetTown, line: Lines, *, down: bool, mbit: float, large: int) -> tuple[float, float]:
    """Hỏa tốc behind a large transfer: seconds from NORTH's outbox to SOUTH's register, and its own wire time, that of
    blob and envelope over both lines.

    ``down``: the large one is on its way from the relay to SOUTH, else from NORTH to the relay.
    """
    if not down:
        hand_in(net, PDF + os.urandom(large), 0, "lon.bin")
    line.stay(NORTH)
    line.stay(SOUTH)
    folder = net.home(SOUTH) / "blobs/partial" if down else net.relay / "partial" / tag_of(NORTH)
    until(lambda: any(path.stat().st_size > 300_000 for path in folder.glob("*.part")), 60)
    time.sleep(1.0)  # the chunks have found their size
    hand_in(net, PDF, 3, "hoa-toc.pdf")
    size: list[int] = []

    def came() -> bool:
        size.extend(path.stat().st_size for path in (net.relay / "to" / SOUTH).glob("6-*") if path.exists())
        return entered(net, 3) == 1

    took = until(came, 120)
    running = [path for path in folder.glob("*.part") if path.stat().st_size < large]
    assert running, "the large transfer was over before the urgent one came: this measures nothing"
    sealed = look(net, NORTH, "SELECT min(size) FROM blobs")
    return took, 2 * 8 * (sealed + max(size, default=6000)) / (mbit * 1e6)


def spool_large(net: NetTown, large: int) -> None:
    """The large one lies whole at the relay already."""
    hand_in(net, PDF + os.urandom(large), 0, "lon.bin")
    net.sync(NORTH)
