"""What ends here soon: credentials of the station and its officers, keys of its levels (protocol rule 29)."""

from __future__ import annotations

from dataclasses import dataclass

from antin.registers.keys import apply as keys
from antin.registers.people import apply as people
from antin.station.station import Station

DAY = 86400
WARNED = (7, 30, 60)  # days ahead


@dataclass(frozen=True, slots=True)
class Term:
    """``who``: a name, or CODE and a level; ``until``: its last second; ``days`` left, below 0 when it is over."""

    who: str
    until: int
    days: int

    @property
    def step(self) -> int:
        """The nearest of the days on which people are warned; 0 when it is over."""
        return next((step for step in WARNED if 0 <= self.days <= step), 0)


def ending(station: Station) -> list[Term]:
    """All that ends within 60 days or has ended, the nearest first; what was renewed already is left out."""
    if not station.joined:
        return []
    now, ends = station.moment(), dict[str, int]()
    if station.own.issuer:
        ends[station.own.name] = station.own.credential.not_after
    for number, digest, *_, state in (row[:5] for row in station.db.rows(people.SQL["list_officers"])):
        if state == "serving":
            ends[f"{station.code}/{number}"] = station.directory[digest].credential.not_after
    for level, _, _, until in station.db.rows(keys.SQL["list_levels"]):
        who = f"{station.code} #{level}"
        ends[who] = max(until, ends.get(who, 0))
    found = [Term(who, until, (until - now) // DAY) for who, until in ends.items()]
    return sorted((each for each in found if each.days <= WARNED[-1]), key=lambda each: (each.until, each.who))
