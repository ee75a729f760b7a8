"""What the operating system is asked before a key is unlocked: no core dump, no look into our memory, no swap.

Each is a request: where the system does not know it, or does not allow it, the program works all the same (THREATS.md).
"""

from __future__ import annotations

import ctypes
import resource
import sys
from contextlib import suppress

_PR_SET_DUMPABLE = 4
_CURRENT, _FUTURE, _ON_FAULT = 1, 2, 4


def harden() -> None:
    """For the whole life of this process; children inherit the limit of core dumps alone."""
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if not sys.platform.startswith("linux"):
        return
    with suppress(OSError, AttributeError):
        system = ctypes.CDLL(None, use_errno=True)
        # Neither a core handler nor a debugger of the same user gets at the memory; /proc/PID belongs to root then.
        system.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        # Only without a limit: under one the next large allocation would fail instead of being swapped.
        if resource.getrlimit(resource.RLIMIT_MEMLOCK)[0] == resource.RLIM_INFINITY:
            system.mlockall(_CURRENT | _FUTURE | _ON_FAULT)
