"""What an inspector asks for first: refused rights, conflicts, and sequences that never came."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from antin.registers.dispatch import rows as dispatch
from antin.station import rows, witness_rows
from antin.station.station import Station
from antin.views.terms import ending

Row = dict[str, Any]
UNPROVEN_AFTER = 86400


def incidents(station: Station) -> list[Row]:
    """In the order of the journal; then what has no record: conflicts kept beside it, unproven checkpoints, holes,
    sealed parts that are lost, terms that end."""
    refused = [
        _row(each.idx, "refused", time=each.time, act=each.act, who=each.who, code=each.code)
        for each in dispatch.list_refusals.all(station.db)
    ]
    conflicts = [
        _row(
            each.idx,
            "conflict",
            time=each.time,
            who=each.about,
            code=each.code,
            evidence=f"evidence/{each.code}-{each.evidence.hex()[:16]}",
        )
        for each in dispatch.list_conflicts.all(station.db)
    ]
    recorded = sorted(refused + conflicts, key=lambda row: row["record"])
    return [*recorded, *_unrecorded(station, {row["evidence"] for row in conflicts}), *_unproven(station),
            *_missing(station), *_lost(station), *_ending(station)]  # fmt: skip


def _unrecorded(station: Station, known: set[str]) -> list[Row]:
    """Conflicts that were kept where no record could be made: at a locked authority, at a recovering station."""
    kept = [
        _row(
            None,
            "conflict",
            time=each.time,
            who=each.about,
            code=each.code,
            evidence=f"evidence/{each.code}-{each.digest.hex()[:16]}",
        )
        for each in witness_rows.list_kept_conflicts.all(station.db)
    ]
    return [row for row in kept if row["evidence"] not in known]


def _unproven(station: Station) -> list[Row]:
    """Heads that their station was asked to link to its journal a day ago, and has not; journals whose authority has
    not cosigned for a day what we hold of them (spec/witness.md)."""
    since = station.moment() - UNPROVEN_AFTER
    unproven = [
        _row(None, "unproven", time=each.time, who=each.origin, act="", code=f"{each.size}", evidence=f"← {each.via}")
        for each in witness_rows.list_all_heard.all(station.db, since)
    ]
    return unproven + [
        _row(None, "not-cosigned", time=each.since, who=each.origin, act="", code=f"{each.size}")
        for each in witness_rows.list_unvouched.all(station.db, since)
    ]


def _ending(station: Station) -> list[Row]:
    return [
        _row(None, "ends" if each.days >= 0 else "ended", time=each.until, who=each.who, code=str(each.days))
        for each in ending(station)
    ]


def _missing(station: Station) -> list[Row]:
    """Holes in the received sequences: what was sent to us and has not arrived (protocol rule 21)."""
    ranges = dispatch.list_all_ranges.all(station.db)
    firsts = {each.stream: each.first for each in reversed(ranges)}
    holes = [(key, 1, first - 1) for key, first in firsts.items() if first > 1]
    holes += [(a.stream, a.last + 1, b.first - 1) for a, b in pairwise(ranges) if a.stream == b.stream]
    greatest = {each.stream: each.last for each in ranges}
    # What the sender signed that it sent last: so a missing tail shows too.
    lasts = [
        (each.stream, greatest.get(each.stream, 0) + 1, each.last) for each in witness_rows.list_lasts.all(station.db)
    ]
    holes += [hole for hole in lasts if hole[1] <= hole[2]]
    return [
        _row(None, "missing", who=sender, code=f"{precedence}/{first}" + (f"–{last}" if last > first else ""))
        for (sender, _epoch, precedence), first, last in holes
    ]


def _lost(station: Station) -> list[Row]:
    """Sealed parts that a row names and whose file is gone or cannot be read: what is due cannot be sent, nor opened
    what came. ``antin sync --again`` at the sender brings what an addressee lost."""
    return [
        _row(None, "blob-lost", code=digest.hex()[:16], evidence=f"blobs/{digest.hex()[:2]}/{digest.hex()}")
        for digest in rows.list_blobs.all(station.db)
        if station.blobs.size(digest) is None
    ]


def _row(record: int | None, what: str, *, time: int = 0, act: str = "", who: str = "", code: str = "",
         evidence: str = "") -> Row:  # fmt: skip
    return {"record": record, "what": what, "time": time, "act": act, "who": who, "code": code, "evidence": evidence}
