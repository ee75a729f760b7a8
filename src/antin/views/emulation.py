"""Campaigns as they stand: who has pledged and scored, how far the ballots are, and the figures, computed again."""

from __future__ import annotations

from typing import Any

from antin.errors import AntinError, Missing
from antin.kernel.formats.ballot import Tally
from antin.kernel.formats.shape import parse
from antin.registers.emulation import ballots, rules
from antin.registers.emulation import rows as register
from antin.registers.emulation.campaign import by_number
from antin.registers.emulation.records import CampaignClosed, Counted
from antin.registers.emulation.rules import CROSS, OWN, Campaign
from antin.registers.emulation.sheets import counted_sheets, expected_vote
from antin.station.days import day_of
from antin.station.drafts import number_of
from antin.station.station import Station
from antin.views.papers import title, words

Row = dict[str, Any]


def find(station: Station, name: str) -> Campaign:
    """The campaign ``pt-1``. Raises ``Missing``."""
    return by_number(station.db, number_of(name, "pt"))


def campaigns(station: Station, officer: str = "") -> list[Row]:
    """All campaigns here; themes only for an officer who is signed in and cleared."""
    return [_row(row, words(station, row.idx, officer)) for row in register.list_campaigns.all(station.db)]


def _row(row: register.CampaignRow, texts: Any) -> Row:
    return {
        "id": row.name, "head": row.station, "deputy": row.deputy, "year": day_of(row.closes).year, "opens": row.opens,
        "closes": row.closes, "scale": row.scale, "formula": row.formula, "pledge": row.pledge.hex(),
        "level": row.level, "precedence": row.precedence, "state": row.state, "time": row.time, "record": row.idx,
        "act": row.id.hex(), "title": title(texts),
    }  # fmt: skip


def campaign(station: Station, name: str, officer: str = "") -> Row:
    """One campaign whole. ``complete``: all members have signed the pledge."""
    found = find(station, name)
    row = register.find_campaign.sure(station.db, found.id)
    texts = words(station, row.idx, officer)
    members = _members(station, found)
    return {
        **_row(row, texts),
        "summary": [texts[key] for key in sorted(texts) if key.startswith("summary.")],
        "criteria": [
            {"key": each.key, "title": texts.get(f"criterion.{each.key}", ""), "maximum": each.maximum,
             "method": each.method, "source": each.source}
            for each in found.criteria
        ],
        "members": members, "complete": all(each["state"] == "pledged" for each in members),
        "rounds": rounds(station, name), "places": _places(station, found), "awards": awards(station, name, officer),
        "activities": activities(station, name, officer),
    }  # fmt: skip


def _members(station: Station, found: Campaign) -> list[Row]:
    """Each member: who signed the pledge for it and when, and whether its sheets are here."""
    sheets = {kind: {row.station for row in register.list_sheets.all(station.db, found.id, kind)}
              for kind in (OWN, CROSS)}  # fmt: skip
    return [
        {"code": each.code, "state": each.state, "officer": each.officer, "signed": each.time,
         "signature": each.record.hex() if each.record else "", "record": each.idx,
         **{kind: each.code in given for kind, given in sheets.items()}}
        for each in register.list_members.all(station.db, found.id)
    ]  # fmt: skip


def _places(station: Station, found: Campaign) -> list[Row]:
    closing = register.read_closing.one(station.db, found.id)
    if closing is None:
        return []
    p = parse(CampaignClosed, closing.public)
    return [
        {"unit": each.unit, "rank": each.rank, "tied": each.tied, "total": each.total,
         "parts": {c.key: score for c, score in zip(found.criteria, each.parts, strict=True)}}
        for each in p.places
    ]  # fmt: skip


def rounds(station: Station, name: str) -> list[Row]:
    """The ballots of a campaign, and how many of each step's papers are here."""
    found, rows = find(station, name), []
    for row in register.list_rounds.all(station.db, found.id):
        counted = register.read_tally.one(station.db, row.digest)
        tally = parse(Tally, counted.tally) if counted else None
        rows.append({
            "number": row.number, "key": row.key, "round": row.digest.hex(), "time": row.time, "record": row.idx,
            "state": ballots.state(station.db, row.digest, row.value), "members": len(row.value.members),
            "casts": len(register.list_casts.all(station.db, row.digest)),
            "mixes": len(register.list_mixes.all(station.db, row.digest)),
            "confirmations": len(register.list_confirmations.all(station.db, row.digest)),
            "openings": len(register.list_openings.all(station.db, row.digest)),
            **tallied(tally),
        })  # fmt: skip
    return rows


def tallied(tally: Tally | None) -> Row:
    """A count as fields; empty before there is one."""
    if tally is None:
        return {"valid": None, "invalid": None, "sums": {}}
    sums = {each.candidate: each.marks for each in tally.sums}
    return {"valid": tally.valid, "invalid": tally.invalid, "sums": sums}


def awards(station: Station, name: str, officer: str = "") -> list[Row]:
    """Units on the lists of awards; what each is awarded only for whoever may read it."""
    rows = []
    for each in register.list_awards.all(station.db, find(station, name).id):
        texts = words(station, each.idx, officer)
        award = texts.get(f"award.{each.position:03d}", "")
        rows.append({"unit": each.unit, "rank": each.rank, "time": each.time, "award": award, "title": title(texts),
                     "record": each.idx})  # fmt: skip
    return rows


def activities(station: Station, name: str, officer: str = "") -> list[Row]:
    """Games, exchanges and the like, by day."""
    rows = []
    for each in register.list_activities.all(station.db, find(station, name).id):
        texts = words(station, each.idx, officer)
        codes = register.list_attendance.all(station.db, each.idx)
        rows.append({"held": each.held, "station": each.station, "members": codes, "title": texts.get("title", ""),
                     "place": texts.get("place", ""), "record": each.idx})  # fmt: skip
    return rows


def recompute(station: Station, name: str) -> Row:
    """Frozen figures beside those computed now, from the sheets and counts that stand in our own tables; figures of
    other registers are taken from the closing, which names their records. Raises ``Missing`` before closing.

    Where something has gone from the tables, its code stands in ``lacking`` and the carried inputs are used.
    """
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
        {"unit": each.unit, "rank": each.rank, "total": each.total, "rank_now": now[each.unit].rank,
         "total_now": now[each.unit].total, "same": now[each.unit] == each}
        for each in p.places
    ]  # fmt: skip
    same = all(row["same"] for row in rows)
    return {"id": name, "formula": p.formula, "size": p.size, "inputs": p.inputs.hex(), "closed": closing.time,
            "record": closing.idx, "lacking": lacking, "same": same, "places": rows}  # fmt: skip


def _own_inputs(station: Station, found: Campaign, p: CampaignClosed) -> Counted:
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
