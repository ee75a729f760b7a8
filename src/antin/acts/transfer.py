"""Moves what is owed in pieces, without the station's lock, and lets what is more urgent go first.

    exchange → the most urgent owed blob, chunk by chunk → exchange → …

Between two chunks it is asked whether something more urgent is due in our outbox or waits at the relay; then the
transfer stops where it is, an exchange of that precedence follows, and the transfer goes on (spec/link.md, Pieces).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from antin.acts.exchange import Owed, Report, Wanted
from antin.acts.sync import Open, exchange
from antin.errors import AntinError, Missing, Unavailable, Unverified
from antin.kernel.crypto.tree import PIECE
from antin.relay import partial
from antin.relay.link import Link, Pieces, precedence_of
from antin.retry import NO_ROOM
from antin.station import calls, rows
from antin.station.blobs import Blobs
from antin.station.station import Station
from antin.storage import durable

SMALLEST, CHUNK_SECONDS = 16 * 1024, 0.25


@dataclass
class Course:
    """One run over one link: what it did so far, and how fast the line is. ``stopped`` is asked between chunks.

    ``open(True)`` takes the station's lock, ``open(False)`` only reads.
    """

    open: Open
    link: Link
    stopped: Callable[[], bool] = lambda: False
    tell: Callable[[int], None] = lambda size: None
    report: Report = field(default_factory=Report)
    moved: set[bytes] = field(default_factory=set)
    given_up: set[bytes] = field(default_factory=set)
    lists: dict[bytes, bytes] = field(default_factory=dict)
    chunk: int = SMALLEST

    def exchange(self, *, again: bool = False, least: int = 0, often: bool = False) -> list[Owed]:
        """One exchange, added to the whole report. Returns what is owed."""
        done = exchange(self.open, self.link, Wanted(again, least, frozenset(self.moved), often))
        self._add(done)
        if not done.least:
            self.moved.clear()  # their envelopes went
        return [each for each in self.report.owed if each.digest not in self.given_up]

    def took(self, size: int, seconds: float) -> None:
        """A chunk went in that time: the next is as long as takes a quarter of a second."""
        self.chunk = max(SMALLEST, min(PIECE, int(size * CHUNK_SECONDS / max(seconds, 0.001)), 2 * self.chunk))
        self.tell(size)

    def _add(self, done: Report) -> None:
        whole = self.report
        whole.directory, whole.put = whole.directory + done.directory, whole.put + done.put
        # "waiting" is no result while the blob is on its way: the last exchange says what became of it.
        whole.outcomes = [each for each in whole.outcomes if each.state != "waiting"] + done.outcomes
        whole.aside += done.aside
        if done.least:  # it looked at the most urgent only: what was known of the rest still holds
            known = {each.digest for each in done.owed}
            done.owed += [each for each in whole.owed if each.digest not in known | self.moved]
            done.owed.sort(key=lambda each: -each.precedence)
            done.left, done.stuck = done.left | whole.left, whole.stuck | done.stuck
            done.seen += whole.seen
        whole.waiting, whole.least, whole.stuck = done.waiting, done.least, done.stuck
        whole.owed, whole.left, whole.seen = done.owed, done.left, done.seen


def run(course: Course, *, again: bool = False, often: bool = False) -> Report:
    """Exchange until nothing is owed, the calling window closes, or somebody asks us to end."""
    owed = course.exchange(again=again, often=often)
    while owed and not course.stopped():
        due = _move(course, owed[0])
        if due == calls.NEVER:
            break
        owed = course.exchange(least=due, often=often)
    return course.report


def _move(course: Course, owed: Owed) -> int:
    """Move one blob until it is whole (0), or something more urgent is due (its precedence).

    What the relay refuses or gives wrongly is given up for this run and reported; a broken line raises.
    """
    try:
        with course.open(False) as station:
            watch = _Watch(course, station, owed.precedence)
            return (_send if owed.up else _fetch)(course, station.blobs, owed, watch)
    except AntinError as error:
        if not isinstance(error, Unverified | Missing) and error.code not in NO_ROOM:
            raise
        course.given_up.add(owed.digest)
        course.report.aside.append((owed.name or owed.digest.hex()[:16], error))
        if owed.name and isinstance(error, Unverified):
            # Its sender learns from the silence, and replaces what is spoilt at the relay.
            with course.open(False) as station:
                course.link.set_aside(station.code, owed.name)
        return 0


class _Watch:
    """What is more urgent than the running transfer and was not seen by the last exchange."""

    def __init__(self, course: Course, station: Station, precedence: int) -> None:
        self._course, self._station, self._precedence = course, station, precedence

    def __call__(self) -> int:
        """The precedence that is due, 0 to go on; ``NEVER`` when asked to end or when the calling window closed."""
        course, station = self._course, self._station
        if course.stopped() or self._precedence < calls.least(station.settings, station.now()):
            return calls.NEVER
        due = [each.precedence for each in rows.list_due.all(station.db) if each.n not in course.report.left]
        due += [precedence_of(name) for name in _pieces(course.link).news if name not in course.report.seen]
        most = min(max(due, default=0), calls.NEVER - 1)
        return most if most > self._precedence else 0


def _pieces(link: Link) -> Pieces:
    assert isinstance(link, Pieces)  # whatever else owes nothing
    return link


def _send(course: Course, blobs: Blobs, owed: Owed, watch: _Watch) -> int:
    link, path, wrong = _pieces(course.link), blobs.path(owed.digest), set[object]()
    if owed.digest not in course.lists:
        course.lists[owed.digest] = partial.list_of(path).raw()
    have = link.offer(owed.digest, course.lists[owed.digest], owed.precedence, again=owed.again)
    with durable.translated(path), path.open("rb") as handle:
        while have is not None:
            if due := watch():
                return due
            handle.seek(have)
            chunk, begun = handle.read(course.chunk), time.monotonic()
            if not chunk:  # it says that it has more than there is
                raise Unavailable("relay-answer-odd", status=200)
            try:
                have = link.send(owed.digest, have, chunk)
            except Unverified as error:
                _once(error, wrong)
                have = link.offer(owed.digest, course.lists[owed.digest], owed.precedence)
            course.took(len(chunk), time.monotonic() - begun)
    course.moved.add(owed.digest)
    return 0


def _once(error: Unverified, wrong: set[object]) -> None:
    """A piece may be wrong once: bytes of before a power loss lay there. The second time it comes wrong itself."""
    if error.code != "piece-wrong" or error.fields.get("index") in wrong:
        raise error
    wrong.add(error.fields.get("index"))


def _fetch(course: Course, blobs: Blobs, owed: Owed, watch: _Watch) -> int:
    link, folder, wrong = _pieces(course.link), blobs.partial, set[object]()
    here = partial.resume(folder, owed.digest) or partial.begin(folder, owed.digest, link.pieces(owed.digest))
    if here.pieces.size != owed.size:
        partial.forget(folder, owed.digest)
        raise Unverified("blob-not-expected", digest=owed.digest.hex()[:16])
    while not here.whole:
        if due := watch():
            return due
        begun = time.monotonic()
        data = link.read(owed.digest, here.have, min(course.chunk, owed.size - here.have))
        try:
            here.write(here.have, data)
        except Unverified as error:
            _once(error, wrong)
        course.took(len(data), time.monotonic() - begun)
    here.keep(folder / owed.digest.hex())
    partial.forget(folder, owed.digest)
    return 0
