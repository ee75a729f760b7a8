"""Rules of emulation: pure functions of a campaign and of what was recorded under it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from antin.errors import Conflict, Malformed, Missing, Refused, Unverified
from antin.frozen import dataclass
from antin.kernel.crypto.suite import object_digest
from antin.kernel.formats.shape import encode
from antin.registers.emulation import formula
from antin.registers.emulation.formula import CrossScore, Fact, Inputs, OwnScore, Vote
from antin.registers.emulation.records import (
    CampaignClosed,
    CampaignOpened,
    Counted,
    Criterion,
    CrossScored,
    FactRow,
    OwnScored,
    PlaceRow,
)

# docs/state-machines/emulation.dot draws the same words.
CAMPAIGN = {("open", "closed"): "closed", ("closed", "closed-again"): "closed"}
MEMBER = {("invited", "pledged"): "pledged"}
ROUND = {
    ("open", "objected"): "objected",
    ("open", "mixed"): "mixed",
    ("mixed", "objected"): "objected",
    ("mixed", "confirmed"): "confirmed",
    ("confirmed", "counted"): "counted",
}
OWN, CROSS = "own", "cross"
SCORE_SIZE = 4


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign as the rules need it. ``members`` ascending, ``station`` the block head's."""

    n: int
    id: bytes
    station: str
    members: tuple[str, ...]
    opens: int
    closes: int
    scale: int
    criteria: tuple[Criterion, ...]
    formula: int
    pledge: bytes
    level: int
    state: str

    @property
    def name(self) -> str:
        """What people call it: ``pt-1``."""
        return f"pt-{self.n}"

    def keys(self, *methods: str) -> list[str]:
        """Keys of the criteria under these methods, in their order."""
        return [each.key for each in self.criteria if each.method in methods]

    def blank(self) -> Inputs:
        """Inputs of this campaign without any score."""
        return Inputs(self.scale, weighed(self.criteria), self.members, self.members)


def weighed(criteria: Iterable[Criterion]) -> tuple[formula.Criterion, ...]:
    """Criteria as the formula takes them."""
    return tuple(formula.Criterion(each.key, each.maximum, cast(formula.Method, each.method)) for each in criteria)


def check_opened(p: CampaignOpened, station: str) -> None:
    """Refuses members out of order, a block head who is no member or another than who opens, dates out of order, maxima
    that do not sum to the scale, a formula not known here, a source where nothing is computed."""
    if list(p.members) != sorted(set(p.members)):
        raise Malformed("emulation-members")
    if p.head.to != p.members:
        raise Malformed("emulation-to-all", id="pt")
    for code in (p.block_head, p.deputy):
        if code not in p.members:
            raise Refused("emulation-not-member", code=code)
    if p.block_head != station or p.deputy == p.block_head:
        raise Refused("emulation-head-other", head=p.block_head, station=station)
    if not p.opens < p.closes:
        raise Malformed("dates-out-of-order", earlier="opens", later="closes")
    if p.formula not in formula.FORMULAS:
        raise Refused("emulation-formula-unknown", version=p.formula)
    formula.check_criteria(p.scale, weighed(p.criteria))
    for each in p.criteria:
        if bool(each.source) != (each.method == "computed"):
            raise Malformed("emulation-source", key=each.key, method=each.method)


def check_window(campaign: Campaign, time: int) -> None:
    """Refuses what was signed before the campaign opens or after its last day."""
    if time < campaign.opens:
        raise Refused("emulation-early", id=campaign.name)
    if time > campaign.closes:
        raise Refused("emulation-late", id=campaign.name)


# -- scores ------------------------------------------------------------------------------------------------------------


def order(campaign: Campaign, kind: str, station: str) -> list[tuple[str, str]]:
    """(unit, key) in the order of a packed sheet: what a member scores of itself, or of all others."""
    if kind == OWN:
        return [(station, key) for key in campaign.keys("self", "cross")]
    return [(unit, key) for unit in campaign.members if unit != station for key in campaign.keys("cross")]


def check_sheet(campaign: Campaign, station: str, p: OwnScored | CrossScored) -> dict[tuple[str, str], int]:
    """The scores of one record by (unit, key). Refuses one above its maximum, for a stranger, for oneself when
    crossing, twice, of an unknown criterion or another method, and a sheet that leaves one out."""
    blank, found = campaign.blank(), {}
    for unit, key, score in _lines(station, p):
        if isinstance(p, OwnScored):
            formula.check_own(blank, OwnScore(unit, key, score))
        else:
            formula.check_cross(blank, CrossScore(station, unit, key, score))
        if (unit, key) in found:
            raise Conflict("emulation-scored-twice", unit=unit, key=key)
        found[unit, key] = score
    for unit, key in order(campaign, OWN if isinstance(p, OwnScored) else CROSS, station):
        if (unit, key) not in found:
            raise Missing("emulation-score-missing", unit=unit, key=key)
    return found


def _lines(station: str, p: OwnScored | CrossScored) -> list[tuple[str, str, int]]:
    if isinstance(p, OwnScored):
        return [(station, each.key, each.score) for each in p.marks]
    return [(each.unit, each.key, each.score) for each in p.marks]


def pack(campaign: Campaign, kind: str, station: str, scores: Mapping[tuple[str, str], int]) -> bytes:
    """A sheet's scores as bytes, four for each."""
    return b"".join(scores[each].to_bytes(SCORE_SIZE, "big") for each in order(campaign, kind, station))


def unpack(campaign: Campaign, kind: str, station: str, marks: bytes) -> list[tuple[str, str, int]]:
    """(unit, key, score) of a packed sheet. Raises ``Malformed`` for another length."""
    places = order(campaign, kind, station)
    if len(marks) != SCORE_SIZE * len(places):
        raise Malformed("bytes-malformed", what="antin/emulation-inputs/1", why="out-of-range")
    parts = (marks[n : n + SCORE_SIZE] for n in range(0, len(marks), SCORE_SIZE))
    return [(unit, key, int.from_bytes(part, "big")) for (unit, key), part in zip(places, parts, strict=True)]


# -- closing -----------------------------------------------------------------------------------------------------------


def inputs_of(campaign: Campaign, counted: Counted) -> Inputs:
    """What a closing counted, as the formula takes it. Raises unless there is one sheet of each member that owes one,
    and one ballot for each criterion that is voted on. Whose own sheet is excluded
    gets nothing where he scores himself; whose cross scores are, judges nobody."""
    out = [(each.station, each.kind) for each in counted.excluded]
    if out != sorted(set(out)):
        raise Malformed("emulation-sheets", id=campaign.name)
    own = [(each.station, each.marks) for each in counted.own]
    cross = [(each.station, each.marks) for each in counted.cross]
    _one_each(campaign, own, OWN, out)
    _one_each(campaign, cross, CROSS, out)
    if [vote.key for vote in counted.votes] != campaign.keys("ballot"):
        raise Malformed("emulation-votes", id=campaign.name)
    if any(len(vote.sums) != len(campaign.members) for vote in counted.votes):
        raise Malformed("emulation-votes", id=campaign.name)
    blank = campaign.blank()
    return Inputs(
        blank.scale, blank.criteria, blank.units,
        tuple(code for code in blank.scorers if (code, CROSS) not in out),
        (*(OwnScore(*line) for station, marks in own for line in unpack(campaign, OWN, station, marks)),
         *(OwnScore(unit, key, 0) for unit, kind in out if kind == OWN for _, key in order(campaign, OWN, unit))),
        tuple(CrossScore(by, *line) for by, marks in cross for line in unpack(campaign, CROSS, by, marks)),
        tuple(Fact(each.unit, each.key, each.part, each.whole) for each in counted.facts),
        tuple(Vote(unit, vote.key, marks, vote.valid, vote.most) for vote in counted.votes
              for unit, marks in zip(campaign.members, vote.sums, strict=True)),
    )  # fmt: skip


def _one_each(campaign: Campaign, sheets: Iterable[tuple[str, bytes]], kind: str,
              out: Iterable[tuple[str, str]]) -> None:  # fmt: skip
    given = [station for station, _ in sheets]
    owed = [code for code in campaign.members if order(campaign, kind, code) and (code, kind) not in out]
    for code in owed:
        if code not in given:
            raise Missing("emulation-sheet-missing", code=code, kind=kind, id=campaign.name)
    if given != owed:
        raise Malformed("emulation-sheets", id=campaign.name)


def frozen(campaign: Campaign, counted: Counted) -> tuple[PlaceRow, ...]:
    """The places under the campaign's formula, as they are frozen."""
    places = formula.compute(campaign.formula, inputs_of(campaign, counted))
    return tuple(
        PlaceRow(each.unit, each.rank, each.tied, each.total, tuple(part.score for part in each.parts))
        for each in places
    )


def check_closing(campaign: Campaign, p: CampaignClosed) -> None:
    """Computes again what a closing says. Refuses another formula, inputs of another digest, figures that differ."""
    if p.formula != campaign.formula:
        raise Unverified("emulation-closing-differs", what="formula", id=campaign.name)
    if object_digest(encode(p.counted)) != p.inputs:
        raise Unverified("emulation-closing-differs", what="inputs", id=campaign.name)
    for given, computed in zip(p.places, expected := frozen(campaign, p.counted), strict=False):
        if given != computed:
            raise Unverified("emulation-closing-differs", what=given.unit, id=campaign.name)
    if len(p.places) != len(expected):
        raise Unverified("emulation-closing-differs", what="places", id=campaign.name)


def source_digest(records: Iterable[bytes]) -> bytes:
    """What stands for the records that a figure was counted over: hash over their digests, in order."""
    return object_digest(b"antin/emulation-source/1" + b"".join(records))


def on_time(duties: Iterable[tuple[int | None, int]]) -> tuple[int, int]:
    """(done on time, due) of (done, due by) with a date set."""
    due = [(done, by) for done, by in duties if by]
    return sum(done is not None and done <= by for done, by in due), len(due)


def check_facts(campaign: Campaign, rows: Iterable[FactRow]) -> None:
    """Refuses a figure without records, for a stranger, of an unknown criterion, or more than its whole."""
    blank = campaign.blank()
    for each in rows:
        formula.check_fact(blank, Fact(each.unit, each.key, each.part, each.whole))
        if not each.records:
            raise Refused("emulation-fact-bare", unit=each.unit, key=each.key)


# -- ballot ------------------------------------------------------------------------------------------------------------


def round_state(members: int, lists: int, confirmed: int, objected: int, counted: bool) -> str:
    """How far a round is, from how many of its papers are here, in whatever order they came."""
    state = "open"
    events = (
        ("objected", objected > 0), ("mixed", lists == members + 1), ("confirmed", confirmed == members),
        ("counted", counted),
    )  # fmt: skip
    for event, holds in events:
        if holds and (state, event) in ROUND:
            state = ROUND[state, event]
    return state
