"""The cast: invented agencies of four branches, their officers, and how they are founded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from antin.acts.approve import approve
from antin.acts.create_station import (
    FirstOfficer,
    Plan,
    create_root,
    request_agency,
    request_authority,
    request_officer,
)
from antin.acts.join import join
from antin.acts.status import status_record
from antin.acts.sync import Report, sync
from antin.kernel.crypto.locker import RFC_9106_LOW_MEMORY, Cost
from antin.relay.folder import FolderLink
from antin.station.station import AUTHORITY_KEY, Station, opened

ROOT = "A00"
BRANCHES = {
    "A01": ("Cơ yếu hệ Quân đội (thí dụ)", "quan-doi"),
    "A02": ("Cơ yếu hệ Công an (thí dụ)", "cong-an"),
    "A03": ("Cơ yếu hệ Ngoại giao (thí dụ)", "ngoai-giao"),
    "A04": ("Cơ yếu hệ Đảng – Chính quyền (thí dụ)", "dang-chinh-quyen"),
}
SENDER, RECEIVER = "A03.15", "A04.27"
AGENCIES = {SENDER: ("Vụ Biên giới Thí dụ", "A03"), RECEIVER: ("Sở Nội vụ tỉnh Sông Xanh (thí dụ)", "A04")}
# officer: (name, roles, clearance)
OFFICERS = {
    SENDER: {
        "cb01": ("Trần Thị Cơ Yếu", ("cipher", "officer"), 3),
        "ld01": ("Lê Văn Thí Dụ", ("leader",), 3),
        "vt01": ("Phạm Thị Văn Thư", ("registrar", "officer"), 3),
    },
    RECEIVER: {
        "cb01": ("Hoàng Văn Cơ Yếu", ("cipher", "officer"), 3),
        "vt01": ("Đỗ Thị Văn Thư", ("registrar", "officer"), 2),
        "cb02": ("Vũ Văn Mới", ("officer",), 1),
    },
}
PASSPHRASE = b"an-tin-thi-du"


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the stations live, and the shared folder between them."""

    folder: Path
    cost: Cost = RFC_9106_LOW_MEMORY

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
        with opened(self.home(code), cost=self.cost) as station:
            for officer in officers:
                station.sign_in(officer, PASSPHRASE)
            yield station

    def sync(self, code: str, *, again: bool = False) -> Report:
        """One exchange of one station over the shared folder."""
        with self.at(code) as station:
            return sync(station, FolderLink(self.relay), again=again)


def found(stage: Stage) -> bytes:
    """Root, four branches, two agencies, their officers. Returns the root's digest."""
    stage.relay.mkdir(parents=True)
    args: dict[str, object] = {"cost": stage.cost}
    root = create_root(stage.home(ROOT), Plan(ROOT, "Cơ quan Mật mã Trung ương Thí dụ"), PASSPHRASE, args)
    fingerprint = root[:25]
    requests = {
        code: request_authority(stage.home(code), _plan(stage, code, name, branch, ROOT), PASSPHRASE, fingerprint, args)
        for code, (name, branch) in BRANCHES.items()
    }
    for code, file in zip(requests, _approved(stage, ROOT, list(requests.values())), strict=True):
        with stage.at(code, AUTHORITY_KEY) as station:
            join(station, file)
    for code, (name, authority) in AGENCIES.items():
        plan = _plan(stage, code, name, BRANCHES[authority][1], authority)
        (first, *others) = OFFICERS[code]
        file = request_agency(stage.home(code), plan, _officer(code, first), fingerprint, args)
        _join(stage, code, _approved(stage, authority, [file]))
        with stage.at(code, first) as station:
            files = [request_officer(station, first, _officer(code, each), OFFICERS[code][each][2]) for each in others]
        _join(stage, code, _approved(stage, authority, files))
    for code in (*BRANCHES, *AGENCIES):
        stage.sync(code)
    return root


def _plan(stage: Stage, code: str, name: str, branch: str, professional: str) -> Plan:
    return Plan(code, name, branch, professional=professional, relay=str(stage.relay))


def _approved(stage: Stage, authority: str, requests: list[bytes]) -> list[bytes]:
    """One signing-in for all that lies before the authority."""
    with stage.at(authority, AUTHORITY_KEY) as station:
        return [approve(station, request, 365).file for request in requests]


def _join(stage: Stage, code: str, approvals: list[bytes]) -> None:
    with stage.at(code) as station:
        for file in approvals:
            join(station, file)


def state_all(stage: Stage) -> None:
    """Root and branches say, signed, which credentials are good: what makes "not revoked" provable afterwards."""
    for code in (ROOT, *(authority for _, authority in AGENCIES.values())):
        with stage.at(code, AUTHORITY_KEY) as station:
            station.commit([status_record(station)])
        with stage.at(code) as station:
            sync(station, FolderLink(stage.relay))


def _officer(code: str, officer: str) -> FirstOfficer:
    name, roles, _ = OFFICERS[code][officer]
    return FirstOfficer(officer, name, roles, PASSPHRASE)
