"""Files that others may have made: the relay's folder, media, whatever a person names on the command line.

    folder:  openat(component, O_DIRECTORY|O_NOFOLLOW) for each component below the root that the operator set
    file:    openat(name, O_NONBLOCK|O_NOFOLLOW) → fstat: a regular file, within its limit → bounded pieces

A FIFO or a device never makes the reader wait, a link leads nowhere, and no size is believed: a sparse file of 200 GiB
is refused before its first byte. Only the last component that a person names himself may be a link.
"""

from __future__ import annotations

import codecs
import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from antin.errors import Malformed, Missing
from antin.storage.refusal import translated, words_for

PIECE = 1024 * 1024
_READ = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
# What opening says of a link, a socket, or a device without a driver behind it.
_ODD = (errno.ELOOP, errno.ENXIO, errno.ENODEV, errno.EISDIR)


@contextmanager
def opened(path: Path, *, limit: int | None = None, follow: bool = True) -> Iterator[BinaryIO]:
    """A file that a person named. Refuses all but a regular one of at most ``limit`` bytes; never waits."""
    with _opened(os.fspath(path), path, limit, None, follow) as handle:
        yield handle


def read(path: Path, *, limit: int) -> bytes:
    """A whole file that a person named. Raises ``Malformed`` over the limit and for what is no regular file."""
    with opened(path, limit=limit) as handle:
        return _whole(handle, path, limit)


def text(path: Path, *, limit: int) -> str:
    """A whole text file that a person named: UTF-8, a byte order mark at its head dropped.

    Raises ``Malformed`` with line and place of the first byte that is not UTF-8, and names UTF-16 where it is that:
    read leniently, two files that differ in such bytes would be one text.
    """
    return text_of(read(path, limit=limit), path)


def text_of(data: bytes, path: object) -> str:
    """The same for bytes that are at hand."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in data[:2]:
        raise Malformed("text-utf16", path=path)
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        place = error.start - data.rfind(b"\n", 0, error.start)
        raise Malformed("text-not-utf8", path=path, line=line, place=place, byte=f"{data[error.start]:02x}") from None


def pieces(handle: BinaryIO, size: int) -> Iterator[bytes]:
    """At most ``size`` bytes, in pieces of at most 1 MiB: a file that grows meanwhile gives no more."""
    while size > 0 and (piece := handle.read(min(PIECE, size))):
        size -= len(piece)
        yield piece


class Folder:
    """An open folder. Its entries are reached from the descriptor, and none of them is followed as a link."""

    def __init__(self, descriptor: int, path: Path) -> None:
        self._descriptor, self._path = descriptor, path

    @property
    def descriptor(self) -> int:
        """For calls relative to this folder."""
        return self._descriptor

    def names(self) -> list[str]:
        """Of all entries, whatever they are, sorted."""
        with translated(self._path):
            return sorted(os.listdir(self._descriptor))  # noqa: PTH208 a path might be another folder by now

    @contextmanager
    def opened(self, name: str, *, limit: int | None = None) -> Iterator[BinaryIO]:
        """An entry that is a regular file of at most ``limit`` bytes."""
        with _opened(name, self._path / name, limit, self._descriptor, False) as handle:
            yield handle

    def read(self, name: str, *, limit: int) -> bytes:
        """The whole of such an entry."""
        with self.opened(name, limit=limit) as handle:
            return _whole(handle, self._path / name, limit)

    def size(self, name: str) -> int | None:
        """Of a regular file; None when there is none of that name. Refuses another kind of entry."""
        try:
            with translated(self._path / name):
                facts = os.stat(name, dir_fd=self._descriptor, follow_symlinks=False)
        except Missing:
            return None
        _check(facts, self._path / name, None)
        return facts.st_size

    def remove(self, name: str) -> None:
        """Nothing when it is gone already."""
        with translated(self._path / name), suppress(FileNotFoundError):
            os.unlink(name, dir_fd=self._descriptor)

    def move(self, name: str, target: Folder) -> None:
        """An entry of any kind, as it is, under the same name into another folder."""
        with translated(self._path / name):
            os.rename(name, name, src_dir_fd=self._descriptor, dst_dir_fd=target.descriptor)


@contextmanager
def folder(root: Path, *below: str, make: bool = False) -> Iterator[Folder]:
    """``root`` as the operator named it, then each component below it, which must be a folder and no link.

    Raises ``Missing`` when one is not there and not to be made, ``Malformed`` for anything else in its place.
    """
    path = root
    with translated(root):
        descriptor = os.open(root, _FOLDER)
    try:
        for each in below:
            path /= each
            descriptor = _below(descriptor, each, path, make)
        yield Folder(descriptor, path)
    finally:
        os.close(descriptor)


def _below(above: int, name: str, path: Path, make: bool) -> int:
    """Opens a component, and lets go of the one above unless that fails."""
    with translated(path):
        if make:
            _make(above, name)
        facts = os.stat(name, dir_fd=above, follow_symlinks=False)
        if not stat.S_ISDIR(facts.st_mode):
            raise Malformed("folder-not-plain", path=path)
        found = os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=above)
    os.close(above)
    return found


def _make(above: int, name: str) -> None:
    try:
        os.mkdir(name, dir_fd=above)
    except FileExistsError:
        return
    try:
        os.fsync(above)  # a file is lost with its folder's name
    except OSError:
        with suppress(OSError):  # or the next try would find it there and believe it
            os.rmdir(name, dir_fd=above)
        raise


@contextmanager
def _opened(name: str, path: Path, limit: int | None, above: int | None, follow: bool) -> Iterator[BinaryIO]:
    with translated(path):
        try:
            descriptor = os.open(name, _READ | (0 if follow else os.O_NOFOLLOW), dir_fd=above)
        except OSError as error:
            if error.errno in _ODD:
                raise Malformed("file-not-regular", path=path) from None
            raise
    try:
        _check(os.fstat(descriptor), path, limit)
        with os.fdopen(descriptor, "rb", closefd=False) as handle:
            yield handle
    except OSError as error:
        raise words_for(error, path) from None
    finally:
        os.close(descriptor)


def _check(facts: os.stat_result, path: Path, limit: int | None) -> None:
    if not stat.S_ISREG(facts.st_mode):
        raise Malformed("file-not-regular", path=path)
    if limit is not None and facts.st_size > limit:
        raise Malformed("file-too-large", path=path, limit=limit)


def _whole(handle: BinaryIO, path: Path, limit: int) -> bytes:
    data = b"".join(pieces(handle, limit + 1))
    if len(data) > limit:  # it grew after it was looked at
        raise Malformed("file-too-large", path=path, limit=limit)
    return data
