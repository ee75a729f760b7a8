"""The tables beside the journal of an older program: brought to our form at the next opening, whole or not at all."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from acts.test_fixed_medium import as_nobody, medium
from town import NORTH, SOUTH, Town

from antin.acts import approve as approving
from antin.errors import Refused, Unavailable
from antin.station import beside
from antin.station.audit import audit
from antin.station.lock import locked
from antin.station.station import AUTHORITY_KEY
from antin.storage.engines import open_database

pytestmark = pytest.mark.folder

__all__ = ["medium"]


def older(home: Path) -> None:
    """As the program of before forms were numbered left it."""
    db = sqlite3.connect(home / "station.db")
    db.execute("ALTER TABLE directory DROP COLUMN bound")
    db.execute("ALTER TABLE allotments DROP COLUMN begun")
    db.execute("DROP TABLE beside")
    db.commit()
    db.close()


def rows(home: Path, name: str) -> list[tuple[object, ...]]:
    db = open_database(home / "station.db")
    try:
        return sorted(db.rows(f"SELECT * FROM {name}"), key=repr)
    finally:
        db.close()


def columns(home: Path) -> list[str]:
    db = open_database(home / "station.db")
    try:
        return [name for (name,) in db.rows("SELECT name FROM pragma_table_info('directory')")]
    finally:
        db.close()


@pytest.fixture
def left(town: Town) -> Town:
    """NORTH's code moved, and A00, A03 and SOUTH are of an older program."""
    with town.at("A00", AUTHORITY_KEY) as station:
        approving.allot(station, "A04", (NORTH,), "A03")
    town.sync("A00", "A03", "A04", SOUTH)
    return town


@pytest.mark.parametrize("write", [False, True])
@pytest.mark.parametrize("code", ["A00", "A03", SOUTH])
def test_what_the_mirrors_say_is_said_anew(left: Town, code: str, write: bool) -> None:
    before = {name: rows(left.home(code), name) for name in ("directory", "allotments")}
    older(left.home(code))
    with left.at(code, write=write) as station:
        assert audit(station).ok
    assert rows(left.home(code), "beside") == [(1, beside.FORM)]
    after = {name: rows(left.home(code), name) for name in ("directory", "allotments")}
    assert after["allotments"] == before["allotments"]
    # When it was bound is now what its authority signed; before, no earlier than a head that was here without it.
    assert [row[:-1] for row in after["directory"]] == [row[:-1] for row in before["directory"]]
    left.audit()


def test_a_reader_of_an_older_form_waits_for_the_writer(left: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    older(left.home(SOUTH))
    monkeypatch.setattr("antin.station.lock._LOCK_SECONDS", 0.1)
    with locked(left.home(SOUTH)):
        with pytest.raises(Unavailable, match="station-busy"), left.at(SOUTH, write=False):
            pass
        assert "bound" not in columns(left.home(SOUTH))
    with left.at(SOUTH, write=False) as reader:
        assert reader.db.value("SELECT form FROM beside") == beside.FORM


def test_stopped_in_the_middle_it_has_the_older_form_still(left: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    older(left.home(SOUTH))
    before = rows(left.home(SOUTH), "directory")
    said = []

    def enter(*args: object, **_: object) -> None:
        said.append(args)
        if len(said) == 4:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(beside, "enter", enter)
        with pytest.raises(KeyboardInterrupt), left.at(SOUTH):
            pass
    assert rows(left.home(SOUTH), "directory") == before
    left.audit()


def test_one_of_a_newer_program_is_left_alone(town: Town) -> None:
    with town.at(NORTH) as station:
        station.db.run("UPDATE beside SET form = 99")
    for write in (False, True):
        with pytest.raises(Refused, match="station-newer"), town.at(NORTH, write=write):
            pass


def test_on_a_medium_that_nobody_can_write_to_it_says_what_to_do(medium: Path) -> None:
    (medium / "station.db").chmod(0o644)
    medium.chmod(0o755)
    older(medium)
    (medium / "station.db").chmod(0o444)
    medium.chmod(0o555)
    done = as_nobody("inbox", "--home", str(medium))
    assert done.returncode == 8 and "tables-older" in done.stderr
