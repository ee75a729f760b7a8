"""Days as the law counts them, in Vietnam's time, as POSIX seconds and back."""

from __future__ import annotations

from datetime import date, datetime, time

from antin.packs.periods import vietnam_day
from antin.zone import VIETNAM


def end_of(day: date | None) -> int:
    """The last second of a day; 0 where none is set."""
    return int(datetime.combine(day, time(23, 59, 59), VIETNAM).timestamp()) if day else 0


def start_of(day: date | None) -> int:
    """The first second of a day; 0 where none is set."""
    return int(datetime.combine(day, time(0), VIETNAM).timestamp()) if day else 0


def day_of(seconds: int) -> date:
    """The day on which a moment falls."""
    return vietnam_day(seconds)
