"""What is due, across the books."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from antin.commands.command import Listing
from antin.frozen import dataclass
from antin.looks import Given, Look
from antin.station.station import Station
from antin.views import calendar as views
from antin.views import duties


@dataclass(frozen=True, slots=True)
class Calendar:
    """What is due within some days, and what is overdue."""

    days: Annotated[int, Look("number", low=1, high=4000), Given(help="opt-calendar-days")] = 45

    def rows(self, station: Station, officer: str) -> Sequence[views.Due]:
        """By day."""
        return views.calendar(station, officer, self.days)


@dataclass(frozen=True, slots=True)
class Duties:
    """What is due and not done: whose it is, since when, and who was told."""

    late: Annotated[bool, Given(help="opt-duties-late")] = False

    def rows(self, station: Station, officer: str) -> Sequence[duties.Duty]:
        """By day; only what is past it, where only that is asked for."""
        return duties.duties(station, officer, late=self.late)


DUTIES = Listing("duties", Duties, duties.Duty)
CALENDAR = Listing("calendar", Calendar, views.Due)
COMMANDS = (CALENDAR, DUTIES)
