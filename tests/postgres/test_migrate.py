"""A station moves to a server and back, by copy and replay: the same journal, the same books; killed anywhere it works
where it was."""

from __future__ import annotations

import os
import signal
import tomllib
from pathlib import Path

import psycopg
import pytest
from cluster import Cluster
from faults.losses import saved
from town import NORTH, PASS, SOUTH, Town, copy

from antin.acts.migrate import migrate
from antin.acts.restore import restore
from antin.errors import AntinError, Conflict, Unavailable, Unverified
from antin.station import kept, moving
from antin.station import settings as settings_file
from antin.station.lock import present
from antin.storage.engines import open_database
from antin.storage.query import unlike


def head(town: Town, code: str) -> tuple[int, bytes]:
    with town.at(code) as station:
        return station.journal.head()


def url_of(town: Town, code: str) -> str:
    return str(tomllib.loads((town.home(code) / "station.toml").read_text())["database"])


def differing(town: Town, code: str, other: Path | str) -> set[str]:
    """Tables that are not the same, row by row."""
    one, two = kept.open_kept(town.home(code), settings_file.load(town.home(code))), open_database(other)
    try:
        return {name for name in one.tables() if next(unlike(one, two, name), None) is not None}
    finally:
        one.close()
        two.close()


def test_there_and_back(town: Town, server: Cluster) -> None:
    town.dispatch()
    town.sync(SOUTH, NORTH)
    before, told, url = head(town, NORTH), [], server.database()
    moved = migrate(town.home(NORTH), url, lambda *step: told.append(step))
    assert moved.records == before[0] and moved.rows > before[0]
    assert {step for step, *_ in told} == {"copy", "compare", "replay"}
    assert head(town, NORTH) == before and url_of(town, NORTH) == url
    assert not (town.home(NORTH) / "station.db").exists(), "the old one is kept under a name that nothing bears"
    with town.at(NORTH) as station:  # what is mended at the opening is nothing new
        assert station.db.place == url
    assert differing(town, NORTH, town.home(NORTH) / "station.db.before-migrate-1") == set()
    with pytest.raises(Conflict, match="migrate-there-already"):
        migrate(town.home(NORTH), url)
    town.dispatch(name="hai.pdf", data=b"%PDF-2")
    town.sync(SOUTH, NORTH)
    later = head(town, NORTH)
    migrate(town.home(NORTH), "")
    assert head(town, NORTH) == later and url_of(town, NORTH) == ""
    assert differing(town, NORTH, url) == set()
    with pytest.raises(Conflict, match="database-not-empty"):  # nobody's old books are written over
        migrate(town.home(NORTH), url)
    migrate(town.home(NORTH), server.database())
    town.dispatch(name="ba.pdf", data=b"%PDF-3")
    town.sync(SOUTH, NORTH)
    town.audit()


def test_nobody_may_have_it_open(town: Town, server: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("antin.station.lock._LOCK_SECONDS", 0.1)
    with present(town.home(NORTH)), pytest.raises(Unavailable, match="station-busy"):
        migrate(town.home(NORTH), server.database())


def test_books_that_are_not_what_the_journal_says_do_not_move(town: Town, server: Cluster) -> None:
    town.dispatch()
    with town.at(NORTH) as station:
        station.db.run("UPDATE dispatch_sent SET time = time + 1")
    with pytest.raises(Unverified, match="register-differs"):
        migrate(town.home(NORTH), server.database())
    assert url_of(town, NORTH) == "" and head(town, NORTH)[0]


def _killed(home: Path, to: str, at: int) -> bool:
    """Whether a child that dies at its n-th step ended before the move did."""
    child = os.fork()
    if not child:
        count = 0

        def tell(*_: object) -> None:
            nonlocal count
            count += 1
            if count == at:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            migrate(home, to, tell)
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


@pytest.mark.parametrize("back", [False, True])
def test_killed_in_the_middle_it_works_where_it_was(town: Town, server: Cluster, back: bool) -> None:
    if back:
        migrate(town.home(NORTH), server.database())
    before, was = head(town, NORTH), url_of(town, NORTH)
    to = "" if back else server.database()
    for at in (1, 40, 120, 200):
        died = _killed(town.home(NORTH), to, at)
        if not died:
            break
        assert url_of(town, NORTH) == was and head(town, NORTH) == before
        if to:
            with pytest.raises(AntinError, match="database-unfinished|database-missing"):
                kept.check_own(open_database(to), settings_file.load(town.home(NORTH)))
    assert at > 40
    if died:
        migrate(town.home(NORTH), to)
    assert url_of(town, NORTH) == to and head(town, NORTH) == before
    town.dispatch()
    town.audit()


def test_killed_before_the_settings_name_it_a_second_run_goes_on(
    town: Town, server: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = server.database()

    def no_power(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(settings_file, "save", no_power)
        with pytest.raises(KeyboardInterrupt):
            migrate(town.home(NORTH), url)
    town.dispatch()  # it works where it was
    migrate(town.home(NORTH), url)
    town.sync(SOUTH, NORTH)
    town.audit()


@pytest.mark.parametrize("there", [False, True])
def test_a_backup_is_the_same_from_either_and_goes_to_either(
    town: Town, server: Cluster, tmp_path: Path, there: bool
) -> None:
    town.dispatch()
    town.sync(SOUTH, NORTH)
    migrate(town.home(NORTH), server.database())
    data, keys = saved(town, NORTH, tmp_path)
    size = head(town, NORTH)[0]
    lost = copy(town.folder, tmp_path / "again")
    (lost.home(NORTH) / "station.toml").unlink()
    url = server.database() if there else ""
    restore(lost.home(NORTH), data, keys, PASS, database=url)
    assert url_of(lost, NORTH) == url
    with lost.at(NORTH) as station:
        assert station.journal.head()[0] == size and not station.recovering, "its signer remembers no more than it"
    lost.dispatch(name="hai.pdf", data=b"%PDF-2")
    lost.sync(SOUTH, NORTH)
    lost.audit()


def test_an_older_state_of_a_server_is_found_out_by_the_signer(town: Town, server: Cluster) -> None:
    """As an administrator does who puts a copy of the database back."""
    url = server.database()
    migrate(town.home(NORTH), url)
    older = server.database(template=url.rsplit("@/", 1)[1].split("?")[0])
    town.dispatch()
    settings = town.home(NORTH) / "station.toml"
    settings.write_text(settings.read_text().replace(url, older))
    with town.at(NORTH) as station:
        assert station.recovering


def test_a_copy_that_is_not_what_it_was_made_from_is_not_used(
    town: Town, server: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = moving.copy_tables

    def altered(source: object, target: object, *rest: object) -> int:
        count = real(source, target, *rest)  # type: ignore[arg-type]
        target.run("UPDATE objects SET kind = 'x'")  # type: ignore[attr-defined]
        return count

    monkeypatch.setattr(moving, "copy_tables", altered)
    with pytest.raises(Unverified, match="form-differs"):
        migrate(town.home(NORTH), server.database())
    assert url_of(town, NORTH) == ""


def test_two_copies_of_a_database_are_not_taken_for_one(town: Town, server: Cluster) -> None:
    url = server.database()
    migrate(town.home(NORTH), url)
    with psycopg.connect(url) as line:
        assert line.execute("SELECT state FROM writer").fetchone() == ("waiting",)
    head(town, NORTH)
    with psycopg.connect(url) as line:
        assert line.execute("SELECT state FROM writer").fetchone() == ("ready",)
