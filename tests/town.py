"""A small town of stations for tests: root, two branches, two agencies, their officers.

Founded once for a test run with the cheapest key derivation, then copied for each test.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import engine

from antin.acts.accept import accept
from antin.acts.approve import approve
from antin.acts.create_station import (
    FirstOfficer,
    NewStation,
    create_root,
    request_agency,
    request_authority,
    request_officer,
)
from antin.acts.join import join
from antin.acts.open_document import open_document
from antin.acts.send import Address, Wish, send
from antin.acts.sign_document import sign_document
from antin.acts.stamp import stamp
from antin.acts.status import status_record
from antin.acts.sync import Report, sync
from antin.kernel.crypto.locker import CHEAPEST
from antin.kernel.formats.fields import Facts, Label
from antin.relay.folder import FolderLink
from antin.station.audit import audit
from antin.station.opening import Opened
from antin.station.station import AUTHORITY_KEY, Station, opened
from antin.storage.durable import Output
from antin.storage.outputs import outputs

NORTH, SOUTH = "A03.15", "A04.27"  # two agencies of two branches
SISTER = "A03.16"  # a second agency of NORTH's branch
UNDER = "A03.16.01"  # an agency below SISTER, where a test founds it
PASS = b"mat-khau-thu"
AGENCIES = {NORTH: ("Vụ Bắc", "A03", "ngoai-giao"), SISTER: ("Vụ Chị Em", "A03", "ngoai-giao"),
            SOUTH: ("Sở Nam", "A04", "dang-chinh-quyen")}  # fmt: skip
OFFICERS = (("ld01", ("leader",), 3), ("vt01", ("registrar", "officer"), 3), ("cb02", ("officer",), 1))
LITTLE = b"%PDF-1.7\n" + bytes(range(256)) * 8 + b"\n%%EOF\n"  # its sealed blob lies in the envelope
PDF = LITTLE + bytes(range(256)) * 256  # its blob is a file of its own


@dataclass
class Clock:
    """Turned by hand."""

    ahead: float = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


T = TypeVar("T")


def into(target: Path, write: Callable[[Output], T]) -> T:
    """What an act writes for a person, in a file of that name."""
    with outputs(target) as [output]:
        return write(output)


@dataclass
class Town:
    """Stations below one folder, and the shared folder between them."""

    folder: Path
    clock: Clock = field(default_factory=Clock)

    @property
    def relay(self) -> Path:
        return self.folder / "relay"

    def home(self, code: str) -> Path:
        return self.folder / code

    @contextmanager
    def at(self, code: str, *officers: str, write: bool = True) -> Iterator[Station]:
        with opened(self.home(code), write=write, clock_=self.clock, cost=CHEAPEST) as station:
            for officer in officers:
                station.sign_in(officer, PASS)
            yield station

    def sync(self, *codes: str, again: bool = False) -> Report:
        for code in codes:
            with self.at(code) as station:
                report = sync(station, FolderLink(self.relay), again=again)
        return report

    def pdf(self, name: str = "van-ban.pdf", data: bytes = PDF) -> Path:
        path = self.folder / name
        path.write_bytes(data)
        return path

    def signed(self, code: str, path: Path, level: int = 2, subject: str = "Về việc thử") -> str:
        """Signed by the leader and stamped by the registrar."""
        with self.at(code, "ld01", "vt01") as station:
            facts = Facts("KH", "01/KH-VB", station.now(), subject, path.name, "application/pdf")
            id_ = sign_document(station, "ld01", path, facts, Label(level, 0, (), (), 1))
            return stamp(station, "vt01", id_)

    def send(self, code: str, path: Path, *to: str, precedence: int = 0) -> list[str]:
        with self.at(code, "vt01") as station:
            return send(station, "vt01", path, Wish([Address(*each.split("/")) for each in to], precedence))

    def dispatch(self, *, level: int = 2, precedence: int = 0, name: str = "van-ban.pdf", data: bytes = PDF) -> Path:
        """One whole sending from NORTH to SOUTH, as far as the relay."""
        path = self.pdf(name, data)
        self.signed(NORTH, path, level, "" if level == 3 else "Về việc thử")
        self.send(NORTH, path, SOUTH, precedence=precedence)
        self.sync(NORTH)
        return path

    def open(self, code: str, officer: str, dispatch: str, target: Path) -> Opened:
        with self.at(code, officer) as station:
            output = Output(target)
            try:
                done = open_document(station, officer, dispatch, output)
                output.publish()
            finally:
                output.close()
            return done

    def accept(self, code: str, officer: str, dispatch: str) -> None:
        with self.at(code, officer) as station:
            accept(station, officer, dispatch)

    def state(self) -> None:
        """Authorities sign the state of their credentials and publish it; agencies pull."""
        for code in ("A00", "A03", "A04"):
            with self.at(code, AUTHORITY_KEY) as station:
                station.commit([status_record(station)])
            self.sync(code)
        self.sync(*AGENCIES)

    def audit(self, *but: str) -> int:
        """Every station, but those whose own program was made to lie; the end of every end-to-end test."""
        records = 0
        for home in sorted(self.folder.iterdir()):
            if (home / "station.toml").exists() and home.name not in but:
                with self.at(home.name) as station:
                    report = audit(station)
                    assert report.ok, (home.name, report.findings)
                    records += report.size
        return records


def found(folder: Path) -> Town:
    """The town, with directories exchanged."""
    town, args = Town(folder), {"cost": CHEAPEST}
    town.relay.mkdir(parents=True)
    root = create_root(town.home("A00"), NewStation("A00", "Gốc", database=engine.kept(folder, "A00")), PASS, args)
    (folder / "root").write_text(root.hex())
    for code, branch in (("A03", "ngoai-giao"), ("A04", "dang-chinh-quyen")):
        plan = NewStation(code, f"Cơ yếu {branch}", branch, database=engine.kept(folder, code))
        request = request_authority(town.home(code), plan, PASS, root[:25], args)
        bind(town, "A00", code, request, AUTHORITY_KEY)
    for code, (name, authority, branch) in AGENCIES.items():
        first = FirstOfficer("cb01", f"Cán bộ {code}", ("cipher", "officer"), PASS)
        plan = NewStation(code, name, branch, professional=authority, relay=str(town.relay),
                          database=engine.kept(folder, code))  # fmt: skip
        bind(town, authority, code, request_agency(town.home(code), plan, first, root[:25], args))
        for officer, roles, level in OFFICERS:
            with town.at(code, "cb01") as station:
                request = request_officer(station, "cb01", FirstOfficer(officer, officer, roles, PASS), level)
            bind(town, authority, code, request)
    town.sync("A00", "A03", "A04", "A00", "A03", "A04", *AGENCIES)
    return town


def found_below(town: Town) -> None:
    """An agency under SISTER, with A03 as its professional superior."""
    root = bytes.fromhex((town.folder / "root").read_text())
    plan = NewStation(UNDER, "Phòng Dưới", "ngoai-giao", parent=SISTER, professional="A03", relay=str(town.relay),
                      database=engine.kept(town.folder, UNDER))  # fmt: skip
    first = FirstOfficer("cb01", "Cán bộ", ("cipher", "officer"), PASS)
    bind(town, "A03", UNDER, request_agency(town.home(UNDER), plan, first, root[:25], {"cost": CHEAPEST}))
    for officer, roles, level in OFFICERS:
        with town.at(UNDER, "cb01") as station:
            request = request_officer(station, "cb01", FirstOfficer(officer, officer, roles, PASS), level)
        bind(town, "A03", UNDER, request)
    town.sync("A00", "A03", "A04", "A00", "A03", "A04", NORTH, SISTER, SOUTH, UNDER)


def bind(town: Town, authority: str, code: str, request: bytes, *officers: str) -> list[str]:
    """Approve at the authority, join at the asker."""
    with town.at(authority, AUTHORITY_KEY) as station:
        file = approve(station, request, 365).file
    with town.at(code, *officers) as station:
        return join(station, file)


def copy(source: Path, target: Path) -> Town:
    """A town of one's own. The stations' settings name the relay by path, so that is renewed."""
    shutil.copytree(source, target)
    for settings in target.glob("*/station.toml"):
        settings.write_text(settings.read_text().replace(str(source), str(target)))
    engine.copied(source, target)
    return Town(target)
