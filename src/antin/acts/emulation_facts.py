"""Figures of emulation that our registers show: who acknowledged, studied, finished on time, each with its records."""

from __future__ import annotations

from collections import defaultdict

from antin.errors import Missing
from antin.frozen import dataclass
from antin.kernel.crypto.suite import object_digest
from antin.registers.directives import rows as directives
from antin.registers.emulation import rules
from antin.registers.emulation.rules import Campaign
from antin.registers.programmes import rows as programmes
from antin.station.station import Station

ACKNOWLEDGED, STUDIED, FINISHED = "acknowledged-on-time", "studied-on-time", "finished-on-time"
COUNTED = (ACKNOWLEDGED, STUDIED, FINISHED)
# For each member: when a duty was done (None: it was not), when it was due, and the records that say so.
Duties = dict[str, list[tuple[int | None, int, tuple[int, ...]]]]


@dataclass(frozen=True)
class Fact:
    """A share that registers show, with the digests of the records that it was counted over."""

    part: int
    whole: int
    records: tuple[bytes, ...]


def facts_of(station: Station, campaign: Campaign, source: str) -> dict[str, Fact]:
    """The share of duties that each member did on time. A member that had none has no fact.

    Raises ``Missing`` for a source that no register here has: such figures are given with ``--facts``.
    """
    if source == FINISHED:
        duties = _tasks(station, campaign)
    elif source in (ACKNOWLEDGED, STUDIED):
        duties = _directives(station, campaign, source)
    else:
        raise Missing("emulation-facts-missing", source=source)
    return {
        code: Fact(
            *rules.on_time((done, by) for done, by, _ in duties[code]),
            tuple(object_digest(station.journal.raw(n)) for *_, records in duties[code] for n in records),
        )
        for code in campaign.members
        if code in duties
    }


def _directives(station: Station, campaign: Campaign, source: str) -> Duties:
    """Of the directives issued here within the campaign, with a date set."""
    duties: Duties = defaultdict(list)
    for row in directives.list_directives.all(station.db):
        by = row.acknowledge_by if source == ACKNOWLEDGED else row.study_by
        ours = row.station == station.code and row.state == "issued"
        if not ours or not campaign.opens <= row.time <= campaign.closes or not by:
            continue
        for unit in directives.list_units.all(station.db, row.id):
            done, index = (
                (unit.acknowledged, unit.acknowledged_idx) if source == ACKNOWLEDGED
                else (unit.studied, unit.studied_idx)
            )  # fmt: skip
            duties[unit.code].append((done, by, (row.idx, index) if index is not None else (row.idx,)))
    return duties


def _tasks(station: Station, campaign: Campaign) -> Duties:
    """Of the programmes adopted here, the tasks that fall due within the campaign; one withdrawn is nobody's duty."""
    duties: Duties = defaultdict(list)
    for row in programmes.list_programmes.all(station.db):
        if row.station == station.code:
            _of_programme(station, campaign, row, duties)
    return duties


def _of_programme(station: Station, campaign: Campaign, row: programmes.Programme, duties: Duties) -> None:
    rows = programmes.list_standing.all(station.db, row.id)
    standing = {(each.unit, each.task): (each.finished or None, each.idx) for each in rows}
    units = programmes.list_units.all(station.db, row.id)
    for task in programmes.list_tasks.all(station.db, row.id):
        if task.state != "open" or not campaign.opens <= task.due <= campaign.closes:
            continue
        for code in [task.unit] if task.unit else units:
            done, index = standing.get((code, task.key), (None, None))
            duties[code].append((done, task.due, (row.idx, index) if index is not None else (row.idx,)))
