"""Sealed blobs by their digest. A small one lies in the database and travels in its envelope; a large one is a file:
temporary file, fsync, rename, fsync folder, and only then a row."""

from __future__ import annotations

import os
import shutil
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from antin.errors import Missing, Unavailable, Unverified
from antin.kernel.crypto import tree
from antin.kernel.crypto.merkle import leaf_hash
from antin.kernel.seal import Running
from antin.relay import partial
from antin.station import rows
from antin.storage import durable
from antin.storage.database import Database

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

Progress = Callable[[int], None]


SMALL = 64 * 1024  # what lies in the database, and in an envelope (spec/bundle.md, Limits)
_MOST_WAITING = 2
_BROKEN_OFF, _WAITED_FOR = 86400, 30 * 86400  # seconds untouched: one that nothing goes on with, and one that may


class Beside:
    """A hash on a second thread (hashlib lets go of the interpreter's lock): the slowest part of sealing and opening
    then costs no time of its own. Two pieces wait at most, so memory stays small."""

    def __init__(self, state: Running) -> None:
        # Late: most commands seal and open nothing, and threads bring a third as much as the whole program.
        self._thread: ThreadPoolExecutor = import_module("concurrent.futures").ThreadPoolExecutor(1)
        self._state = state
        self._waiting: deque[Future[None]] = deque()

    def update(self, data: bytes) -> None:
        """The next bytes; small ones are not worth a thread."""
        if len(data) < SMALL and not self._waiting:
            self._state.update(data)
            return
        if len(self._waiting) == _MOST_WAITING:
            self._waiting.popleft().result()
        self._waiting.append(self._thread.submit(self._state.update, data))

    def root(self) -> bytes:
        """Waits for all bytes, and ends the thread."""
        while self._waiting:
            self._waiting.popleft().result()
        self._thread.shutdown()
        return self._state.root()


class PieceDigest:
    """Digest of a blob that passes by: RFC 6962 root over its 1 MiB pieces."""

    def __init__(self) -> None:
        self._pending, self._leaves, self.size = bytearray(), list[bytes](), 0

    def update(self, data: bytes) -> None:
        """The next bytes, of any length."""
        self._pending += data
        self.size += len(data)
        while len(self._pending) >= tree.PIECE:
            self._leaves.append(leaf_hash(bytes(self._pending[: tree.PIECE])))
            del self._pending[: tree.PIECE]

    def finish(self) -> bytes:
        """The digest; the last piece is the short one (none when the blob ends on a border)."""
        if self._pending or not self._leaves:
            self._leaves.append(leaf_hash(bytes(self._pending)))
            self._pending.clear()
        return tree.pieces_digest(self._leaves)


def digest_of(data: bytes) -> bytes:
    """The digest of a blob that is held whole."""
    digest = PieceDigest()
    digest.update(data)
    return digest.finish()


class Blobs:
    """The sealed blobs of a station: a folder, and a table for the small ones."""

    def __init__(self, folder: Path, db: Database) -> None:
        self.folder, self._db = folder, db

    def path(self, digest: bytes) -> Path:
        """Where a large blob lies."""
        return self.folder / digest.hex()[:2] / digest.hex()

    def small(self, digest: bytes) -> bytes | None:
        """A small blob, or None where it is not here, or is a file."""
        return rows.read_small_blob.one(self._db, digest)

    def has(self, digest: bytes) -> bool:
        """Whether a blob is here, whole or not: ``check`` and whoever opens it say more."""
        return rows.has_small_blob.one(self._db, digest) is not None or self.path(digest).exists()

    def size(self, digest: bytes) -> int | None:
        """How many bytes are here; None where there is no blob that can be read."""
        small, path = self.small(digest), self.path(digest)
        if small is not None:
            return len(small)
        return path.stat().st_size if path.is_file() and os.access(path, os.R_OK) else None

    def open(self, digest: bytes) -> BinaryIO:
        """Read a blob. Raises ``Missing``."""
        small = self.small(digest)
        if small is not None:
            return BytesIO(small)
        path = self.path(digest)
        if not path.exists():
            raise Missing("blob-missing", digest=digest.hex()[:16])
        with durable.translated(path):
            return path.open("rb")

    def check(self, digest: bytes) -> None:
        """Raises ``Missing`` where the bytes are not the blob that came under this digest: they count as lost,
        a file is set aside, and it comes again as a lost one does."""
        small, path, aside = self.small(digest), self.path(digest), self.folder / "damaged" / digest.hex()
        if small is not None:
            if digest_of(small) != digest:
                self._db.run(rows.SQL["forget_small_blob"], digest)
                raise Missing("blob-damaged", digest=digest.hex()[:16])
            return
        if not partial.holds(path, digest):
            with durable.translated(path):
                durable.make_folder(aside.parent)
                path.rename(aside)
                durable.sync_folder(path.parent)
            raise Missing("blob-damaged", digest=digest.hex()[:16])

    @contextmanager
    def writing(self) -> Iterator[Incoming]:
        """A blob being made; ``Incoming.keep`` gives it its name. Anything else removes it."""
        with durable.translated(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        incoming = Incoming(self, self.folder / f".{os.getpid()}-{os.urandom(8).hex()}", SMALL)
        try:
            yield incoming
        finally:
            incoming.discard()

    def accept(self, pieces: Iterable[bytes], digest: bytes, size: int, progress: Progress | None = None) -> None:
        """Copy a blob into a file, each byte hashed. Raises ``Unverified`` when it is not the one expected."""
        self.check_room(size)
        with self._file(self.folder) as incoming:
            incoming.copy(pieces, digest, size, progress)
            incoming.keep(digest)

    @contextmanager
    def _file(self, folder: Path) -> Iterator[Incoming]:
        incoming = Incoming(self, folder / f".{os.urandom(16).hex()}")
        try:
            yield incoming
        finally:
            incoming.discard()

    def here(self, digest: bytes) -> bool:
        """Whether a blob lies here whole, or waits among the partial ones to be adopted."""
        return self.has(digest) or (self.partial / digest.hex()).exists()

    def bring(self, pieces: Iterable[bytes], digest: bytes, size: int) -> None:
        """Copy a blob in, checked like ``accept``, to wait for ``adopt``. Needs no lock: no sweep looks there."""
        self.check_room(size)
        with durable.translated(self.partial):
            durable.make_folder(self.partial)
        with self._file(self.partial) as incoming:
            incoming.copy(pieces, digest, size)
            incoming.keep(digest, self.partial / digest.hex())

    def check_room(self, size: int) -> None:
        """``check_room`` of the folder."""
        check_room(self.folder, size)

    @property
    def partial(self) -> Path:
        """Blobs on their way in, piece by piece (spec/link.md)."""
        return self.folder / "partial"

    def adopt(self, digest: bytes, size: int) -> None:
        """Take in a blob that came whole in pieces; its hashes were checked when they came. Nothing when there is none.

        One of another size than expected is thrown away.
        """
        path = self.partial / digest.hex()
        with durable.translated(path):
            if not path.is_file():
                return
            if path.stat().st_size != size:
                path.unlink()
                raise Unverified("blob-not-expected", digest=digest.hex()[:16])
        self.name(path, digest)

    def throw_away(self, digest: bytes) -> None:
        """A blob that was brought and that nothing asked for."""
        with suppress(OSError):
            (self.partial / digest.hex()).unlink(missing_ok=True)

    def name(self, path: Path, digest: bytes) -> None:
        """Give a synced file its blob's name, for good or not at all."""
        target = self.path(digest)
        with durable.translated(target):
            target.parent.mkdir(exist_ok=True, mode=0o700)
            fresh = not target.exists()
            path.rename(target)
            try:
                durable.sync_folder(target.parent)
                durable.sync_folder(self.folder)
            except OSError:
                # Its name may not last, and a second fsync would not say so: nobody may find it there and believe it.
                if fresh:
                    target.unlink(missing_ok=True)
                    with suppress(OSError):  # others may lie in it
                        target.parent.rmdir()
                raise

    def sweep(self, known: Callable[[bytes], bool]) -> None:
        """Remove temporary files that nobody holds and blobs that no row names: what a crash left behind. In a turn."""
        for path in self.folder.glob(".*"):
            durable.remove_orphan(path.name, self.folder)
        for path in self.folder.glob("[0-9a-f][0-9a-f]/*"):  # not those on their way in, which go on where they stopped
            with suppress(ValueError):
                if not known(bytes.fromhex(path.name)):
                    path.unlink(missing_ok=True)


def check_room(folder: Path, size: int) -> None:
    """Raises ``Unavailable`` when the disk cannot hold ``size`` more bytes."""
    with durable.translated(folder):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        free = shutil.disk_usage(folder).free
    if size + 16 * 1024 * 1024 > free:
        raise Unavailable("disk-full", path=folder)


def sweep_partial(folder: Path, now: float) -> None:
    """Remove what killed exchanges left among the blobs on their way in. Others fill that folder without the station's
    lock: what somebody holds open stays, and what may go on where it stopped has its time."""
    for path in folder.glob("*"):
        with suppress(OSError):  # gone meanwhile: adopted, or swept
            untouched = now - path.lstat().st_mtime
            if untouched > (_BROKEN_OFF if path.name.startswith(".") else _WAITED_FOR):
                durable.remove_orphan(path.name, folder)


class Incoming:
    """A blob being written: in memory while it is small, then into a file with all that came before."""

    def __init__(self, blobs: Blobs, path: Path, most: int = 0) -> None:
        """``most``: up to how many bytes stay in memory, and are ``small`` in the end."""
        self._blobs, self._path, self._most, self.digest = blobs, path, most, PieceDigest()
        self._held, self._handle = bytearray(), None if most else self._made()

    def _made(self) -> BinaryIO:
        with durable.translated(self._path):
            # A private file from its first byte, whatever the process's mask says.
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            handle = os.fdopen(descriptor, "wb")
            durable.hold(handle)
        return handle

    @property
    def small(self) -> bytes:
        """The whole blob, where it is no file: it comes into the database with the record that names it."""
        return bytes(self._held)

    def write(self, data: bytes) -> None:
        """Append and hash."""
        self.digest.update(data)
        if self._handle is None:
            self._held += data
            if len(self._held) <= self._most:
                return
            self._handle, data = self._made(), bytes(self._held)
            self._held.clear()
        with durable.translated(self._path):
            self._handle.write(data)

    def sync(self) -> None:
        """What was written so far is on the disk, so that ``keep`` takes no time worth speaking of."""
        if self._handle is None:
            return
        with durable.translated(self._path):
            self._handle.flush()
            os.fsync(self._handle.fileno())

    def copy(self, pieces: Iterable[bytes], digest: bytes, size: int, progress: Progress | None = None) -> None:
        """All pieces. Raises ``Unverified`` as soon as there are more, or at the end fewer, than ``size`` bytes."""
        for piece in pieces:
            if self.digest.size + len(piece) > size:
                raise Unverified("blob-not-expected", digest=digest.hex()[:16])
            self.write(piece)
            if progress is not None:
                progress(len(piece))
        if self.digest.size != size:
            raise Unverified("blob-not-expected", digest=digest.hex()[:16])

    def keep(self, expected: bytes | None = None, target: Path | None = None) -> tuple[bytes, int]:
        """fsync and rename to the digest, or to ``target``. Raises ``Unverified`` when it is not ``expected``."""
        digest = self.digest.finish()
        if expected is not None and digest != expected:
            raise Unverified("blob-not-expected", digest=expected.hex()[:16])
        if self._handle is None:
            return digest, self.digest.size
        self.sync()
        with durable.translated(self._path):
            self._handle.close()
        if target is None:
            self._blobs.name(self._path, digest)
        else:
            with durable.translated(target):
                self._path.rename(target)
                durable.sync_folder(target.parent)
        return digest, self.digest.size

    def discard(self) -> None:
        """Close, and remove what was not kept."""
        if self._handle is None:
            return
        with suppress(OSError):
            self._handle.close()
        with suppress(OSError):
            self._path.unlink(missing_ok=True)
