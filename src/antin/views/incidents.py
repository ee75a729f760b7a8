"""What an inspector asks for first: refused rights, conflicts, and sequences that never came."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from antin.registers.dispatch import apply as dispatch
from antin.station.station import Station

Row = dict[str, Any]


def incidents(station: Station) -> list[Row]:
    """In the order of the journal; missing sequences last, for they have no record."""
    refused = [
        _row(index, "refused", time=time, act=act, who=who, code=code)
        for index, act, who, code, _about, time in station.db.rows(dispatch.SQL["list_refusals"])
    ]
    conflicts = [
        _row(index, "conflict", time=time, who=about, code=code, evidence=f"evidence/{code}-{evidence.hex()[:16]}")
        for index, about, code, evidence, time in station.db.rows(dispatch.SQL["list_conflicts"])
    ]
    return [*sorted(refused + conflicts, key=lambda row: row["record"]), *_missing(station)]


def _missing(station: Station) -> list[Row]:
    """Holes in the received sequences: what was sent to us and has not arrived (protocol rule 21)."""
    ranges = station.db.rows(dispatch.SQL["list_all_ranges"])
    firsts = {row[:3]: row[3] for row in reversed(ranges)}
    holes = [(key, 1, first - 1) for key, first in firsts.items() if first > 1]
    holes += [(a[:3], a[4] + 1, b[3] - 1) for a, b in pairwise(ranges) if a[:3] == b[:3]]
    return [
        _row(None, "missing", who=sender, code=f"{precedence}/{first}" + (f"–{last}" if last > first else ""))
        for (sender, _epoch, precedence), first, last in holes
    ]


def _row(record: int | None, what: str, *, time: int = 0, act: str = "", who: str = "", code: str = "",
         evidence: str = "") -> Row:  # fmt: skip
    return {"record": record, "what": what, "time": time, "act": act, "who": who, "code": code, "evidence": evidence}
