"""What the operating system refuses, in our family of errors."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager

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
    except BrokenPipeError:  # somebody who read enough is no fault of a disk
        raise
    except OSError as error:
        raise words_for(error, path) from None
    except ValueError:  # a NUL byte in a name
        raise Malformed("file-name-bad", path=path) from None
