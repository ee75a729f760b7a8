"""One writer at a time in a station's folder, and whether the last one ended without letting go; and who is there."""

from __future__ import annotations

import fcntl
import os
import time as clock
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import BinaryIO

from antin.errors import Unavailable
from antin.station.blobs import sweep_partial
from antin.storage import durable
from antin.storage.database import Database

_LOCK_SECONDS = 15
_OPENED = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
_WRITTEN = ("", "signer", "signer/officers", "signer/levels", "requests", "evidence")  # by the lock's holder alone


@contextmanager
def locked(home: Path, db: Database | None = None) -> Iterator[bool]:
    """The station's lock; yields whether its last holder ended without letting go, killed or without power. Whoever
    changes its database has the turn there too (``db``): others may share it from elsewhere."""
    with _file(home, "lock") as handle:
        _take(home, handle, fcntl.LOCK_EX)
        crashed = os.fstat(handle.fileno()).st_size > 0
        if crashed:
            durable.sweep(*(home / each for each in _WRITTEN))
        sweep_partial(home / "blobs" / "partial", clock.time())
        with durable.translated(home):
            handle.write(b"held\n")
        try:
            with db.turn() if db is not None else nullcontext(False) as left:
                yield crashed or left
        except Unavailable:
            raise  # perhaps the disk failed: the mark stays, and the next holder sweeps what this one could not remove
        except BaseException:
            _unmark(handle)
            raise
        _unmark(handle)


@contextmanager
def present(home: Path) -> Iterator[None]:
    """Held together by all that have the station open: its files are not replaced under their feet. A folder where
    nothing can be written is as it is for everybody."""
    if not os.access(home, os.W_OK):
        yield
        return
    with _file(home, "present") as handle:
        _take(home, handle, fcntl.LOCK_SH)
        yield


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """For whoever replaces a station's files. Raises ``Unavailable`` ``station-busy`` while a program has it open."""
    with _file(home, "present") as handle:
        _take(home, handle, fcntl.LOCK_EX)
        yield


def _file(home: Path, name: str) -> BinaryIO:
    with durable.translated(home):
        descriptor = os.open(home / name, _OPENED, 0o600)
        return os.fdopen(descriptor, "ab", buffering=0)  # nothing left to write when it closes


def _take(home: Path, handle: BinaryIO, how: int) -> None:
    until = clock.monotonic() + _LOCK_SECONDS
    while True:
        try:
            fcntl.flock(handle, how | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if clock.monotonic() > until:
                raise Unavailable("station-busy", path=home) from None
            clock.sleep(0.05)


def _unmark(handle: BinaryIO) -> None:
    with suppress(OSError):  # a mark that stays costs the next holder a sweep, nothing more
        handle.truncate(0)
