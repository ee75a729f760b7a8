"""A disk that loses what nobody asked it to keep: a file system in memory with two pictures, written and durable.

    python tests/faults/lossy.py MOUNT SOURCE     commands on standard input, answers on standard output, JSON lines

A file's bytes are durable after fsync of that file; a name (created, moved, linked, removed) after fsync of its folder.
``survive`` writes to a real folder what a power cut leaves:

    none    what is durable, and nothing else
    torn    of each file's and folder's unsynced changes a random beginning, the last write cut at 512 or 4096 bytes
    subset  any of them, in order: a disk that reorders

A cut or an error comes at the n-th change (write, truncate, create, rename, link, unlink, mkdir, rmdir, fsync). A
failed fsync forgets what it should have kept, and the next one succeeds: what Linux does (docs/adr, lossy disk).
"""

from __future__ import annotations

import errno
import json
import os
import random
import signal
import stat
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import mfusepy

SECTORS = (512, 4096)


@dataclass
class File:
    """``data`` is what is read; ``durable`` what a power cut leaves; ``pending`` the changes between the two."""

    data: bytearray
    durable: bytearray
    mode: int = 0o600
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)  # (offset, bytes), or (size, None)
    links: int = 1

    def change(self, at: int, piece: bytes | None) -> None:
        apply(self.data, at, piece)
        self.pending.append((at, piece))

    def keep(self) -> None:
        for each in self.pending:
            apply(self.durable, *each)
        self.pending.clear()


@dataclass
class Folder:
    """Names now, names after a power cut, and the changes between."""

    names: dict[str, Node] = field(default_factory=dict)
    durable: dict[str, Node] = field(default_factory=dict)
    mode: int = 0o700
    pending: list[tuple[str, Node | None]] = field(default_factory=list)
    links: int = 2

    def change(self, name: str, node: Node | None) -> None:
        put(self.names, name, node)
        self.pending.append((name, node))

    def keep(self) -> None:
        for each in self.pending:
            put(self.durable, *each)
        self.pending.clear()


Node = File | Folder


def apply(data: bytearray, at: int, piece: bytes | None) -> None:
    if len(data) < at:
        data.extend(bytes(at - len(data)))
    if piece is None:
        del data[at:]
    else:
        data[at : at + len(piece)] = piece


def put(names: dict[str, Node], name: str, node: Node | None) -> None:
    if node is None:
        names.pop(name, None)
    else:
        names[name] = node


def survivors(pending: list[Any], how: str, chance: random.Random) -> Iterator[Any]:
    """Those unsynced changes that reached the disk after all."""
    if how == "subset":
        yield from (each for each in pending if chance.random() < 0.5)
    if how != "torn":
        return
    count = chance.randint(0, len(pending))
    yield from pending[:count]
    if count < len(pending) and isinstance(pending[count][1], bytes):
        at, piece = pending[count]
        sector = chance.choice(SECTORS)
        borders = list(range(sector - at % sector, len(piece), sector))
        if borders:
            yield at, piece[: chance.choice(borders)]


def loaded(path: Path) -> Node:
    """A real file or folder, durable as it stands."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if path.is_dir():
        names = {each.name: loaded(each) for each in path.iterdir()}
        return Folder(dict(names), dict(names), mode)
    data = path.read_bytes()
    return File(bytearray(data), bytearray(data), mode)


def dumped(node: Node, path: Path, how: str, chance: random.Random) -> None:
    """What is left of ``node`` after the cut, as real files."""
    changes = list(survivors(node.pending, how, chance))
    if isinstance(node, Folder):
        path.mkdir(mode=node.mode)
        names = dict(node.durable)
        for name, child in changes:
            put(names, name, child)
        for name, child in names.items():
            dumped(child, path / name, how, chance)
        return
    data = bytearray(node.durable)
    for each in changes:
        apply(data, *each)
    path.write_bytes(data)
    path.chmod(node.mode)


class Faults:
    """When to fail, how, and how many changes there were."""

    def __init__(self) -> None:
        self.lock, self.dead, self.log = threading.RLock(), False, list[str]()
        self.heal()

    def heal(self) -> None:
        self.at, self.victim, self.error, self.kinds, self.fired = 0, 0, 0, frozenset[str](), ""
        self.log.clear()

    def now(self, kind: str, path: str) -> bool:
        """One more change. Raises if it is the one; True when an fsync is to forget."""
        self.alive()
        if self.kinds and kind not in self.kinds:
            return False
        self.log.append(f"{kind} {path}")
        if len(self.log) != self.at:
            return False
        self.fired = self.log[-1]
        if self.error:
            return True
        self.dead = True
        os.kill(self.victim, signal.SIGKILL)
        raise OSError(errno.EIO, "no power")

    def alive(self) -> None:
        if self.dead:
            raise OSError(errno.EIO, "no power")


class Lossy(mfusepy.Operations):
    """The file system; one thread, so that a number names a moment."""

    use_ns = True

    def __init__(self, source: Path) -> None:
        self.root, self.faults, self.begun = loaded(source), Faults(), time.time_ns()

    def find(self, path: str) -> Node:
        node = self.root
        for part in filter(None, path.split("/")):
            if not isinstance(node, Folder) or part not in node.names:
                raise OSError(errno.ENOENT, path)
            node = node.names[part]
        return node

    def file(self, path: str) -> File:
        node = self.find(path)
        if isinstance(node, Folder):
            raise OSError(errno.EISDIR, path)
        return node

    def place(self, path: str) -> tuple[Folder, str]:
        above, _, name = path.rpartition("/")
        folder = self.find(above)
        if not isinstance(folder, Folder):
            raise OSError(errno.ENOTDIR, path)
        return folder, name

    def changing(self, kind: str, path: str) -> None:
        if self.faults.now(kind, path):
            raise OSError(self.faults.error, kind)

    # -- reading ---------------------------------------------------------------------------------------------------

    def getattr(self, path: str, fh: int | None = None) -> dict[str, Any]:
        self.faults.alive()
        node = self.find(path)
        kind, size = (stat.S_IFDIR, 0) if isinstance(node, Folder) else (stat.S_IFREG, len(node.data))
        return {"st_mode": kind | node.mode, "st_size": size, "st_nlink": node.links, "st_uid": os.getuid(),
                "st_gid": os.getgid(), "st_atime": self.begun, "st_mtime": self.begun,
                "st_ctime": self.begun}  # fmt: skip

    def readdir(self, path: str, fh: int) -> list[str]:
        self.faults.alive()
        node = self.find(path)
        return [".", "..", *(node.names if isinstance(node, Folder) else ())]

    def open(self, path: str, flags: int) -> int:
        self.faults.alive()
        self.file(path)
        return 0

    def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
        self.faults.alive()
        return bytes(self.file(path).data[offset : offset + size])

    def statfs(self, path: str) -> dict[str, int]:
        return {"f_bsize": 4096, "f_frsize": 4096, "f_blocks": 1 << 20, "f_bfree": 1 << 20, "f_bavail": 1 << 20,
                "f_namemax": 255}  # fmt: skip

    # -- changing --------------------------------------------------------------------------------------------------

    def create(self, path: str, mode: int, fi: Any = None) -> int:
        self.changing("create", path)
        folder, name = self.place(path)
        folder.change(name, File(bytearray(), bytearray(), stat.S_IMODE(mode)))
        return 0

    def write(self, path: str, data: bytes, offset: int, fh: int) -> int:
        # The shared-memory file is no file: SQLite makes it anew after a crash, and never trusts what is in it.
        if not path.endswith("-shm"):
            self.changing("write", path)
        self.file(path).change(offset, bytes(data))
        return len(data)

    def truncate(self, path: str, length: int, fh: int | None = None) -> None:
        self.changing("truncate", path)
        file = self.file(path)
        if length > len(file.data):
            file.change(len(file.data), bytes(length - len(file.data)))
        file.change(length, None)

    def fsync(self, path: str, datasync: int, fh: int) -> None:
        self._sync(path)

    def fsyncdir(self, path: str, datasync: int, fh: int) -> None:
        self._sync(path)

    def _sync(self, path: str) -> None:
        node = self.find(path)
        # SQLite syncs the folder of a new log and does not look at the answer: no failure is tried there (docs/adr).
        deaf = isinstance(node, Folder) and any(name.endswith("-wal") for name in node.names)
        if not (deaf and self.faults.error) and self.faults.now("fsync", path):
            node.pending.clear()  # still read, never kept: and nobody is told a second time
            raise OSError(self.faults.error, "fsync")
        node.keep()

    def rename(self, old: str, new: str) -> None:
        self.changing("rename", new)
        (source, name), (target, other) = self.place(old), self.place(new)
        node = self.find(old)
        source.change(name, None)
        target.change(other, node)

    def link(self, target: str, source: str) -> None:
        self.changing("link", target)
        folder, name = self.place(target)
        node = self.find(source)
        node.links += 1
        folder.change(name, node)

    def unlink(self, path: str) -> None:
        self.changing("unlink", path)
        folder, name = self.place(path)
        self.find(path).links -= 1
        folder.change(name, None)

    def mkdir(self, path: str, mode: int) -> None:
        self.changing("mkdir", path)
        folder, name = self.place(path)
        folder.change(name, Folder(mode=stat.S_IMODE(mode)))

    def rmdir(self, path: str) -> None:
        self.changing("rmdir", path)
        folder, name = self.place(path)
        node = self.find(path)
        if isinstance(node, Folder) and node.names:
            raise OSError(errno.ENOTEMPTY, path)
        folder.change(name, None)

    def chmod(self, path: str, mode: int) -> None:
        self.find(path).mode = stat.S_IMODE(mode)

    def chown(self, path: str, uid: int, gid: int) -> None:
        return

    def utimens(self, path: str, times: Any = None) -> None:
        return


def answer(disk: Lossy, words: dict[str, Any]) -> dict[str, Any]:
    """One command of a test."""
    faults = disk.faults
    with faults.lock:
        if words["do"] == "fault":
            faults.heal()
            faults.at, faults.victim, faults.error = words["at"], words["victim"], words["error"]
            faults.kinds = frozenset(words["kinds"])
        elif words["do"] == "heal":
            told = {"fired": faults.fired, "count": len(faults.log), "log": list(faults.log)}
            faults.heal()
            return told
        else:
            faults.dead = True
            dumped(disk.root, Path(words["into"]), words["how"], random.Random(words["seed"]))
    return {}


def main() -> None:
    mount, source = sys.argv[1:]
    disk = Lossy(Path(source))

    def listen() -> None:
        for line in sys.stdin:
            print(json.dumps(answer(disk, json.loads(line))), flush=True)

    threading.Thread(target=listen, daemon=True).start()
    mfusepy.FUSE(disk, mount, foreground=True, nothreads=True, fsname="lossy", default_permissions=True)


if __name__ == "__main__":
    main()
