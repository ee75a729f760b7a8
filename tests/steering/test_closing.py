"""Closing a campaign: computed by the block head, computed again by every member, and never believed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from town import NORTH, SISTER, SOUTH, Town

from antin.acts import directive, emulation, emulation_facts, programme
from antin.acts.emulation import Scores
from antin.acts.emulation_facts import Fact
from antin.errors import AntinError, Conflict, Missing, Refused, Unverified
from antin.kernel.crypto.suite import object_digest
from antin.kernel.formats.paper import head, words
from antin.kernel.formats.shape import encode
from antin.registers.emulation import records as r
from antin.registers.emulation import rules
from antin.registers.emulation.sheets import sheets as sheets_of
from antin.station.days import day_of
from antin.views import dispatches
from antin.views import emulation as views
from antin.views import papers as paper_views
from steering import emulate
from steering.emulate import (
    CROSS,
    FACTS,
    LEADER,
    MEMBERS,
    ON_TIME,
    SELF,
    begun,
    close,
    complete,
    scores,
)
from steering.hands import codes_of, publish, rounds, take

BARE = (SELF, replace(CROSS, maximum=900_000))  # sheets alone
ALL = scores(SOUTH)


def scored(town: Town, **change: Any) -> None:
    """A campaign of sheets alone, everything given, its last day over."""
    begun(town, **{"criterion": BARE, **change})
    for code in MEMBERS:
        with town.at(code, LEADER) as station:
            emulation.score(station, LEADER, "pt-1", scores(code))
    rounds(town)
    town.clock.ahead = emulate.DAYS


def test_closing_waits_for_its_day_and_for_every_sheet(town: Town) -> None:
    begun(town, criterion=BARE)
    with town.at(NORTH, LEADER) as station:
        with pytest.raises(Missing, match="emulation-sheet-missing"):
            emulation.close(station, LEADER, "pt-1")
        with pytest.raises(Refused, match="emulation-not-closed"):
            emulation.award(station, LEADER, "pt-1", [(SISTER, "Cờ")])
        with pytest.raises(Missing, match="emulation-not-closed-yet"):
            views.recompute(station, "pt-1")
    for code in MEMBERS:
        with town.at(code, LEADER) as station:
            emulation.score(station, LEADER, "pt-1", scores(code))
    rounds(town)
    with town.at(NORTH, LEADER) as station, pytest.raises(Refused, match="emulation-not-over"):
        emulation.close(station, LEADER, "pt-1")
    town.clock.ahead = emulate.DAYS
    with town.at(SISTER, LEADER) as station, pytest.raises(Refused, match="emulation-head-other"):
        emulation.close(station, LEADER, "pt-1")
    close(town, {})
    town.audit()


def test_nothing_is_accepted_after_closing(town: Town) -> None:
    scored(town)
    close(town, {})
    with town.at(NORTH, LEADER) as station:
        for act in (lambda: emulation.sign_pledge(station, LEADER, "pt-1"),
                    lambda: emulation.score(station, LEADER, "pt-1", Scores(own=ALL.own)),
                    lambda: emulation.close(station, LEADER, "pt-1")):  # fmt: skip
            with pytest.raises(Conflict, match=r"emulation-closed|emulation-sheet-twice"):
                act()
        with pytest.raises(Unverified, match="emulation-rank-other"):
            public = r.Awarded(head(MEMBERS, 1, 0), emulation.find(station, "pt-1").id, (r.Award(SOUTH, 3),) * 2)
            ranks = {each.unit: each.rank for each in views.campaign(station, "pt-1").places}
            wrong = tuple(replace(each, rank=ranks[SOUTH] % 3 + 1) for each in public.awards)
            emulation.record_act(station, LEADER, "emulation-awarded", replace(public, awards=wrong), 1, words({}))
        with pytest.raises(Refused, match="emulation-not-member"):
            emulation.award(station, LEADER, "pt-1", [("A09.99", "Cờ")])
    rounds(town)
    with town.at(SOUTH, LEADER) as station:
        with pytest.raises(Conflict, match="emulation-closed"):
            emulation.sign_pledge(station, LEADER, "pt-1")
        with pytest.raises(Refused, match="emulation-head-other"):
            emulation.award(station, LEADER, "pt-1", [(SOUTH, "Cờ")])
    town.audit()


def test_figures_need_their_records_and_a_criterion(town: Town) -> None:
    complete(town)
    bad: list[tuple[emulation.Computed, str]] = [
        ({}, "emulation-facts-missing"),
        ({"la": FACTS["dung-han"]}, "emulation-criterion-unknown"),
        ({"tu-cham": FACTS["dung-han"]}, "emulation-criterion-unknown"),
        ({"dung-han": {NORTH: FACTS["dung-han"][NORTH]}}, "emulation-fact-missing"),
        ({"dung-han": {**FACTS["dung-han"], SOUTH: Fact(11, 10, (bytes(32),))}}, "emulation-fact-impossible"),
        ({"dung-han": {**FACTS["dung-han"], SOUTH: Fact(0, 0, (bytes(32),))}}, "emulation-fact-impossible"),
        ({"dung-han": {**FACTS["dung-han"], SOUTH: Fact(1, 10, ())}}, "emulation-fact-bare"),
        ({"dung-han": {**FACTS["dung-han"], "A09": Fact(1, 10, (bytes(32),))}}, "emulation-unit-unknown"),
    ]
    for computed, code in bad:
        with pytest.raises(AntinError) as caught:
            close(town, computed)
        assert caught.value.code == code
    with town.at(NORTH, LEADER) as station:
        assert emulation.papers_of(station, ["ph-1"]) and not views.campaign(station, "pt-1").places
        with pytest.raises(Missing, match="paper-unknown"):
            emulation.papers_of(station, ["ph-99"])
    town.audit()


def test_a_member_takes_no_closing_whose_figures_differ(town: Town) -> None:
    """A block head with a changed program gives itself a better place, or another member a worse sheet."""
    scored(town)
    with town.at(NORTH, LEADER) as station:
        campaign = emulation.find(station, "pt-1")
        sheets = (sheets_of(station.db, campaign, kind) for kind in (rules.OWN, rules.CROSS))
        honest = r.Counted(*sheets, (), ())
    worse = replace(honest, own=(*honest.own[:2], replace(honest.own[2], marks=bytes(8))))
    true = rules.frozen(campaign, honest)
    lies = [
        closing(campaign, honest, (replace(true[0], total=true[0].total + 1), *true[1:])),
        closing(campaign, worse, rules.frozen(campaign, worse)),
        replace(closing(campaign, honest, true), inputs=bytes(32)),
        closing(campaign, honest, true[:2]),
        replace(closing(campaign, honest, true), formula=2),
    ]
    for lie in lies:
        with town.at(NORTH, LEADER) as station, pytest.raises(Unverified, match="emulation-closing-differs"):
            emulation.record_act(station, LEADER, "campaign-closed", lie, 1, words({}))  # an honest one makes none
        emulate.forge(town, NORTH, "campaign-closed", lie, SOUTH)
        assert codes_of(take(town, SOUTH)) == ["emulation-closing-differs"]
    with town.at(SOUTH) as station:
        assert {row.code for row in paper_views.refused(station)} == {"emulation-closing-differs"}
        assert not views.campaign(station, "pt-1").places
    close(town, {})
    assert codes_of(rounds(town)[SISTER]) == ["campaign-closed"]
    emulate.audit_of(town, SOUTH, SISTER)


def closing(campaign: rules.Campaign, counted: r.Counted, places: tuple[r.PlaceRow, ...]) -> r.CampaignClosed:
    return r.CampaignClosed(head(MEMBERS, 1, 0), campaign.id, 1, 9, object_digest(encode(counted)), counted, places)


def test_a_closing_that_comes_before_its_sheets_is_taken_after_them(town: Town) -> None:
    """Papers of many members come in any order; what was refused for want of others is taken again."""
    begun(town, criterion=BARE)
    for code in MEMBERS:
        with town.at(code, LEADER) as station:
            emulation.score(station, LEADER, "pt-1", scores(code))
    rounds(town, NORTH, SISTER)
    publish(town, SOUTH)
    town.sync(SOUTH, NORTH, SISTER, SOUTH)  # everything lies at SOUTH, and nobody there has opened it yet
    take(town, NORTH)
    town.clock.ahead = emulate.DAYS
    close(town, {})
    publish(town, NORTH)
    town.sync(NORTH, SOUTH)
    with town.at(SOUTH, "vt01") as station:
        waiting = [row.id for row in dispatches.inbox(station) if row.state == "arrived"]
    kinds = [emulate.take_one(town, SOUTH, each) for each in reversed(waiting)]  # the closing first
    assert kinds[0] == "emulation-sheet-missing" and set(kinds[1:]) == {"own-scored", "cross-scored"}
    assert emulate.take_one(town, SOUTH, waiting[-1]) == "campaign-closed"
    with town.at(SOUTH) as station:
        assert views.recompute(station, "pt-1").same
    town.audit()


def test_figures_of_directives_are_counted_here(town: Town) -> None:
    sources = {"nhan": emulation_facts.ACKNOWLEDGED, "hoc": emulation_facts.STUDIED}
    lines = tuple(replace(ON_TIME, key=key, maximum=500_000, source=source) for key, source in sources.items())
    begun(town, criterion=lines)
    with town.at(NORTH, LEADER) as station:
        today = day_of(station.now())
        late, soon = today - timedelta(1), today + timedelta(1)
        for n, by in enumerate((soon, late)):
            plan = directive.DirectiveForm(kind="KH", number=f"{n}/KH", title="Kế hoạch", signed=today - timedelta(3),
                                  to=(NORTH, SISTER, SOUTH), acknowledge_by=by, study_by=soon)  # fmt: skip
            directive.issue(station, LEADER, plan, 1, 0)
    rounds(town)
    for code, names in ((SOUTH, ("cd-1", "cd-2")), (SISTER, ("cd-1",))):
        with town.at(code, "cb01") as station:
            for name in names:
                directive.acknowledge(station, "cb01", name)
    with town.at(SOUTH, "cb01") as station:
        held = directive.Session(held=station.now(), form="both", invited=3, in_person=("cb01",), online=("vt01",))
        directive.hold_study(station, "cb01", "cd-1", held)
        directive.read(station, "cb01", "cd-1")
        directive.report_study(station, "cb01", "cd-1")
    rounds(town)
    with town.at(NORTH) as station:
        campaign = emulation.find(station, "pt-1")
        nhan = emulation_facts.facts_of(station, campaign, emulation_facts.ACKNOWLEDGED)
        hoc = emulation_facts.facts_of(station, campaign, emulation_facts.STUDIED)
    assert {code: (each.part, each.whole) for code, each in nhan.items()} == {
        NORTH: (0, 2), SISTER: (1, 2), SOUTH: (1, 2)}  # fmt: skip
    assert {code: (each.part, each.whole) for code, each in hoc.items()} == {
        NORTH: (0, 2), SISTER: (0, 2), SOUTH: (1, 2)}  # fmt: skip
    assert [len(nhan[code].records) for code in MEMBERS] == [2, 3, 4]  # the directives, and what was acknowledged
    town.clock.ahead = emulate.DAYS
    assert [(p.unit, p.total) for p in close(town, {})] == [(SOUTH, 500_000), (SISTER, 250_000), (NORTH, 0)]
    assert codes_of(rounds(town)[SOUTH]) == ["campaign-closed"]
    town.audit()


# -- rules -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lists", "confirmed", "objected", "counted", "state"), [
    (0, 0, 0, False, "open"), (3, 0, 0, False, "open"), (4, 2, 0, False, "mixed"), (4, 3, 0, False, "confirmed"),
    (4, 3, 0, True, "counted"), (4, 2, 1, False, "objected"), (2, 0, 1, False, "objected"),
    (4, 2, 1, True, "objected"), (2, 3, 0, True, "open"), (4, 2, 0, True, "mixed"),
])  # fmt: skip
def test_the_state_of_a_round(lists: int, confirmed: int, objected: int, counted: bool, state: str) -> None:
    assert rules.round_state(3, lists, confirmed, objected, counted) == state


@pytest.mark.parametrize(("duties", "share"), [
    ([], (0, 0)), ([(5, 0)], (0, 0)), ([(5, 5), (6, 5), (None, 5)], (1, 3)),
])  # fmt: skip
def test_on_time(duties: list[tuple[int | None, int]], share: tuple[int, int]) -> None:
    assert rules.on_time(duties) == share


@pytest.mark.parametrize("method", ["cross", "computed", "ballot"])
def test_the_largest_closing_fits_its_record(method: str) -> None:
    """What can be opened can be closed: sixteen members of the longest codes, and as many criteria as there may be."""
    codes = tuple(f"A03.{n:02d}" + ".ABCDEFGHIJ" * 2 + ".ABCDEF" for n in range(r.MEMBERS))
    assert len(codes[0]) == 35
    keys = [f"tieu-chi-so-{n:08d}" for n in range(r.CRITERIA)]
    criteria = tuple(r.Criterion(key, 40_000_000, method, "x" if method == "computed" else "") for key in keys)
    campaign = rules.Campaign(
        1, bytes(32), codes[0], codes, 1, 2, 40_000_000 * r.CRITERIA, criteria, 1, bytes(32), 1, "open"
    )
    sheets = {kind: tuple(r.Sheet(code, bytes(32), bytes(4 * len(rules.order(campaign, kind, code)))) for code in codes)
              for kind in (rules.OWN, rules.CROSS) if method == "cross"}  # fmt: skip
    facts = tuple(r.FactRow(code, key, 2**52, 2**53 - 1, 2**53 - 1, bytes(32)) for key in keys for code in codes)
    votes = tuple(r.VoteRow(key, bytes(32), bytes(32), 16, 10**6, (10**6,) * r.MEMBERS) for key in keys)
    counted = r.Counted(sheets.get(rules.OWN, ()), sheets.get(rules.CROSS, ()), facts if method == "computed" else (),
                        votes if method == "ballot" else ())  # fmt: skip
    places = rules.frozen(campaign, counted)
    largest = tuple(replace(each, total=r.SCALE, parts=(r.SCALE,) * r.CRITERIA) for each in places)
    public = r.CampaignClosed(head(codes, 1, 0), bytes(32), 1, 2**53 - 1, bytes(32), counted, largest)
    assert len(encode(public)) < 56 * 1024


def test_tasks_finished_on_time_are_counted_from_the_programmes(town: Town) -> None:
    begun(town, criterion=(replace(ON_TIME, maximum=1_000_000, source=emulation_facts.FINISHED),))
    with town.at(NORTH, LEADER) as station:
        today = day_of(station.now())
        days = {"start": today - timedelta(3), "goal": "g"}
        tasks = (
            programme.TaskForm(key="a", title="Việc", due=today, weight=500, **days),
            programme.TaskForm(key="b", title="Việc", due=today + timedelta(1), weight=300, unit=SOUTH, **days),
            programme.TaskForm(key="c", title="Sau", due=today + timedelta(90), weight=200, **days),
        )
        goals = (programme.GoalForm(key="g", title="Mục tiêu", milestone=today + timedelta(400)),)
        plan = directive.DirectiveForm(kind="KH", number="1/KH", title="Kế hoạch", signed=today, to=(SISTER, SOUTH))
        directive.issue(station, LEADER, plan, 1, 0)
        adopted = programme.ProgrammeForm(title="Chương trình", to=(SISTER, SOUTH), goal=goals, task=tasks)
        programme.adopt(station, LEADER, "cd-1", adopted, 1, 0)
    rounds(town)
    done = tuple(programme.TaskReport(key=key, done="100") for key in "ab")
    with town.at(SOUTH, "cb01") as station:
        programme.report(station, "cb01", "ct-1", programme.ProgressForm(period="2026-nam", task=done))
    rounds(town)
    town.clock.ahead = emulate.DAYS
    with town.at(NORTH) as station:
        found = emulation_facts.facts_of(station, emulation.find(station, "pt-1"), emulation_facts.FINISHED)
    # Due within the campaign: two tasks of SOUTH's, one of SISTER's; what is due later counts for nobody.
    assert {code: (each.part, each.whole) for code, each in found.items()} == {SISTER: (0, 1), SOUTH: (2, 2)}
    with town.at(NORTH) as station, pytest.raises(Missing, match="emulation-facts-missing"):
        emulation_facts.facts_of(station, emulation.find(station, "pt-1"), "khong-co")
    town.audit()
