"""A year of emulation: opened, pledged, scored, closed, computed again; and what must not be possible on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from antin.acts import directive, emulation
from antin.acts.emulation import CrossLine, Fact, OwnLine, Scores
from antin.errors import AntinError, Conflict, Malformed, Missing, Refused, Unverified
from antin.kernel.crypto.suite import object_digest
from antin.kernel.formats.paper import File, head, words
from antin.kernel.formats.shape import encode
from antin.registers.emulation import records as r
from antin.registers.emulation import rules
from antin.station.days import day_of
from antin.station.station import Station
from antin.views import dispatches
from antin.views import emulation as views
from antin.views import papers as paper_views
from tests.steering import emulate
from tests.steering.emulate import (
    CROSS,
    FACTS,
    LEADER,
    MEMBERS,
    ON_TIME,
    PLEDGE,
    SELF,
    begun,
    close,
    complete,
    open_campaign,
    scores,
)
from tests.steering.hands import codes_of, publish, rounds, take
from tests.town import NORTH, SISTER, SOUTH, Town

BARE = (SELF, replace(CROSS, maximum=900_000))  # without ballot and figures, for what is not about them


def test_a_year_from_opening_to_awards(town: Town) -> None:
    complete(town)
    with town.at(SOUTH, "cb01") as station:
        shown = views.campaign(station, "pt-1", "cb01")
        assert shown["title"] == "01/PĐ Đoàn kết, sáng tạo, kỷ cương" and shown["complete"]
        there = {each["code"]: (each["officer"], each["own"], each["cross"]) for each in shown["members"]}
        assert there == dict.fromkeys(MEMBERS, (LEADER, True, True))
        assert len({each["signature"] for each in shown["members"]}) == 3
        assert shown["pledge"] == object_digest(PLEDGE.data).hex()
        assert emulation.pledge_file(station, "cb01", "pt-1") == PLEDGE
        assert not views.campaign(station, "pt-1")["title"]  # nobody signed in: structure, no words
        assert [each["title"] for each in shown["criteria"]][:1] == ["Nhiệm vụ thường xuyên"]
    places = close(town)
    # SISTER: own 90, cross the mean of 151 and 151, two votes of three, nine of ten in time.
    assert [(p.unit, p.rank, p.total) for p in places] == [
        (SISTER, 1, 90_000 + 151_000 + 200_000 + 360_000), (NORTH, 2, 90_000 + 150_000 + 100_000 + 400_000),
        (SOUTH, 3, 90_000 + 152_000 + 0 + 200_000)]  # fmt: skip
    found = rounds(town)
    assert codes_of(found[SISTER]) == codes_of(found[SOUTH]) == ["campaign-closed"]
    for code in MEMBERS:
        with town.at(code) as station:
            again = views.recompute(station, "pt-1")
            assert again["same"] and not again["lacking"] and again["formula"] == 1
            assert [row["total_now"] for row in again["places"]] == [p.total for p in places]
    with town.at(NORTH, LEADER) as station:
        emulation.award(station, LEADER, "pt-1", [(SISTER, "Cờ thi đua"), (NORTH, "Bằng khen")], "12/QĐ", "Khen thưởng")
        day = day_of(station.now())
        emulation.hold_activity(station, LEADER, "pt-1", day, [SISTER, NORTH], "Hội thao", "Sân vận động")
    assert codes_of(rounds(town)[SOUTH]) == ["emulation-awarded", "emulation-activity"]
    with town.at(SOUTH, "cb01") as station:
        lines = views.awards(station, "pt-1", "cb01")
        assert [(each["unit"], each["rank"], each["award"]) for each in lines] == [
            (SISTER, 1, "Cờ thi đua"), (NORTH, 2, "Bằng khen")]  # fmt: skip
        (held,) = views.activities(station, "pt-1", "cb01")
        assert (held["title"], held["members"]) == ("Hội thao", [NORTH, SISTER])
        assert [each["id"] for each in views.campaigns(station)] == ["pt-1"]
    assert town.audit() > 0


OPENINGS: dict[str, tuple[dict[str, Any], str]] = {
    "maxima": ({"scale": 999_999}, "emulation-scale"),
    "criterion-twice": ({"criterion": (SELF, SELF), "scale": 200_000}, "emulation-criterion-twice"),
    "criterion-empty": ({"criterion": (replace(SELF, maximum=0),), "scale": 0}, "emulation-criterion-empty"),
    "no-criteria": ({"criterion": (), "scale": 0}, "bytes-malformed"),
    "dates": ({"opens": date(2036, 1, 1)}, "dates-out-of-order"),
    "head-other": ({"head": SISTER}, "emulation-head-other"),
    "head-is-deputy": ({"deputy": NORTH}, "emulation-head-other"),
    "head-stranger": ({"head": "A09.99"}, "emulation-not-member"),
    "deputy-stranger": ({"deputy": "A09.99"}, "emulation-not-member"),
    "member-twice": ({"members": (NORTH, SOUTH, SOUTH)}, "emulation-members"),
    "member-unknown": ({"members": (*MEMBERS, "A09.99")}, "addressee-unknown"),
    "alone": ({"members": (NORTH,), "deputy": NORTH}, "bytes-malformed"),
    "source-needed": ({"criterion": (replace(ON_TIME, source=""),), "scale": 400_000}, "emulation-source"),
    "source-idle": ({"criterion": (replace(SELF, source="x"),), "scale": 100_000}, "emulation-source"),
    "bad-key": ({"criterion": (replace(SELF, key="Tự chấm"),), "scale": 100_000}, "bytes-malformed"),
}


@pytest.mark.parametrize("name", OPENINGS)
def test_a_bad_campaign_is_refused_and_nothing_is_written(town: Town, name: str) -> None:
    change, code = OPENINGS[name]
    with town.at(NORTH) as station:
        before = station.journal.head()
    with pytest.raises(AntinError) as caught:
        open_campaign(town, **change)
    assert caught.value.code == code
    with town.at(NORTH) as station:
        # What a rule or a right refuses is itself a record; what is malformed leaves none.
        assert station.journal.head()[0] - before[0] == isinstance(caught.value, Refused)
        assert views.campaigns(station) == []
    town.audit()


def test_the_pledge_is_one_document(town: Town) -> None:
    begun(town)
    with town.at(SOUTH, LEADER, "vt01") as station:
        with pytest.raises(Refused, match="pledge-document-other"):
            emulation.sign_pledge(station, LEADER, "pt-1", b"another text")
        with pytest.raises(Refused, match="role-missing"):
            emulation.sign_pledge(station, "vt01", "pt-1")
        emulation.sign_pledge(station, LEADER, "pt-1", PLEDGE.data)
        with pytest.raises(Conflict, match="state-forbids"):
            emulation.sign_pledge(station, LEADER, "pt-1")
        assert not views.campaign(station, "pt-1")["complete"]
    rounds(town)
    with town.at(NORTH) as station:
        states = {each["code"]: each["state"] for each in views.campaign(station, "pt-1")["members"]}
    assert states == {NORTH: "invited", SISTER: "invited", SOUTH: "pledged"}
    town.audit()


def test_a_pledge_that_is_not_the_one_named_is_not_signed(town: Town) -> None:
    """The block head names one document and sends another."""
    with town.at(NORTH, LEADER) as station:
        public, other = opening(station, emulate.plan(station)), File("khac.txt", "text/plain", b"something else")
        emulation.record_act(station, LEADER, "campaign-opened", public, 1, words({"title": "x"}, (other,)))
    rounds(town)
    with town.at(SOUTH, LEADER) as station, pytest.raises(Unverified, match="pledge-document-tampered"):
        emulation.sign_pledge(station, LEADER, "pt-1")
    town.audit()


def opening(station: Station, plan: emulation.Plan, **change: Any) -> r.CampaignOpened:
    criteria = tuple(r.Criterion(c.key, c.maximum, c.method, c.source) for c in plan.criterion)
    public = r.CampaignOpened(
        head(MEMBERS, 1, 0), MEMBERS, NORTH, SOUTH, station.now() - 9_000, station.now() + 90_000, plan.scale, criteria,
        1, object_digest(PLEDGE.data),
    )  # fmt: skip
    return replace(public, **change)


MADE: dict[str, tuple[dict[str, Any], str]] = {
    "not-to-all": ({"head": head((NORTH, SOUTH), 1, 0)}, "emulation-to-all"),
    "members-out-of-order": ({"members": MEMBERS[::-1]}, "emulation-members"),
    "formula-to-come": ({"formula": 7}, "emulation-formula-unknown"),
}


@pytest.mark.parametrize("name", MADE)
def test_a_campaign_made_by_hand_is_refused(town: Town, name: str) -> None:
    change, code = MADE[name]
    with town.at(NORTH, LEADER) as station, pytest.raises(AntinError) as caught:
        public = opening(station, emulate.plan(station), **change)
        emulation.record_act(station, LEADER, "campaign-opened", public, 1, words({}))
    assert caught.value.code == code
    town.audit()


ALL = scores(SOUTH)
SHEETS: dict[str, tuple[Scores, str]] = {
    "oneself": (Scores(cross=(*ALL.cross, CrossLine(unit=SOUTH, key="cheo", score=1))), "emulation-scored-itself"),
    "over": (Scores(own=(OwnLine(key="tu-cham", score=100_001), ALL.own[1])), "emulation-score-over"),
    "cross-over": (Scores(cross=(replace(ALL.cross[0], score=200_001), ALL.cross[1])), "emulation-score-over"),
    "unknown-criterion": (Scores(own=(*ALL.own, OwnLine(key="la", score=1))), "emulation-criterion-unknown"),
    "voted-criterion": (Scores(own=(*ALL.own, OwnLine(key="phieu", score=1))), "emulation-method-other"),
    "stranger": (Scores(cross=(*ALL.cross, CrossLine(unit="A09", key="cheo", score=1))), "emulation-unit-unknown"),
    "twice": (Scores(own=(*ALL.own, ALL.own[0])), "emulation-scored-twice"),
    "left-out": (Scores(own=ALL.own[:1]), "emulation-score-missing"),
    "one-rival-left-out": (Scores(cross=ALL.cross[:1]), "emulation-score-missing"),
    "nothing": (Scores(), "emulation-sheets"),
    # The first sheet is good: it must not stay behind when the second is refused.
    "good-and-bad": (Scores(own=ALL.own, cross=ALL.cross[:1]), "emulation-score-missing"),
}


@pytest.mark.parametrize("name", SHEETS)
def test_bad_scores_are_refused_and_none_is_kept(town: Town, name: str) -> None:
    begun(town)
    given, code = SHEETS[name]
    with town.at(SOUTH, LEADER) as station:
        with pytest.raises(AntinError) as caught:
            emulation.score(station, LEADER, "pt-1", given)
        assert caught.value.code == code
        assert station.db.rows("SELECT * FROM emulation_sheets") == []
    town.audit()


def test_scores_are_given_once_within_the_window_and_by_members(town: Town) -> None:
    begun(town)
    with town.at(SOUTH, LEADER) as station:
        assert emulation.score(station, LEADER, "pt-1", Scores(own=ALL.own)) == ["own-scored"]
        with pytest.raises(Conflict, match="emulation-sheet-twice"):
            emulation.score(station, LEADER, "pt-1", ALL)
        assert emulation.score(station, LEADER, "pt-1", Scores(cross=ALL.cross)) == ["cross-scored"]
        with pytest.raises(Missing, match="emulation-unknown"):
            emulation.score(station, LEADER, "pt-2", ALL)
    town.clock.ahead = emulate.DAYS
    with town.at(SISTER, LEADER) as station:
        with pytest.raises(Refused, match="emulation-late"):
            emulation.score(station, LEADER, "pt-1", scores(SISTER))
        with pytest.raises(Refused, match="emulation-late"):
            emulation.sign_pledge(station, LEADER, "pt-1")
    town.audit()


def test_before_the_first_day_and_outside_the_block(town: Town) -> None:
    with town.at(NORTH) as station:
        first = day_of(station.now()) + timedelta(5)
    begun(town, members=(NORTH, SOUTH), opens=first, closes=first + timedelta(9), criterion=BARE)
    with town.at(SOUTH, LEADER) as station, pytest.raises(Refused, match="emulation-early"):
        emulation.sign_pledge(station, LEADER, "pt-1")
    with town.at(SISTER) as station:
        assert views.campaigns(station) == []  # it never got there
    with town.at(NORTH, LEADER) as station:
        with pytest.raises(Malformed, match="dates-out-of-order"):
            emulation.hold_activity(station, LEADER, "pt-1", first - timedelta(1), [], "Hội thao")
        with pytest.raises(Refused, match="emulation-not-member"):
            emulation.hold_activity(station, LEADER, "pt-1", first, [SISTER], "Hội thao")
    town.audit()


# -- closing -----------------------------------------------------------------------------------------------------------


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
            ranks = {each["unit"]: each["rank"] for each in views.campaign(station, "pt-1")["places"]}
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
        ({"dung-han": {NORTH: FACTS["dung-han"][NORTH]}}, "emulation-score-missing"),
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
        assert emulation.papers_of(station, ["ph-1"]) and not views.campaign(station, "pt-1")["places"]
        with pytest.raises(Missing, match="paper-unknown"):
            emulation.papers_of(station, ["ph-99"])
    town.audit()


def test_a_member_takes_no_closing_whose_figures_differ(town: Town) -> None:
    """A block head with a changed program gives itself a better place, or another member a worse sheet."""
    scored(town)
    with town.at(NORTH, LEADER) as station:
        campaign = emulation.find(station, "pt-1")
        sheets = (emulation.register.sheets(station.db, campaign, kind) for kind in (rules.OWN, rules.CROSS))
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
        assert {row["code"] for row in paper_views.refused(station)} == {"emulation-closing-differs"}
        assert not views.campaign(station, "pt-1")["places"]
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
        waiting = [row["id"] for row in dispatches.inbox(station) if row["state"] == "arrived"]
    kinds = [emulate.take_one(town, SOUTH, each) for each in reversed(waiting)]  # the closing first
    assert kinds[0] == "emulation-sheet-missing" and set(kinds[1:]) == {"own-scored", "cross-scored"}
    assert emulate.take_one(town, SOUTH, waiting[-1]) == "campaign-closed"
    with town.at(SOUTH) as station:
        assert views.recompute(station, "pt-1")["same"]
    town.audit()


def test_figures_of_directives_are_counted_here(town: Town) -> None:
    lines = tuple(replace(ON_TIME, key=key, maximum=500_000, source=source)
                  for key, source in (("nhan", emulation.ACKNOWLEDGED), ("hoc", emulation.STUDIED)))  # fmt: skip
    begun(town, criterion=lines)
    with town.at(NORTH, LEADER) as station:
        today = day_of(station.now())
        late, soon = today - timedelta(1), today + timedelta(1)
        for n, by in enumerate((soon, late)):
            plan = directive.Plan(kind="KH", number=f"{n}/KH", title="Kế hoạch", signed=today - timedelta(3),
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
        nhan = emulation.directive_facts(station, campaign, emulation.ACKNOWLEDGED)
        hoc = emulation.directive_facts(station, campaign, emulation.STUDIED)
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
        1, bytes(16), codes[0], codes, 1, 2, 40_000_000 * r.CRITERIA, criteria, 1, bytes(32), 1, "open"
    )
    sheets = {kind: tuple(r.Sheet(code, bytes(32), bytes(4 * len(rules.order(campaign, kind, code)))) for code in codes)
              for kind in (rules.OWN, rules.CROSS) if method == "cross"}  # fmt: skip
    facts = tuple(r.FactRow(code, key, 2**52, 2**53 - 1, 2**53 - 1, bytes(32)) for key in keys for code in codes)
    votes = tuple(r.VoteRow(key, bytes(32), bytes(32), 16, 10**6, (10**6,) * r.MEMBERS) for key in keys)
    counted = r.Counted(sheets.get(rules.OWN, ()), sheets.get(rules.CROSS, ()), facts if method == "computed" else (),
                        votes if method == "ballot" else ())  # fmt: skip
    places = rules.frozen(campaign, counted)
    largest = tuple(replace(each, total=r.SCALE, parts=(r.SCALE,) * r.CRITERIA) for each in places)
    public = r.CampaignClosed(head(codes, 1, 0), bytes(16), 1, 2**53 - 1, bytes(32), counted, largest)
    assert len(encode(public)) < 56 * 1024
