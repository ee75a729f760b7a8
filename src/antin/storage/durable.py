"""Files that are there after a power loss, or not there at all.

write:  openat(temporary, O_EXCL|O_NOFOLLOW) → write → fsync → renameat → fsync(folder)
output: open(O_TMPFILE, 0600) → write → … every check … → fsync → linkat(hidden name) → … record … → rename(target)

A temporary name is random: nobody can lay a link there before us, whatever folder it is, and any target name that the
disk takes has room for it. An unlinked output file leaves nothing behind when the process dies, so no unverified byte
is ever released.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from antin.errors import Conflict, Malformed, Missing, Unavailable
from antin.storage import foreign
from antin.storage.refusal import translated, words_for

__all__ = [
    "Output", "by_number", "hold", "make_folder", "read", "remove_orphan",
    "sweep", "sync_folder", "translated", "unlinked", "words_for", "write", "write_at",
]  # fmt: skip

_OPEN_FILES = Path("/proc/self/fd")
_TEMPORARY = ".antin-"
_SETTLED = ".antin-settled-"
_FRESH = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def write(path: Path, data: bytes, *, mode: int = 0o600, folder_mode: int = 0o700) -> None:
    """Replace or create a whole file, durably. Raises ``Unavailable`` and leaves the old one on any failure."""
    with translated(path):
        make_folder(path.parent, folder_mode)
        folder = _folder(path.parent)
        try:
            write_at(folder, path.name, [data], mode=mode)
        finally:
            os.close(folder)


def write_at(folder: int, name: str, pieces: Iterable[bytes], *, mode: int = 0o600) -> None:
    """The same in an open folder, in pieces. Raises ``OSError``."""
    temporary = _fresh_name()
    try:
        with os.fdopen(os.open(temporary, _FRESH, mode, dir_fd=folder), "wb") as handle:
            hold(handle)
            for piece in pieces:
                handle.write(piece)
            handle.flush()
            os.fsync(handle.fileno())
        os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary, dir_fd=folder)
        raise
    os.fsync(folder)


def read(path: Path, *, limit: int) -> bytes:
    """A whole regular file of at most ``limit`` bytes. Raises ``Malformed`` for anything else; never waits."""
    return foreign.read(path, limit=limit)


def sweep(*folders: Path) -> None:
    """Remove temporary files that a killed process left: nobody holds their lock any more."""
    for folder in folders:
        for path in folder.glob(f"{_TEMPORARY}*"):
            remove_orphan(path.name, path.parent)


def remove_orphan(name: str, folder: Path | int) -> None:
    """Remove a regular file of ours that no living process holds (``hold``). Follows no link, waits for nobody."""
    where = folder if isinstance(folder, int) else _folder(folder)
    try:
        with suppress(OSError):
            descriptor = os.open(name, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=where)
            try:
                facts = os.fstat(descriptor)
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if stat.S_ISREG(facts.st_mode) and facts.st_uid == os.geteuid():
                    os.unlink(name, dir_fd=where)
            finally:
                os.close(descriptor)
    finally:
        if where is not folder:
            os.close(where)


def make_folder(folder: Path, mode: int = 0o700) -> None:
    """A folder with all above it, each durable in the one that holds it: a file is lost with its folder's name."""
    if folder.is_dir():
        return
    make_folder(folder.parent, mode)
    folder.mkdir(mode, exist_ok=True)
    try:
        sync_folder(folder.parent)
    except OSError:
        with suppress(OSError):  # or the next try would find it there and believe it
            folder.rmdir()
        raise


def by_number(handle: int) -> str:
    """The path of an open file that has no name. Raises ``Unavailable`` on a machine that shows no ``/proc``."""
    if not _OPEN_FILES.exists():
        raise Unavailable("proc-missing", path=_OPEN_FILES)
    return f"{_OPEN_FILES}/{handle}"


def sync_folder(folder: Path) -> None:
    """fsync of a folder, so that a rename in it lasts."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class Output:
    """A file that nobody sees until ``publish``: unlinked, mode 0600.

    ``settle`` brings the bytes to the disk under a hidden name, so that nothing but a rename is left to ``publish``:
    what is recorded between the two has its file. A process that dies there leaves that hidden file; the next output
    in the folder removes it, for nobody holds its lock.

    Where the file system has no unlinked files (a USB stick in FAT), the bytes wait in the temporary folder and
    are copied next to the target, under a hidden name, only when ``publish`` is called. Refuses a name that the disk
    does not take, and anything but a file in its place, before a byte is written.
    """

    def __init__(self, target: Path, *, replace: bool = False) -> None:
        self.target, self._replace, self._hidden = target, replace, ""
        if not target.name:
            raise Malformed("file-name-bad", path=target)
        with translated(target):
            if not target.parent.is_dir():
                raise Missing("file-missing", path=target.parent)
            self._folder = _folder(target.parent)
            try:
                self._check_name()
                _remove_orphans(self._folder)
                self.handle, self._linkable = unlinked(target.parent)
            except BaseException:
                os.close(self._folder)
                raise

    def _check_name(self) -> None:
        try:
            found = os.stat(self.target.name, dir_fd=self._folder, follow_symlinks=False)
        except FileNotFoundError:
            return
        if stat.S_ISLNK(found.st_mode) or not self._replace:
            raise Conflict("file-exists", path=self.target)
        if not stat.S_ISREG(found.st_mode):
            raise Malformed("file-not-regular", path=self.target)

    def write(self, data: bytes) -> None:
        """Append bytes."""
        with translated(self.target):
            self.handle.write(data)

    def settle(self) -> None:
        """fsync under a hidden name in the target's folder; no byte of the document needs room after that."""
        with translated(self.target):
            self._check_name()
            if not self._hidden:
                self._hidden = _SETTLED + os.urandom(16).hex()
                self._name(self._hidden)

    def publish(self) -> None:
        """Give the settled file its name, fsync the folder. Refuses a name taken meanwhile unless ``replace``."""
        self.settle()
        name, folder = self.target.name, self._folder
        with translated(self.target):
            if self._linkable and not self._replace:
                os.link(self._hidden, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
            else:
                if not self._replace:  # a disk without unlinked files has no links either: take the name, then fill it
                    os.close(os.open(name, _FRESH, 0o600, dir_fd=folder))
                os.rename(self._hidden, name, src_dir_fd=folder, dst_dir_fd=folder)
            self._drop_hidden()
            self._keep()

    def take_back(self) -> None:
        """After ``publish`` of a new file: one of several that appear together, or not at all."""
        if not self._replace:
            with suppress(OSError):
                os.unlink(self.target.name, dir_fd=self._folder)

    def _drop_hidden(self) -> None:
        if self._hidden:
            with suppress(OSError):  # renamed, it is gone already
                os.unlink(self._hidden, dir_fd=self._folder)
            self._hidden = ""

    def _keep(self) -> None:
        try:
            os.fsync(self._folder)
        except OSError:
            if not self._replace:  # refused is refused: the next try must not meet this one's file
                with suppress(FileNotFoundError):
                    os.unlink(self.target.name, dir_fd=self._folder)
            raise

    def _name(self, temporary: str) -> None:
        self.handle.flush()
        os.fsync(self.handle.fileno())
        if self._linkable:
            hold(self.handle)
            # The descriptors make this linkat with AT_SYMLINK_FOLLOW, as naming an unlinked file demands.
            source = by_number(self.handle.fileno())
            os.link(source, temporary, src_dir_fd=self._folder, dst_dir_fd=self._folder)
            return
        self.handle.seek(0)
        copy = os.fdopen(os.open(temporary, _FRESH, 0o600, dir_fd=self._folder), "wb")
        try:
            hold(copy)
            shutil.copyfileobj(self.handle, copy, 1024 * 1024)
            copy.flush()
            os.fsync(copy.fileno())
        except BaseException:
            with suppress(OSError):
                copy.close()
            raise
        self.handle.close()
        self.handle = copy

    def copy_to(self, stream: BinaryIO) -> None:
        """For pipes: the checked bytes, copied after all checks."""
        with translated("-"):
            self.handle.flush()
            self.handle.seek(0)
            shutil.copyfileobj(self.handle, stream, 1024 * 1024)
            stream.flush()

    def close(self) -> None:
        """Without ``publish`` the bytes are gone."""
        self._drop_hidden()
        # A failed write leaves bytes in the buffer; closing would raise the same failure again.
        with suppress(OSError):
            self.handle.close()
        with suppress(OSError):
            os.close(self._folder)
        self._folder = -1


def unlinked(folder: Path, otherwise: Path | None = None) -> tuple[BinaryIO, bool]:
    """A file without a name on the disk of ``folder``, and whether it can be given one; gone when it is closed.

    ``otherwise``: where it lies when that disk has no such files; the machine's temporary folder when not said.
    """
    try:
        return os.fdopen(os.open(folder, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o600), "r+b"), True
    except OSError as error:
        if error.errno not in (errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL):
            raise
    return tempfile.TemporaryFile(dir=otherwise), False


def _folder(path: Path) -> int:
    return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)


def hold(handle: BinaryIO) -> None:
    """Mark a file under way as a living process's, for as long as it is open."""
    with suppress(OSError):  # a disk without locks: its orphans are kept then, and nothing else
        fcntl.flock(handle, fcntl.LOCK_SH)


def _remove_orphans(folder: int) -> None:
    """Settled files whose process died before it could name them: nobody holds their lock any more."""
    for name in os.listdir(folder):
        if name.startswith(_SETTLED):
            remove_orphan(name, folder)


def _fresh_name() -> str:
    return _TEMPORARY + os.urandom(16).hex()
