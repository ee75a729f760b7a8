"""Killed at any change of the disk that a restore or an officer's request makes: the next try goes on.

A child process does the act and ends, without tidying, at its n-th rename, fsync or unlink.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from losses import lose, saved
from town import NORTH, PASS, SOUTH, Town, bind

from antin.acts.create_station import FirstOfficer, NewStation, create_root, request_officer
from antin.acts.restore import restore, unfinished
from antin.errors import AntinError, Missing, Refused, Unavailable
from antin.kernel.crypto.locker import CHEAPEST
from antin.station.station import Station, opened

_CALLS = ("rename", "replace", "fsync", "fdatasync", "unlink", "link", "mkdir")
_KILLED, _ENDED, _REFUSED = 9, 0, 3


def killed_at(n: int, do: Callable[[], object]) -> bool:
    """``do`` in a child that dies before its n-th change of the disk; False when it came to its end."""
    child = os.fork()
    if not child:
        left = n

        def dying(real: Callable[..., object]) -> Callable[..., object]:
            def call(*args: object, **more: object) -> object:
                nonlocal left
                if not left:
                    os._exit(_KILLED)
                left -= 1
                return real(*args, **more)

            return call

        for name in _CALLS:
            setattr(os, name, dying(getattr(os, name)))
        try:
            do()
        except AntinError:
            os._exit(_REFUSED)
        os._exit(_ENDED)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (_KILLED, _ENDED), code
    return code == _KILLED


def copies(home: Path) -> set[bytes]:
    """The contents of every file below."""
    return {path.read_bytes() for path in home.rglob("*") if path.is_file()}


@pytest.mark.folder
@pytest.mark.parametrize("replace", [False, True], ids=["lost", "replace"])
def test_a_restore_killed_anywhere_never_opens_as_an_empty_station(town: Town, tmp_path: Path, replace: bool) -> None:
    town.dispatch()
    data, keys = saved(town, NORTH, tmp_path)
    home, n = town.home(NORTH), 0
    if not replace:
        lose(town, NORTH)
    kept = tmp_path / "kept"
    shutil.copytree(home, kept) if home.exists() else kept.mkdir()
    with town.at(SOUTH) as station:
        assert station.joined
    while killed_at(n, lambda: restore(home, data, keys, PASS, replace=replace)):
        try:
            with town.at(NORTH, write=False) as station:  # before the marker, or after all of it
                assert station.joined and station.journal.head()[0] > 0
                assert replace or station.recovering
        except (Refused, Missing) as error:
            assert error.code in ("restore-unfinished", "station-missing"), error
            assert unfinished(home) == (error.code == "restore-unfinished")
            assert not (home / "station.db").exists() or unfinished(home)
        restore(home, data, keys, PASS, replace=replace or not unfinished(home) and (home / "station.db").exists())
        assert not unfinished(home) and not list(home.glob(".restore-*"))
        with town.at(NORTH) as station:
            assert station.recovering or replace
            assert all(station.blobs.path(row[0]).exists() for row in station.db.rows("SELECT digest FROM blobs"))
        shutil.rmtree(home)
        shutil.copytree(kept, home)
        n += 1
    assert n > 20, "it changed the disk too seldom: the test tests nothing"


@pytest.mark.folder
def test_no_open_key_waits_on_the_disk_for_a_restore_to_end(town: Town, tmp_path: Path) -> None:
    """Read before the data are: a false file of data leaves no key behind, wherever it is killed."""
    data, keys = saved(town, NORTH, tmp_path)
    secret = {(town.home(NORTH) / "signer" / name).read_bytes() for name in ("station.key", "journal.key")}
    lose(town, NORTH)
    home, n = town.home(NORTH), 0
    while killed_at(n, lambda: restore(home, data, keys, PASS)):
        assert unfinished(home) or not secret & copies(home) or (home / "station.db").exists()
        shutil.rmtree(home, ignore_errors=True)
        n += 1
    assert n


def test_an_officers_request_killed_anywhere_can_be_repeated(town: Town, tmp_path: Path) -> None:
    new = FirstOfficer("moi01", "Người mới", ("officer",), PASS)
    kept, n = tmp_path / "kept", 0
    shutil.copytree(town.home(NORTH), kept)

    def ask(passphrase: bytes = PASS, level: int = 1) -> bytes:
        with town.at(NORTH, "cb01") as station:
            return request_officer(station, "cb01", FirstOfficer(new.officer, new.name, new.roles, passphrase), level)

    while killed_at(n, lambda: ask(level=2)):
        made = (town.home(NORTH) / "signer/officers/moi01.key").exists()
        if made:
            with pytest.raises(Refused, match="key-exists"):
                ask(b"mot mat khau khac")
        request = ask()
        wrapped = list((town.home(NORTH) / "signer/levels").glob("*.moi01"))
        assert len(wrapped) == 2, "what an earlier try gave above the level asked for now is taken back"
        if n % 6 == 0:
            assert bind(town, "A03", NORTH, request) == [f"{NORTH}/moi01"]
            with town.at(NORTH, "moi01") as station:
                station.officer("moi01")
            with pytest.raises(Refused, match="key-exists"):
                ask()
        shutil.rmtree(town.home(NORTH))
        shutil.copytree(kept, town.home(NORTH))
        n += 1
    assert n > 8, "it changed the disk too seldom: the test tests nothing"


# -- what opening makes, and who may read it ---------------------------------------------------------------------------


@pytest.mark.folder
def test_opening_makes_no_database(town: Town) -> None:
    for path in town.home(NORTH).glob("station.db*"):
        path.unlink()
    for write in (False, True):
        with pytest.raises(Missing, match="database-missing"), town.at(NORTH, write=write):
            pass
    assert not list(town.home(NORTH).glob("station.db*"))


def modes(home: Path) -> dict[str, str]:
    """Of everything that a founding and a restore both make."""
    names = ("", "station.toml", "station.db", "blobs", "signer", "signer/journal.key", "signer/officers",
             "signer/memory.db", "evidence")  # fmt: skip
    found = {name: home / name for name in names if (home / name).exists()}
    found |= {f"blob {each.name}": each for each in [*home.glob("blobs/??/*"), *home.glob("blobs/??")]}
    return {name: oct(stat.S_IMODE(path.stat().st_mode)) for name, path in found.items()}


@pytest.mark.parametrize("umask", [0, 0o022, 0o077])
@pytest.mark.parametrize("there", [False, True], ids=["new", "an-open-folder"])
def test_nobody_else_may_read_a_station(tmp_path: Path, umask: int, there: bool) -> None:
    old = os.umask(umask)
    try:
        home = tmp_path / "home"
        if there:
            home.mkdir()
            home.chmod(0o755)
        create_root(home, NewStation("A00", "Gốc"), PASS, {"cost": CHEAPEST})
        with opened(home, cost=CHEAPEST):
            pass
        founded = modes(home)
    finally:
        os.umask(old)
    assert founded[""] == founded["signer"] == founded["signer/officers"] == "0o700"
    assert founded["station.toml"] == founded["station.db"] == founded["signer/memory.db"] == "0o600"


@pytest.mark.parametrize("umask", [0, 0o022])
def test_a_restored_station_has_the_modes_of_a_founded_one(town: Town, tmp_path: Path, umask: int) -> None:
    town.dispatch()
    before = modes(town.home(NORTH))
    data, keys = saved(town, NORTH, tmp_path)
    lose(town, NORTH)
    old = os.umask(umask)
    try:
        town.home(NORTH).mkdir(mode=0o755)
        restore(town.home(NORTH), data, keys, PASS)
        with town.at(NORTH):
            pass
    finally:
        os.umask(old)
    after = modes(town.home(NORTH))
    assert all(mode in ("0o600", "0o700") for mode in after.values()), after
    assert {name: after[name] for name in before if name in after} == {
        name: mode for name, mode in before.items() if name in after
    }


# -- guesses -----------------------------------------------------------------------------------------------------------


def test_a_guess_that_is_cut_short_counts(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is counted before the derivation, so killing the program once it shows to be wrong saves no time."""

    class Stopped(BaseException):
        pass

    def stopped(*_: object) -> None:
        raise Stopped

    with town.at(NORTH) as station:
        now = station.now()
        with monkeypatch.context() as patch:
            patch.setattr("antin.signer.keystore.open_officer", stopped)
            for _ in range(3):
                with pytest.raises(Stopped):
                    station.signer.unlock("cb01", PASS, now)
        with pytest.raises(Unavailable, match="passphrase-wait"):
            station.signer.unlock("cb01", PASS, now)
        station.signer.unlock("cb01", PASS, now + 10)
        station.signer.unlock("cb01", PASS, now + 10)


def test_two_at_once_do_not_guess_twice_as_often(town: Town) -> None:
    """Each reads and raises the count in one transaction."""
    with town.at(NORTH) as station:
        now, memory = station.now(), station.signer.memory
        other = Station(town.home(NORTH), clock_=town.clock, cost=CHEAPEST)
        try:
            for each in (memory, other.signer.memory, memory):
                each.tries("cb01", now)
            with pytest.raises(Unavailable, match="passphrase-wait"):
                other.signer.memory.tries("cb01", now)
        finally:
            other.close()
