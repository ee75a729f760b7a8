"""Report periods: every day belongs to exactly one, whatever the year, and a name leads back to its period."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antin import packs
from antin.errors import Malformed, Missing
from antin.packs import periods
from antin.packs.rules import Calendar, Span

PACK = packs.load("vn-2026")
QUARTERS = Calendar(
    source="Thí dụ", checked="mac-dinh", name="Quý", english="Quarter", review="so-ket", outline="so-ket",
    spans=(
        Span(start="12-01", end="02-28", due="02-28"),  # ends on the last of February, in every year
        Span(start="03-01", end="05-31", due="06-05"),
        Span(start="06-01", end="08-31", due="09-05"),
        Span(start="09-01", end="11-30", due="12-05"),
    ),
)  # fmt: skip
DAYS = st.dates(date(1970, 1, 1), date(8999, 12, 31))


@pytest.mark.parametrize(
    ("code", "day", "key", "start", "end", "due"),
    [
        ("nam", date(2026, 12, 14), "2026-nam", date(2025, 12, 15), date(2026, 12, 14), date(2026, 12, 20)),
        ("nam", date(2026, 12, 15), "2027-nam", date(2026, 12, 15), date(2027, 12, 14), date(2027, 12, 20)),
        ("nam", date(2026, 12, 31), "2027-nam", date(2026, 12, 15), date(2027, 12, 14), date(2027, 12, 20)),
        ("nam", date(2027, 1, 1), "2027-nam", date(2026, 12, 15), date(2027, 12, 14), date(2027, 12, 20)),
        ("nam", date(2028, 2, 29), "2028-nam", date(2027, 12, 15), date(2028, 12, 14), date(2028, 12, 20)),
        ("nua-nam", date(2025, 12, 14), "2025-nua-nam-2", date(2025, 6, 15), date(2025, 12, 14), date(2025, 12, 20)),
        ("nua-nam", date(2025, 12, 15), "2026-nua-nam-1", date(2025, 12, 15), date(2026, 6, 14), date(2026, 6, 20)),
        ("nua-nam", date(2026, 6, 14), "2026-nua-nam-1", date(2025, 12, 15), date(2026, 6, 14), date(2026, 6, 20)),
        ("nua-nam", date(2026, 6, 15), "2026-nua-nam-2", date(2026, 6, 15), date(2026, 12, 14), date(2026, 12, 20)),
    ],
)
def test_edges(code: str, day: date, key: str, start: date, end: date, due: date) -> None:
    assert PACK.period(code, day) == packs.Period(key, start, end, due)
    assert PACK.period_named(key) == (code, packs.Period(key, start, end, due))


def test_the_leap_day_belongs_to_the_quarter_that_ends_in_february() -> None:
    leap = periods.holding("quy", QUARTERS, date(2028, 2, 29))
    assert leap == packs.Period("2028-quy-1", date(2027, 12, 1), date(2028, 2, 29), date(2028, 2, 29))
    plain = periods.holding("quy", QUARTERS, date(2027, 2, 28))
    assert plain == packs.Period("2027-quy-1", date(2026, 12, 1), date(2027, 2, 28), date(2027, 2, 28))


def test_a_report_may_be_due_in_the_next_year() -> None:
    year = Calendar(
        source="Thí dụ", checked="mac-dinh", name="Năm", english="Year", review="tong-ket", outline="tong-ket",
        spans=(Span(start="01-01", end="12-31", due="01-15"),),
    )  # fmt: skip
    found = periods.holding("duong-lich", year, date(2026, 12, 31))
    assert found == packs.Period("2026-duong-lich", date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 15))


@given(DAYS, st.sampled_from([QUARTERS, *PACK.calendars().values()]))
def test_periods_meet_without_gap_and_a_name_leads_back(day: date, calendar: Calendar) -> None:
    found = periods.holding("k", calendar, day)
    assert found.start <= day <= found.end <= found.due
    assert found.key.startswith(str(found.end.year))
    following = periods.holding("k", calendar, found.end + timedelta(days=1))
    assert following.start == found.end + timedelta(days=1)
    assert following.key > found.key
    assert periods.named("k", calendar, found.key) == found


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1969, 12, 31), date(9999, 12, 31)])
def test_years_that_we_do_not_know_are_refused(day: date) -> None:
    with pytest.raises(Malformed, match="pack-number-range"):
        PACK.period("nam", day)


@pytest.mark.parametrize(
    "key",
    ["", "2026", "2026-", "nam-2026", "2026-nam-1", "2026-nua-nam", "2026-nua-nam-3", "2026-nua-nam-02", " 2026-nam",
     "0000-nam", "９９９９-nam", "²⁰²⁶-nam", "-999-nam", "2026-nam" + "x" * 10_000],
)  # fmt: skip
def test_names_of_no_period_are_refused(key: str) -> None:
    with pytest.raises(Missing, match="pack-period-unknown") as caught:
        PACK.period_named(key)
    assert "nua-nam" in str(caught.value.fields["known"])


def test_the_day_is_that_of_vietnam() -> None:
    moment = int(datetime(2026, 12, 14, 16, 59, 59, tzinfo=UTC).timestamp())
    assert packs.vietnam_day(moment) == date(2026, 12, 14)
    assert packs.vietnam_day(moment + 1) == date(2026, 12, 15)
    for wild in (1 << 62, -(1 << 62), 1 << 200):
        with pytest.raises(Malformed, match="pack-number-range"):
            packs.vietnam_day(wild)
