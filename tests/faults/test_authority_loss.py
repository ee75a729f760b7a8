"""An authority that lost something: every mix of database, signer and what others mirror ends without a fork."""

from __future__ import annotations

import shutil
from itertools import product
from pathlib import Path

import engine
import pytest
from losses import saved
from town import NORTH, PASS, SOUTH, Town, bind

from antin.acts import tail
from antin.acts.approve import revoke
from antin.acts.create_station import FirstOfficer, request_officer
from antin.acts.links import own_at_link
from antin.acts.publishing import look
from antin.acts.restore import restore
from antin.acts.resume import resume
from antin.acts.status import status_record
from antin.errors import AntinError, Refused
from antin.station.station import AUTHORITY_KEY, Station
from antin.views.incidents import incidents


@pytest.fixture
def kept(town: Town) -> Town:
    """The town, with a second person at A03 and the link in its settings."""
    settings = town.home("A03") / "station.toml"
    settings.write_text(settings.read_text().replace('relay = ""', f'relay = "{town.relay}"'))
    with town.at("A03", AUTHORITY_KEY) as station:
        look(station, own_at_link(station))
        request = request_officer(station, AUTHORITY_KEY, FirstOfficer("tp01", "Trưởng phòng", ("leader",), PASS), 0)
    bind(town, "A03", "A03", request, AUTHORITY_KEY)
    town.sync("A03", "A00", NORTH, SOUTH)
    return town


def later(town: Town) -> None:
    """Three records that everybody mirrors."""
    for _ in range(3):
        town.clock.ahead += 1
        with town.at("A03", AUTHORITY_KEY) as station:
            station.commit([status_record(station)])
    town.sync("A03", "A00", NORTH, SOUTH)


@pytest.mark.parametrize(("signer", "hidden"), [*product([False, True], [False, True])])
def test_a_snapshot_never_forks(kept: Town, tmp_path: Path, signer: bool, hidden: bool) -> None:
    """The database is put back, with or without the signer's memory, and the link shows its directory or hides it."""
    engine.twin(kept.home("A03"), tmp_path / "old")
    later(kept)
    engine.put_back(tmp_path / "old", kept.home("A03"))
    if signer:
        shutil.copy(tmp_path / "old/signer/memory.db", kept.home("A03") / "signer/memory.db")
    if hidden:
        for path in (kept.relay / "directory").glob("A03-*"):
            path.unlink()
    kept.clock.ahead += 3600
    try:
        with kept.at("A03", AUTHORITY_KEY) as station:
            sign_something(station)
    except Refused as error:
        assert error.code in ("authority-not-looked", "station-recovering")
    kept.sync("A03", "A00", NORTH, SOUTH, "A03", "A00", NORTH, SOUTH)
    for code in ("A00", NORTH, SOUTH):
        with kept.at(code) as station:
            assert not [row for row in incidents(station) if row["code"] == "journal-forked"], code


def sign_something(station: Station) -> None:
    """What an authority signs for others."""
    revoke(station, station.directory.find(NORTH), station.now(), "stolen")


def test_an_authority_whose_disk_was_lost_goes_on_by_its_key_and_one_person(kept: Town, tmp_path: Path) -> None:
    data, keys = saved(kept, "A03", tmp_path)
    later(kept)
    shutil.rmtree(kept.home("A03"))
    restore(kept.home("A03"), data, keys, PASS)
    with kept.at("A03", AUTHORITY_KEY, "tp01") as station, pytest.raises(AntinError):
        station.commit([status_record(station)])
    kept.sync("A03")
    with kept.at("A03", AUTHORITY_KEY) as station:
        tail.complete(station)
    with kept.at("A03", AUTHORITY_KEY, "tp01") as station:
        if station.recovering:
            with pytest.raises(AntinError):
                resume(station, AUTHORITY_KEY)
            station.db.run("DELETE FROM looked")
            with pytest.raises(Refused, match="authority-not-looked"):
                resume(station, "tp01")
            look(station, own_at_link(station))
            resume(station, "tp01")
        look(station, own_at_link(station))
        station.commit([status_record(station)])
    kept.sync("A03", "A00", NORTH, SOUTH)
    for code in ("A00", NORTH, SOUTH):
        with kept.at(code) as station:
            ours = station.directory.mirror.head("antin/A03/1")
            assert ours is not None and not [r for r in incidents(station) if r["what"] == "conflict"], code
    with kept.at("A03") as station:
        assert ours.size == station.journal.head()[0]
    kept.audit()


def test_an_authority_signs_nothing_before_it_has_looked(kept: Town) -> None:
    kept.clock.ahead += 3600
    with kept.at("A03", AUTHORITY_KEY) as station, pytest.raises(Refused, match="authority-not-looked"):
        sign_something(station)
    with kept.at("A03", AUTHORITY_KEY) as station:
        look(station, own_at_link(station))
        sign_something(station)
    kept.audit()
