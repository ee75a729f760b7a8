"""Call windows: when a station may use its link, and the precedence that may at any time (Vietnam time)."""

from __future__ import annotations

import re
import time

from antin.errors import Malformed
from antin.station.settings import Settings

NEVER = 5  # above the highest precedence
_VIETNAM = 7 * 3600  # no summer time since 1975
_WINDOW = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")


def windows(text: str) -> tuple[tuple[int, int], ...]:
    """``22:00-05:00, 12:00-12:30`` as minutes of the day; the end is outside. Raises ``Malformed``."""
    found = []
    for part in text.split(",") if text.strip() else ():
        match = _WINDOW.fullmatch(part.strip())
        if match is None:
            raise Malformed("call-windows-malformed", text=part.strip())
        hours = [int(each) for each in match.groups()]
        found.append((hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]))
    return tuple(found)


def least(settings: Settings, now: float) -> int:
    """The lowest precedence that may use the link now: 0 within a window or when none is set."""
    all_ = windows(settings.call_windows)
    local = time.gmtime(now + _VIETNAM)
    minute = local.tm_hour * 60 + local.tm_min
    if not all_ or any(_within(minute, *each) for each in all_):
        return 0
    return min(settings.call_always_from, NEVER)


def _within(minute: int, begin: int, end: int) -> bool:
    return begin <= minute < end if begin < end else minute >= begin or minute < end
