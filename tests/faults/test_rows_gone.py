"""Rows that the books name are gone (a damaged disk, a hand in the file): every command says so in a sentence."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner
from doors.program import takes
from steering.hands import publish, take
from steering.test_directives import issue
from town import NORTH, PASS, SOUTH, Town

from antin.cli.main import main

pytestmark = pytest.mark.folder

COMMANDS: tuple[tuple[str, ...], ...] = (
    ("inbox",), ("outbox",), ("show", "den-2"), ("show", "di-1"), ("receipts", "di-1"), ("unanswered",), ("papers",),
    ("board", "cd-1"), ("calendar",), ("incidents",), ("directory", "show"), ("journal",), ("books", "incoming"),
    ("search", "thu"), ("drafts",), ("programme", "list"), ("organisation", "show"), ("audit",),
    ("prove", "den-2", "--output", "bang-chung"), ("prove", "di-1", "--output", "bang-chung-2"),
    ("open", "den-2", "--as", "cb01", "--output", "mo"), ("accept", "den-2", "--as", "vt01"), ("sync",),
    ("assign", "den-2", "--lead", "cb01", "--as", "vt01"), ("publish", "--as", "vt01"), ("take", "--as", "vt01"),
)  # fmt: skip


@pytest.fixture
def lived(town: Town) -> Town:
    """Something in every book of both: a dispatch that was answered for, a directive that was taken."""
    issue(town)
    publish(town, NORTH)
    town.sync(NORTH, SOUTH)
    take(town, SOUTH)
    town.dispatch()
    town.sync(NORTH, SOUTH)
    town.accept(SOUTH, "vt01", "den-2")
    town.sync(SOUTH, NORTH)
    return town


@pytest.mark.parametrize("code", [NORTH, SOUTH])
def test_a_table_that_lost_its_rows_is_told_in_a_sentence(
    lived: Town, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, home, place = tmp_path / "secret", lived.home(code), tmp_path / "station"
    secret.write_bytes(PASS)
    secret.chmod(0o600)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANTIN_DEBUG", "1")
    ran = 0
    for table in filled(home / "station.db"):
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(home, place)
        emptied(place / "station.db", table)
        for words in COMMANDS:  # those that write come last
            more = ["--passphrase-file", str(secret)] if "--as" in words and takes(words, "passphrase_file") else []
            done = CliRunner().invoke(main, [*words, *more, "--home", str(place)])
            assert done.exception is None or isinstance(done.exception, SystemExit), (table, words, done.exception)
            assert done.exit_code != 1 or words[0] == "audit", (table, words, done.output)
            ran += done.exit_code != 2
    assert ran > len(COMMANDS) * 20, "the commands are what a station takes"


def filled(path: Path) -> list[str]:
    db = sqlite3.connect(path)
    names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = [name for name in names if db.execute(f"SELECT count(*) FROM {name}").fetchone()[0]]
    db.close()
    return found


def emptied(path: Path, table: str) -> None:
    db = sqlite3.connect(path)
    db.execute(f"DELETE FROM {table}")
    db.commit()
    db.close()
