"""The cast: an invented national office, one invented unit in each of the four branches, their officers."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from antin.acts import papers, publishing
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
from antin.acts.links import own_at_link
from antin.acts.papers import Taken
from antin.acts.status import status_record
from antin.acts.sync import Report, sync
from antin.kernel.crypto.locker import RFC_9106_LOW_MEMORY, Cost
from antin.relay.folder import FolderLink
from antin.station.station import AUTHORITY_KEY, Station, opened
from antin.storage.durable import Output

ROOT = "A00"
BRANCHES = {
    "A01": ("Cơ yếu hệ Quân đội (thí dụ)", "quan-doi"),
    "A02": ("Cơ yếu hệ Công an (thí dụ)", "cong-an"),
    "A03": ("Cơ yếu hệ Ngoại giao (thí dụ)", "ngoai-giao"),
    "A04": ("Cơ yếu hệ Đảng – Chính quyền (thí dụ)", "dang-chinh-quyen"),
}
OFFICE = "A00.01"
ARMY, POLICE, FOREIGN, PARTY = "A01.10", "A02.10", "A03.10", "A04.10"
UNITS = (ARMY, POLICE, FOREIGN, PARTY)
SENDER, RECEIVER = OFFICE, POLICE
AGENCIES = {
    OFFICE: ("Văn phòng Cơ quan Mật mã (thí dụ)", ROOT),
    ARMY: ("Phòng Cơ yếu Quân đội Thí dụ", "A01"),
    POLICE: ("Phòng Cơ yếu Công an Thí dụ", "A02"),
    FOREIGN: ("Phòng Cơ yếu Ngoại giao Thí dụ", "A03"),
    PARTY: ("Phòng Cơ yếu Đảng – Chính quyền Thí dụ", "A04"),
}
_THREE = (("cb01", ("cipher", "officer"), 3), ("ld01", ("leader",), 3), ("vt01", ("registrar", "officer"), 3))
_NAMES = {
    OFFICE: ("Trần Thị Cơ Yếu", "Lê Văn Thí Dụ", "Phạm Thị Văn Thư"),
    ARMY: ("Ngô Văn Mã Dịch", "Đinh Văn Chỉ Huy", "Bùi Thị Lưu Trữ"),
    POLICE: ("Hoàng Văn Cơ Yếu", "Đặng Thị Trưởng Phòng", "Đỗ Thị Văn Thư"),
    FOREIGN: ("Mai Thị Điện Mật", "Lý Văn Vụ Trưởng", "Tạ Thị Sổ Sách"),
    PARTY: ("Cao Văn Đường Truyền", "Hồ Thị Chánh Văn Phòng", "Vương Văn Chuyển Giao"),
}
# officer: (name, roles, clearance)
OFFICERS = {
    code: {officer: (name, roles, level) for name, (officer, roles, level) in zip(names, _THREE, strict=True)}
    for code, names in _NAMES.items()
}
OFFICERS[POLICE]["cb02"] = ("Vũ Văn Mới", ("officer",), 0)
PASSPHRASE = b"an-tin-thi-du"


@dataclass
class Clock:
    """The story begins days ago and ends now, so that whoever goes on by hand finds the right time."""

    ahead: float = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the stations live, the shared folder between them, and what time it is.

    A context: within it every office leaves its program open, as offices do, and an officer signs in again only when
    his time is over.
    """

    folder: Path
    cost: Cost = RFC_9106_LOW_MEMORY
    clock: Clock = field(default_factory=Clock)
    _open: dict[str, tuple[Station, ExitStack]] = field(default_factory=dict, init=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        for code in list(self._open):
            self.leave(code)

    def leave(self, code: str) -> None:
        """An office closes its program."""
        if code in self._open:
            self._open.pop(code)[1].close()

    @property
    def relay(self) -> Path:
        """The folder link."""
        return self.folder / "chuyen"

    def home(self, code: str) -> Path:
        """A station's folder."""
        return self.folder / "tram" / code

    @contextmanager
    def at(self, code: str, *officers: str) -> Iterator[Station]:
        """An open station with officers signed in."""
        if code not in self._open:
            program = ExitStack()
            station = program.enter_context(opened(self.home(code), cost=self.cost, clock_=self.clock))
            self._open[code] = station, program
        station, _ = self._open[code]
        for officer in officers:
            if not station.signer.is_unlocked(officer, station.moment()):
                station.sign_in(officer, PASSPHRASE)
        yield station

    def sync(self, *codes: str, again: bool = False) -> Report:
        """One exchange of each station over the shared folder."""
        for code in codes:
            with self.at(code) as station:
                report = sync(station, FolderLink(self.relay), again=again)
        return report

    def publish(self, code: str, officer: str = "vt01") -> int:
        """Everything that waits at a station leaves for the link; how many dispatches."""
        with self.at(code, officer) as station:
            return sum(len(papers.publish(station, officer, number)) for number in papers.waiting(station))

    def take(self, code: str, officer: str = "vt01") -> list[Taken]:
        """Every paper that has come in and was not opened yet. Raises what the first refusal says."""
        found = []
        with self.at(code, officer) as station:
            for each in papers.pending(station, officer):
                found += self.take_one(station, officer, each)
        return found

    def take_one(self, station: Station, officer: str, dispatch: str) -> list[Taken]:
        """One paper into the books."""
        output = Output(self.folder / "vao-so.tmp")
        try:
            taken = papers.take(station, officer, dispatch, output)
        finally:
            output.close()
        return [taken] if isinstance(taken, Taken) else []


def found(stage: Stage) -> bytes:
    """Root, four branches, five agencies, their officers. Returns the root's digest."""
    stage.relay.mkdir(parents=True)
    args: dict[str, object] = {"cost": stage.cost, "clock_": stage.clock}
    root = create_root(stage.home(ROOT), NewStation(ROOT, "Cơ quan Mật mã Trung ương Thí dụ"), PASSPHRASE, args)
    fingerprint = root[:25]
    requests = {
        code: request_authority(stage.home(code), _plan(stage, code, name, branch, ROOT), PASSPHRASE, fingerprint, args)
        for code, (name, branch) in BRANCHES.items()
    }
    for code, file in zip(requests, _approved(stage, ROOT, list(requests.values())), strict=True):
        with stage.at(code, AUTHORITY_KEY) as station:
            join(station, file)
    for code, (name, authority) in AGENCIES.items():
        plan = _plan(stage, code, name, BRANCHES[authority][1] if authority in BRANCHES else "", authority)
        (first, *others) = OFFICERS[code]
        file = request_agency(stage.home(code), plan, _officer(code, first), fingerprint, args)
        _join(stage, code, _approved(stage, authority, [file]))
        with stage.at(code, first) as station:
            files = [request_officer(station, first, _officer(code, each), OFFICERS[code][each][2]) for each in others]
        _join(stage, code, _approved(stage, authority, files))
    stage.sync(ROOT, *BRANCHES, ROOT, *BRANCHES, *AGENCIES)
    return root


def _plan(stage: Stage, code: str, name: str, branch: str, professional: str) -> NewStation:
    return NewStation(code, name, branch, professional=professional, relay=str(stage.relay))


def _approved(stage: Stage, authority: str, requests: list[bytes]) -> list[bytes]:
    """One signing-in for all that lies before the authority."""
    with stage.at(authority, AUTHORITY_KEY) as station:
        publishing.look(station, own_at_link(station))
        return [approve(station, request, 365).file for request in requests]


def _join(stage: Stage, code: str, approvals: list[bytes]) -> None:
    with stage.at(code) as station:
        for file in approvals:
            join(station, file)


def state_all(stage: Stage) -> None:
    """Root and branches say, signed, which credentials are good: what makes "not revoked" provable afterwards."""
    for code in (ROOT, *BRANCHES):
        with stage.at(code, AUTHORITY_KEY) as station:
            station.commit([status_record(station)])
        stage.sync(code)


def _officer(code: str, officer: str) -> FirstOfficer:
    name, roles, _ = OFFICERS[code][officer]
    return FirstOfficer(officer, name, roles, PASSPHRASE)
