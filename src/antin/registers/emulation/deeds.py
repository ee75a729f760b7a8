"""The deeds of the register of emulation, and what each refuses; those of its secret ballots are in ``ballots.py``."""

from __future__ import annotations

from pathlib import Path

from antin.errors import Conflict, Malformed, Missing, Refused, Unverified
from antin.journal.deed import Book, Deed, Source
from antin.journal.states import step
from antin.kernel.formats.shape import parse
from antin.registers.emulation import REVISION, ballots, fill, rules
from antin.registers.emulation import records as r
from antin.registers.emulation.campaign import by_block_head, live, load, of_member
from antin.registers.emulation.rows import (
    Contested,
    find_contested,
    find_round,
    list_members,
    list_places,
    list_sheets,
    read_closing,
    read_tally,
)
from antin.registers.emulation.rules import CROSS, OWN, Campaign
from antin.registers.emulation.sheets import expected_vote, sheets
from antin.storage.database import Reader


def open_(view: Reader, source: Source, p: r.CampaignOpened) -> None:
    """Refuses what ``rules.check_opened`` refuses."""
    rules.check_opened(p, source.station)


def pledge(view: Reader, source: Source, p: r.PledgeSigned) -> None:
    """A member's signature on the one document; once, and on no other."""
    campaign = live(view, source, p.campaign, p.head)
    rules.check_window(campaign, source.time)
    if p.document != campaign.pledge:
        raise Refused("pledge-document-other", id=campaign.name)
    state = next(each.state for each in list_members.all(view, p.campaign) if each.code == source.station)
    step(rules.MEMBER, state, "pledged")


def score(view: Reader, source: Source, p: r.OwnScored | r.CrossScored) -> None:
    """One sheet of each kind by each member, before the last day is over. Nobody mends his scores after he has seen
    those of others, so there is no second one."""
    campaign = live(view, source, p.campaign, p.head)
    rules.check_window(campaign, source.time)
    if campaign.state == "closed":  # made before, but the block head counted without it
        raise Conflict("emulation-closed", id=campaign.name)
    rules.check_sheet(campaign, source.station, p)
    kind = OWN if isinstance(p, r.OwnScored) else CROSS
    if any(each.station == source.station for each in list_sheets.all(view, p.campaign, kind)):
        raise Conflict("emulation-sheet-twice", code=source.station, id=campaign.name)


def close(view: Reader, source: Source, p: r.CampaignClosed) -> None:
    """Everything is computed again here, from the records that stand here: refuses a closing by another, before the
    end, over records that are not here (yet) or say something else, and figures that differ."""
    campaign = of_member(view, source, p.campaign, p.head)
    by_block_head(source, campaign)
    step(rules.CAMPAIGN, campaign.state, _again(view, campaign, p))
    if source.time <= campaign.closes:
        raise Refused("emulation-not-over", id=campaign.name)
    rules.check_facts(campaign, p.counted.facts)
    _check_sheets(view, campaign, OWN, p.counted.own)
    _check_sheets(view, campaign, CROSS, p.counted.cross)
    for vote in p.counted.votes:
        _check_vote(view, campaign, vote)
    for out in p.counted.excluded:
        _check_excluded(view, campaign, out)
    rules.check_closing(campaign, p)


def _again(view: Reader, campaign: Campaign, p: r.CampaignClosed) -> str:
    """A campaign is closed a second time only without a sheet that was contested meanwhile."""
    row = read_closing.one(view, campaign.id)
    if row is None:
        return "closed"
    before, now = ({(each.station, each.kind) for each in closing.counted.excluded}
                   for closing in (parse(r.CampaignClosed, row.public), p))  # fmt: skip
    if not before < now:
        raise Conflict("emulation-closed", id=campaign.name)
    return "closed-again"


def _check_excluded(view: Reader, campaign: Campaign, each: r.Excluded) -> None:
    row = find_contested.one(view, each.contested)
    if row is None:
        raise Missing("sheet-not-contested", who=each.station, kind=each.kind, needs=each.contested.hex())
    if row != Contested(each.contested, campaign.id, each.station, each.kind):
        raise Unverified("emulation-closing-differs", what=each.station, id=campaign.name)


def _check_sheets(view: Reader, campaign: Campaign, kind: str, given: tuple[r.Sheet, ...]) -> None:
    here = {each.station: each for each in sheets(view, campaign, kind)}
    for each in given:
        if each.station not in here:
            raise Missing("emulation-sheet-missing", code=each.station, kind=kind, id=campaign.name)
        if here[each.station] != each:
            raise Unverified("emulation-closing-differs", what=each.station, id=campaign.name)


def _check_vote(view: Reader, campaign: Campaign, vote: r.VoteRow) -> None:
    """The ballot that a closing counts is one that the block head counted here too."""
    row, counted = find_round.one(view, vote.round), read_tally.one(view, vote.round)
    if row is None or counted is None:
        raise Missing("ballot-count-missing", key=vote.key, id=campaign.name)
    if expected_vote(row, counted.tally) != vote or row.campaign != campaign.id:
        raise Unverified("emulation-closing-differs", what=vote.key, id=campaign.name)


def contest(view: Reader, source: Source, p: r.SheetContested) -> None:
    """By any member, about any; that the two sheets are genuine and differ is checked by whoever takes the paper."""
    campaign = of_member(view, source, p.campaign, p.head)
    if p.station not in campaign.members:
        raise Refused("emulation-not-member", code=p.station)
    if p.first >= p.second:
        raise Malformed("emulation-sheets", id=campaign.name)


def award(view: Reader, source: Source, p: r.Awarded) -> None:
    """After closing only, by the block head, each unit at the rank that was frozen."""
    campaign = load(view, p.campaign)
    by_block_head(source, campaign)
    if p.head.to != campaign.members or p.head.level != campaign.level:
        raise Malformed("emulation-to-all", id=campaign.name)
    if campaign.state != "closed":
        raise Refused("emulation-not-closed", id=campaign.name)
    ranks = {each.unit: each.rank for each in list_places.all(view, p.campaign)}
    for each in p.awards:
        if each.unit not in ranks:
            raise Refused("emulation-not-member", code=each.unit)
        if ranks[each.unit] != each.rank:
            raise Unverified("emulation-rank-other", unit=each.unit, rank=each.rank, frozen=ranks[each.unit])


def hold_activity(view: Reader, source: Source, p: r.Activity) -> None:
    """By any member, for members, not before the campaign."""
    campaign = load(view, p.campaign)
    for code in (source.station, *p.members):
        if code not in campaign.members:
            raise Refused("emulation-not-member", code=code)
    if p.head.to != campaign.members or p.head.level != campaign.level or list(p.members) != sorted(set(p.members)):
        raise Malformed("emulation-to-all", id=campaign.name)
    if p.held < campaign.opens:
        raise Malformed("dates-out-of-order", earlier="opens", later="held")


BOOK = Book(
    "emulation", REVISION, Path(__file__).with_name("tables.sql"),
    (
        Deed("campaign-opened", r.CampaignOpened, fill.opened, open_),
        Deed("pledge-signed", r.PledgeSigned, fill.pledged, pledge),
        Deed("own-scored", r.OwnScored, fill.scored, score),
        Deed("cross-scored", r.CrossScored, fill.scored, score),
        Deed("campaign-closed", r.CampaignClosed, fill.closed, close),
        Deed("sheet-contested", r.SheetContested, fill.contested, contest),
        Deed("emulation-awarded", r.Awarded, fill.awarded, award),
        Deed("emulation-activity", r.Activity, fill.activity, hold_activity),
        *ballots.DEEDS,
    ),
)  # fmt: skip
