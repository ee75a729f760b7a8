"""What is due, across the books."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from antin.commands.command import Listing
from antin.looks import Given, Look
from antin.station.station import Station
from antin.views import calendar as views


@dataclass(frozen=True, slots=True)
class Calendar:
    """What is due within some days, and what is overdue."""

    days: Annotated[int, Look("number", low=1, high=4000), Given(help="opt-calendar-days")] = 45

    def rows(self, station: Station, officer: str) -> Sequence[views.Due]:
        """By day."""
        return views.calendar(station, officer, self.days)


CALENDAR = Listing("calendar", Calendar, views.Due)
COMMANDS = (CALENDAR,)
