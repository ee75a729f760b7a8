"""What is remembered of the books is what they say: by any order of acts, beside other writers, through a whole story.

And how many statements the two acts that people wait for most need, so that the number cannot grow unseen.
"""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path

import pytest
from counting import Counts, asked, counted
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from steering.hands import publish, take
from steering.test_directives import issue
from town import NORTH, SOUTH, Town

import antin
from antin.acts import directive
from antin.acts.send import Address, Wish, send
from antin.station.books import definitions
from antin.storage.database import Database
from antin.storage.engines import open_database
from antin.storage.query import Query

SOURCE = Path(antin.__file__).parent
COUNT = Query("count", "SELECT count(*) FROM a", int)
SUM = Query("sum", "SELECT coalesce(sum(b.v), 0) FROM b JOIN a ON a.k = b.k WHERE a.k < ?", int)
ONE = Query("one", "SELECT v FROM b WHERE k = ?", int)
TABLES = "CREATE TABLE a (k INTEGER PRIMARY KEY) STRICT;\nCREATE TABLE b (k INTEGER PRIMARY KEY, v INTEGER) STRICT;"
KEYS = st.integers(0, 3)
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "drop", "undo", "part", "elsewhere", "turn", "still"]), KEYS, st.integers(0, 99)
    ),
    max_size=30,
)


def other(path: Path | str, k: int, v: int) -> None:
    """Another process writes."""
    db = open_database(path)
    db.run("INSERT INTO b (k, v) VALUES (?, ?) ON CONFLICT (k) DO UPDATE SET v = excluded.v", k, v)
    db.close()


def agree(db: Database, k: int) -> None:
    for query, values in ((COUNT, ()), (SUM, (k,)), (ONE, (k,))):
        for _ in range(2):
            assert db.rows(query.sql, *values) == db.read(query.sql, *values), query.name


class Undone(Exception):
    """An act that fails in its middle."""


def act(db: Database, path: Path | str, what: str, k: int, v: int) -> None:
    if what == "a":
        db.run("INSERT INTO a (k) VALUES (?) ON CONFLICT (k) DO NOTHING", k)
    elif what == "b":
        db.many("INSERT INTO b (k, v) VALUES (?, ?) ON CONFLICT (k) DO UPDATE SET v = excluded.v", [(k, v)])
    elif what == "drop":
        db.run("DELETE FROM b WHERE k = ?", k)
    elif what in ("undo", "part"):
        with pytest.raises(Undone), db.transaction() if what == "undo" else db.part():
            act(db, path, "b", k, v)
            agree(db, k)
            raise Undone


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("db") / "x.db"
    db = open_database(path, create=True)
    db.script(TABLES)
    db.close()
    return path


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACTS)
def test_what_is_remembered_is_what_a_fresh_look_gives(path: Path, acts: list[tuple[str, int, int]]) -> None:
    in_any_order(path, acts)


def in_any_order(path: Path | str, acts: list[tuple[str, int, int]]) -> None:
    """Acts, looks and other writers; whatever engine keeps the database at ``path``."""
    db, seen = open_database(path), -1

    def look() -> int:
        version = db.version()
        if version != seen:
            db.forget()
        return version

    try:
        for what, k, v in acts:
            if what == "elsewhere":
                other(path, k, v)
                continue
            if what == "still":
                with db.still(), db.remembering():
                    seen = look()
                    agree(db, k)
                    before = db.rows(ONE.sql, k)
                    other(path, k, v + 100)
                    assert db.rows(ONE.sql, k) == db.read(ONE.sql, k) == before, "one state, whatever others do"
                continue
            seen = look()
            with db.remembering():
                agree(db, k)
                act(db, path, what, k, v)
                agree(db, k)
    finally:
        db.close()


def test_nothing_is_written_where_the_books_stand_still(path: Path) -> None:
    db = open_database(path)
    with db.still(), pytest.raises(AssertionError):
        db.run("DELETE FROM a")
    db.run("DELETE FROM a")  # and afterwards it is as before
    db.close()


def test_no_table_changes_by_another_one() -> None:
    """A statement outdates what was read of the table that it names; so nothing else may change with it."""
    whole = definitions() + "".join(file.read_text("utf-8") for file in SOURCE.rglob("*.sql"))
    for word in ("CREATE VIEW", "CREATE TRIGGER", "CASCADE", "SET NULL", "REPLACE INTO", "OR REPLACE"):
        assert word not in whole.upper().replace("CREATE OR REPLACE", ""), word


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch) -> Counts:
    return counted(monkeypatch)


def test_what_an_act_asks_of_the_books(town: Town, counts: Counts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        time, "time", partial(float, int(time.time()))
    )  # what is asked for another second is asked anew
    issue(town)
    publish(town, NORTH)
    town.sync(NORTH, SOUTH)
    take(town, SOUTH)
    with town.at(SOUTH, "cb01") as station:
        asked(counts)
        directive.acknowledge(station, "cb01", "cd-1")
        assert asked(counts) <= 36
    letter = town.pdf()
    town.signed(NORTH, letter)
    with town.at(NORTH, "vt01") as station:
        asked(counts)
        send(station, "vt01", letter, Wish([Address(SOUTH)], 0))
        assert asked(counts) <= 67
    town.audit()
