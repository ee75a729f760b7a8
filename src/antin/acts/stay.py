"""Stay at the link: exchange whenever something is due here or waits there, until asked to end."""

from __future__ import annotations

import fcntl
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from antin.acts import links
from antin.acts.exchange import Report
from antin.acts.sync import Open
from antin.acts.transfer import Course, run
from antin.errors import AntinError, Unavailable
from antin.relay.https import HttpsLink
from antin.station import calls, rows
from antin.storage import durable

WAIT_SECONDS, FOLDER_SECONDS, STEP = 30, 5.0, 0.5
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 300.0


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """One exchange over the network at a time. Raises ``Unavailable`` when another process stays at the link."""
    with durable.translated(home), (home / "link.lock").open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Unavailable("sync-running") from None
        yield


def stay(open_: Open, address: str, stopped: Callable[[], bool], tell: Callable[[Report], None],
         failed: Callable[[AntinError, float], None]) -> None:  # fmt: skip
    """Until ``stopped``. A failure is told and tried again: after 1 s, then twice as long each time, to 5 minutes."""
    pause = FIRST_PAUSE

    def told(report: Report) -> None:
        nonlocal pause
        pause = FIRST_PAUSE
        tell(report)

    while not stopped():
        try:
            with open_(True) as station:
                link = links.link_of(station, address)
            _at_the_link(Course(open_, link, stopped), told)
        except AntinError as error:
            rest = pause * random.uniform(0.75, 1.25)  # so that stations do not come back all at once
            failed(error, rest)
            _sleep(rest, stopped)
            pause = min(2 * pause, LONGEST_PAUSE)


def _at_the_link(course: Course, tell: Callable[[Report], None]) -> None:
    try:
        while not course.stopped():
            course.report = Report()
            course.given_up.clear()
            tell(run(course, often=True))
            _wait(course, course.stopped)
    finally:
        links.let_go(course.link)


def _wait(course: Course, stopped: Callable[[], bool]) -> None:
    """For news from the relay or from our own outbox. Outside the calling windows the line stays silent."""
    with course.open(False) as station:

        def least() -> int:
            return calls.least(station.settings, station.now())

        def awake() -> bool:
            due = [each.precedence for each in rows.list_due.all(station.db) if each.n not in course.report.left]
            return stopped() or max(due, default=-1) >= least()

        if least():
            while least() and not awake():
                time.sleep(STEP)
        elif isinstance(course.link, HttpsLink):
            course.link.wait(WAIT_SECONDS, course.report.seen, awake)
        else:
            _sleep(FOLDER_SECONDS, awake)


def _sleep(seconds: float, awake: Callable[[], bool]) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and not awake():
        time.sleep(min(STEP, seconds))
