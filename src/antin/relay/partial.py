"""A blob that arrives in pieces, each checked, resumed where it stopped (spec/link.md, Pieces).

    DIGEST.pieces        size (8 bytes) ‖ leaf hashes of the 1 MiB pieces: its root is the digest, so it needs no trust
    DIGEST.part          the bytes so far

No state is kept beside them: whoever resumes hashes again what lies there, and cuts at the first false piece.
"""

from __future__ import annotations

import errno
import os
from hashlib import sha256
from io import FileIO
from pathlib import Path

from antin.errors import Conflict, Malformed, Missing, Unverified
from antin.frozen import dataclass
from antin.kernel.crypto.merkle import leaf_hash
from antin.kernel.crypto.tree import PIECE, pieces_digest
from antin.storage import durable

LIST_LIMIT = 2 * 1024 * 1024  # a blob of 64 GiB
_SYNCED = 16 * PIECE


@dataclass(frozen=True, slots=True)
class PieceList:
    """The size of a blob and the hash of each of its pieces.

    The digest fixes neither the size nor that a hash is a leaf's: hashes of pairs, as a list of half the pieces, have
    the same root. So a list is its giver's word until the bytes hold.
    """

    size: int
    hashes: tuple[bytes, ...]

    def raw(self) -> bytes:
        """As it travels."""
        return self.size.to_bytes(8, "big") + b"".join(self.hashes)

    def end(self, index: int) -> int:
        """Where a piece ends."""
        return min((index + 1) * PIECE, self.size)


def read_list(digest: bytes, raw: bytes) -> PieceList:
    """Raises ``Unverified`` for a list that is not that of the blob."""
    size, hashes = int.from_bytes(raw[:8], "big"), tuple(raw[n : n + 32] for n in range(8, len(raw), 32))
    whole = 8 < len(raw) <= LIST_LIMIT and len(raw) % 32 == 8 and len(hashes) == max(1, -(-size // PIECE))
    if not whole or pieces_digest(hashes) != digest or (not size and hashes != (leaf_hash(b""),)):
        raise Unverified("pieces-not-expected", digest=digest.hex()[:16])
    return PieceList(size, hashes)


def holds(path: Path, digest: bytes) -> bool:
    """Whether a file is the blob of this digest: read from end to end."""
    return pieces_digest(list_of(path).hashes) == digest


def list_of(path: Path) -> PieceList:
    """The list of a blob that lies here, whatever its digest is."""
    hashes, size = [], 0
    with durable.translated(path), path.open("rb") as handle:
        while piece := handle.read(PIECE):
            hashes.append(leaf_hash(piece))
            size += len(piece)
    return PieceList(size, tuple(hashes) or (leaf_hash(b""),))


class Partial:
    """Open one with ``begin`` or ``resume``; a failed write leaves what was whole.

    Holds no open file between two writes: who begins many has no hold on the machine's files.
    """

    def __init__(self, folder: Path, digest: bytes, pieces: PieceList) -> None:
        self._path, self.pieces, self.have = part_path(folder, digest), pieces, 0
        self._start_piece()
        with durable.translated(self._path):
            self._path.touch(0o600)
            with self._path.open("r+b", buffering=0) as handle:
                self._read_again(handle)

    @property
    def whole(self) -> bool:
        """Whether every byte is here and right."""
        return self.have == self.pieces.size

    def write(self, offset: int, data: bytes) -> int:
        """The next bytes; returns how many are here now. Refuses another offset, and a piece that is not right."""
        if offset != self.have or len(data) > self.pieces.size - self.have:
            raise Conflict("offset-other", have=self.have)
        view, before = memoryview(data), self.have // _SYNCED
        with durable.translated(self._path), self._path.open("r+b", buffering=0) as handle:
            handle.seek(self.have)
            while view:
                part = view[: self._border() - self.have]
                self._put(handle, part)
                view = view[len(part) :]
            if self.have // _SYNCED > before:  # a little now and then: or the last piece would wait for all of it
                os.fdatasync(handle.fileno())
        return self.have

    def keep(self, target: Path) -> None:
        """Durable, and under its name. Only a whole one."""
        with durable.translated(target):
            with self._path.open("r+b") as handle:
                os.fsync(handle.fileno())
            durable.make_folder(target.parent)
            self._path.rename(target)
            durable.sync_folder(target.parent)

    def _border(self) -> int:
        return self.pieces.end(self.have // PIECE)

    def _start_piece(self) -> None:
        self._hash = sha256(b"\0")

    def _put(self, handle: FileIO, part: memoryview) -> None:
        written = handle.write(part) or 0
        if written < len(part):  # a full disk: what was there before stays
            handle.truncate(self.have)
            raise OSError(errno.ENOSPC, "no room")
        self._count(handle, part)

    def _count(self, handle: FileIO, part: bytes | memoryview) -> None:
        self._hash.update(part)
        self.have += len(part)
        index = (self.have - 1) // PIECE
        if self.have < self.pieces.end(index):
            return
        good = self._hash.digest() == self.pieces.hashes[index]
        self._start_piece()
        if not good:
            self.have = index * PIECE
            handle.truncate(self.have)
            raise Unverified("piece-wrong", index=index)

    def _read_again(self, handle: FileIO) -> None:
        try:
            while self.have < self.pieces.size and (piece := handle.read(self._border() - self.have)):
                self._count(handle, piece)
        except Unverified:
            return  # cut there
        handle.truncate(self.have)  # what would lie beyond the end


def part_path(folder: Path, digest: bytes) -> Path:
    """The bytes so far."""
    return folder / f"{digest.hex()}.part"


def list_path(folder: Path, digest: bytes) -> Path:
    """The list of hashes."""
    return folder / f"{digest.hex()}.pieces"


def begin(folder: Path, digest: bytes, raw: bytes) -> Partial:
    """Start, or go on. Raises ``Unverified`` for a false list, before anything is made."""
    pieces = read_list(digest, raw)
    durable.write(list_path(folder, digest), raw)
    return Partial(folder, digest, pieces)


def resume(folder: Path, digest: bytes) -> Partial | None:
    """Go on with what lies here, or None when nothing does that is of any use."""
    try:
        return Partial(folder, digest, read_list(digest, durable.read(list_path(folder, digest), limit=LIST_LIMIT)))
    except (Missing, Malformed, Unverified):
        return None


def forget(folder: Path, digest: bytes) -> None:
    """Nobody wants it any more."""
    for path in (part_path(folder, digest), list_path(folder, digest)):
        with durable.translated(path):
            path.unlink(missing_ok=True)
