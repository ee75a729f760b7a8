"""Whatever is wrong with a server or with what it holds: a clear sentence, nothing lost, and the same act can be done
again."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import engine
import psycopg
import pytest
from absent import absent, may
from cluster import Cluster
from town import PASS, Clock, Town

from antin.acts.create_station import NewStation, create_root
from antin.acts.status import status_record
from antin.errors import AntinError, Conflict, Malformed, Missing, Refused, Unavailable
from antin.kernel.crypto.locker import CHEAPEST
from antin.station import rows
from antin.station.audit import audit
from antin.station.sequencer import Draft
from antin.station.station import AUTHORITY_KEY
from antin.storage.database import Database
from antin.storage.engines import open_database
from antin.words import Words

ROOT = "A00"
Found = Callable[[Cluster], Town]


@pytest.fixture
def found(tmp_path: Path) -> Found:
    """A root station on a server."""

    def make(server: Cluster) -> Town:
        town = Town(tmp_path / "town", Clock())
        create_root(town.home(ROOT), NewStation(ROOT, "Gốc", database=server.database()), PASS, {"cost": CHEAPEST})
        return town

    return make


@pytest.fixture
def own(judge: Callable[[str], str]) -> Iterator[Callable[..., Cluster]]:
    """A server for a test alone, which it may stop."""
    judge("initdb")
    with ExitStack() as stack:

        def make(**settings: str) -> Cluster:
            folder = engine.room(stack)
            return stack.enter_context(Cluster(folder, **settings))

        yield make


def act(town: Town) -> int:
    """A record; returns how many there are."""
    with town.at(ROOT, AUTHORITY_KEY) as station:
        return station.commit([status_record(station)])[-1].index + 1


def whole(town: Town, size: int) -> None:
    """Nothing is lost, nothing doubled."""
    with town.at(ROOT) as station:
        assert station.journal.head()[0] == size
        assert audit(station).findings == []


def said(error: AntinError) -> None:
    """In both languages, with what to do."""
    for lang in ("vi", "en"):
        text, hint = Words(lang).error(error)
        assert text and hint and error.code not in text and "{" not in text + hint, (lang, text, hint)
    assert "mat-khau" not in str(error)


def refused(kind: type[AntinError], code: str, town: Town) -> None:
    with pytest.raises(kind) as caught:
        act(town)
    assert caught.value.code == code, caught.value
    said(caught.value)


def test_away_at_the_start(own: Callable[..., Cluster], found: Found) -> None:
    server = own()
    town = found(server)
    size = act(town)
    server.stop()
    refused(Unavailable, "database-away", town)
    server.start()
    assert act(town) == size + 1
    whole(town, size + 1)


def test_away_in_the_middle(own: Callable[..., Cluster], found: Found) -> None:
    server = own()
    town = found(server)
    size = act(town)
    with town.at(ROOT, AUTHORITY_KEY) as station:
        draft = status_record(station)

        def gone(*_: object) -> None:
            server.kill()

        with pytest.raises(Unavailable) as caught:
            station.commit([station.record(draft.kind, draft.public, draft.hands, then=[gone])])
        assert caught.value.code == "database-away"
        said(caught.value)
        with pytest.raises(Unavailable, match="database-away"):
            station.commit([status_record(station)])
        server.start()
        # The same program goes on: the uses that were signed for nothing are declared, then the act is done.
        assert station.commit([status_record(station)])[-1].index == size + 1
    whole(town, size + 2)


@pytest.mark.parametrize("committed", [False, True])
def test_the_line_breaks_while_it_commits(
    own: Callable[..., Cluster], found: Found, monkeypatch: pytest.MonkeyPatch, committed: bool
) -> None:
    """Nobody told us whether it stands; the server is asked once it answers."""
    server = own()
    town = found(server)
    size = act(town)
    with town.at(ROOT, AUTHORITY_KEY) as station:
        db = station.db
        real = db._committed  # type: ignore[attr-defined]

        def broken() -> None:
            monkeypatch.setattr(db, "_committed", real)
            if committed:
                real()
            db._inner.pgconn.finish()  # type: ignore[attr-defined]
            real()

        draft = status_record(station)

        def now(*_: object) -> None:
            monkeypatch.setattr(db, "_committed", broken)

        drafts = [station.record(draft.kind, draft.public, draft.hands, then=[now])]
        with pytest.raises(Unavailable) as caught:
            station.commit(drafts)
        # It stands, and only the checkpoint is pending; or it does not, and may be done again.
        assert caught.value.code == ("recorded-not-signed" if committed else "database-away")
        said(caught.value)
    # Either the record, or the declaration of the use that it would have had.
    with town.at(ROOT, AUTHORITY_KEY) as station:
        kind = station.db.value("SELECT kind FROM entries WHERE idx = ?", size)
    assert kind == ("status" if committed else "uses-lost")
    whole(town, size + 1)


def test_a_server_that_never_says_whether_it_stands(
    own: Callable[..., Cluster], found: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = own()
    town = found(server)
    monkeypatch.setattr("antin.storage.postgres.BUSY_SECONDS", 1)
    with town.at(ROOT, AUTHORITY_KEY) as station:
        db = station.db
        real = db._committed  # type: ignore[attr-defined]

        def broken() -> None:
            monkeypatch.setattr(db, "_committed", real)
            server.kill()
            real()

        draft = status_record(station)

        def now(*_: object) -> None:
            monkeypatch.setattr(db, "_committed", broken)

        with pytest.raises(Unavailable) as caught:
            station.commit([station.record(draft.kind, draft.public, draft.hands, then=[now])])
        assert caught.value.code == "commit-unknown"
        said(caught.value)
    server.start()
    act(town)
    town.audit()


def test_a_wrong_password_and_a_stranger(own: Callable[..., Cluster], found: Found, tmp_path: Path,
                                         monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    server = own()
    town = found(server)
    size = act(town)
    server.say("ALTER USER antin PASSWORD 'dung'")
    (server.data / "pg_hba.conf").write_text("local all all scram-sha-256\n")
    server.run("pg_ctl", "-D", str(server.data), "reload")
    time.sleep(0.2)
    pass_file = tmp_path / "pgpass"
    monkeypatch.setenv("PGPASSFILE", str(pass_file))
    refused(Refused, "database-login", town)
    pass_file.write_text("*:*:*:antin:mat-khau-sai\n")
    pass_file.chmod(0o600)
    refused(Refused, "database-login", town)
    pass_file.write_text("*:*:*:antin:dung\n")
    assert act(town) == size + 1


def test_one_of_a_newer_program_of_another_station_and_one_half_moved(server: Cluster, found: Found,
                                                                      tmp_path: Path) -> None:  # fmt: skip
    town = found(server)
    size = act(town)
    url = (town.home(ROOT) / "station.toml").read_text().partition('database = "')[2].split('"')[0]

    def say(sql: str) -> None:
        with psycopg.connect(url, autocommit=True) as line:
            line.execute(sql)  # type: ignore[arg-type]

    say("UPDATE beside SET form = form + 98")
    refused(Refused, "station-newer", town)
    say("UPDATE beside SET form = form - 98")
    say("UPDATE writer SET state = 'unfinished'")
    refused(Refused, "database-unfinished", town)
    say("UPDATE writer SET state = 'ready'")
    assert act(town) == size + 1
    other = Town(tmp_path / "other")
    create_root(other.home(ROOT), NewStation(ROOT, "Gốc khác", database=server.database()), PASS, {"cost": CHEAPEST})
    strange = (other.home(ROOT) / "station.toml").read_text().partition('database = "')[2].split('"')[0]
    settings = town.home(ROOT) / "station.toml"
    settings.write_text(settings.read_text().replace(url, strange))
    refused(Refused, "database-of-another", town)
    settings.write_text(settings.read_text().replace(strange, server.database()))
    refused(Missing, "database-missing", town)
    settings.write_text(settings.read_text().replace("@/", "@/khong-co-"))
    refused(Missing, "database-missing", town)
    settings.write_text(re_database(settings.read_text(), url))
    whole(town, size + 1)
    other.audit()


def re_database(text: str, url: str) -> str:
    before, _, rest = text.partition('database = "')
    return before + f'database = "{url}"' + rest.partition('"')[2]


def test_connections_exhausted(own: Callable[..., Cluster], found: Found) -> None:
    server = own(max_connections="8", superuser_reserved_connections="1")
    server.say("CREATE ROLE few LOGIN")
    town = found(server)
    size = act(town)
    server.say("ALTER USER antin CONNECTION LIMIT -1")
    with ExitStack() as stack:
        with suppress(psycopg.OperationalError):
            for _ in range(20):
                stack.enter_context(psycopg.connect(server.url("postgres")))
        refused(Unavailable, "database-crowded", town)
    assert act(town) == size + 1
    whole(town, size + 1)


@pytest.fixture
def small(request: pytest.FixtureRequest, judge: Callable[[str], str]) -> Iterator[tuple[Cluster, Path]]:
    """A server on a disk of 128 MB, and a file on it that can be made and taken away."""
    judge("initdb")
    with ExitStack() as stack:
        place = engine.room(stack)
        place.mkdir()
        if os.geteuid() or not may("mount", "-t", "tmpfs", "-o", "size=128m", "tmpfs", str(place)):
            absent(request, "tmpfs", "needs root and leave to mount")
        stack.callback(subprocess.run, ["umount", "-l", str(place)], check=True)
        place.chmod(0o755)
        sizes = {"min_wal_size": "32MB", "max_wal_size": "32MB", "shared_buffers": "16MB"}
        yield stack.enter_context(Cluster(place / "c", **sizes)), place / "filler"


def test_a_server_without_room(small: tuple[Cluster, Path], found: Found) -> None:
    """The disk of the server is full in the middle of an act: nothing of it stands, and the same act is done later."""
    server, filler = small
    town = found(server)
    size = act(town)
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(1 << 16))
    with town.at(ROOT, AUTHORITY_KEY) as station:

        def large(db: Database, _: object) -> None:
            db.many(rows.SQL["insert_object"], [(os.urandom(32), "x", os.urandom(1 << 18)) for _ in range(8)])

        def draft() -> Draft:
            plain = status_record(station)
            return station.record(plain.kind, plain.public, plain.hands, then=[large])

        with pytest.raises(Unavailable) as caught:
            station.commit([draft()])
        assert caught.value.code == "disk-full"
        said(caught.value)
        filler.unlink()
        entry = station.commit([draft()])[-1]
        assert station.db.value("SELECT count(*) FROM objects WHERE kind = 'x'") == 8
        assert entry.index == size + 1, "after the declaration of the use that was signed for nothing"
        station.db.run("DELETE FROM objects WHERE kind = 'x'")
    whole(town, size + 2)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("postgresql://antin:mat-khau@localhost/x", "database-url-password"),
        ("postgresql://localhost/x?password=mat-khau", "database-url-password"),
        ("postgresql://localhost/x?nothing=1", "database-url-malformed"),
        ("postgresql://[localhost/x", "database-url-malformed"),
    ],
)
def test_an_address_that_is_none_or_says_too_much(url: str, code: str, tmp_path: Path) -> None:
    with pytest.raises(Malformed) as caught:
        create_root(tmp_path / "A00", NewStation(ROOT, "Gốc", database=url), PASS, {"cost": CHEAPEST})
    assert caught.value.code == code
    said(caught.value)


def test_a_database_that_is_not_empty_is_not_taken(server: Cluster, found: Found, tmp_path: Path) -> None:
    url = server.database()
    with psycopg.connect(url, autocommit=True) as line:
        line.execute("CREATE TABLE theirs (n INT)")
    with pytest.raises(Conflict, match="database-not-empty"):
        create_root(tmp_path / "A00", NewStation(ROOT, "Gốc", database=url), PASS, {"cost": CHEAPEST})
    shutil.rmtree(tmp_path / "A00")
    latin = "latin_" + url.rsplit("@/", 1)[1].split("?")[0]
    server.say(f"CREATE DATABASE {latin} ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
    try:
        with pytest.raises(Refused, match="database-server-other"):
            open_database(server.url(latin))
    finally:
        server.say(f"DROP DATABASE {latin}")
