"""A real relay beside the town: its own process on loopback (or in a network namespace), stopped by its id."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from town import PASS, Town
from warm import Process, shared

from antin.acts import links
from antin.acts.sync import Report
from antin.acts.transfer import Course, run
from antin.interop import relay_certificate
from antin.relay import listen
from antin.relay import settings as relay_settings
from antin.relay.https import HttpsLink
from antin.relay.settings import FORMAT, RelaySettings
from antin.station import settings as settings_file
from antin.station.station import AUTHORITY_KEY
from antin.storage import durable

AUTHORITIES = ("A00", "A03", "A04")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@dataclass
class RelayProcess:
    """``home`` has the layout of a folder link, so a liar works behind it. ``before``: e.g. ``ip netns exec NAME``."""

    home: Path
    address: str
    before: tuple[str, ...] = ()
    process: subprocess.Popen[str] | Process | None = field(default=None, repr=False)

    def start(self) -> None:
        words = ["relay", "serve", "--home", str(self.home), "--json"]
        with (self.home / "log").open("a") as log:
            if self.before:
                command = [*self.before, sys.executable, "-m", "antin", *words]
                self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
            else:
                self.process = shared().start(*words, stderr=log)
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        assert "listening" in said, (said, (self.home / "log").read_text())

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()

    def stop(self) -> int:
        assert self.process is not None
        self.process.terminate()
        self.process.communicate(timeout=20)
        return self.process.returncode

    @property
    def log(self) -> str:
        return (self.home / "log").read_text()


def made(home: Path, root: bytes, host: str = "127.0.0.1", **settings: int) -> RelayProcess:
    """A relay's folder, as ``antin relay init`` makes it."""
    home.mkdir(exist_ok=True)
    key, certificate, digest = relay_certificate.create(host, 1_772_000_000)
    durable.write(home / listen.KEY, key)
    durable.write(home / listen.CERTIFICATE, certificate)
    port = free_port()
    relay_settings.save(home, replace(RelaySettings(FORMAT, root.hex(), host, port, free_mib=1), **settings))
    return RelayProcess(home, listen.address(host, port, digest))


@dataclass
class NetTown(Town):
    """A town whose stations exchange through a relay process. ``relay`` is the folder behind it, for the liar."""

    server: RelayProcess = field(default_factory=lambda: RelayProcess(Path(), ""))

    def sync(self, *codes: str, again: bool = False) -> Report:
        for code in codes:
            report = self.exchange(code, again=again).report
        return report

    def exchange(self, code: str, *, again: bool = False, **more: object) -> Course:
        with self.at(code) as station:
            link = links.link_of(station)
        course = Course(lambda write: self.at(code, write=write), link, **more)  # type: ignore[arg-type]
        try:
            run(course, again=again)
        finally:
            links.let_go(link)
        return course

    def link(self, code: str) -> HttpsLink:
        with self.at(code) as station:
            link = links.link_of(station)
        assert isinstance(link, HttpsLink)
        return link


def set_relay(town: Town, address: str, *codes: str) -> None:
    """Stations are told the address; authorities sign in once, so that their link key is vouched for."""
    for toml in sorted(town.folder.glob("*/station.toml")):
        if codes and toml.parent.name not in codes:
            continue
        settings = settings_file.load(toml.parent)
        settings_file.save(toml.parent, replace(settings, relay=address))
        if toml.parent.name in AUTHORITIES:
            with town.at(toml.parent.name) as station:
                station.sign_in(AUTHORITY_KEY, PASS)


@contextmanager
def net_town(town: Town, **settings: int) -> Iterator[NetTown]:
    """The town on a relay, directories exchanged."""
    root = bytes.fromhex((town.folder / "root").read_text())
    server = made(town.relay, root, **settings)
    server.start()
    found = NetTown(town.folder, town.clock, server)
    try:
        set_relay(found, server.address)
        found.sync(*AUTHORITIES)
        yield found
    finally:
        if server.process is not None and server.process.poll() is None:
            assert server.stop() == 0
        with suppress(FileNotFoundError):
            assert "Traceback" not in server.log, server.log


def python_path() -> dict[str, str]:
    """For processes of ours that import the tests' modules."""
    here = Path(__file__).parent
    return {**os.environ, "PYTHONPATH": os.pathsep.join((str(here), str(here.parent)))}
