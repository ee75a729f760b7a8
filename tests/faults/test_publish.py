"""``kill -9`` at every flush of publishing a paper: whoever publishes again sends each unit one dispatch, not two."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path
from typing import Any

from steering.hands import CLERK, codes_of, take
from steering.test_directives import issue
from town import NORTH, SISTER, SOUTH, Town, copy

from antin.acts import papers
from antin.storage import database

FEWEST = 2  # a publishing flushes at least so often, or the test tests nothing


def _publish(town: Town) -> None:
    with town.at(NORTH, CLERK) as station:
        for number in papers.waiting(station):
            papers.publish(station, CLERK, number)


def _dies(town: Town, at: int) -> bool:
    """Publish in a child that is killed at the flush of that number; False if it came to its end."""
    child = os.fork()
    if not child:
        try:
            _killed_at(at)
            _publish(town)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def _killed_at(at: int) -> None:
    """Count what makes something durable: a commit, a statement outside a transaction, an fsync; die after that one."""
    count = 0

    def flushed() -> None:
        nonlocal count
        count += 1
        if count == at:
            os.kill(os.getpid(), signal.SIGKILL)

    run, fsync = database.Database.run, os.fsync

    def counted_run(self: database.Database, sql: str, *values: object) -> None:
        run(self, sql, *values)
        if not self.in_transaction:
            flushed()

    def counted_fsync(handle: Any) -> None:
        fsync(handle)
        flushed()

    database.Database.run = counted_run  # type: ignore[method-assign]
    os.fsync = counted_fsync


def test_killed_at_every_flush_it_is_sent_once(town: Town, tmp_path: Path) -> None:
    issue(town)
    at = 0
    while True:
        at += 1
        place = tmp_path / "again"
        again = copy(town.folder, place)
        died = _dies(again, at)
        _publish(again)
        with again.at(NORTH) as station:
            assert papers.waiting(station) == []
            sql = "SELECT addressee, count(*) FROM dispatch_out WHERE addressee <> ? GROUP BY addressee"
            sent = station.db.rows(sql, NORTH)
            assert sorted(sent) == [(SISTER, 1), (SOUTH, 1)], (at, sent)
        if not died:
            break
        if at % 5 == 0:
            again.sync(NORTH, SOUTH)
            assert codes_of(take(again, SOUTH)) == ["directive-issued"]
            again.audit()
        shutil.rmtree(place)
    assert at > FEWEST
