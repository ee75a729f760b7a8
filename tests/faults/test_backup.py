"""Backups as an attacker, a full disk and a hurried operator make them: refused in words, and nothing is lost."""

from __future__ import annotations

import errno
import hmac
import os
from io import BytesIO
from pathlib import Path

import pytest
from losses import lose, saved
from town import NORTH, PASS, SOUTH, Town, into

from antin.acts.backup import back_up
from antin.acts.restore import _read_keys, restore
from antin.errors import AntinError, Malformed, Missing, Refused, Unavailable, Unverified
from antin.kernel.formats import bundle
from antin.kernel.formats.purposes import PURPOSES
from antin.signer import keystore
from antin.station import packets


def hostile(data: Path, target: Path, *more: tuple[str, str, bytes], keys: Path, without: str = "") -> Path:
    """A backup with frames that its maker chose, who holds the station's keys: its digest and its HMAC hold."""
    with data.open("rb") as handle:
        whole = handle.read()[:-32]
    frames = [
        (item.kind, item.name, b"".join(item.pieces()))
        for item in bundle.Reader(BytesIO(whole), PURPOSES[packets.BACKUP])
    ]
    made = packets.write(packets.BACKUP, [*(f for f in frames if f[0] != without), *more])
    target.write_bytes(made + hmac.digest(_read_keys(keys, PASS)[keystore.BACKUP_KEY], made, "sha256"))
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
            restore(home, hostile(data, tmp_path / "x", frame, keys=keys), keys, PASS)
    with pytest.raises(Unverified, match="blob-not-expected"):
        restore(home, hostile(data, tmp_path / "x", ("blob", digest, b"x"), keys=keys), keys, PASS)
    assert sorted(path.name for path in home.iterdir()) == ["lock", "present"]
    for name in (b"../x", b"/etc/x", b"officers/../../x.key", b"", b"officers/a\0.key", b"x" * 300 + b".key"):
        spoilt = tmp_path / "y"
        spoilt.write_bytes(packets.write(packets.KEYS, [("key", "", name + b"\nx")]))
        with pytest.raises(Malformed):
            restore(home, data, spoilt, PASS)
    assert sorted(path.name for path in home.iterdir()) == ["lock", "present"] and not (town.folder / "x").exists()


def test_a_backup_of_a_newer_program_or_with_no_database_is_refused(town: Town, tmp_path: Path) -> None:
    data, keys = saved(town, NORTH, tmp_path)
    settings = (town.home(NORTH) / "station.toml").read_bytes()
    lose(town, NORTH)
    for without, frame, code in (
        ("settings", ("settings", "", settings.replace(b"format = 2", b"format = 3")), "station-newer"),
        ("settings", ("settings", "", settings + b'later = "x"\n'), "settings-malformed"),
        ("database", ("conflict", "x", b"x"), "no-database"),
        ("database", ("database", "", b"not a database" * 100), "database-damaged"),
    ):
        with pytest.raises(AntinError, match=code):
            restore(town.home(NORTH), hostile(data, tmp_path / "x", frame, keys=keys, without=without), keys, PASS)
        assert sorted(path.name for path in town.home(NORTH).iterdir()) == ["lock", "present"]


def test_keys_of_another_station_are_refused(town: Town, tmp_path: Path) -> None:
    """Restored all the same it would sign, in one station's name, what no reader believes."""
    north, north_keys = saved(town, NORTH, tmp_path)
    _, south_keys = saved(town, SOUTH, tmp_path)
    with pytest.raises(Unverified, match="backup-not-authentic"):
        restore(town.home(SOUTH), north, None, b"", replace=True)  # SOUTH's signer is there
    with pytest.raises(Refused, match="keys-of-another-station"):
        restore(town.home(SOUTH), north, north_keys, PASS, replace=True)
    with town.at(SOUTH) as station:
        assert station.code == SOUTH and not station.recovering
    lose(town, NORTH)
    with pytest.raises(Unverified, match="backup-not-authentic"):
        restore(town.home(NORTH), north, south_keys, PASS)
    assert sorted(path.name for path in town.home(NORTH).iterdir()) == ["lock", "present"]


@pytest.mark.folder
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
                into(target, lambda output: back_up(station, output))
        assert not target.exists() and not list(station.home.glob(".backup-*"))
        into(target, lambda output: back_up(station, output))
    assert target.exists()


@pytest.mark.parametrize("where", [0, 5, 0.5, -40, -1])
def test_a_backup_that_was_changed_is_refused_before_anything_of_it_is_looked_at(
    town: Town, tmp_path: Path, where: float
) -> None:
    data, keys = saved(town, NORTH, tmp_path)
    raw = bytearray(data.read_bytes())
    raw[int(where * len(raw)) if isinstance(where, float) else where] ^= 1
    data.write_bytes(raw)
    before = sorted((path.name, path.read_bytes()) for path in town.home(NORTH).glob("station.*"))
    for given in (keys, None):
        with pytest.raises(Unverified, match="backup-not-authentic"):
            restore(town.home(NORTH), data, given, PASS, replace=True)
    assert before == sorted((path.name, path.read_bytes()) for path in town.home(NORTH).glob("station.*"))
    lose(town, NORTH)
    with pytest.raises(Unverified, match="backup-not-authentic"):
        restore(town.home(NORTH), data, keys, PASS)


def test_a_database_rewritten_without_any_key_revives_no_revoked_one(town: Town, tmp_path: Path) -> None:
    """Cut, grown, or made anew with a right digest of its own: without the key it is nobody's backup."""
    data, keys = saved(town, NORTH, tmp_path)
    whole, made = data.read_bytes(), tmp_path / "made"
    with data.open("rb") as handle:
        inner = handle.read()[:-32]
    frames = [
        (item.kind, item.name, b"".join(item.pieces()))
        for item in bundle.Reader(BytesIO(inner), PURPOSES[packets.BACKUP])
    ]
    anew = packets.write(packets.BACKUP, [f for f in frames if f[0] != "conflict"])
    for raw in (b"", whole[:-1], whole[:-32], whole + b"\0", anew, anew + bytes(32), anew + whole[-32:], bytes(32)):
        made.write_bytes(raw)
        if raw != whole:
            with pytest.raises(Unverified, match="backup-not-authentic"):
                restore(town.home(NORTH), made, keys, PASS, replace=True)


def test_data_without_keys_needs_the_signer_that_made_them(town: Town, tmp_path: Path) -> None:
    data, keys = saved(town, NORTH, tmp_path)
    (town.home(NORTH) / "signer" / keystore.BACKUP_KEY).unlink()
    with pytest.raises(Missing, match="backup-key-missing"):
        restore(town.home(NORTH), data, None, b"", replace=True)
    restore(town.home(NORTH), data, keys, PASS, replace=True)
    with town.at(NORTH) as station:
        assert station.joined
    town.audit()
