"""Stations that earlier programs left (scripts/museum.py): each opens, audits, reads its mail and goes on."""

from __future__ import annotations

import tarfile
from io import BytesIO
from pathlib import Path

import pytest
from town import NORTH, SISTER, SOUTH, Town

from antin.errors import Refused
from antin.inspector import judge
from antin.station.audit import audit
from antin.station.station import AUTHORITY_KEY
from antin.verify import VALID, verify

EXHIBITS = sorted(Path(__file__).parent.glob("*.tar.xz"))
STATIONS = ("A00", "A03", "A04", NORTH, SISTER, SOUTH)
LATER = 12 * 365 * 86400  # every credential has ended by then


@pytest.fixture(params=EXHIBITS, ids=lambda path: path.name.removesuffix(".tar.xz"))
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Town:
    with tarfile.open(request.param) as kept:
        safely = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}  # Debian 12's Python has none yet
        kept.extractall(tmp_path, **safely)  # type: ignore[arg-type]
    for settings in tmp_path.glob("town/*/station.toml"):
        settings.write_text(settings.read_text().replace("/srv/antin", str(tmp_path / "town")))
    (tmp_path / "town/relay").mkdir(exist_ok=True)
    return Town(tmp_path / "town")


def root_of(town: Town) -> bytes:
    return bytes.fromhex((town.folder / "root").read_text())[:25]


def test_there_is_one() -> None:
    assert EXHIBITS


def test_every_station_opens_and_audits(town: Town) -> None:
    for write in (False, True):
        for code in STATIONS:
            with town.at(code, write=write) as station:
                report = audit(station)
                assert report.ok, (code, report.findings)


def test_evidence_and_case_are_judged_as_they_were(town: Town) -> None:
    with (town.folder / "evidence").open("rb") as evidence:
        assert verify(evidence, root_of(town)).verdict == VALID
    assert judge(BytesIO((town.folder / "case").read_bytes()), root_of(town)).verdict == VALID


def test_old_mail_is_read_when_every_credential_has_ended(town: Town, tmp_path: Path) -> None:
    town.clock.ahead = LATER
    opened = town.open(SOUTH, "cb01", "den-1", tmp_path / "again.pdf")
    assert (tmp_path / "again.pdf").read_bytes()[:5] == b"%PDF-" and opened.statement.facts.number == "01/KH-VB"
    with town.at(SOUTH, "cb01") as station, pytest.raises(Refused, match="credential-expired"):
        station.acting("cb01")


def test_they_go_on_with_one_another(town: Town) -> None:
    """As long as their credentials hold; afterwards only with a renewal, which tests/trust has."""
    with town.at(NORTH) as station:
        ends = min(station.own.credential.not_after, station.directory[station.own.issuer].credential.not_after)
        made = station.db.value("SELECT max(time) FROM entries")
        town.clock.ahead = min(0.0, ends - 300 * 86400 - station.here())  # the year in which they were made
        assert made < ends
    for code in ("A00", "A03", "A04"):
        with town.at(code, AUTHORITY_KEY) as station:
            station.renew()
        town.sync(code)
    town.sync(NORTH, SISTER, SOUTH)
    town.dispatch(name="moi.pdf", data=b"%PDF-1.7\nmoi\n")
    assert [each.state for each in town.sync(SOUTH).outcomes if each.kind == "slip"] == ["entered"]
    town.audit()
