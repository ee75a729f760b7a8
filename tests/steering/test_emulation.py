"""A year of emulation: opened, pledged, scored, closed, computed again; and what must not be possible on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from town import NORTH, SISTER, SOUTH, Town

from antin.acts import emulation
from antin.acts.emulation import CrossLine, OwnLine, Scores
from antin.errors import AntinError, Conflict, Malformed, Missing, Refused, Unverified
from antin.kernel.crypto.suite import object_digest
from antin.kernel.formats.paper import File, head, words
from antin.registers.emulation import records as r
from antin.station.days import day_of
from antin.station.station import Station
from antin.views import emulation as views
from steering import emulate
from steering.emulate import (
    CROSS,
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
from steering.hands import codes_of, rounds

BARE = (SELF, replace(CROSS, maximum=900_000))  # without ballot and figures, for what is not about them


def test_a_year_from_opening_to_awards(town: Town) -> None:
    complete(town)
    with town.at(SOUTH, "cb01") as station:
        shown = views.campaign(station, "pt-1", "cb01")
        assert shown.title == "01/PĐ Đoàn kết, sáng tạo, kỷ cương" and shown.complete
        there = {each.code: (each.officer, each.own, each.cross) for each in shown.members}
        assert there == dict.fromkeys(MEMBERS, (LEADER, True, True))
        assert len({each.signature for each in shown.members}) == 3
        assert shown.pledge == object_digest(PLEDGE.data).hex()
        assert emulation.pledge_file(station, "cb01", "pt-1") == PLEDGE
        assert not views.campaign(station, "pt-1").title  # nobody signed in: structure, no words
        assert [each.title for each in shown.criteria][:1] == ["Nhiệm vụ thường xuyên"]
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
            assert again.same and not again.lacking and again.formula == 1
            assert [row.total_now for row in again.places] == [p.total for p in places]
    with town.at(NORTH, LEADER) as station:
        emulation.award(station, LEADER, "pt-1", [(SISTER, "Cờ thi đua"), (NORTH, "Bằng khen")], "12/QĐ", "Khen thưởng")
        day = day_of(station.now())
        emulation.hold_activity(station, LEADER, "pt-1", day, [SISTER, NORTH], "Hội thao", "Sân vận động")
    assert codes_of(rounds(town)[SOUTH]) == ["emulation-awarded", "emulation-activity"]
    with town.at(SOUTH, "cb01") as station:
        lines = views.awards(station, "pt-1", "cb01")
        assert [(each.unit, each.rank, each.award) for each in lines] == [
            (SISTER, 1, "Cờ thi đua"), (NORTH, 2, "Bằng khen")]  # fmt: skip
        (held,) = views.activities(station, "pt-1", "cb01")
        assert (held.title, held.members) == ("Hội thao", [NORTH, SISTER])
        assert [each.id for each in views.campaigns(station)] == ["pt-1"]
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
        assert not views.campaign(station, "pt-1").complete
    rounds(town)
    with town.at(NORTH) as station:
        states = {each.code: each.state for each in views.campaign(station, "pt-1").members}
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


def opening(station: Station, plan: emulation.CampaignForm, **change: Any) -> r.CampaignOpened:
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
