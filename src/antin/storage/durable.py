"""Files that are there after a power loss, or not there at all.

write:  open(temporary, O_EXCL) → write → fsync → rename → fsync(folder)
output: open(O_TMPFILE, 0600) → write → … every check … → linkat(target) → fsync(folder)

An unlinked output file leaves nothing behind when the process dies, so no unverified byte is ever released.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from antin.errors import AntinError, Conflict, Malformed, Missing, Unavailable

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def words_for(error: OSError, path: object) -> AntinError:
    """The error of our family for an operating system's refusal."""
    if error.errno in _FULL:
        return Unavailable("disk-full", path=path)
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return Missing("file-missing", path=path)
    if error.errno == errno.EEXIST:
        return Conflict("file-exists", path=path)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return Unavailable("file-not-allowed", path=path)
    if error.errno in (errno.ENAMETOOLONG, errno.EINVAL, errno.EISDIR, errno.ELOOP):
        return Malformed("file-name-bad", path=path)
    return Unavailable("disk-error", path=path, detail=os.strerror(error.errno or 0))


@contextmanager
def translated(path: object) -> Iterator[None]:
    """Turns ``OSError`` into our family."""
    try:
        yield
    except OSError as error:
        raise words_for(error, path) from None
    except ValueError:  # a NUL byte in a name
        raise Malformed("file-name-bad", path=path) from None


def write(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Replace or create a whole file, durably. Raises ``Unavailable`` and leaves the old one on any failure."""
    temporary = path.with_name(f".{path.name[:100]}.{os.getpid()}.new")
    with translated(path):
        make_folder(path.parent)
        try:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
            with os.fdopen(descriptor, "wb") as handle:
                handle.write(data)
                handle.flush()
                os.fsync(handle.fileno())
            temporary.rename(path)
        except OSError:
            with suppress(OSError):
                temporary.unlink()
            raise
        sync_folder(path.parent)


def read(path: Path, *, limit: int) -> bytes:
    """A whole file of at most ``limit`` bytes. Raises ``Malformed`` over it."""
    with translated(path), path.open("rb") as handle:
        data = handle.read(limit + 1)
    if len(data) > limit:
        raise Malformed("file-too-large", path=path, limit=limit)
    return data


def make_folder(folder: Path, mode: int = 0o777) -> None:
    """A folder with all above it, each durable in the one that holds it: a file is lost with its folder's name."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode, exist_ok=True)
    try:
        sync_folder(folder.parent)
    except OSError:
        with suppress(OSError):  # or the next try would find it there and believe it
            folder.rmdir()
        raise


def sync_folder(folder: Path) -> None:
    """fsync of a folder, so that a rename in it lasts."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class Output:
    """A file that nobody sees until ``publish``: unlinked, mode 0600.

    Where the file system has no unlinked files (a USB stick in FAT), the bytes wait in the temporary folder and
    are copied next to the target, under a hidden name, only when ``publish`` is called.
    """

    def __init__(self, target: Path, *, replace: bool = False) -> None:
        self.target, self._replace = target, replace
        with translated(target):
            if target.is_symlink() or (target.exists() and not replace):
                raise Conflict("file-exists", path=target)
            if not target.parent.is_dir():
                raise Missing("file-missing", path=target.parent)
            self.handle, self._linkable = _unlinked(target.parent)

    def write(self, data: bytes) -> None:
        """Append bytes."""
        with translated(self.target):
            self.handle.write(data)

    def publish(self) -> None:
        """fsync, give the file its name, fsync the folder. Refuses a name taken meanwhile unless ``replace``."""
        temporary = self.target.with_name(f".{self.target.name[:100]}.{os.getpid()}.new")
        with translated(self.target):
            try:
                self._name(temporary)
                if self._linkable and not self._replace:
                    os.link(temporary, self.target)
                elif self.target.exists() and not self._replace:
                    raise Conflict("file-exists", path=self.target)
                else:
                    temporary.rename(self.target)
                self._keep()
            finally:
                temporary.unlink(missing_ok=True)

    def _keep(self) -> None:
        try:
            sync_folder(self.target.parent)
        except OSError:
            if not self._replace:  # refused is refused: the next try must not meet this one's file
                self.target.unlink(missing_ok=True)
            raise

    def _name(self, path: Path) -> None:
        self.handle.flush()
        os.fsync(self.handle.fileno())
        path.unlink(missing_ok=True)
        if not self._linkable:
            self.handle.seek(0)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as copy:
                shutil.copyfileobj(self.handle, copy, 1024 * 1024)
                copy.flush()
                os.fsync(copy.fileno())
            return
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            # The descriptors make this linkat with AT_SYMLINK_FOLLOW, as naming an unlinked file demands.
            os.link(f"/proc/self/fd/{self.handle.fileno()}", path.name, src_dir_fd=folder, dst_dir_fd=folder)
        finally:
            os.close(folder)

    def copy_to(self, stream: BinaryIO) -> None:
        """For pipes: the checked bytes, copied after all checks."""
        with translated("-"):
            self.handle.flush()
            self.handle.seek(0)
            shutil.copyfileobj(self.handle, stream, 1024 * 1024)
            stream.flush()

    def close(self) -> None:
        """Without ``publish`` the bytes are gone."""
        # A failed write leaves bytes in the buffer; closing would raise the same failure again.
        with suppress(OSError):
            self.handle.close()


def _unlinked(folder: Path) -> tuple[BinaryIO, bool]:
    try:
        return os.fdopen(os.open(folder, os.O_TMPFILE | os.O_RDWR, 0o600), "r+b"), True
    except OSError as error:
        if error.errno not in (errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL):
            raise
    return tempfile.TemporaryFile(), False
