"""A blob that arrives in pieces, each checked, resumed where it stopped (spec/link.md, Pieces).

    DIGEST.pieces        size (8 bytes) ‖ leaf hashes of the 1 MiB pieces: its root is the digest, so it needs no trust
    DIGEST.part          the bytes so far

No state is kept beside them: whoever resumes hashes again what lies there, and cuts at the first false piece.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from antin.errors import Conflict, Unverified
from antin.kernel.crypto.merkle import leaf_hash
from antin.kernel.crypto.tree import PIECE, pieces_digest
from antin.storage import durable

LIST_LIMIT = 2 * 1024 * 1024  # a blob of 64 GiB


@dataclass(frozen=True, slots=True)
class PieceList:
    """The size of a blob and the hash of each of its pieces."""

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


def list_of(path: Path) -> PieceList:
    """The list of a blob that lies here, whatever its digest is."""
    hashes, size = [], 0
    with durable.translated(path), path.open("rb") as handle:
        while piece := handle.read(PIECE):
            hashes.append(leaf_hash(piece))
            size += len(piece)
    return PieceList(size, tuple(hashes) or (leaf_hash(b""),))


class Partial:
    """Open one with ``begin`` or ``resume``; a failed write leaves what was whole."""

    def __init__(self, folder: Path, digest: bytes, pieces: PieceList) -> None:
        self._path, self.pieces, self.have = part_path(folder, digest), pieces, 0
        with durable.translated(self._path):
            self._handle = os.fdopen(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600), "r+b", buffering=0)
            self._start_piece()
            self._read_again()

    @property
    def whole(self) -> bool:
        """Whether every byte is here and right."""
        return self.have == self.pieces.size and not self._dirty

    def write(self, offset: int, data: bytes) -> int:
        """The next bytes; returns how many are here now. Refuses another offset, and a piece that is not right."""
        if offset != self.have:
            raise Conflict("offset-other", have=self.have)
        view = memoryview(data)[: self.pieces.size - self.have]
        if len(view) < len(data):
            raise Conflict("offset-other", have=self.have)
        with durable.translated(self._path):
            while view:
                part = view[: self._border() - self.have]
                self._put(part)
                view = view[len(part) :]
        return self.have

    def cut(self) -> None:
        """Forget the bytes after the last border: nobody has checked them yet."""
        self.have -= self.have % PIECE
        with durable.translated(self._path):
            self._handle.truncate(self.have)
            self._handle.seek(self.have)
        self._start_piece()

    def keep(self, target: Path) -> None:
        """Durable, and under its name. Only a whole one."""
        with durable.translated(target):
            os.fsync(self._handle.fileno())
            target.parent.mkdir(parents=True, exist_ok=True)
            self._path.rename(target)
            durable.sync_folder(target.parent)
        self.close()

    def close(self) -> None:
        """Release the file; the bytes stay."""
        self._handle.close()

    def _border(self) -> int:
        return self.pieces.end(self.have // PIECE)

    def _start_piece(self) -> None:
        self._hash, self._dirty = sha256(b"\0"), False

    def _put(self, part: memoryview) -> None:
        written = self._handle.write(part) or 0
        if written < len(part):  # a full disk: the bytes are there, and hashed again when somebody resumes
            self._handle.truncate(self.have)
            self._handle.seek(self.have)
            raise OSError(28, "no room")
        self._count(part)

    def _count(self, part: bytes | memoryview) -> None:
        self._hash.update(part)
        self.have, self._dirty = self.have + len(part), True
        index = (self.have - 1) // PIECE
        if self.have < self.pieces.end(index):
            return
        good = self._hash.digest() == self.pieces.hashes[index]
        self._start_piece()
        if not good:
            self.have = index * PIECE
            self._handle.truncate(self.have)
            self._handle.seek(self.have)
            raise Unverified("piece-wrong", index=index)

    def _read_again(self) -> None:
        try:
            while self.have < self.pieces.size and (piece := self._handle.read(self._border() - self.have)):
                self._count(piece)
        except Unverified:
            return  # cut there
        self._handle.truncate(self.have)  # what would lie beyond the end
        self._handle.seek(self.have)


def part_path(folder: Path, digest: bytes) -> Path:
    """The bytes so far."""
    return folder / f"{digest.hex()}.part"


def list_path(folder: Path, digest: bytes) -> Path:
    """The list of hashes."""
    return folder / f"{digest.hex()}.pieces"


def begin(folder: Path, digest: bytes, raw: bytes) -> Partial:
    """Start, or go on. Raises ``Unverified`` for a false list, before anything is made."""
    pieces = read_list(digest, raw)
    with durable.translated(folder):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not list_path(folder, digest).exists():
        durable.write(list_path(folder, digest), raw)
    return Partial(folder, digest, pieces)


def resume(folder: Path, digest: bytes) -> Partial | None:
    """Go on with what lies here, or None when nothing does."""
    if not list_path(folder, digest).exists():
        return None
    return Partial(folder, digest, read_list(digest, durable.read(list_path(folder, digest), limit=LIST_LIMIT)))


def forget(folder: Path, digest: bytes) -> None:
    """Nobody wants it any more."""
    for path in (part_path(folder, digest), list_path(folder, digest)):
        with durable.translated(path):
            path.unlink(missing_ok=True)
