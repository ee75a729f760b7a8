"""Campaigns as they stand: who has pledged and scored, how far the ballots are, and the figures, computed again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

from antin.errors import AntinError, Missing
from antin.frozen import dataclass
from antin.kernel.formats.ballot import Tally
from antin.kernel.formats.shape import parse
from antin.looks import UNSEEN, Agency, Day, Given, Hidden, Look, Moment, Officer, Reference
from antin.registers.emulation import ballots, rules
from antin.registers.emulation import rows as register
from antin.registers.emulation.campaign import by_number
from antin.registers.emulation.records import CampaignClosed, Counted
from antin.registers.emulation.rules import CROSS, OWN
from antin.registers.emulation.sheets import counted_sheets, expected_vote
from antin.station.days import day_of
from antin.station.drafts import number_of
from antin.station.station import Station
from antin.views.papers import title, words


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign in a list. ``head``: the block head; ``pledge``: the digest of the document that all sign."""

    id: Reference
    year: int
    head: Annotated[Agency, Given(name="block_head")]
    closes: Day
    state: Annotated[str, Look("choice", "campaign-state")]
    title: Hidden
    deputy: Annotated[str, UNSEEN]
    opens: Annotated[int, UNSEEN]
    scale: Annotated[int, UNSEEN]
    formula: Annotated[int, UNSEEN]
    pledge: Annotated[str, UNSEEN]
    level: Annotated[int, UNSEEN]
    precedence: Annotated[int, UNSEEN]
    time: Annotated[int, UNSEEN]
    record: Annotated[int, UNSEEN]
    act: Annotated[str, UNSEEN]


@dataclass(frozen=True, slots=True)
class Criterion:
    """A line of the scale. ``maximum`` in thousandths of a point."""

    key: str
    title: Hidden
    maximum: int
    method: str
    source: str


@dataclass(frozen=True, slots=True)
class Member:
    """A member: who signed the pledge for it and when, and whether its sheets are here."""

    code: Agency
    state: str
    officer: Officer
    signed: Moment | None
    signature: str
    record: int | None
    own: bool
    cross: bool


@dataclass(frozen=True, slots=True)
class Tallied:
    """A count; None and empty before there is one."""

    valid: int | None
    invalid: int | None
    sums: dict[str, int]


@dataclass(frozen=True, slots=True)
class Round:
    """A round of a secret ballot, how many of each step's papers are here, and its count as ``Tallied`` has it.
    ``round``: its digest."""

    number: int
    key: str
    round: str
    time: Moment
    record: int
    state: str
    members: int
    casts: int
    mixes: int
    confirmations: int
    openings: int
    valid: int | None
    invalid: int | None
    sums: dict[str, int]


@dataclass(frozen=True, slots=True)
class Place:
    """A frozen place. Scores in thousandths; ``parts``: by criterion."""

    unit: Agency
    rank: int
    tied: bool
    total: int
    parts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Award:
    """A unit on a list of awards."""

    unit: Agency
    rank: int
    time: Moment
    award: Hidden
    title: Hidden
    record: int


@dataclass(frozen=True, slots=True)
class Activity:
    """A game, an exchange. ``members``: who took part."""

    held: Day
    station: Agency
    members: list[str]
    title: Hidden
    place: Hidden
    record: int


@dataclass(frozen=True, slots=True)
class Whole(Campaign):
    """A campaign whole. ``complete``: all members have signed the pledge."""

    summary: list[str]
    criteria: list[Criterion]
    members: list[Member]
    complete: bool
    rounds: list[Round]
    places: list[Place]
    awards: list[Award]
    activities: list[Activity]


@dataclass(frozen=True, slots=True)
class Compared:
    """A frozen place beside that of now."""

    unit: Agency
    rank: int
    total: int
    rank_now: int
    total_now: int
    same: bool


@dataclass(frozen=True, slots=True)
class Recomputed:
    """Frozen figures beside those of now. ``inputs``: their digest; ``lacking``: the code of what has gone from the
    tables, so that the carried inputs were used."""

    id: Reference
    formula: int
    size: int
    inputs: str
    closed: Moment
    record: int
    lacking: str
    same: bool
    places: list[Compared]


def find(station: Station, name: str) -> rules.Campaign:
    """The campaign ``pt-1``. Raises ``Missing``."""
    return by_number(station.db, number_of(name, "pt"))


def campaigns(station: Station, officer: str = "") -> list[Campaign]:
    """All campaigns here; themes only for an officer who is signed in and cleared."""
    rows = register.list_campaigns.all(station.db)
    return [Campaign(**_facts(row, words(station, row.idx, officer))) for row in rows]


def _facts(row: register.CampaignRow, texts: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": row.name, "head": row.station, "deputy": row.deputy, "year": day_of(row.closes).year, "opens": row.opens,
        "closes": row.closes, "scale": row.scale, "formula": row.formula, "pledge": row.pledge.hex(),
        "level": row.level, "precedence": row.precedence, "state": row.state, "time": row.time, "record": row.idx,
        "act": row.id.hex(), "title": title(texts),
    }  # fmt: skip


def campaign(station: Station, name: str, officer: str = "") -> Whole:
    """One campaign whole."""
    found = find(station, name)
    row = register.find_campaign.sure(station.db, found.id)
    texts = words(station, row.idx, officer)
    members = _members(station, found)
    return Whole(
        **_facts(row, texts),
        summary=[texts[key] for key in sorted(texts) if key.startswith("summary.")],
        criteria=[
            Criterion(each.key, texts.get(f"criterion.{each.key}", ""), each.maximum, each.method, each.source)
            for each in found.criteria
        ],
        members=members,
        complete=all(each.state == "pledged" for each in members),
        rounds=rounds(station, name),
        places=_places(station, found),
        awards=awards(station, name, officer),
        activities=activities(station, name, officer),
    )


def _members(station: Station, found: rules.Campaign) -> list[Member]:
    own, cross = ({row.station for row in register.list_sheets.all(station.db, found.id, kind)}
                  for kind in (OWN, CROSS))  # fmt: skip
    return [
        Member(each.code, each.state, each.officer, each.time, each.record.hex() if each.record else "", each.idx,
               own=each.code in own, cross=each.code in cross)
        for each in register.list_members.all(station.db, found.id)
    ]  # fmt: skip


def _places(station: Station, found: rules.Campaign) -> list[Place]:
    closing = register.read_closing.one(station.db, found.id)
    if closing is None:
        return []
    p = parse(CampaignClosed, closing.public)
    return [
        Place(each.unit, each.rank, each.tied, each.total,
              {c.key: score for c, score in zip(found.criteria, each.parts, strict=True)})
        for each in p.places
    ]  # fmt: skip


def rounds(station: Station, name: str) -> list[Round]:
    """The ballots of a campaign, and how many of each step's papers are here."""
    found, rows = find(station, name), []
    for row in register.list_rounds.all(station.db, found.id):
        counted = register.read_tally.one(station.db, row.digest)
        tally = parse(Tally, counted.tally) if counted else None
        rows.append(Round(
            number=row.number, key=row.key, round=row.digest.hex(), time=row.time, record=row.idx,
            state=ballots.state(station.db, row.digest, row.value), members=len(row.value.members),
            casts=len(register.list_casts.all(station.db, row.digest)),
            mixes=len(register.list_mixes.all(station.db, row.digest)),
            confirmations=len(register.list_confirmations.all(station.db, row.digest)),
            openings=len(register.list_openings.all(station.db, row.digest)),
            **asdict(tallied(tally)),
        ))  # fmt: skip
    return rows


def tallied(tally: Tally | None) -> Tallied:
    """A count by candidate."""
    if tally is None:
        return Tallied(None, None, {})
    return Tallied(tally.valid, tally.invalid, {each.candidate: each.marks for each in tally.sums})


def awards(station: Station, name: str, officer: str = "") -> list[Award]:
    """Units on the lists of awards; what each is awarded only for whoever may read it."""
    rows = []
    for each in register.list_awards.all(station.db, find(station, name).id):
        texts = words(station, each.idx, officer)
        award = texts.get(f"award.{each.position:03d}", "")
        rows.append(Award(each.unit, each.rank, each.time, award, title(texts), each.idx))
    return rows


def activities(station: Station, name: str, officer: str = "") -> list[Activity]:
    """Games, exchanges and the like, by day."""
    rows = []
    for each in register.list_activities.all(station.db, find(station, name).id):
        texts = words(station, each.idx, officer)
        codes = register.list_attendance.all(station.db, each.idx)
        name_, place = texts.get("title", ""), texts.get("place", "")
        rows.append(Activity(each.held, each.station, codes, name_, place, each.idx))
    return rows


def recompute(station: Station, name: str) -> Recomputed:
    """Frozen figures beside those computed now, from the sheets and counts that stand in our own tables; figures of
    other registers are taken from the closing, which names their records. Raises ``Missing`` before closing."""
    found = find(station, name)
    closing = register.read_closing.one(station.db, found.id)
    if closing is None:
        raise Missing("emulation-not-closed-yet", id=name)
    p, lacking = parse(CampaignClosed, closing.public), ""
    try:
        places = rules.frozen(found, _own_inputs(station, found, p))
    except AntinError as error:
        lacking, places = error.code, rules.frozen(found, p.counted)
    now = {each.unit: each for each in places}
    rows = [
        Compared(each.unit, each.rank, each.total, now[each.unit].rank, now[each.unit].total, now[each.unit] == each)
        for each in p.places
    ]
    same = all(row.same for row in rows)
    return Recomputed(name, p.formula, p.size, p.inputs.hex(), closing.time, closing.idx, lacking, same, rows)


def _own_inputs(station: Station, found: rules.Campaign, p: CampaignClosed) -> Counted:
    votes = []
    for vote in p.counted.votes:
        row = register.find_round.one(station.db, vote.round)
        counted = register.read_tally.one(station.db, vote.round)
        if row is None or counted is None:
            raise Missing("ballot-count-missing", key=vote.key, id=found.name)
        votes.append(expected_vote(row, counted.tally))
    out = p.counted.excluded
    own, cross = (counted_sheets(station.db, found, kind, out) for kind in (OWN, CROSS))
    return Counted(own, cross, p.counted.facts, tuple(votes), out)
