"""Sheets and counts as a closing holds them, read from the tables."""

from __future__ import annotations

from antin.kernel.formats.ballot import Tally
from antin.kernel.formats.shape import parse
from antin.registers.emulation import records as r
from antin.registers.emulation import rules
from antin.registers.emulation.rows import RoundRow, list_marks, list_sheets
from antin.registers.emulation.rules import Campaign
from antin.storage.database import Reader


def sheets(view: Reader, campaign: Campaign, kind: str) -> tuple[r.Sheet, ...]:
    """The sheets that are here, packed, by their members' order."""
    scores = {(each.station, each.unit, each.key): each.score for each in list_marks.all(view, campaign.id)}
    found = []
    for row in list_sheets.all(view, campaign.id, kind):
        own = {(unit, key): scores[row.station, unit, key] for unit, key in rules.order(campaign, kind, row.station)}
        found.append(r.Sheet(row.station, row.record, rules.pack(campaign, kind, row.station, own)))
    return tuple(found)


def counted_sheets(view: Reader, campaign: Campaign, kind: str, excluded: tuple[r.Excluded, ...],
                   ) -> tuple[r.Sheet, ...]:  # fmt: skip
    """The same without those that are not counted."""
    out = {each.station for each in excluded if each.kind == kind}
    return tuple(each for each in sheets(view, campaign, kind) if each.station not in out)


def expected_vote(row: RoundRow, counted: bytes) -> r.VoteRow:
    """A round's count as a closing holds it."""
    tally = parse(Tally, counted)
    marks = tuple(each.marks for each in tally.sums)
    return r.VoteRow(row.key, tally.round, tally.list, tally.valid, row.value.most, marks)
