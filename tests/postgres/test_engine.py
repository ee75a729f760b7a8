"""What the interface promises holds on a server: transactions, their parts, looks, turns, walks, and what is fenced."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import psycopg
import pytest
from cluster import Cluster
from hypothesis import HealthCheck, given, settings
from test_remembered import ACTS, TABLES, in_any_order

from antin.errors import AntinError, Conflict, Unavailable
from antin.storage.postgres import Postgres

Make = Callable[[], Postgres]


@pytest.fixture
def make(server: Cluster) -> Iterator[Make]:
    """Connections to one database with two tables."""
    url, opened = server.database(), list[Postgres]()

    def another() -> Postgres:
        db = Postgres(url, create=not opened)
        if not opened:
            db.script(
                "CREATE TABLE a (k INTEGER PRIMARY KEY, v BLOB, t TEXT) STRICT;\nCREATE TABLE b (k INTEGER) STRICT;"
            )
        opened.append(db)
        return db

    yield another
    for db in opened:
        db.close()


@pytest.fixture
def remembered(server: Cluster) -> str:
    url = server.database()
    db = Postgres(url, create=True)
    db.script(TABLES)
    db.close()
    return url


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACTS)
def test_what_is_remembered_is_what_a_fresh_look_gives(remembered: str, acts: list[tuple[str, int, int]]) -> None:
    in_any_order(remembered, acts)


PUT = "INSERT INTO a (k, v, t) VALUES (?, ?, ?)"


def test_values_come_back_as_they_went(make: Make) -> None:
    db = make()
    rows = [(1, b"\0\xff", "ấn"), (2, None, None), (-(2**63), b"", ""), (2**63 - 1, b"x", "50% ?")]
    db.many(PUT, rows)
    assert db.read("SELECT k, v, t FROM a ORDER BY k") == sorted(rows)
    assert db.read("SELECT sum(k), count(*), max(t), k > 0 FROM a WHERE k IN (1, 2) GROUP BY k > 0") == [
        (3, 2, "ấn", 1)
    ]
    assert db.read("SELECT k FROM a WHERE v = x'00ff' AND t LIKE ?", "%n") == [(1,)]
    assert isinstance(db.value("SELECT sum(k) FROM a WHERE k < 3"), int)
    assert db.read("SELECT t FROM a ORDER BY t NULLS FIRST") == [(None,), ("",), ("50% ?",), ("ấn",)]


def test_texts_are_ordered_by_their_bytes(make: Make) -> None:
    db = make()
    words = ["b", "B", "a", "Ấ", "ấ", "a-b", "aB", "_", "đ", "z"]
    db.many(PUT, [(n, None, word) for n, word in enumerate(words)])
    assert [t for (t,) in db.read("SELECT t FROM a ORDER BY t")] == sorted(words)


def test_a_part_fails_alone(make: Make) -> None:
    db = make()
    with db.transaction():
        db.run(PUT, 1, None, None)
        with pytest.raises(Conflict, match="table-refuses"), db.part():
            db.run(PUT, 2, None, None)
            db.run(PUT, 1, None, None)
        db.run(PUT, 3, None, None)
    with pytest.raises(ZeroDivisionError), db.transaction():
        db.run(PUT, 4, None, None)
        raise ZeroDivisionError
    with db.rehearsal():
        db.run(PUT, 5, None, None)
    assert [k for (k,) in db.read("SELECT k FROM a ORDER BY k")] == [1, 3]
    with pytest.raises(Unavailable, match="database-error"), db.transaction():  # caught without a part: nothing stands
        db.run(PUT, 6, None, None)
        with pytest.raises(Conflict):
            db.run(PUT, 6, None, None)
    assert [k for (k,) in db.read("SELECT k FROM a ORDER BY k")] == [1, 3]


def test_a_look_sees_one_state_and_the_version_tells_of_others(make: Make) -> None:
    one, other = make(), make()
    one.run(PUT, 1, None, None)
    before = one.version()
    one.run(PUT, 2, None, None)
    assert one.version() == before, "our own changes are no news"
    with one.still():
        assert one.value("SELECT count(*) FROM a") == 2
        other.run(PUT, 3, None, None)
        assert one.value("SELECT count(*) FROM a") == 2 and one.version() == before
        with pytest.raises(AssertionError):
            one.run(PUT, 4, None, None)
    assert one.value("SELECT count(*) FROM a") == 3 and one.version() != before


@pytest.mark.parametrize("inside", [False, True])
def test_a_walk_takes_rows_as_they_are_asked_for(make: Make, inside: bool) -> None:
    db = make()
    db.run("INSERT INTO a (k, t) SELECT n, 'x' FROM generate_series(1, 1000) n")
    walk = db.each("SELECT k FROM a ORDER BY k")
    if inside:
        with db.transaction():
            assert [next(walk) for _ in range(100)] == [(n,) for n in range(1, 101)]
            db.run("DELETE FROM a WHERE k > 500")
            assert len(list(walk)) == 900, "as it was when the walk began"
    else:
        assert [next(walk) for _ in range(100)] == [(n,) for n in range(1, 101)]
        db.run("DELETE FROM a WHERE k > 500")
        assert len(list(walk)) == 900
    half = db.each("SELECT k FROM a")
    next(half)
    del half
    with pytest.raises(ZeroDivisionError), db.transaction():
        half = db.each("SELECT k FROM a")
        next(half)
        raise ZeroDivisionError
    del half
    with db.transaction():  # what ended with another transaction is no fault in this one
        db.run("UPDATE a SET t = 'y' WHERE k = 1")
        with pytest.raises(ZeroDivisionError), db.part():
            half = db.each("SELECT k FROM a")
            next(half)
            raise ZeroDivisionError
        del half
        db.run("UPDATE a SET t = 'z' WHERE k = 1")
    assert db.value("SELECT t FROM a WHERE k = 1") == "z"
    assert db.value("SELECT count(*) FROM a") == 500
    assert db.value("SELECT count(*) FROM pg_cursors WHERE name LIKE 'walk%'") == 0, (
        "what nobody reads any more is closed"
    )


def test_a_server_that_isolates_more_than_it_is_asked_to(make: Make, server: Cluster) -> None:
    name = make().value("SELECT current_database()")
    server.say(f"ALTER DATABASE \"{name}\" SET default_transaction_isolation = 'serializable'")
    one, other = make(), make()
    holding = threading.Event()

    def hold() -> None:
        with one.turn():
            holding.set()
            time.sleep(0.3)
            one.run(PUT, 1, None, None)

    holder = threading.Thread(target=hold)
    holder.start()
    holding.wait(10)
    with other.turn():  # waits, and sees what was written while it waited
        other.run("UPDATE a SET t = 'x'")
    holder.join()
    assert other.read("SELECT k, t FROM a") == [(1, "x")]


def test_one_turn_at_a_time(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = make(), make()
    other.read("SELECT set_config('lock_timeout', '200ms', false)")
    with one.turn() as crashed:
        assert not crashed
        with pytest.raises(Unavailable, match="station-busy"), other.turn():
            pass
    with other.turn() as crashed:
        assert not crashed


def test_whoever_comes_after_one_that_died_is_told(make: Make) -> None:
    one, other, third = make(), make(), make()
    holder = one.turn()
    holder.__enter__()
    one._inner.pgconn.finish()
    with other.turn() as crashed:
        assert crashed
    with third.turn() as crashed:
        assert not crashed


def test_a_turn_that_has_passed_to_another_changes_nothing(make: Make) -> None:
    """Whatever let go of the lock: a proxy that gives each transaction another session, a person at the server."""
    one, other = make(), make()
    with pytest.raises(Unavailable, match="turn-lost"), one.turn():
        one.run(PUT, 1, None, None)
        one._inner.execute("SELECT pg_advisory_unlock_all()")
        with other.turn() as crashed:
            assert crashed, "the first one has not said that it is done"
            other.run(PUT, 2, None, None)
            one.run(PUT, 3, None, None)
    assert other.read("SELECT k FROM a ORDER BY k") == [(1,), (2,)]
    with one.turn():
        one.run(PUT, 4, None, None)


def _locked(url: str, held: threading.Event, go: threading.Event) -> None:
    """Somebody at the server who locks tables in another order than we do."""
    with psycopg.connect(url) as line:
        line.execute("SET deadlock_timeout = '5s'")  # so that ours is the one that is broken off
        line.execute("LOCK TABLE b IN ACCESS EXCLUSIVE MODE")
        held.set()
        go.wait(10)
        line.execute("LOCK TABLE a IN ACCESS EXCLUSIVE MODE")


def test_what_the_server_breaks_off_is_done_again_and_never_shown(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    db, again = make(), list[int]()
    real = db._replay
    monkeypatch.setattr(db, "_replay", lambda: (again.append(1), real()))
    db._inner.execute("SET deadlock_timeout = '100ms'")
    held, go = threading.Event(), threading.Event()
    other = threading.Thread(target=_locked, args=(db.url, held, go))
    other.start()
    held.wait(10)
    with db.turn(), db.transaction():
        db.run(PUT, 1, b"x", None)
        with pytest.raises(Conflict), db.part():
            db.run(PUT, 1, None, None)
        db.many(PUT, [(2, None, None), (3, None, None)])
        go.set()
        time.sleep(0.2)
        db.run("INSERT INTO b (k) VALUES (?)", 1)  # waits for the other, who waits for us
        db.run(PUT, 4, None, None)
    other.join()
    assert db.read("SELECT k, v FROM a ORDER BY k") == [(1, b"x"), (2, None), (3, None), (4, None)]
    assert db.read("SELECT k FROM b") == [(1,)]
    assert again == [1], "it was broken off"


def test_a_line_that_breaks_is_made_anew_between_two_acts_and_never_within(make: Make, server: Cluster) -> None:
    db = make()
    name = db.value("SELECT current_database()")

    def cut() -> None:
        server.say(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")

    cut()
    assert db.value("SELECT count(*) FROM a") == 0
    cut()
    db.run(PUT, 1, None, None)
    with pytest.raises(Unavailable, match="database-away"), db.turn(), db.transaction():
        db.run(PUT, 2, None, None)
        cut()
        db.run(PUT, 3, None, None)
    with db.turn() as crashed:
        assert crashed
        db.run(PUT, 4, None, None)
    with db.still():
        assert db.read("SELECT k FROM a ORDER BY k") == [(1,), (4,)]


def test_a_server_that_does_not_wait_for_its_disk_is_told_to(make: Make, server: Cluster) -> None:
    db = make()
    server.say(f'ALTER DATABASE "{db.value("SELECT current_database()")}" SET synchronous_commit = off')
    again = make()
    assert again.value("SHOW synchronous_commit") == "on"
    with again.turn(), again.transaction():  # the marks of a turn do not wait, what is written in it does
        again.run(PUT, 1, None, None)
        assert again.value("SHOW synchronous_commit") == "on"


def test_nothing_a_server_says_leaves_as_its_own_error(make: Make) -> None:
    db = make()
    for sql in ("SELECT nothing FROM nowhere", "SELECT 1 / 0", "SELECT x"):
        with pytest.raises(AntinError):
            db.read(sql)
    assert db.value("SELECT 1") == 1
