"""What a relay holds: a folder link's layout, with an owner to each thing (spec/link.md, Requests, Quotas).

    to/CODE/NAME-TAG          an envelope; TAG names its sender
    blobs/DIGEST              whole blobs               pieces/DIGEST.pieces     their lists
    partial/TAG/DIGEST.*      blobs on their way in, each sender's apart: one who lies spoils his own alone
    claims/DIGEST-TAG-P-SIZE  an empty file: who brought a blob, at which precedence

Safe for several threads: one lock, and nothing slow under it but the fsync of what is being kept.
"""

from __future__ import annotations

import os
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from antin.errors import AntinError, Malformed, Missing, Refused, Unavailable, Unverified
from antin.kernel.crypto.tree import PIECE
from antin.relay import partial
from antin.relay.folder import FolderLink
from antin.relay.link import NAME, checked, precedence_of
from antin.relay.partial import Partial
from antin.relay.quota import URGENT, Ledger
from antin.relay.settings import RelaySettings
from antin.storage import durable

LISTED = 50_000  # names in one answer: what is more comes when these are taken, and no flood makes a list too long
_MIB = 1024 * 1024
_CLAIM = re.compile(r"([0-9a-f]{64})-([0-9a-f]{16})-([0-4])-([0-9]{1,15})")
_Key = tuple[str, bytes]  # a sender's tag, a blob's digest


def tag_of(code: str) -> str:
    """What a sender's things are marked with: too long for an authority to find a second code with the same."""
    return sha256(code.encode()).hexdigest()[:16]


class Store:
    """Over the relay's folder."""

    def __init__(self, home: Path, settings: RelaySettings, clock: Callable[[], float] = time.time) -> None:
        self.home, self._settings, self._clock = home, settings, clock
        self.link, self._lock = FolderLink(home), threading.RLock()
        self._partials: dict[_Key, Partial] = {}
        self._waking: set[_Key] = set()
        self._count_again()

    # -- envelopes -------------------------------------------------------------------------------------------------

    def put(self, sender: str, code: str, name: str, data: bytes) -> None:
        """An envelope under its sender's mark, so that nobody overwrites another's, nor sorts before the urgent."""
        stored = self._stored(sender, name)
        if name[:1] not in "56789":
            raise Malformed("file-name-bad", path=name)
        tag, precedence = tag_of(sender), precedence_of(name)
        with self._lock:
            old = self._size(self.home / "to" / code / stored)
            more, new = len(data) - (old or 0), int(old is None)
            self._check_room(len(data), precedence)
            self.ledger.check(tag, precedence, more, envelopes=new)
            self.link.put(code, stored, data)
            self.ledger.count(tag, precedence, more, envelopes=new)

    def waiting(self, code: str) -> list[str]:
        """The most urgent names in a box."""
        return self.link.waiting(code)[:LISTED]

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
            self.ledger.count(_tag_in(name), precedence_of(name), -size, envelopes=-1)

    def _stored(self, sender: str, name: str) -> str:
        return f"{checked(NAME, name)}-{tag_of(sender)}"

    # -- blobs -----------------------------------------------------------------------------------------------------

    def state(self, sender: str, digest: bytes) -> str:
        """``whole SIZE``; else how far the sender has brought it: ``none``, ``part HAVE SIZE``."""
        size = self._size(self.link.blob_path(digest))
        if size is not None:
            return f"whole {size}"
        here = self._partial((tag_of(sender), digest))
        return f"part {here.have} {here.pieces.size}" if here else "none"

    def offer(self, sender: str, digest: bytes, raw: bytes, precedence: int, *, again: bool) -> str:
        """The list of a blob that its sender brings; the claim and its room are taken before the first byte."""
        pieces, path, tag = partial.read_list(digest, raw), self.link.blob_path(digest), tag_of(sender)
        if pieces.size > self._settings.blob_mib * _MIB:
            raise Refused("quota-exceeded", envelopes=0, mib=pieces.size // _MIB)
        size = self._size(path)
        # Only its own bytes speak against a blob that lies here: somebody's doubt, or somebody's list, does not.
        damaged = size is not None and (again or size != pieces.size) and not partial.holds(path, digest)
        if size not in (None, pieces.size) and not damaged:
            raise Unverified("pieces-not-expected", digest=digest.hex()[:16])
        with self._lock:
            self._claim(tag, digest, pieces.size, precedence)
            if damaged:
                self._take_back(tag, digest, path)
        if not path.exists():
            self._begin((tag, digest), raw)
        return self.state(sender, digest)

    def write(self, sender: str, digest: bytes, offset: int, chunk: bytes) -> str:
        """The next bytes of a blob that the sender has claimed."""
        key = tag_of(sender), digest
        if key[0] not in self._claims.get(digest.hex(), {}):
            raise Missing("blob-missing", digest=digest.hex()[:16])
        here = self._partial(key)
        with self._lock:
            if here is not None and self._partials.get(key) is here:
                try:
                    here.write(offset, chunk)
                except AntinError as error:
                    if error.code not in ("offset-other", "piece-wrong"):
                        self._partials.pop(key)  # read again, whatever lies there now
                    raise
                self._finish(key, here)
        return self.state(sender, digest)

    def pieces(self, digest: bytes) -> bytes:
        """The list of a whole blob."""
        path = self._whole(digest)
        with suppress(Missing):
            return durable.read(self._list_path(digest), limit=partial.LIST_LIMIT)
        return partial.list_of(path).raw()

    def read(self, digest: bytes, offset: int, length: int) -> bytes:
        """Bytes of a whole blob."""
        path = self._whole(digest)
        with durable.translated(path), path.open("rb") as handle:
            handle.seek(offset)
            return handle.read(length)

    def release(self, sender: str, digest: bytes) -> None:
        """The sender's claim ends; a blob that nobody claims is removed."""
        tag = tag_of(sender)
        with self._lock, durable.translated(digest.hex()):
            self._unclaim(tag, digest)
            self._forget((tag, digest))
            if digest.hex() not in self._claims:
                self._list_path(digest).unlink(missing_ok=True)
                self.link.remove_blob(digest)

    def _whole(self, digest: bytes) -> Path:
        path = self.link.blob_path(digest)
        if not path.is_file():
            raise Missing("blob-missing", digest=digest.hex()[:16])
        return path

    def _folder(self, tag: str) -> Path:
        return self.home / "partial" / tag

    def _list_path(self, digest: bytes) -> Path:
        return partial.list_path(self.home / "pieces", digest)

    def _partial(self, key: _Key) -> Partial | None:
        with self._lock:
            if key in self._partials:
                return self._partials[key]
        return self._wake(key, lambda: partial.resume(self._folder(key[0]), key[1]))

    def _begin(self, key: _Key, raw: bytes) -> None:
        here = self._partial(key)
        if here is None or here.pieces.raw() != raw:
            self._wake(key, lambda: partial.begin(self._folder(key[0]), key[1], raw))

    def _wake(self, key: _Key, make: Callable[[], Partial | None]) -> Partial | None:
        """What lies there is read again, perhaps for minutes: not under the lock, and once at a time."""
        with self._lock:
            if key in self._waking:
                raise Unavailable("relay-busy")
            self._waking.add(key)
            self._partials.pop(key, None)
        try:
            found = make()
        finally:
            with self._lock:
                self._waking.discard(key)
        if found is not None:
            with self._lock:
                self._partials[key] = found
                self._finish(key, found)
        return found

    def _finish(self, key: _Key, here: Partial) -> None:
        if here.whole:
            here.keep(self.link.blob_path(key[1]))
            durable.write(self._list_path(key[1]), here.pieces.raw())
            self._forget(key)

    def _take_back(self, tag: str, digest: bytes, path: Path) -> None:
        """A damaged blob becomes a partial one: what is right up to the first false piece need not come again.

        The end of it that is no whole piece cannot be judged yet, and is not believed.
        """
        with durable.translated(path), suppress(FileNotFoundError):
            durable.make_folder(self._folder(tag))
            taken = partial.part_path(self._folder(tag), digest)
            path.rename(taken)
            os.truncate(taken, taken.stat().st_size // PIECE * PIECE)
            self._partials.pop((tag, digest), None)

    def _forget(self, key: _Key) -> None:
        self._partials.pop(key, None)
        partial.forget(self._folder(key[0]), key[1])

    # -- claims ----------------------------------------------------------------------------------------------------

    def _claim(self, tag: str, digest: bytes, size: int, precedence: int) -> None:
        """At the precedence of the first list, at the size of the newest."""
        held = self._claims.get(digest.hex(), {}).get(tag)
        if held and held[1] == size:
            return
        precedence, counted = held or (precedence, 0)
        self._check_room(size - counted, precedence, promised=precedence < URGENT)
        self.ledger.check(tag, precedence, size - counted, blobs=int(not held))
        durable.write(self._claim_path(tag, digest, precedence, size), b"")
        self._unclaim(tag, digest)
        self._claims.setdefault(digest.hex(), {})[tag] = precedence, size
        self.ledger.count(tag, precedence, size, blobs=1)

    def _unclaim(self, tag: str, digest: bytes) -> None:
        claims = self._claims.get(digest.hex(), {})
        held = claims.pop(tag, None)
        if held is not None:
            self._claim_path(tag, digest, *held).unlink(missing_ok=True)
            self.ledger.count(tag, held[0], -held[1], blobs=-1)
            if not claims:
                del self._claims[digest.hex()]

    def _claim_path(self, tag: str, digest: bytes, precedence: int, size: int) -> Path:
        return self.home / "claims" / f"{digest.hex()}-{tag}-{precedence}-{size}"

    # -- room and time ---------------------------------------------------------------------------------------------

    def _check_room(self, size: int, precedence: int, *, promised: bool = False) -> None:
        """The ordinary leaves some of the disk to the urgent, and adds what was promised to others and not yet come."""
        spare = self._settings.free_mib * _MIB // (4 if precedence >= URGENT else 1)
        with durable.translated(self.home):
            free = shutil.disk_usage(self.home).free - (self._promised() if promised else 0)
        if size + spare > free:
            raise Refused("relay-full", mib=max(0, free) // _MIB)

    def _promised(self) -> int:
        """Bytes of claimed blobs that have not come."""
        owed = 0
        for digest, claims in self._claims.items():
            if not (self.home / "blobs" / digest).exists():
                for tag, (_, size) in claims.items():
                    owed += size - (self._size(partial.part_path(self._folder(tag), bytes.fromhex(digest))) or 0)
        return owed

    def sweep(self) -> int:
        """Remove what is older than the days it is kept, and count again. Returns how many files went."""
        before, gone = self._clock() - self._settings.keep_days * 86400, 0
        with self._lock, durable.translated(self.home):
            for path in [*self.home.glob("to/*/*"), *self.home.glob("aside/*/*"), *self.home.glob("claims/*")]:
                gone += _expire(path, before)
            self._count_again()
            for path in [*self.home.glob("blobs/*"), *self.home.glob("pieces/*"), *self.home.glob("partial/*/*")]:
                claims, tag = self._claims.get(path.name.partition(".")[0], {}), path.parent.name
                if not (tag in claims if path.parent.parent.name == "partial" else claims):
                    gone += _expire(path, before)
            self._remove_empty()
            for key in [key for key in self._partials if key[0] not in self._claims.get(key[1].hex(), {})]:
                del self._partials[key]
        return gone

    def _remove_empty(self) -> None:
        """A box is made for whatever code a sender names, and goes when it is empty: codes cost the relay nothing."""
        for folder in [*self.home.glob("to/*"), *self.home.glob("aside/*")]:
            with suppress(OSError):  # something lies in it
                folder.rmdir()

    def _count_again(self) -> None:
        """The folder is the truth."""
        self.ledger = Ledger(self._settings)
        self._claims: dict[str, dict[str, tuple[int, int]]] = {}
        for path in self.home.glob("to/*/*"):
            if NAME.fullmatch(path.name):
                self.ledger.count(_tag_in(path.name), precedence_of(path.name), self._size(path) or 0, envelopes=1)
        for path in self.home.glob("claims/*"):
            if found := _CLAIM.fullmatch(path.name):
                digest, tag, precedence, size = found[1], found[2], int(found[3]), int(found[4])
                self._claims.setdefault(digest, {})[tag] = precedence, size
                self.ledger.count(tag, precedence, size, blobs=1)

    def _size(self, path: Path) -> int | None:
        try:
            return path.stat().st_size
        except FileNotFoundError:
            return None


def _tag_in(name: str) -> str:
    return name.rpartition("-")[2]


def _expire(path: Path, before: float) -> bool:
    try:
        old = path.stat().st_mtime < before
    except FileNotFoundError:  # its addressee was faster
        return False
    if old:
        path.unlink(missing_ok=True)
    return old


def digest_of(text: str) -> bytes:
    """A blob's digest from a request's target. Raises ``Malformed``."""
    if len(text) != 64 or set(text) - set("0123456789abcdef"):
        raise Malformed("request-malformed", why="digest")
    return bytes.fromhex(text)


def boxes(home: Path) -> Iterator[tuple[str, int]]:
    """How many envelopes wait in each box."""
    for folder in sorted(home.glob("to/*")):
        yield folder.name, sum(bool(NAME.fullmatch(path.name)) for path in folder.iterdir())
