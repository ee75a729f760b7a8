"""What a relay holds: a folder link's layout, with an owner to each thing (spec/link.md, Requests, Quotas).

    to/CODE/NAME-TAG         an envelope; TAG names its sender
    blobs/DIGEST             whole blobs           partial/DIGEST.*     blobs on their way in
    claims/DIGEST-TAG-P-SIZE an empty file: who brought a blob, at which precedence

Safe for several threads: one lock, and nothing slow under it but the fsync of what is being kept.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from antin.errors import AntinError, Malformed, Missing, Refused
from antin.relay import partial
from antin.relay.folder import FolderLink
from antin.relay.link import NAME, checked, precedence_of
from antin.relay.partial import Partial
from antin.relay.quota import Ledger
from antin.relay.settings import RelaySettings
from antin.storage import durable

_MIB = 1024 * 1024


def tag_of(code: str) -> str:
    """What a sender's things are marked with."""
    return sha256(code.encode()).hexdigest()[:8]


class Store:
    """Over the relay's folder."""

    def __init__(self, home: Path, settings: RelaySettings, clock: Callable[[], float] = time.time) -> None:
        self.home, self._settings, self._clock = home, settings, clock
        self.link, self._lock, self._partials = FolderLink(home), threading.RLock(), dict[bytes, Partial]()
        self.ledger = self._counted()

    # -- envelopes -------------------------------------------------------------------------------------------------

    def put(self, sender: str, code: str, name: str, data: bytes) -> None:
        """An envelope under its sender's mark, so that nobody overwrites another's."""
        tag, precedence, stored = tag_of(sender), precedence_of(name), self._stored(sender, name)
        with self._lock:
            old = self._size(self.home / "to" / code / stored)
            self._check_room(len(data))
            self.ledger.check(tag, precedence, len(data) - (old or 0), int(old is None))
            self.link.put(code, stored, data)
            self.ledger.count(tag, precedence, len(data) - (old or 0), int(old is None))

    def has(self, sender: str, code: str, name: str) -> bool:
        """Whether the sender's own envelope of that name waits."""
        return self.link.has(code, self._stored(sender, name))

    def take_away(self, code: str, name: str, *, aside: bool) -> None:
        """Its addressee has it, or could not believe it."""
        with self._lock:
            size = self._size(self.home / "to" / code / checked(NAME, name))
            if size is None:
                return
            (self.link.set_aside if aside else self.link.remove)(code, name)
            self.ledger.count(name[-8:], precedence_of(name), -size, -1)

    def _stored(self, sender: str, name: str) -> str:
        return f"{checked(NAME, name)}-{tag_of(sender)}"

    # -- blobs -----------------------------------------------------------------------------------------------------

    def state(self, digest: bytes) -> str:
        """``none``, ``part HAVE SIZE``, ``whole SIZE``."""
        with self._lock:
            size = self._size(self.link.blob_path(digest))
            if size is not None:
                return f"whole {size}"
            here = self._partial(digest)
            return f"part {here.have} {here.pieces.size}" if here else "none"

    def offer(self, sender: str, digest: bytes, raw: bytes, precedence: int, *, again: bool) -> str:
        """The list of a blob that its sender brings; the claim and its room are taken before the first byte."""
        pieces = partial.read_list(digest, raw)
        with self._lock:
            if pieces.size > self._settings.blob_mib * _MIB:
                raise Refused("quota-exceeded", envelopes=0, mib=pieces.size // _MIB)
            self._claim(sender, digest, pieces.size, precedence)
            path = self.link.blob_path(digest)
            if again and path.exists():
                self._doubt(digest, raw, path)
            if not path.exists() and self._partial(digest) is None:
                self._partials[digest] = partial.begin(self.home / "partial", digest, raw)
            self._finish(digest)
            return self.state(digest)

    def write(self, sender: str, digest: bytes, offset: int, chunk: bytes) -> str:
        """The next bytes of a blob that the sender has claimed."""
        with self._lock:
            if not self._claims(digest, tag_of(sender)):
                raise Missing("blob-missing", digest=digest.hex()[:16])
            here = self._partial(digest)
            if here is not None:
                try:
                    here.write(offset, chunk)
                except AntinError as error:
                    if error.code not in ("offset-other", "piece-wrong"):
                        self._partials.pop(digest).close()
                    raise
                self._finish(digest)
            return self.state(digest)

    def pieces(self, digest: bytes) -> bytes:
        """The list of a whole blob."""
        kept = partial.list_path(self.home / "partial", digest)
        if kept.exists():
            return durable.read(kept, limit=partial.LIST_LIMIT)
        self._whole(digest)
        raw = partial.list_of(self.link.blob_path(digest)).raw()
        durable.write(kept, raw)
        return raw

    def read(self, digest: bytes, offset: int, length: int) -> bytes:
        """Bytes of a whole blob."""
        path = self._whole(digest)
        with durable.translated(path), path.open("rb") as handle:
            handle.seek(offset)
            return handle.read(length)

    def release(self, sender: str, digest: bytes) -> None:
        """The sender's claim ends; a blob that nobody claims is removed."""
        with self._lock:
            for path in self._claims(digest, tag_of(sender)):
                self._unclaim(path)
            if not self._claims(digest):
                self._forget(digest)

    def _whole(self, digest: bytes) -> Path:
        path = self.link.blob_path(digest)
        if not path.is_file():
            raise Missing("blob-missing", digest=digest.hex()[:16])
        return path

    def _partial(self, digest: bytes) -> Partial | None:
        if digest not in self._partials:
            found = partial.resume(self.home / "partial", digest)
            if found is None:
                return None
            self._partials[digest] = found
        return self._partials[digest]

    def _finish(self, digest: bytes) -> None:
        here = self._partials.get(digest)
        if here is not None and here.whole:
            here.keep(self.link.blob_path(digest))
            del self._partials[digest]

    def _doubt(self, digest: bytes, raw: bytes, path: Path) -> None:
        """Read a whole blob again: what is right up to the first false piece becomes a partial one."""
        with durable.translated(path):
            (self.home / "partial").mkdir(exist_ok=True)
            path.rename(partial.part_path(self.home / "partial", digest))
        self._partials[digest] = partial.begin(self.home / "partial", digest, raw)
        if not self._partials[digest].whole:
            self._partials[digest].cut()

    def _forget(self, digest: bytes) -> None:
        if digest in self._partials:
            self._partials.pop(digest).close()
        partial.forget(self.home / "partial", digest)
        self.link.remove_blob(digest)

    # -- claims ----------------------------------------------------------------------------------------------------

    def _claim(self, sender: str, digest: bytes, size: int, precedence: int) -> None:
        tag = tag_of(sender)
        if self._claims(digest, tag):
            return
        self._check_room(size)
        self.ledger.check(tag, precedence, size)
        durable.write(self.home / "claims" / f"{digest.hex()}-{tag}-{precedence}-{size}", b"")
        self.ledger.count(tag, precedence, size)

    def _claims(self, digest: bytes, tag: str = "*") -> list[Path]:
        return list((self.home / "claims").glob(f"{digest.hex()}-{tag}-*"))

    def _unclaim(self, path: Path) -> None:
        _, tag, precedence, size = path.name.split("-")
        path.unlink(missing_ok=True)
        self.ledger.count(tag, int(precedence), -int(size))

    # -- room and time ---------------------------------------------------------------------------------------------

    def _check_room(self, size: int) -> None:
        with durable.translated(self.home):
            free = shutil.disk_usage(self.home).free
        if size + self._settings.free_mib * _MIB > free:
            raise Refused("relay-full", mib=free // _MIB)

    def sweep(self) -> int:
        """Remove what is older than the days it is kept, and count again. Returns how many files went."""
        before, gone = self._clock() - self._settings.keep_days * 86400, 0
        with self._lock, durable.translated(self.home):
            for path in [*self.home.glob("to/*/*"), *self.home.glob("aside/*/*"), *self.home.glob("claims/*")]:
                if path.stat().st_mtime < before:
                    path.unlink(missing_ok=True)
                    gone += 1
            for path in [*self.home.glob("blobs/*"), *self.home.glob("partial/*")]:
                with suppress(ValueError):
                    digest = bytes.fromhex(path.name.partition(".")[0])
                    if path.stat().st_mtime < before and not self._claims(digest):
                        self._forget(digest)
                        gone += 1
            self.ledger = self._counted()
        return gone

    def _counted(self) -> Ledger:
        ledger = Ledger(self._settings)
        for path in self.home.glob("to/*/*"):
            if NAME.fullmatch(path.name):
                ledger.count(path.name[-8:], precedence_of(path.name), self._size(path) or 0, 1)
        for path in self.home.glob("claims/*"):
            parts = path.name.split("-")
            if len(parts) == 4:
                ledger.count(parts[1], int(parts[2]), int(parts[3]))
        return ledger

    def _size(self, path: Path) -> int | None:
        try:
            return path.stat().st_size
        except FileNotFoundError:
            return None


def digest_of(text: str) -> bytes:
    """A blob's digest from a request's target. Raises ``Malformed``."""
    if len(text) != 64 or set(text) - set("0123456789abcdef"):
        raise Malformed("request-malformed", why="digest")
    return bytes.fromhex(text)


def boxes(home: Path) -> Iterator[tuple[str, int]]:
    """How many envelopes wait in each box."""
    for folder in sorted(home.glob("to/*")):
        yield folder.name, sum(bool(NAME.fullmatch(path.name)) for path in folder.iterdir())
