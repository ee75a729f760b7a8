"""Report periods: which stretch of which year a day falls into, what it is called, and when its report is due.

A period is named after the year in which it ends: 15/12/2025–14/12/2026 is ``2026-nam``. It ends the day before
the next one starts, so that 29 February belongs to somebody.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from antin.errors import Malformed
from antin.frozen import dataclass
from antin.packs.rules import Calendar, Span
from antin.zone import VIETNAM

DAY = timedelta(days=1)
YEARS = (1970, 9000)
PLAIN_YEAR = 2001  # without 29 February


@dataclass(frozen=True)
class Period:
    """First and last day, both within, and the last day for the report."""

    key: str
    start: date
    end: date
    due: date


def vietnam_day(time: int) -> date:
    """The day on which a moment (Unix seconds) falls in Vietnam; refuses one outside of the years we know."""
    try:
        return datetime.fromtimestamp(time, UTC).astimezone(VIETNAM).date()
    except (OverflowError, OSError, ValueError) as error:
        raise _strange(time) from error


def holding(code: str, calendar: Calendar, day: date) -> Period:
    """The one period that holds the day; refuses a day outside of the years we know."""
    if not YEARS[0] <= day.year <= YEARS[1]:
        raise _strange(day.year)
    return next(
        period
        for year in (day.year, day.year + 1)
        for period in _ending(code, calendar, year)
        if period.start <= day <= period.end
    )


def named(code: str, calendar: Calendar, key: str) -> Period | None:
    """The period of that key, or None where the calendar has none of that name."""
    year = key[:4]
    if not (year.isascii() and year.isdigit() and YEARS[0] <= int(year) <= YEARS[1]):
        return None
    return next((period for period in _ending(code, calendar, int(year)) if period.key == key), None)


def names(code: str, calendar: Calendar) -> list[str]:
    """What its periods are called, without the year."""
    count = len(calendar.spans)
    return [code if count == 1 else f"{code}-{number}" for number in range(1, count + 1)]


def is_day(text: str) -> bool:
    """Whether MM-DD is a day that every year has."""
    try:
        return bool(_on(PLAIN_YEAR, text))
    except ValueError:
        return False


def whole(calendar: Calendar) -> bool:
    """Whether the spans stand in the order in which they end, and each starts the day after the one before."""
    ends = [_on(PLAIN_YEAR, span.end) for span in calendar.spans]
    starts = [_on(PLAIN_YEAR, span.start) for span in calendar.spans]
    before = [ends[-1].replace(year=PLAIN_YEAR - 1), *ends[:-1]]
    follow = all(f"{end + DAY:%m-%d}" == f"{start:%m-%d}" for end, start in zip(before, starts, strict=True))
    return follow and ends == sorted(set(ends))


def due_days(span: Span) -> int:
    """Days from the end of a span to its report, in a plain year."""
    end = _on(PLAIN_YEAR, span.end)
    return (_after(end, span.due) - end).days


def _ending(code: str, calendar: Calendar, year: int) -> Iterator[Period]:
    """The periods that end in the year, in order."""
    spans = calendar.spans
    for number, name in enumerate(names(code, calendar)):
        span, following = spans[number], spans[(number + 1) % len(spans)]
        plain = _on(year, span.end)
        end = _after(plain, following.start) - DAY  # 28/2 grows to 29/2 in its years
        yield Period(f"{year}-{name}", _before(end, span.start), end, max(end, _after(plain, span.due)))


def _on(year: int, day: str) -> date:
    return date(year, int(day[:2]), int(day[3:]))


def _after(day: date, text: str) -> date:
    """The first such day of the calendar on or after ``day``."""
    found = _on(day.year, text)
    return found if found >= day else _on(day.year + 1, text)


def _before(day: date, text: str) -> date:
    """The last such day of the calendar on or before ``day``."""
    found = _on(day.year, text)
    return found if found <= day else _on(day.year - 1, text)


def _strange(value: object) -> Malformed:
    low, high = YEARS
    return Malformed("pack-number-range", file="calendars", key="year", value=value, low=low, high=high)
