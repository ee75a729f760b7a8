"""A campaign read from its tables, and who may still act under it."""

from __future__ import annotations

from dataclasses import astuple

from antin.errors import Conflict, Malformed, Missing, Refused
from antin.journal.deed import Source
from antin.kernel.formats.paper import PaperHead
from antin.registers.emulation.records import Criterion
from antin.registers.emulation.rows import (
    CampaignRow,
    find_campaign,
    list_criteria,
    list_members,
    read_campaign,
    read_closing,
)
from antin.registers.emulation.rules import Campaign
from antin.storage.database import Reader


def load(db: Reader, id_: bytes) -> Campaign:
    """Raises ``Missing`` for a campaign that is not here, or not yet."""
    row = find_campaign.one(db, id_)
    if row is None:
        raise Missing("emulation-unknown", id=id_.hex()[:16], needs=id_.hex())
    return of_row(db, row)


def by_number(db: Reader, number: int) -> Campaign:
    """The campaign ``pt-NUMBER``. Raises ``Missing``."""
    row = read_campaign.one(db, number)
    if row is None:
        raise Missing("emulation-unknown", id=f"pt-{number}")
    return of_row(db, row)


def of_row(db: Reader, row: CampaignRow) -> Campaign:
    """A campaign with its members and criteria."""
    members = tuple(each.code for each in list_members.all(db, row.id))
    criteria = tuple(Criterion(*astuple(each)) for each in list_criteria.all(db, row.id))
    return Campaign(row.n, row.id, row.station, members, row.opens, row.closes, row.scale, criteria, row.formula,
                    row.pledge, row.level, row.state)  # fmt: skip


def of_member(db: Reader, source: Source, id_: bytes, head: PaperHead) -> Campaign:
    """The campaign, open or closed. Refuses a stranger, and a paper that does not go to all members at its level."""
    campaign = load(db, id_)
    if source.station not in campaign.members:
        raise Refused("emulation-not-member", code=source.station)
    if head.to != campaign.members or head.level != campaign.level:
        raise Malformed("emulation-to-all", id=campaign.name)
    return campaign


def live(db: Reader, source: Source, id_: bytes, head: PaperHead) -> Campaign:
    """The campaign under which a member acts. Refuses a stranger, a paper that does not go to all members under the
    campaign's level, and whatever was done after closing; what was done before may still arrive."""
    campaign = of_member(db, source, id_, head)
    closing = read_closing.one(db, id_)
    if closing is not None and (source.own or source.time >= closing.time):
        raise Conflict("emulation-closed", id=campaign.name)
    return campaign


def by_block_head(source: Source, campaign: Campaign) -> None:
    """Refuses what only the block head does."""
    if source.station != campaign.station:
        raise Refused("emulation-head-other", head=campaign.station, station=source.station)
