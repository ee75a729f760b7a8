"""Campaigns as they stand: who has pledged and scored, how far the ballots are, and the figures, computed again."""

from __future__ import annotations

from typing import Any

from antin.errors import AntinError, Missing
from antin.kernel.formats.ballot import Tally
from antin.kernel.formats.shape import parse
from antin.registers.emulation import apply as register
from antin.registers.emulation import ballots, rules
from antin.registers.emulation.campaign import SQL, by_number
from antin.registers.emulation.records import CampaignClosed, Counted
from antin.registers.emulation.rules import CROSS, OWN, Campaign
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
    return [_row(row, words(station, row[13], officer)) for row in station.db.rows(SQL["list_campaigns"])]


def _row(row: tuple[Any, ...], texts: Any) -> Row:
    n, id_, head, deputy, opens, closes, scale, formula, pledge, level, precedence, state, time, index = row
    return {
        "id": f"pt-{n}", "head": head, "deputy": deputy, "year": day_of(closes).year, "opens": opens, "closes": closes,
        "scale": scale, "formula": formula, "pledge": pledge.hex(), "level": level, "precedence": precedence,
        "state": state, "time": time, "record": index, "act": id_.hex(), "title": title(texts),
    }  # fmt: skip


def campaign(station: Station, name: str, officer: str = "") -> Row:
    """One campaign whole. ``complete``: all members have signed the pledge."""
    found = find(station, name)
    row = station.db.row(SQL["find_campaign"], found.id)
    assert row is not None  # it was read from there
    texts = words(station, row[13], officer)
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
    sheets = {kind: {row[0] for row in station.db.rows(SQL["list_sheets"], found.id, kind)} for kind in (OWN, CROSS)}
    return [
        {"code": code, "state": state, "officer": officer, "signed": time, "signature": record.hex() if record else "",
         "record": index, **{kind: code in given for kind, given in sheets.items()}}
        for code, state, officer, time, record, index in station.db.rows(SQL["list_members"], found.id)
    ]  # fmt: skip


def _places(station: Station, found: Campaign) -> list[Row]:
    closing = station.db.row(SQL["read_closing"], found.id)
    if closing is None:
        return []
    p = parse(CampaignClosed, closing[0])
    return [
        {"unit": each.unit, "rank": each.rank, "tied": each.tied, "total": each.total,
         "parts": {c.key: score for c, score in zip(found.criteria, each.parts, strict=True)}}
        for each in p.places
    ]  # fmt: skip


def rounds(station: Station, name: str) -> list[Row]:
    """The ballots of a campaign, and how many of each step's papers are here."""
    found, rows = find(station, name), []
    for row in station.db.rows(SQL["list_rounds"], found.id):
        digest, value = row[0], ballots.value_of(row)
        counted = station.db.row(SQL["read_tally"], digest)
        tally = parse(Tally, counted[0]) if counted else None
        rows.append({
            "number": row[2], "key": row[3], "round": digest.hex(), "time": row[5], "record": row[6],
            "state": ballots.state(station.db, digest, value), "members": len(value.members),
            **{step: len(station.db.rows(SQL[f"list_{step}"], digest))
               for step in ("casts", "mixes", "confirmations", "openings")},
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
    for index, position, unit, rank, time in station.db.rows(SQL["list_awards"], find(station, name).id):
        texts = words(station, index, officer)
        award = texts.get(f"award.{position:03d}", "")
        rows.append({"unit": unit, "rank": rank, "time": time, "award": award, "title": title(texts), "record": index})
    return rows


def activities(station: Station, name: str, officer: str = "") -> list[Row]:
    """Games, exchanges and the like, by day."""
    rows = []
    for index, maker, held in station.db.rows(SQL["list_activities"], find(station, name).id):
        texts = words(station, index, officer)
        codes = [code for (code,) in station.db.rows(SQL["list_attendance"], index)]
        rows.append({"held": held, "station": maker, "members": codes, "title": texts.get("title", ""),
                     "place": texts.get("place", ""), "record": index})  # fmt: skip
    return rows


def recompute(station: Station, name: str) -> Row:
    """Frozen figures beside those computed now, from the sheets and counts that stand in our own tables; figures of
    other registers are taken from the closing, which names their records. Raises ``Missing`` before closing.

    Where something has gone from the tables, its code stands in ``lacking`` and the carried inputs are used.
    """
    found = find(station, name)
    closing = station.db.row(SQL["read_closing"], found.id)
    if closing is None:
        raise Missing("emulation-not-closed-yet", id=name)
    p, lacking = parse(CampaignClosed, closing[0]), ""
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
    return {"id": name, "formula": p.formula, "size": p.size, "inputs": p.inputs.hex(), "closed": closing[1],
            "record": closing[2], "lacking": lacking, "same": same, "places": rows}  # fmt: skip


def _own_inputs(station: Station, found: Campaign, p: CampaignClosed) -> Counted:
    votes = []
    for vote in p.counted.votes:
        row, counted = station.db.row(SQL["find_round"], vote.round), station.db.row(SQL["read_tally"], vote.round)
        if row is None or counted is None:
            raise Missing("ballot-count-missing", key=vote.key, id=found.name)
        votes.append(register.expected_vote(row, counted[0]))
    out = p.counted.excluded
    own, cross = (register.counted_sheets(station.db, found, kind, out) for kind in (OWN, CROSS))
    return Counted(own, cross, p.counted.facts, tuple(votes), out)
