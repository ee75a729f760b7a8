"""The audit finds whatever is changed in a station's database, in every table and every column but the named hints.

The mutations are made from ``sqlite_master``: a table that comes is tried without a line here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from faults.losses import ask, lose, new_epoch, saved
from town import LITTLE, NORTH, PASS, PDF, SISTER, SOUTH, Town, bind, copy

from antin.acts import tail
from antin.acts.approve import revoke
from antin.acts.create_station import FirstOfficer, request_officer
from antin.acts.restore import restore
from antin.acts.resume import resume
from antin.acts.status import status_record
from antin.errors import AntinError, Conflict
from antin.journal import audit as journal_audit
from antin.journal import rows as journal_rows
from antin.kernel.crypto import checkpoint, public_key
from antin.kernel.formats import note, signed
from antin.relay.folder import FolderLink
from antin.station import audit_others, news, packets, rows
from antin.station.audit import _LOOKS, GONE, HINTS, audit
from antin.station.books import TABLES
from antin.station.station import AUTHORITY_KEY, Station

# Nothing of these in a town where nobody recovers, nothing waits and nobody was asked: hints, all of them.
UNTRIED = {"recovering", "recovered", "tails", "owed_news", "asked_of", "conflicts_passed"}


@pytest.fixture(scope="module")
def lived(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Town:
    """Dispatches both ways, one opened, a revocation, states, a loss and a new epoch, a conflict, a head unlinked."""
    folder = tmp_path_factory.mktemp("lived")
    town = copy(founded, folder / "town")
    for n, (one, other) in enumerate(pairwise([NORTH, SOUTH, NORTH])):
        path = town.pdf(f"{n}.pdf", (PDF if n else LITTLE) + bytes([n]))
        town.signed(one, path)
        town.send(one, path, other)
        town.sync(one, other, one)
    town.accept(NORTH, "vt01", "den-1")
    town.open(NORTH, "vt01", "den-1", folder / "ra.pdf")
    with town.at("A03", AUTHORITY_KEY) as station:
        revoke(station, station.directory.find(SISTER, "cb02"), station.now(), "left")
    town.state()
    data, keys = saved(town, NORTH, folder)
    lose(town, NORTH)
    restore(town.home(NORTH), data, keys, PASS)
    ask(town, NORTH, SOUTH, "A03")
    new_epoch(town, NORTH, "A03")
    town.clock.ahead += 3600
    town.dispatch(name="sau.pdf", data=PDF + b"sau")
    town.sync(SOUTH, NORTH, "A03", NORTH)
    with town.at(SOUTH) as station:
        alone = station.journal.newest_checkpoint()
    for code in (NORTH, "A03"):
        with town.at(code) as station:
            two = [row[0] for row in station.db.rows("SELECT raw FROM held ORDER BY origin")]
            evidence = {"held": two[0], "shown": two[-1]}
            news.keep_conflict(station, Conflict("journal-forked", origin=note.origin(SOUTH, 1), evidence=evidence))
            claimed = note.claim(alone)
            station.db.run(
                rows.SQL["insert_heard"], claimed.origin, claimed.size, claimed.root, alone, SOUTH, station.now()
            )
    return town


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What held holds: the same bytes are not read and verified a thousand times."""
    monkeypatch.setattr(public_key, "verify", cache(public_key.verify))
    monkeypatch.setattr(signed, "claim", cache(signed.claim))
    for name in ("open_checkpoint", "stamp"):
        monkeypatch.setattr(checkpoint, name, cache(getattr(checkpoint, name)))


def found(station: Station) -> list[str]:
    return [where for where, _ in audit(station).findings]


def other(value: Any) -> Any:
    if value is None:
        return 1
    if isinstance(value, bytes):
        at = len(value) // 2
        return value[:at] + bytes([value[at] ^ 1]) + value[at + 1 :] if value else b"x"
    return value + 1 if isinstance(value, int) else value + "x"


def names(station: Station, table: str) -> list[str]:
    return [row[1] for row in station.db.rows(f"PRAGMA table_info({table})")]


def tables(station: Station) -> list[str]:
    return [row[0] for row in station.db.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]


def _journal(station: Station) -> Iterator[object]:
    known = station.signer.memory.head(station.origin)
    report = journal_audit.audit(station.journal, station.own, TABLES, known=known.size if known else 0)
    yield from report.findings


# The parts of which the audit consists; that which found the last change is asked first of the next.
LOOKS: dict[str, Callable[[Station], Iterator[object]]] = {**_LOOKS, **audit_others.LOOKS, "": _journal}
_lately = [""]


def _seen_by(look: Callable[[Station], Iterator[object]], station: Station) -> bool:
    station.directory.forget()
    try:
        return any(True for _ in look(station))
    except AntinError:
        return True


def noticed(station: Station, sql: str, *values: object) -> bool:
    """Whether the audit finds a change, which is then undone; what the database itself refuses is no change."""
    with station.db.rehearsal():
        try:
            station.db.run(sql, *values)
        except AntinError:
            return True
        if _seen_by(LOOKS[_lately[0]], station):
            return True
        findings = found(station)
        by = [name for name in LOOKS if name and any(f"{each} ".startswith(f"{name} ") for each in findings)]
        _lately[0] = next(iter(by), "") if findings else _lately[0]
        return bool(findings)


def unnoticed(station: Station, table: str) -> tuple[set[str], bool]:
    """Columns (or the table, for a row too many) of which a change is not found; whether a lost row is not."""
    columns, rows, silent, gone = names(station, table), station.db.rows(f"SELECT * FROM {table}"), set(), False
    here = " AND ".join(f"{name} IS ?" for name in columns)
    for row in dict.fromkeys([*rows[:1], *rows[-1:]]):
        for name, value in zip(columns, row, strict=True):
            for changed in {other(value), None} - {value}:
                if not noticed(station, f"UPDATE {table} SET {name} = ? WHERE {here}", changed, *row):
                    silent.add(f"{table}.{name}")
        gone |= not noticed(station, f"DELETE FROM {table} WHERE {here}", *row)
        # Another primary key, and whatever else must be another.
        copied = [other(value) if n < 2 else value for n, value in enumerate(row)]
        if not noticed(station, f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", *copied):
            silent.add(table)
    return silent, gone


@pytest.mark.parametrize("code", [NORTH, "A03"])
def test_whatever_is_changed_is_found_or_named_as_a_hint(lived: Town, quick: None, code: str) -> None:
    with lived.at(code) as station:
        assert not found(station)
        for table in tables(station):
            silent, gone = unnoticed(station, table)
            assert table in HINTS or silent <= set(HINTS), (table, silent)
            assert table in HINTS or table in GONE or not gone, table
        assert not found(station)


def test_every_table_beside_the_registers_is_tried(lived: Town) -> None:
    named = set(re.findall(r"EXISTS (\w+) \(", journal_rows.SQL["tables"] + rows.SQL["tables"]))
    tried = set()
    for code in (NORTH, "A03"):
        with lived.at(code) as station:
            tried |= {each for each in named if station.db.value(f"SELECT count(*) FROM {each}")}
    assert named - tried == UNTRIED
    assert set(HINTS) >= UNTRIED


def test_the_hints_name_what_there_is(lived: Town) -> None:
    with lived.at(NORTH) as station:
        there = set(tables(station)) | {f"{each}.{name}" for each in tables(station) for name in names(station, each)}
    assert {*HINTS, *GONE} <= there


@pytest.mark.parametrize("sql", [
    "CREATE TRIGGER quiet AFTER INSERT ON outbox BEGIN UPDATE outbox SET done = 1; END",
    "CREATE VIEW quiet AS SELECT * FROM directory",
    "CREATE TABLE quiet (one INTEGER)",
    "CREATE INDEX quiet ON outbox (n)",
    "DROP INDEX outbox_due",
    "DROP INDEX dispatch_out_statement",
    "ALTER TABLE told ADD COLUMN more INTEGER",
])  # fmt: skip
def test_another_form_of_the_database_is_found(lived: Town, quick: None, sql: str) -> None:
    with lived.at(NORTH) as station:
        assert noticed(station, sql)


@pytest.mark.parametrize(("where", "sql"), [
    ("mirror directory", "UPDATE directory SET revoked = NULL"),
    ("mirror allotments", "UPDATE allotments SET authority = 'A04'"),
    ("outbox", "DELETE FROM outbox"),
    ("checkpoint", "DELETE FROM checkpoints"),
    ("head", "DELETE FROM held"),
    ("clock", "UPDATE clock SET greatest = greatest - 86400"),
    ("clock", "UPDATE clock SET greatest = greatest + 86400"),
    ("mirror antin", "UPDATE directory SET seen = 0"),
])  # fmt: skip
def test_what_somebody_would_want_to_change(lived: Town, quick: None, where: str, sql: str) -> None:
    with lived.at(NORTH) as station, station.db.rehearsal():
        station.db.run(sql)
        assert any(each.startswith(where) for each in found(station))


def test_a_blob_or_evidence_that_is_gone_is_found(lived: Town, tmp_path: Path) -> None:
    town = copy(lived.folder, tmp_path / "town")
    town.clock.ahead = lived.clock.ahead
    with town.at(NORTH) as station:
        assert not found(station)
        large = "SELECT digest FROM blobs WHERE digest NOT IN (SELECT digest FROM small_blobs)"
        station.blobs.path(station.db.value(large)).unlink()
        assert [each.split()[0] for each in found(station)] == ["blob"]
        station.db.run("DELETE FROM small_blobs")
        assert len(found(station)) > 1
        next((station.home / "evidence").iterdir()).write_bytes(b"another")
        assert {each.split()[0] for each in found(station)} == {"blob", "conflict"}


def test_a_false_note_of_a_part_hides_no_revocation(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody notes that the part with the revocation was read; a later part alone would be a gap for good."""
    monkeypatch.setattr(packets, "PART_RECORDS", 4)
    with town.at("A03", AUTHORITY_KEY) as station:
        gone = station.directory.find(SISTER)
        revoke(station, gone, station.now(), "left")
        for _ in range(5):
            station.commit([status_record(station)])
    town.sync("A03")
    with town.at(NORTH) as station:
        for name, digest in FolderLink(town.relay).directories().items():
            if packets.is_full(name):
                station.db.run(rows.SQL["write_seen"], name, digest, 1)
    town.sync(NORTH)
    with town.at(NORTH) as station:
        assert station.directory.revoked_since(gone) is not None
    town.audit()


def test_an_authority_that_resumed_after_a_loss_is_whole(town: Town, tmp_path: Path) -> None:
    with town.at("A04", AUTHORITY_KEY) as station:
        second = request_officer(station, AUTHORITY_KEY, FirstOfficer("cb09", "Hai", ("cipher",), PASS), 2)
    bind(town, "A04", "A04", second, AUTHORITY_KEY)
    data, keys = saved(town, "A04", tmp_path)
    town.state()
    lose(town, "A04")
    restore(town.home("A04"), data, keys, PASS)
    town.sync("A04")
    with town.at("A04", AUTHORITY_KEY, "cb09") as station:
        tail.complete(station)
        resume(station, "cb09")
    town.state()
    town.sync("A04", NORTH, SOUTH)
    town.audit()
