"""Emulation (thi đua): open a campaign, sign the pledge, score, close; awards and activities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

from antin.acts import twice
from antin.acts.emulation_facts import COUNTED, Fact, facts_of
from antin.acts.papers import record_act
from antin.errors import Conflict, Malformed, Missing, Refused, Unverified
from antin.frozen import dataclass
from antin.kernel.crypto.suite import object_digest
from antin.kernel.formats import paper
from antin.kernel.formats.paper import File, PaperHead, head
from antin.kernel.formats.receipt import Receipt
from antin.kernel.formats.shape import encode, parse
from antin.registers.emulation import campaign as campaigns
from antin.registers.emulation import formula, rules
from antin.registers.emulation import records as r
from antin.registers.emulation import rows as register
from antin.registers.emulation.rules import Campaign
from antin.registers.emulation.sheets import counted_sheets, expected_vote
from antin.registers.papers import rows as papers
from antin.station.days import end_of, start_of
from antin.station.drafts import number_of
from antin.station.station import Station


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """A line of the scale; ``maximum`` in thousandths of a point."""

    key: str
    title: str
    maximum: int
    method: Literal["self", "cross", "ballot", "computed"]
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class CampaignForm:
    """What the block head's leader opens."""

    number: str = ""
    theme: str
    members: tuple[str, ...]
    head: str
    deputy: str
    opens: date
    closes: date
    scale: int
    level: str = "0"
    precedence: str = "0"
    summary: tuple[str, ...] = ()
    criterion: tuple[Criterion, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OwnLine:
    """What a unit gives itself, in thousandths."""

    key: str
    score: int
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class CrossLine:
    """What it gives another."""

    unit: str
    key: str
    score: int
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Scores:
    """A member's sheets."""

    own: tuple[OwnLine, ...] = ()
    cross: tuple[CrossLine, ...] = ()


def find(station: Station, name: str) -> Campaign:
    """The campaign ``pt-1``. Raises ``Missing``."""
    return campaigns.by_number(station.db, number_of(name, "pt"))


def to_all(station: Station, campaign: Campaign) -> PaperHead:
    """The head of whatever is done under a campaign: to all members, at its level."""
    row = register.find_campaign.sure(station.db, campaign.id)
    return head(campaign.members, campaign.level, row.precedence)


def open_campaign(station: Station, officer: str, plan: CampaignForm, pledge: File, level: int, precedence: int) -> str:
    """Open a campaign with the pledge that all members are to sign; returns its number here (``pt-1``).

    Refuses members that the directory does not know, another block head than this station, dates out of order, and
    maxima that do not sum to the scale.
    """
    station.pack.level(level)
    for code in plan.members:
        station.directory.find(code)
    if len(set(plan.members)) != len(plan.members):
        raise Malformed("emulation-members")
    members = tuple(sorted(plan.members))
    public = r.CampaignOpened(
        head(members, level, precedence), members, plan.head, plan.deputy, start_of(plan.opens), end_of(plan.closes),
        plan.scale, tuple(r.Criterion(c.key, c.maximum, c.method, c.source) for c in plan.criterion), formula.VERSION,
        object_digest(pledge.data),
    )  # fmt: skip
    texts = {"number": plan.number, "title": plan.theme} | {f"criterion.{c.key}": c.title for c in plan.criterion}
    texts |= {f"summary.{n:03d}": line for n, line in enumerate(plan.summary, 1)}
    id_ = record_act(station, officer, "campaign-opened", public, level, paper.words(texts, (pledge,)))
    return campaigns.load(station.db, id_).name


def pledge_file(station: Station, officer: str, name: str) -> File:
    """The document of the pledge, checked against the digest that everybody signs. Raises ``Unverified``."""
    campaign = find(station, name)
    index = register.find_campaign.sure(station.db, campaign.id).idx
    for each in paper.read_words(station.secrets.read(index, officer)).files:
        if object_digest(each.data) == campaign.pledge:
            return each
    raise Unverified("pledge-document-tampered", id=name)


def sign_pledge(station: Station, officer: str, name: str, document: bytes | None = None) -> None:
    """Sign the pledge, once. ``document``: what the leader has read; without it, the file of the campaign's paper.
    Refuses another document than that of the campaign."""
    data = document if document is not None else pledge_file(station, officer, name).data
    campaign = find(station, name)
    public = r.PledgeSigned(to_all(station, campaign), campaign.id, object_digest(data))
    record_act(station, officer, "pledge-signed", public, campaign.level, paper.words({}))


def score(station: Station, officer: str, name: str, scores: Scores) -> list[str]:
    """Give one's own scores, those of the others, or both; each sheet once and whole. Returns the kinds recorded.

    Everything is tried before anything is recorded, so that a bad second sheet does not leave the first behind.
    """
    campaign = find(station, name)
    to = to_all(station, campaign)
    acts: list[tuple[str, r.OwnScored | r.CrossScored, dict[str, str]]] = []
    if scores.own:
        own = tuple(r.OwnMark(each.key, each.score) for each in scores.own)
        texts = {f"note.{each.key}": each.note for each in scores.own}
        acts.append(("own-scored", r.OwnScored(to, campaign.id, own), texts))
    if scores.cross:
        cross = tuple(r.Mark(each.unit, each.key, each.score) for each in scores.cross)
        texts = {f"note.{each.unit.lower()}.{each.key}": each.note for each in scores.cross}
        acts.append(("cross-scored", r.CrossScored(to, campaign.id, cross), texts))
    if not acts:
        raise Malformed("emulation-sheets", id=name)
    for kind, public, _ in acts:
        encode(public)
        rules.check_sheet(campaign, station.code, public)
        given = register.list_sheets.all(station.db, campaign.id, kind.removesuffix("-scored"))
        if station.code in {row.station for row in given}:
            raise Conflict("emulation-sheet-twice", code=station.code, id=name)
    for kind, public, texts in acts:
        record_act(station, officer, kind, public, campaign.level, paper.words(texts))
    return [kind for kind, _, _ in acts]


def papers_of(station: Station, names: Sequence[str]) -> tuple[bytes, ...]:
    """Digests of the papers ``ph-3`` that a figure was counted over. Raises ``Missing``."""
    found = []
    for name in names:
        row = papers.read_paper.one(station.db, number_of(name, "ph"))
        if row is None:
            raise Missing("paper-unknown", id=name)
        found.append(row.digest)
    return tuple(found)


Computed = Mapping[str, Mapping[str, Fact]]


def contest(station: Station, officer: str, name: str, unit: str, kind: str) -> None:
    """Show all members the two sheets of a unit that are kept here as a conflict. ``kind``: own, cross."""
    campaign = find(station, name)
    pair = twice.kept(station, f"{kind}-scored", unit, campaign.id)
    digests = (object_digest(parse(Receipt, raw).record) for raw in pair)
    public = r.SheetContested(to_all(station, campaign), campaign.id, unit, kind, *digests)
    words = paper.words({}, (sheets_file(pair),))
    record_act(station, officer, "sheet-contested", public, campaign.level, words)


def sheets_file(receipts: Sequence[bytes]) -> File:
    """Scoring records with their proofs, for whoever holds another."""
    return File(r.SHEETS_NAME, r.SHEETS_TYPE, encode(r.Sheets(tuple(receipts))))


def close(station: Station, officer: str, name: str, computed: Computed | None = None,
          without: Sequence[str] = ()) -> tuple[r.PlaceRow, ...]:  # fmt: skip
    """Compute all scores and freeze them. ``computed``: by criterion, then by unit, what other registers show; figures
    of directives are counted here. ``without``: units whose contested sheets are not counted; then also after a first
    closing. Refuses before the end, while anything is missing, and otherwise a second time."""
    campaign = find(station, name)
    given = dict(computed or {})
    for key in given:
        if key not in campaign.keys("computed"):
            raise Refused("emulation-criterion-unknown", key=key)
    votes = []
    for key in campaign.keys("ballot"):
        votes.append(_vote(station, campaign, key))
    excluded = _excluded(station, campaign, without)
    own, cross = (counted_sheets(station.db, campaign, kind, excluded) for kind in (rules.OWN, rules.CROSS))
    counted = r.Counted(own, cross, _fact_rows(station, campaign, given), tuple(votes), excluded)
    places = rules.frozen(campaign, counted)
    size = station.journal.head()[0]
    public = r.CampaignClosed(
        to_all(station, campaign), campaign.id, campaign.formula, size, object_digest(encode(counted)), counted, places
    )
    shown = [raw for each in (*own, *cross) if (raw := twice.receipt_of(station, each.record))]
    words = paper.words({}, (sheets_file(shown),))
    record_act(station, officer, "campaign-closed", public, campaign.level, words)
    return places


def _excluded(station: Station, campaign: Campaign, without: Sequence[str]) -> tuple[r.Excluded, ...]:
    """One record that shows it for each contested sheet of these units. Raises ``Missing`` where there is none."""
    rows = register.list_contested.all(station.db, campaign.id)
    shown = {(each.station, each.kind): each.name for each in reversed(rows) if each.station in without}
    for unit in without:
        if unit not in {code for code, _ in shown}:
            raise Missing("sheet-not-contested", who=unit, kind="own, cross")
    return tuple(r.Excluded(unit, kind, shown[unit, kind]) for unit, kind in sorted(shown))


def _vote(station: Station, campaign: Campaign, key: str) -> r.VoteRow:
    for row in register.list_rounds.all(station.db, campaign.id):
        counted = register.read_tally.one(station.db, row.digest)
        if row.key == key and counted is not None:
            return expected_vote(row, counted.tally)
    raise Missing("ballot-count-missing", key=key, id=campaign.name)


def _fact_rows(station: Station, campaign: Campaign, given: Computed) -> tuple[r.FactRow, ...]:
    rows = []
    for criterion in campaign.criteria:
        if criterion.method != "computed":
            continue
        facts = dict(given.get(criterion.key, {}))
        if not facts or criterion.source in COUNTED:
            facts = {**facts_of(station, campaign, criterion.source), **facts}
        for unit in campaign.members:
            if unit not in facts:
                raise Missing("emulation-fact-missing", unit=unit, key=criterion.key)
        for unit in sorted(facts):
            each = facts[unit]
            source = rules.source_digest(each.records)
            rows.append(r.FactRow(unit, criterion.key, each.part, each.whole, len(each.records), source))
    return tuple(rows)


def award(station: Station, officer: str, name: str, awards: Sequence[tuple[str, str]], number: str = "",
          title: str = "") -> None:  # fmt: skip
    """The list of awards: (unit, what it is awarded). Ranks are those that were frozen. Refuses before closing."""
    campaign = find(station, name)
    ranks = {each.unit: each.rank for each in register.list_places.all(station.db, campaign.id)}
    if not ranks:
        raise Refused("emulation-not-closed", id=name)
    for unit, _ in awards:
        if unit not in ranks:
            raise Refused("emulation-not-member", code=unit)
    lines = tuple(r.Award(unit, ranks[unit]) for unit, _ in awards)
    texts = {"number": number, "title": title} | {f"award.{n:03d}": what for n, (_, what) in enumerate(awards)}
    public = r.Awarded(to_all(station, campaign), campaign.id, lines)
    record_act(station, officer, "emulation-awarded", public, campaign.level, paper.words(texts))


def hold_activity(station: Station, officer: str, name: str, held: date, members: Sequence[str], title: str,
                  place: str = "") -> None:  # fmt: skip
    """Enter an activity; without names all members take part."""
    campaign = find(station, name)
    codes = tuple(sorted(set(members or campaign.members)))
    public = r.Activity(to_all(station, campaign), campaign.id, start_of(held), codes)
    texts = {"title": title, "place": place}
    record_act(station, officer, "emulation-activity", public, campaign.level, paper.words(texts))
