"""Backups as an attacker, a full disk and a hurried operator make them: refused in words, and nothing is lost."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from losses import lose, saved
from town import NORTH, PASS, SOUTH, Town

from antin.acts.backup import back_up, restore
from antin.errors import AntinError, Malformed, Refused, Unavailable, Unverified
from antin.kernel.formats import bundle
from antin.kernel.formats.purposes import PURPOSES
from antin.station import packets


def hostile(data: Path, target: Path, *more: tuple[str, str, bytes], without: str = "") -> Path:
    """A backup whose own digest holds, with frames that its maker chose."""
    with data.open("rb") as handle:
        reader = bundle.Reader(handle, PURPOSES[packets.BACKUP])
        frames = [(item.kind, item.name, b"".join(item.pieces())) for item in reader]
    target.write_bytes(packets.write(packets.BACKUP, [*(f for f in frames if f[0] != without), *more]))
    return target


def test_a_backup_chooses_no_path_and_no_blob(town: Town, tmp_path: Path) -> None:
    town.dispatch()
    data, keys = saved(town, NORTH, tmp_path)
    lose(town, NORTH)
    home, digest = town.home(NORTH), "ab" * 32
    names = ["../x", "/etc/x", "", ".", "a\0b", "é" * 40, "ab", digest[:-1], digest.upper(), f" {digest}", "ab" * 40]
    frames = [*(("blob", name, b"x") for name in names), *(("conflict", name, b"x") for name in (*names[:6], "x/y")),
              ("settings", "", b"x"), ("database", "", b"x"), ("key", "", b"station.key\nx")]  # fmt: skip
    for frame in frames:
        with pytest.raises(Malformed):
            restore(home, hostile(data, tmp_path / "x", frame), keys, PASS)
    with pytest.raises(Unverified, match="blob-not-expected"):
        restore(home, hostile(data, tmp_path / "x", ("blob", digest, b"x")), keys, PASS)
    assert [path.name for path in home.iterdir()] == ["lock"]
    for name in (b"../x", b"/etc/x", b"officers/../../x.key", b"", b"officers/a\0.key", b"x" * 300 + b".key"):
        spoilt = tmp_path / "y"
        spoilt.write_bytes(packets.write(packets.KEYS, [("key", "", name + b"\nx")]))
        with pytest.raises(Malformed):
            restore(home, data, spoilt, PASS)
    assert [path.name for path in home.iterdir()] == ["lock"] and not (town.folder / "x").exists()


def test_a_backup_of_a_newer_program_or_with_no_database_is_refused(town: Town, tmp_path: Path) -> None:
    data, keys = saved(town, NORTH, tmp_path)
    settings = (town.home(NORTH) / "station.toml").read_bytes()
    lose(town, NORTH)
    for without, frame, code in (
        ("settings", ("settings", "", settings.replace(b"format = 1", b"format = 2")), "station-newer"),
        ("settings", ("settings", "", settings + b'later = "x"\n'), "settings-malformed"),
        ("database", ("conflict", "x", b"x"), "no-database"),
        ("database", ("database", "", b"not a database" * 100), "database-damaged"),
    ):
        with pytest.raises(AntinError, match=code):
            restore(town.home(NORTH), hostile(data, tmp_path / "x", frame, without=without), keys, PASS)
        assert [path.name for path in town.home(NORTH).iterdir()] == ["lock"]


def test_keys_of_another_station_are_refused(town: Town, tmp_path: Path) -> None:
    """Restored all the same it would sign, in one station's name, what no reader believes."""
    north, _ = saved(town, NORTH, tmp_path)
    _, south_keys = saved(town, SOUTH, tmp_path)
    with pytest.raises(Refused, match="keys-of-another-station"):
        restore(town.home(SOUTH), north, None, b"", replace=True)  # SOUTH's signer is there
    with town.at(SOUTH) as station:
        assert station.code == SOUTH and not station.recovering
    lose(town, NORTH)
    with pytest.raises(Refused, match="keys-of-another-station"):
        restore(town.home(NORTH), north, south_keys, PASS)
    assert [path.name for path in town.home(NORTH).iterdir()] == ["lock"]


def test_each_database_that_was_there_is_kept_and_no_log_is_left_for_another(town: Town, tmp_path: Path) -> None:
    data, _ = saved(town, NORTH, tmp_path)
    home, log = town.home(NORTH), town.home(NORTH) / "station.db-wal"
    for n in ("1", "2", "3"):
        (home / "station.db").write_text(n)
        log.write_text(f"log {n}")
        restore(home, data, None, b"", replace=True)
        assert not log.exists()
    (home / "station.db").unlink()  # killed between the database and its log
    log.write_text("log of 3")
    (home / "station.db.before-restore-3-wal").unlink()
    restore(home, data, None, b"")
    for n in ("", "-2", "-3"):
        kept = home / f"station.db.before-restore{n}"
        assert kept.read_text() == (n[1:] or "1")
        assert kept.with_name(kept.name + "-wal").read_text() == ("log of 3" if n == "-3" else f"log {n[1:] or 1}")
    with town.at(NORTH) as station:
        assert station.joined
    town.audit()


def test_a_station_that_runs_is_not_restored_under_its_feet(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, _ = saved(town, NORTH, tmp_path)
    monkeypatch.setattr("antin.station.lock._LOCK_SECONDS", 0)
    with town.at(NORTH), pytest.raises(Unavailable, match="station-busy"):
        restore(town.home(NORTH), data, None, b"", replace=True)


def test_keys_that_are_there_stay_and_remains_of_a_killed_restore_go(town: Town, tmp_path: Path) -> None:
    data, keys = saved(town, NORTH, tmp_path)
    home = town.home(NORTH)
    officer = home / "signer" / "officers" / "ld01.key"
    officer.write_bytes(newer := officer.read_bytes() + b"newer")
    (home / ".restore-x" / "signer").mkdir(parents=True)
    (home / ".restore-x" / "signer" / "station.key").write_bytes(b"open")
    restore(home, data, keys, PASS, replace=True)
    assert officer.read_bytes() == newer
    assert not list(home.glob(".restore-*"))


@pytest.mark.parametrize("after", range(14))
def test_a_restore_that_is_killed_or_meets_a_full_disk_may_be_run_again(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    """Each change of the disk in turn is the last that succeeds."""
    town.dispatch()
    data, keys = saved(town, NORTH, tmp_path)
    home, left = town.home(NORTH), [after]

    def failing(real: Callable[..., object]) -> Callable[..., object]:
        def run(*args: object, **more: object) -> object:
            left[0] -= 1
            if left[0] < 0:
                raise OSError(errno.ENOSPC, "full")
            return real(*args, **more)

        return run

    lose(town, NORTH)
    with monkeypatch.context() as patch:
        for name in ("rename", "open"):
            patch.setattr(Path, name, failing(getattr(Path, name)))
        patch.setattr(os, "fsync", failing(os.fsync))
        patch.setattr(shutil, "rmtree", lambda *_, **__: None)  # killed: nobody tidies
        with suppress(AntinError):
            restore(home, data, keys, PASS)
    restore(home, data, keys, PASS, replace=(home / "station.db").exists())
    assert not list(home.glob(".restore-*"))
    with town.at(NORTH) as station:
        assert station.recovering
        assert all(station.blobs.path(row[0]).exists() for row in station.db.rows("SELECT digest FROM blobs"))
    town.audit()


def test_a_backup_that_meets_a_full_disk_leaves_nothing(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    target = tmp_path / "backup"
    with town.at(NORTH) as station:
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", full)
            with pytest.raises(Unavailable, match="disk-full"):
                back_up(station, target)
        assert not target.exists() and not list(station.home.glob(".backup-*"))
        back_up(station, target)
    assert target.exists()
