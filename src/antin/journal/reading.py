"""Records verified in order, on one core or on several: whether a signature holds needs no database, and no other
record.

Worker processes are handed the credentials and the records alone, over pipes. A record that a worker cannot verify is
left to the caller, who has the whole directory: so an error is the same wherever it was found, and a worker that dies
costs time alone.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO

from antin.errors import AntinError
from antin.journal.rows import Stored
from antin.kernel import check
from antin.kernel.check import Trust, Trusted, VerifiedRecord

if TYPE_CHECKING:
    from concurrent.futures import Future

MANY = 10_000  # fewer are read before a second process has begun
_AT_ONCE, _AHEAD = 200, 3

Outcome = VerifiedRecord | None
Read = tuple[Stored, Outcome]


def cores(size: int) -> int:
    """How many processes verify a journal of ``size`` records beside the one that fills the books; none for a short
    one."""
    return len(os.sched_getaffinity(0)) if size >= MANY and sys.executable else 0


def verified(stored: Iterable[Stored], trust: Trust, signers: Iterable[bytes], workers: int) -> Iterator[Read]:
    """Each record with what it says if its signatures hold, or None: then ``check.record`` says why.

    ``signers``: the credentials that workers are given; of one that is missing here the records come back as None. At
    most ``_AHEAD`` parts of ``_AT_ONCE`` records wait for each worker.
    """
    stored = iter(stored)
    if not workers:
        yield from ((each, _record(each.raw, trust)) for each in stored)
        return
    known = {}
    for digest in signers:
        with suppress(AntinError):
            known[digest] = trust[digest]
    waiting: deque[tuple[list[Stored], Future[Sequence[Outcome]]]] = deque()
    crew = _Crew(known)
    try:
        with import_module("concurrent.futures").ThreadPoolExecutor(workers) as pool:  # late: no short journal needs it
            while True:
                part = list(islice(stored, _AT_ONCE))
                if part:
                    waiting.append((part, pool.submit(crew.verify, [each.raw for each in part])))
                if not waiting:
                    return
                if not part or len(waiting) >= workers * _AHEAD:
                    read, done = waiting.popleft()
                    yield from zip(read, done.result(), strict=True)
    finally:
        crew.dismiss()


class _Crew:
    """One worker process for each thread that asks."""

    def __init__(self, known: Mapping[bytes, Trusted]) -> None:
        self._known, self._mine = known, threading.local()
        self._all: list[subprocess.Popen[bytes]] = []

    def verify(self, raws: list[bytes]) -> Sequence[Outcome]:
        """What a worker makes of these; None for each when it is gone."""
        try:
            worker = self._worker()
            assert worker.stdin and worker.stdout
            _say(worker.stdin, raws)
            found: Sequence[Outcome] = pickle.load(worker.stdout)  # from our own process
            return found
        except (OSError, EOFError, pickle.UnpicklingError):
            return [None] * len(raws)

    def _worker(self) -> subprocess.Popen[bytes]:
        if not hasattr(self._mine, "worker"):
            # -P: nothing is imported from the folder in which somebody happens to stand.
            call = [sys.executable, "-P", "-c", f"from {__name__} import work; work()"]
            worker = subprocess.Popen(call, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            self._mine.worker = worker
            self._all.append(worker)
            assert worker.stdin
            _say(worker.stdin, self._known)
        found: subprocess.Popen[bytes] = self._mine.worker
        return found

    def dismiss(self) -> None:
        """End them all, at whatever they are."""
        for worker in self._all:
            worker.kill()
            worker.communicate()


def work() -> None:
    """What a worker does: parts in, outcomes out, until nobody asks."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asked ends it
    source, target = sys.stdin.buffer, sys.stdout.buffer
    with suppress(EOFError):
        known = pickle.load(source)
        while True:
            _say(target, [_record(raw, known) for raw in pickle.load(source)])


def _say(target: BinaryIO | Any, value: object) -> None:
    pickle.dump(value, target, pickle.HIGHEST_PROTOCOL)
    target.flush()


def _record(raw: bytes, trust: Trust) -> Outcome:
    try:
        return check.record(raw, trust)
    except AntinError:
        return None
