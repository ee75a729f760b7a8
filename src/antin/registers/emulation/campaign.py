"""A campaign read from its tables, and who may still act under it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from antin.errors import Conflict, Malformed, Missing, Refused
from antin.journal.deed import Source
from antin.kernel.formats.paper import PaperHead
from antin.registers.emulation.records import Criterion
from antin.registers.emulation.rules import Campaign
from antin.storage.database import Database, Reader, statements

SQL = statements(Path(__file__).with_name("queries.sql"))


def load(db: Database, id_: bytes) -> Campaign:
    """Raises ``Missing`` for a campaign that is not here, or not yet."""
    row = db.row(SQL["find_campaign"], id_)
    if row is None:
        raise Missing("emulation-unknown", id=id_.hex()[:16], needs=id_.hex())
    return of_row(db, row)


def by_number(db: Database, number: int) -> Campaign:
    """The campaign ``pt-NUMBER``. Raises ``Missing``."""
    row = db.row(SQL["read_campaign"], number)
    if row is None:
        raise Missing("emulation-unknown", id=f"pt-{number}")
    return of_row(db, row)


def of_row(db: Reader, row: tuple[Any, ...]) -> Campaign:
    """A campaign with its members and criteria."""
    n, id_, station, _, opens, closes, scale, formula, pledge, level, _, state, _, _ = row
    members = tuple(code for code, *_ in db.rows(SQL["list_members"], id_))
    criteria = tuple(Criterion(*each) for each in db.rows(SQL["list_criteria"], id_))
    return Campaign(n, id_, station, members, opens, closes, scale, criteria, formula, pledge, level, state)


def of_member(db: Database, source: Source, id_: bytes, head: PaperHead) -> Campaign:
    """The campaign, open or closed. Refuses a stranger, and a paper that does not go to all members at its level."""
    campaign = load(db, id_)
    if source.station not in campaign.members:
        raise Refused("emulation-not-member", code=source.station)
    if head.to != campaign.members or head.level != campaign.level:
        raise Malformed("emulation-to-all", id=campaign.name)
    return campaign


def live(db: Database, source: Source, id_: bytes, head: PaperHead) -> Campaign:
    """The campaign under which a member acts. Refuses a stranger, a paper that does not go to all members under the
    campaign's level, and whatever was done after closing; what was done before may still arrive."""
    campaign = of_member(db, source, id_, head)
    closing = db.row(SQL["read_closing"], id_)
    if closing is not None and (source.own or source.time >= closing[1]):
        raise Conflict("emulation-closed", id=campaign.name)
    return campaign


def by_block_head(source: Source, campaign: Campaign) -> None:
    """Refuses what only the block head does."""
    if source.station != campaign.station:
        raise Refused("emulation-head-other", head=campaign.station, station=source.station)
