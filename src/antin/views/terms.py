"""What ends here soon: credentials of the station and its officers, keys of its levels (protocol rule 29)."""

from __future__ import annotations

from antin.frozen import dataclass
from antin.looks import Moment, Text
from antin.registers.keys import rows as keys
from antin.registers.people import rows as people
from antin.station.station import Station

DAY = 86400
AHEAD = 60  # days


@dataclass(frozen=True, slots=True)
class Term:
    """``who``: a name, or CODE and a level; ``until``: its last second; ``days`` left, below 0 when it is over."""

    who: Text
    until: Moment
    days: int


def ending(station: Station) -> list[Term]:
    """All that ends within 60 days or has ended, the nearest first; what was renewed already is left out."""
    if not station.joined:
        return []
    now, ends = station.moment(), dict[str, int]()
    if station.own.issuer:
        ends[station.own.name] = station.own.credential.not_after
    for row in people.list_officers.all(station.db):
        if row.serving:
            ends[f"{station.code}/{row.officer}"] = station.directory[row.credential].credential.not_after
    for each in keys.list_levels.all(station.db):
        who = f"{station.code} #{each.level}"
        ends[who] = max(each.until, ends.get(who, 0))
    found = [Term(who, until, (until - now) // DAY) for who, until in ends.items()]
    return sorted((each for each in found if each.days <= AHEAD), key=lambda each: (each.until, each.who))
