"""Fills the register of emulation, alike at the block head and at every member."""

from __future__ import annotations

from antin.journal.deed import Source
from antin.kernel import ballot
from antin.kernel.formats.shape import encode
from antin.registers.emulation import ballot_records as b
from antin.registers.emulation import records as r
from antin.registers.emulation import rules
from antin.registers.emulation.campaign import load
from antin.registers.emulation.rows import SQL, next_number
from antin.registers.emulation.rules import CROSS, OWN
from antin.storage.database import Database


def opened(db: Database, source: Source, p: r.CampaignOpened) -> None:
    """Gives the campaign its number here."""
    db.run(
        SQL["insert_campaign"], next_number.sure(db), source.name, source.station, p.deputy, p.opens, p.closes,
        p.scale, p.formula, p.pledge, p.head.level, p.head.precedence, source.time, source.index,
    )  # fmt: skip
    for code in p.members:
        db.run(SQL["insert_member"], source.name, code)
    for n, each in enumerate(p.criteria):
        db.run(SQL["insert_criterion"], source.name, n, each.key, each.maximum, each.method, each.source)


def pledged(db: Database, source: Source, p: r.PledgeSigned) -> None:
    """The member's signature on the one document."""
    state = rules.MEMBER["invited", "pledged"]
    db.run(
        SQL["set_pledged"], state, source.officer, source.time, source.digest, source.index, p.campaign, source.station
    )


def scored(db: Database, source: Source, p: r.OwnScored | r.CrossScored) -> None:
    """The sheet, mark by mark."""
    kind = OWN if isinstance(p, r.OwnScored) else CROSS
    db.run(
        SQL["insert_sheet"], p.campaign, source.station, kind, source.digest, source.officer, source.time, source.index
    )
    for (unit, key), score in rules.check_sheet(load(db, p.campaign), source.station, p).items():
        db.run(SQL["insert_mark"], p.campaign, source.station, unit, key, score)


def contested(db: Database, source: Source, p: r.SheetContested) -> None:
    """The unit's sheet may be left out of a closing."""
    db.run(SQL["insert_contested"], source.name, p.campaign, p.station, p.kind, source.index)


def closed(db: Database, source: Source, p: r.CampaignClosed) -> None:
    """Freezes the scores; a closing without a contested sheet replaces the first."""
    db.run(SQL["delete_closing"], p.campaign)
    db.run(SQL["delete_places"], p.campaign)
    db.run(SQL["insert_closing"], p.campaign, encode(p), source.time, source.index)
    db.run(SQL["set_state"], "closed", p.campaign)
    for each in p.places:
        db.run(SQL["insert_place"], p.campaign, each.unit, each.rank, int(each.tied), each.total)


def awarded(db: Database, source: Source, p: r.Awarded) -> None:
    """Line by line."""
    for n, each in enumerate(p.awards):
        db.run(SQL["insert_award"], source.index, n, p.campaign, each.unit, each.rank, source.time)


def activity(db: Database, source: Source, p: r.Activity) -> None:
    """With those who took part."""
    db.run(SQL["insert_activity"], source.index, p.campaign, source.station, p.held)
    for code in p.members:
        db.run(SQL["insert_attendance"], source.index, code)


# -- secret ballots (spec/ballot.md): lists stay files of their papers, the tables hold digests ----------------------


def kept(db: Database, source: Source, p: b.BallotKept) -> None:
    """Where the seed, or the digest of the inner onion, lies."""
    db.run(SQL["insert_kept"], p.what, p.about, source.index)


def key_given(db: Database, source: Source, p: b.BallotKey) -> None:
    """A member's key for one round."""
    db.run(SQL["insert_key"], p.campaign, p.number, source.station, p.opening, source.index)


def round_opened(db: Database, source: Source, p: b.BallotRound) -> None:
    """The round under its digest."""
    value = p.round
    db.run(SQL["insert_round"], ballot.round_digest(value), value.campaign, value.number, p.key, encode(value),
           source.time, source.index)  # fmt: skip


def cast(db: Database, source: Source, p: b.BallotCast) -> None:
    """A member's onion."""
    db.run(SQL["insert_cast"], p.cast.round, source.station, p.cast.onion, source.index)


def mixed(db: Database, source: Source, p: b.BallotMixed) -> None:
    """A list, and the one before."""
    m = p.mixed
    db.run(SQL["insert_mix"], m.round, m.position, source.station, m.taken, m.given, source.index)


def confirmed(db: Database, source: Source, p: b.BallotConfirmed) -> None:
    """What a member says of the last list."""
    c = p.confirmed
    db.run(SQL["insert_confirmation"], c.round, source.station, c.list, int(c.holds), source.index, source.digest)


def seed_given(db: Database, source: Source, p: b.BallotOpened) -> None:
    """A member's seed."""
    o = p.opened
    db.run(SQL["insert_opening"], o.round, source.station, o.list, o.seed, source.index, source.digest)


def counted(db: Database, source: Source, p: b.BallotCounted) -> None:
    """The block head's count."""
    db.run(SQL["insert_tally"], p.tally.round, encode(p.tally), source.index)
