"""The audit finds whatever is changed in a station's database, in every table and every column but the named hints.

The mutations are made from ``sqlite_master``: a table that comes is tried without a line here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from faults.losses import ask, lose, new_epoch, saved
from town import NORTH, PASS, PDF, SISTER, SOUTH, Town, copy

from antin.acts.approve import revoke
from antin.acts.backup import restore
from antin.acts.papers import record_act
from antin.errors import AntinError, Conflict
from antin.kernel.crypto import public_key
from antin.kernel.formats import note
from antin.station import news
from antin.station.audit import GONE, HINTS, audit
from antin.station.station import AUTHORITY_KEY, Station

ROWS = 3  # of each table: the first, one between, the last


@pytest.fixture(scope="module")
def lived(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Town:
    """A town in which all kinds of things have happened."""
    town = copy(founded, tmp_path_factory.mktemp("lived") / "town")
    for n, (one, other) in enumerate([(NORTH, SOUTH), (SOUTH, NORTH), (NORTH, SOUTH), (SOUTH, NORTH)]):
        path = town.pdf(f"{n}.pdf", PDF + bytes([n]))
        town.signed(one, path)
        town.send(one, path, other)
        town.sync(one, other, one)
    town.accept(NORTH, "vt01", "den-1")
    town.open(NORTH, "vt01", "den-1", town.folder / "ra.pdf")
    with town.at("A03", AUTHORITY_KEY) as station:
        revoke(station, station.directory.find(SISTER, "cb02"), station.now(), "left")
    town.state()
    town.sync(NORTH, SOUTH, "A03", "A04", NORTH, SOUTH, "A03")
    for code in (NORTH, "A03"):
        with town.at(code) as station:
            two = {"held": heads(station)[0], "shown": heads(station)[-1]}
            news.keep_conflict(station, Conflict("journal-forked", origin=note.origin(SOUTH, 1), evidence=two))
    return town


def heads(station: Station) -> list[bytes]:
    return [row[0] for row in station.db.rows("SELECT raw FROM held ORDER BY origin")]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A signature that held holds: the same bytes are not verified a thousand times."""
    monkeypatch.setattr(public_key, "verify", cache(public_key.verify))


def found(station: Station) -> list[tuple[str, str]]:
    return [(where, error.code) for where, error in audit(station).findings]


@contextmanager
def undone(station: Station) -> Iterator[Callable[..., None]]:
    with station.db.rehearsal():
        yield station.db.run


def other(value: Any) -> Any:
    if value is None:
        return 1
    if isinstance(value, bytes):
        at = len(value) // 2
        return value[:at] + bytes([value[at] ^ 1]) + value[at + 1 :] if value else b"x"
    return value + 1 if isinstance(value, int) else value + "x"


def columns(station: Station, table: str) -> list[str]:
    return [row[1] for row in station.db.rows(f"PRAGMA table_info({table})")]


def tables(station: Station) -> list[str]:
    return [row[0] for row in station.db.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]


def rows(station: Station, table: str) -> list[tuple[Any, ...]]:
    found = station.db.rows(f"SELECT * FROM {table}")
    return list(dict.fromkeys([*found[:1], *found[len(found) // 2 :][:1], *found[-1:]]))[:ROWS]


def unnoticed(station: Station) -> tuple[set[str], set[str], int]:
    """Columns and whole rows of which a change, and a loss, is not found; and how many changes were tried."""
    silent, lost, tried = set(), set(), 0
    for table in tables(station):
        names = columns(station, table)
        for row in rows(station, table):
            where = " AND ".join(f"{name} IS ?" for name in names)
            for name, value in zip(names, row, strict=True):
                for changed in {other(value), None} - {value}:
                    with undone(station) as run:
                        try:
                            run(f"UPDATE {table} SET {name} = ? WHERE {where}", changed, *row)
                        except AntinError:
                            continue  # the table itself refuses it
                        tried += 1
                        if not found(station):
                            silent.add(f"{table}.{name}")
            with undone(station) as run:
                run(f"DELETE FROM {table} WHERE {where}", *row)
                tried += 1
                if not found(station):
                    lost.add(table)
            with undone(station) as run:
                places = ", ".join("?" * len(row))
                copied = tuple(other(value) if n < 2 else value for n, value in enumerate(row))
                try:
                    run(f"INSERT INTO {table} VALUES ({places})", *copied)
                except AntinError:
                    continue
                tried += 1
                if not found(station):
                    silent.add(table)
    return silent, lost, tried


@pytest.mark.parametrize("code", [NORTH, "A03"])
def test_whatever_is_changed_is_found_or_named_as_a_hint(lived: Town, quick: None, code: str) -> None:
    with lived.at(code) as station:
        assert not found(station)
        silent, lost, tried = unnoticed(station)
        assert not found(station)
    whole = {each for each in HINTS if "." not in each}
    print(code, tried, sorted(silent), sorted(lost))
    assert not {each for each in silent if each not in HINTS and each.split(".")[0] not in whole}
    assert lost <= {*GONE, *whole}
    assert tried > 300
