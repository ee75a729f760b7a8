"""Every act of an agency and of an authority dies at every flush and every rename that it makes: the machine loses what
nobody synced, the station opens by itself, the same act is done again or says that it is done, and all journals audit.

The actor's home lies on the lossy disk; the link and all others lie on another. A sample in `make test`, all in
`make soak`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from disk import mounted
from town import NORTH, PASS, PDF, SISTER, SOUTH, UNDER, Town, copy, into

from antin.acts.accept import accept, assign, refuse
from antin.acts.approve import allot, approve, revoke
from antin.acts.backup import back_up
from antin.acts.cancel import cancel
from antin.acts.create_station import FirstOfficer, NewStation, request_agency, request_authority, request_officer
from antin.acts.join import join
from antin.acts.open_document import open_document
from antin.acts.passphrase import change_passphrase
from antin.acts.renew import renew
from antin.acts.send import Address, Wish, agree, send
from antin.acts.sign_document import sign_document
from antin.acts.stamp import stamp
from antin.acts.status import status_record
from antin.errors import AntinError
from antin.kernel.crypto.locker import CHEAPEST
from antin.kernel.formats.fields import Facts, Label
from antin.station.station import AUTHORITY_KEY, Station
from antin.storage.outputs import outputs

FLUSHES = ("fsync", "rename", "link", "unlink")
DIED, DONE, SAID_NO = 9, 0, 3
SAMPLES = 2


@dataclass(frozen=True)
class Act:
    """Whose, by whom, what; and what it says when it was done before the machine died."""

    code: str
    officers: tuple[str, ...] = ()
    do: Callable[[Station, Town], object] = lambda *_: None
    already: tuple[str, ...] = ()
    exchange: bool = False


def _open(station: Station, town: Town) -> None:
    with outputs(town.folder / "ra.pdf", replace=True) as [output]:
        open_document(station, "cb01", "den-1", output)


def _sign(station: Station, town: Town) -> None:
    facts = Facts("KH", "02/KH-VB", station.now(), "Về việc thử", "b.pdf", "application/pdf")
    sign_document(station, "ld01", town.folder / "b.pdf", facts, Label(1, 0, (), (), 1))


def _officer(station: Station, town: Town) -> None:
    request = request_officer(station, "cb01", FirstOfficer("cb09", "Cán bộ", ("officer",), PASS), 1)
    into(town.folder / "moi", lambda output: output.write(request))


ALREADY_JOINED = ("approval-for-other",)  # its request is answered and forgotten
ACTS = {
    "sign": Act(NORTH, ("ld01",), _sign),
    "stamp": Act(NORTH, ("vt01",), lambda s, _: stamp(s, "vt01", "vb-2"), ("document-already-stamped",)),
    "cancel": Act(NORTH, ("ld01",), lambda s, _: cancel(s, "ld01", "vb-2", "nhầm"), ("document-cancelled",)),
    "send": Act(NORTH, ("vt01",), lambda s, t: send(s, "vt01", t.folder / "a.pdf", Wish([Address(SISTER)], 2))),
    "agree": Act(NORTH, ("ld01",), lambda s, _: agree(s, "ld01", SOUTH)),
    "officer": Act(NORTH, ("cb01",), _officer, ("file-exists", "officer-exists", "officer-asked")),
    "renew": Act(NORTH, ("cb01",), lambda s, _: renew(s, ["cb01"])),
    "renew, new keys": Act(SISTER, ("cb01",), lambda s, _: renew(s, ["cb01"], new_keys={"cb01": PASS})),
    "passphrase": Act(SISTER, (), lambda s, _: change_passphrase(s, "cb01", PASS, PASS)),
    "join": Act(NORTH, (), lambda s, t: join(s, (t.folder / "approval").read_bytes()), ALREADY_JOINED),
    "join, an agency's first": Act(UNDER, (), lambda s, t: join(s, (t.folder / "first").read_bytes()), ALREADY_JOINED),
    "join, new keys": Act(SOUTH, (), lambda s, t: join(s, (t.folder / "new keys").read_bytes()), ALREADY_JOINED),
    "join, an officer": Act(SISTER, (), lambda s, t: join(s, (t.folder / "officer").read_bytes()), ALREADY_JOINED),
    "join, an authority's first": Act("A06", (AUTHORITY_KEY,), lambda s, t: join(s, (t.folder / "sixth").read_bytes()),
                                      ALREADY_JOINED),
    "backup": Act(NORTH, (), lambda s, t: into(t.folder / "backup", lambda out: back_up(s, out)), ("file-exists",)),
    "exchange of a sender": Act(NORTH, exchange=True),
    "exchange of a receiver": Act(SOUTH, exchange=True),
    "accept": Act(SOUTH, ("vt01",), lambda s, _: accept(s, "vt01", "den-1"), ("dispatch-state-forbids",)),
    "assign": Act(SOUTH, ("vt01",), lambda s, _: assign(s, "vt01", "den-1", "cb01", "Làm ngay")),
    "refuse": Act(SOUTH, ("vt01",), lambda s, _: refuse(s, "vt01", "den-1", "other"), ("dispatch-state-forbids",)),
    "open": Act(SOUTH, ("cb01",), _open),
    "approve": Act("A03", (AUTHORITY_KEY,), lambda s, t: approve(s, (t.folder / "request").read_bytes(), 400),
                   ("officer-bound-already", "code-bound-already")),
    "revoke": Act("A03", (AUTHORITY_KEY,), lambda s, _: revoke(s, s.directory.find(SISTER), s.now(), "left"),
                  ("credential-already-revoked",)),
    "status": Act("A03", (AUTHORITY_KEY,), lambda s, _: s.commit([status_record(s)])),
    "exchange of an authority": Act("A03", exchange=True),
    "allot": Act("A00", (AUTHORITY_KEY,), lambda s, _: allot(s, "A03", ("A05.",)), ("code-of-another",)),
    "exchange of the root": Act("A00", exchange=True),
}  # fmt: skip


@pytest.fixture(scope="module")
def lived(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A letter lies before SOUTH, another is signed, a renewal is asked for and approved, revocations are published."""
    town = copy(founded, tmp_path_factory.mktemp("flush") / "town")
    for name in ("a.pdf", "b.pdf"):
        town.pdf(name, PDF + name.encode())
    town.dispatch()
    town.sync(SOUTH)
    town.signed(NORTH, town.folder / "a.pdf", 1)
    with town.at(NORTH, "ld01") as station:
        _sign(station, town)
    town.send(NORTH, town.folder / "a.pdf", SOUTH)
    with town.at(NORTH, "cb01") as station:
        renewal = renew(station, ["cb01"])
        request = request_officer(station, "cb01", FirstOfficer("cb08", "Cán bộ", ("officer",), PASS), 1)
        (town.folder / "request").write_bytes(request)
    with town.at("A03", AUTHORITY_KEY) as station:
        (town.folder / "approval").write_bytes(approve(station, renewal, 400).file)
    with town.at(SOUTH, "cb01", "vt01") as station:
        renewal = renew(station, ["cb01", "vt01"], new_keys={"cb01": PASS, "vt01": PASS})
    with town.at("A04", AUTHORITY_KEY) as station:
        (town.folder / "new keys").write_bytes(approve(station, renewal, 400).file)
    root, cheap = bytes.fromhex((town.folder / "root").read_text())[:25], {"cost": CHEAPEST}
    plan = NewStation(UNDER, "Phòng Dưới", "ngoai-giao", parent=SISTER, professional="A03", relay=str(town.relay))
    first = FirstOfficer("cb01", "Cán bộ", ("cipher", "officer"), PASS)
    with town.at(SISTER, "cb01") as station:
        officer = request_officer(station, "cb01", FirstOfficer("cb07", "Cán bộ", ("officer",), PASS), 1)
    asked = {
        "first": ("A03", request_agency(town.home(UNDER), plan, first, root, cheap)),
        "officer": ("A03", officer),
        "sixth": (
            "A00",
            request_authority(town.home("A06"), NewStation("A06", "Cơ yếu", "cong-an"), PASS, root, cheap),
        ),
    }
    for name, (authority, raw) in asked.items():
        with town.at(authority, AUTHORITY_KEY) as station:
            (town.folder / name).write_bytes(approve(station, raw, 400).file)
    town.state()
    return town.folder


class Run:
    """One act in a town of its own, whose actor stands on the lossy disk."""

    def __init__(self, lived: Path, place: Path, act: Act) -> None:
        self.act, self.place, self.said = act, place, ""
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        self.town = copy(lived, place / "town")
        self.home = self.town.home(act.code)
        (place / "disk").mkdir()
        self.home.rename(place / "disk" / act.code)

    def until(self, change: int) -> tuple[int, list[str]]:
        """How it ended, and the changes of the disk that it made; the power goes before number ``change``."""
        with mounted(self.place / "disk", self.place / "mount") as disk:
            self.stand_on(disk.mount)
            ready, go = os.pipe(), os.pipe()
            child = os.fork()
            if not child:
                os._exit(self._done(ready[1], go[0]))
            os.read(ready[0], 1)
            disk.cut_at(change, child)
            os.write(go[1], b"g")
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            for each in (*ready, *go):
                os.close(each)
            log = disk.heal()["log"] if status != -DIED else []
            disk.power_off(self.place / "left")
        self.stand_on(self.place / "left")
        return status, log

    def _done(self, ready: int, go: int) -> int:
        os.write(ready, b"r")
        os.read(go, 1)
        return self.do()

    def do(self) -> int:
        try:
            if self.act.exchange:
                self.town.sync(self.act.code)
                return DONE
            with self.town.at(self.act.code, *self.act.officers) as station:
                self.act.do(station, self.town)
        except AntinError as error:
            self.said = str(error)
            return DONE if error.code in self.act.already else SAID_NO
        return DONE

    def stand_on(self, folder: Path) -> None:
        self.home.unlink(missing_ok=True)
        self.home.symlink_to(folder / self.act.code)

    def check(self) -> None:
        """It opens, audits, does the act, and everybody goes on with it."""
        self.audit()
        with self.town.at(self.act.code, *self.act.officers):
            pass
        assert self.do() == DONE, f"the same act does not go on: {self.said}"
        self.town.sync("A03", "A04", "A00", NORTH, SOUTH, "A03", "A04", NORTH, SOUTH)
        for code in ("A00", "A03", "A04", NORTH, SOUTH):
            with self.town.at(code) as station:
                assert station.db.value("SELECT count(*) FROM dispatch_conflicts") == 0, code
        self.audit()

    def audit(self) -> None:
        """Of everybody who has a journal."""
        unborn = []
        for code in (UNDER, "A06"):
            with self.town.at(code, write=False) as station:
                unborn += [] if station.joined else [code]
        self.town.audit(*unborn)


def changes(lived: Path, place: Path, act: Act) -> list[int]:
    """The numbers of its flushes and renames."""
    status, log = Run(lived, place, act).until(10**6)
    assert status == DONE, "the act itself fails: the test tests nothing"
    return [n for n, line in enumerate(log, 1) if line.split(" ")[0] in FLUSHES]


def die(lived: Path, place: Path, act: Act, change: int) -> None:
    run = Run(lived, place, act)
    status, _ = run.until(change)
    assert status in (-DIED, DONE), f"change {change}: {status}"  # done: this time it came with fewer changes
    try:
        run.check()
    except BaseException as error:
        error.add_note(f"died before change {change}")
        raise


@pytest.mark.parametrize("name", ["revoke", "open", "exchange of an authority"])
def test_an_act_dies(lived: Path, tmp_path: Path, fuse: None, name: str) -> None:
    act = ACTS[name]
    all_ = changes(lived, tmp_path / "run", act)
    for change in all_[1 :: max(1, len(all_) // SAMPLES)]:
        die(lived, tmp_path / "run", act, change)


@pytest.mark.soak
@pytest.mark.parametrize("name", ACTS)
def test_every_act_dies_everywhere(lived: Path, tmp_path: Path, fuse: None, name: str) -> None:
    act = ACTS[name]
    all_ = changes(lived, tmp_path / "run", act)
    for change in all_:
        die(lived, tmp_path / "run", act, change)
    print(f"{name}: {len(all_)} flushes and renames")
