"""Fills the register of emulation, alike at the block head and at every member."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from antin.errors import Conflict, Malformed, Missing, Refused, Unverified
from antin.journal.deed import Book, Deed, Source
from antin.journal.states import step
from antin.kernel.formats.ballot import Tally
from antin.kernel.formats.shape import encode, parse
from antin.registers.emulation import ballots, rules
from antin.registers.emulation import records as r
from antin.registers.emulation.campaign import SQL, by_block_head, live, load, of_member
from antin.registers.emulation.rules import CROSS, OWN, Campaign
from antin.storage.database import Database

TABLES = Path(__file__).with_name("tables.sql")


def opened(db: Database, source: Source, p: r.CampaignOpened) -> None:
    """Gives the campaign its number here. Refuses what ``rules.check_opened`` refuses."""
    rules.check_opened(p, source.station)
    db.run(
        SQL["insert_campaign"], db.value(SQL["next_number"]), source.name, source.station, p.deputy, p.opens, p.closes,
        p.scale, p.formula, p.pledge, p.head.level, p.head.precedence, source.time, source.index,
    )  # fmt: skip
    for code in p.members:
        db.run(SQL["insert_member"], source.name, code)
    for n, each in enumerate(p.criteria):
        db.run(SQL["insert_criterion"], source.name, n, each.key, each.maximum, each.method, each.source)


def pledged(db: Database, source: Source, p: r.PledgeSigned) -> None:
    """A member's signature on the one document; once, and on no other."""
    campaign = live(db, source, p.campaign, p.head)
    rules.check_window(campaign, source.time)
    if p.document != campaign.pledge:
        raise Refused("pledge-document-other", id=campaign.name)
    state = next(row[1] for row in db.rows(SQL["list_members"], p.campaign) if row[0] == source.station)
    state = step(rules.MEMBER, state, "pledged")
    db.run(
        SQL["set_pledged"], state, source.officer, source.time, source.digest, source.index, p.campaign, source.station
    )


def scored(db: Database, source: Source, p: r.OwnScored | r.CrossScored) -> None:
    """One sheet of each kind by each member, before the last day is over. Nobody mends his scores after he has seen
    those of others, so there is no second one."""
    campaign = live(db, source, p.campaign, p.head)
    rules.check_window(campaign, source.time)
    if campaign.state == "closed":  # made before, but the block head counted without it
        raise Conflict("emulation-closed", id=campaign.name)
    scores = rules.check_sheet(campaign, source.station, p)
    kind = OWN if isinstance(p, r.OwnScored) else CROSS
    if any(row[0] == source.station for row in db.rows(SQL["list_sheets"], p.campaign, kind)):
        raise Conflict("emulation-sheet-twice", code=source.station, id=campaign.name)
    db.run(
        SQL["insert_sheet"], p.campaign, source.station, kind, source.digest, source.officer, source.time, source.index
    )
    for (unit, key), score in scores.items():
        db.run(SQL["insert_mark"], p.campaign, source.station, unit, key, score)


def closed(db: Database, source: Source, p: r.CampaignClosed) -> None:
    """Freezes the scores. Everything is computed again here, from the records that stand here: refuses a closing by
    another, before the end, over records that are not here (yet) or say something else, and figures that differ."""
    campaign = of_member(db, source, p.campaign, p.head)
    by_block_head(source, campaign)
    state = step(rules.CAMPAIGN, campaign.state, _again(db, campaign, p))
    if source.time <= campaign.closes:
        raise Refused("emulation-not-over", id=campaign.name)
    rules.check_facts(campaign, p.counted.facts)
    _check_sheets(db, campaign, OWN, p.counted.own)
    _check_sheets(db, campaign, CROSS, p.counted.cross)
    for vote in p.counted.votes:
        _check_vote(db, campaign, vote)
    for out in p.counted.excluded:
        _check_excluded(db, campaign, out)
    rules.check_closing(campaign, p)
    db.run(SQL["delete_closing"], p.campaign)
    db.run(SQL["delete_places"], p.campaign)
    db.run(SQL["insert_closing"], p.campaign, encode(p), source.time, source.index)
    db.run(SQL["set_state"], state, p.campaign)
    for each in p.places:
        db.run(SQL["insert_place"], p.campaign, each.unit, each.rank, int(each.tied), each.total)


def _again(db: Database, campaign: Campaign, p: r.CampaignClosed) -> str:
    """A campaign is closed a second time only without a sheet that was contested meanwhile."""
    row = db.row(SQL["read_closing"], campaign.id)
    if row is None:
        return "closed"
    before, now = ({(each.station, each.kind) for each in closing.counted.excluded}
                   for closing in (parse(r.CampaignClosed, row[0]), p))  # fmt: skip
    if not before < now:
        raise Conflict("emulation-closed", id=campaign.name)
    return "closed-again"


def _check_excluded(db: Database, campaign: Campaign, each: r.Excluded) -> None:
    row = db.row(SQL["find_contested"], each.contested)
    if row is None:
        raise Missing("sheet-not-contested", who=each.station, kind=each.kind, needs=each.contested.hex())
    if row != (campaign.id, each.station, each.kind):
        raise Unverified("emulation-closing-differs", what=each.station, id=campaign.name)


def contested(db: Database, source: Source, p: r.SheetContested) -> None:
    """By any member, about any; that the two sheets are genuine and differ is checked by whoever takes the paper."""
    campaign = of_member(db, source, p.campaign, p.head)
    if p.station not in campaign.members:
        raise Refused("emulation-not-member", code=p.station)
    if p.first >= p.second:
        raise Malformed("emulation-sheets", id=campaign.name)
    db.run(SQL["insert_contested"], source.name, p.campaign, p.station, p.kind, source.index)


def sheets(db: Database, campaign: Campaign, kind: str) -> tuple[r.Sheet, ...]:
    """The sheets that are here, packed, by their members' order."""
    scores = {(by, unit, key): score for by, unit, key, score in db.rows(SQL["list_marks"], campaign.id)}
    found = []
    for station, record, *_ in db.rows(SQL["list_sheets"], campaign.id, kind):
        own = {(unit, key): scores[station, unit, key] for unit, key in rules.order(campaign, kind, station)}
        found.append(r.Sheet(station, record, rules.pack(campaign, kind, station, own)))
    return tuple(found)


def counted_sheets(db: Database, campaign: Campaign, kind: str, excluded: tuple[r.Excluded, ...],
                   ) -> tuple[r.Sheet, ...]:  # fmt: skip
    """The same without those that are not counted."""
    out = {each.station for each in excluded if each.kind == kind}
    return tuple(each for each in sheets(db, campaign, kind) if each.station not in out)


def _check_sheets(db: Database, campaign: Campaign, kind: str, given: tuple[r.Sheet, ...]) -> None:
    here = {each.station: each for each in sheets(db, campaign, kind)}
    for each in given:
        if each.station not in here:
            raise Missing("emulation-sheet-missing", code=each.station, kind=kind, id=campaign.name)
        if here[each.station] != each:
            raise Unverified("emulation-closing-differs", what=each.station, id=campaign.name)


def _check_vote(db: Database, campaign: Campaign, vote: r.VoteRow) -> None:
    """The ballot that a closing counts is one that the block head counted here too."""
    row, counted = db.row(SQL["find_round"], vote.round), db.row(SQL["read_tally"], vote.round)
    if row is None or counted is None:
        raise Missing("ballot-count-missing", key=vote.key, id=campaign.name)
    if expected_vote(row, counted[0]) != vote or row[1] != campaign.id:
        raise Unverified("emulation-closing-differs", what=vote.key, id=campaign.name)


def expected_vote(row: tuple[Any, ...], counted: bytes) -> r.VoteRow:
    """A round's count as a closing holds it."""
    tally, value = parse(Tally, counted), ballots.value_of(row)
    return r.VoteRow(str(row[3]), tally.round, tally.list, tally.valid, value.most, tuple(s.marks for s in tally.sums))


def awarded(db: Database, source: Source, p: r.Awarded) -> None:
    """After closing only, by the block head, each unit at the rank that was frozen."""
    campaign = load(db, p.campaign)
    by_block_head(source, campaign)
    if p.head.to != campaign.members or p.head.level != campaign.level:
        raise Malformed("emulation-to-all", id=campaign.name)
    if campaign.state != "closed":
        raise Refused("emulation-not-closed", id=campaign.name)
    ranks = {unit: rank for unit, rank, *_ in db.rows(SQL["list_places"], p.campaign)}
    for n, each in enumerate(p.awards):
        if each.unit not in ranks:
            raise Refused("emulation-not-member", code=each.unit)
        if ranks[each.unit] != each.rank:
            raise Unverified("emulation-rank-other", unit=each.unit, rank=each.rank, frozen=ranks[each.unit])
        db.run(SQL["insert_award"], source.index, n, p.campaign, each.unit, each.rank, source.time)


def activity(db: Database, source: Source, p: r.Activity) -> None:
    """By any member, for members, not before the campaign."""
    campaign = load(db, p.campaign)
    for code in (source.station, *p.members):
        if code not in campaign.members:
            raise Refused("emulation-not-member", code=code)
    if p.head.to != campaign.members or p.head.level != campaign.level or list(p.members) != sorted(set(p.members)):
        raise Malformed("emulation-to-all", id=campaign.name)
    if p.held < campaign.opens:
        raise Malformed("dates-out-of-order", earlier="opens", later="held")
    db.run(SQL["insert_activity"], source.index, p.campaign, source.station, p.held)
    for code in p.members:
        db.run(SQL["insert_attendance"], source.index, code)


BOOK = Book(
    "emulation", 1, TABLES,
    (
        Deed("campaign-opened", r.CampaignOpened, opened),
        Deed("pledge-signed", r.PledgeSigned, pledged),
        Deed("own-scored", r.OwnScored, scored),
        Deed("cross-scored", r.CrossScored, scored),
        Deed("campaign-closed", r.CampaignClosed, closed),
        Deed("sheet-contested", r.SheetContested, contested),
        Deed("emulation-awarded", r.Awarded, awarded),
        Deed("emulation-activity", r.Activity, activity),
        *ballots.DEEDS,
    ),
)  # fmt: skip
