"""Whoever gathers what others said cites their records, and each station compares what is said in its name."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from town import NORTH, SISTER, SOUTH, Town

from antin.acts import directive, inspection, papers
from antin.errors import Conflict
from antin.kernel.formats.paper import head, words
from antin.registers.drafting import records as r
from antin.registers.emulation import ballot_records as b
from antin.registers.inspections import records as i
from antin.station import packets
from antin.views.incidents import incidents
from steering.emulate import LEADER, MEMBERS, SELF, VOTED, begun, vote
from steering.hands import codes_of, rounds
from steering.test_ballot_acts import acts as ballots
from steering.test_directives import PLAN as DIRECTIVE
from steering.test_drafts import AGREE, AMEND, circulate, comment
from steering.test_hostile import forge
from steering.test_inspections import FINDING
from steering.test_inspections import PLAN as INSPECTION

SAID = {"comment.001": AMEND.text, "answer.001": "Đã sửa."}
LIES: dict[str, Any] = {
    "other-stance": lambda given: (replace(given[0], stance="object"), given[1]),
    "other-record": lambda given: (replace(given[0], comment=bytes(32)), given[1]),
    "other-clause": lambda given: (*given, replace(given[0], clause="3")),
    "other-words": None,
}


def answers(town: Town) -> tuple[r.Answer, ...]:
    with town.at(NORTH) as station:
        return tuple(
            r.Answer(unit, record, clause, stance, True)
            for unit, clause, stance, *_, record in station.db.rows(
                "SELECT station, clause, stance, record FROM drafting_comments ORDER BY station, clause"
            )
        )


def resolved(town: Town, given: tuple[r.Answer, ...], said: dict[str, str], last: bool = True) -> None:
    with town.at(NORTH, "ld01") as station:
        draft = station.db.value("SELECT id FROM drafting_drafts")
        public = r.CommentsResolved(head((SISTER, SOUTH), 1, 0), draft, 1, last, given)
        forge(station, "comments-resolved", public, words=words(said))


def conflicts(town: Town, code: str, about: str) -> list[dict[str, bytes]]:
    """The evidence of each conflict kept at ``code``."""
    with town.at(code) as station:
        rows = [row for row in incidents(station) if row["what"] == "conflict" and row["code"] == about]
        found = []
        for row in rows:
            raw = (station.home / row["evidence"]).read_bytes()
            found.append({name: data for _, name, data in packets.read_all(BytesIO(raw), packets.CONFLICT)})
    return found


@pytest.mark.parametrize("lie", LIES)
def test_no_unit_is_given_words_that_it_did_not_say(town: Town, lie: str) -> None:
    circulate(town)
    rounds(town)
    comment(town, SOUTH, AGREE, AMEND)
    rounds(town)
    given = answers(town)
    said = {**SAID, "comment.001": "Đề nghị 60 ngày."} if lie == "other-words" else SAID
    resolved(town, LIES[lie](given) if LIES[lie] else given, said)
    assert codes_of(rounds(town)[SOUTH]) == ["cited-otherwise"]
    (evidence,) = conflicts(town, SOUTH, "cited-otherwise")
    assert set(evidence) == {"record", "proof"}  # of the issuer, under its own signature
    with town.at(SOUTH) as station:
        assert station.db.rows("SELECT * FROM drafting_answers") == []
    resolved(town, given, SAID)
    assert codes_of(rounds(town)[SOUTH]) == ["comments-resolved"]
    for code in (SOUTH, SISTER):
        with town.at(code) as station:
            assert papers.waiting(station) == []


def test_who_said_nothing_is_not_said_to_agree(town: Town) -> None:
    circulate(town)
    rounds(town)
    comment(town, SOUTH, AGREE, AMEND)
    rounds(town)
    given = answers(town)
    resolved(town, (replace(given[0], station=SISTER), *given), SAID)
    assert codes_of(rounds(town)[SISTER]) == ["cited-otherwise"]
    assert len(conflicts(town, SISTER, "cited-otherwise")) == 1


def test_the_issuer_cites_the_comments_that_it_has(town: Town) -> None:
    circulate(town)
    rounds(town)
    comment(town, SOUTH, AGREE, AMEND)
    rounds(town)
    given = answers(town)
    with town.at(NORTH, "ld01") as station:
        draft = station.db.value("SELECT id FROM drafting_drafts")
        for lie in ("other-stance", "other-record"):
            public = r.CommentsResolved(head((SISTER, SOUTH), 1, 0), draft, 1, True, LIES[lie](given))
            with pytest.raises(Conflict, match="cited-otherwise"):
                papers.record_act(station, "ld01", "comments-resolved", public, 1, words(SAID))


def test_a_finished_inspection_cites_what_closed_each_finding(town: Town) -> None:
    with town.at(NORTH, "ld01", "cb01") as station:
        directive.issue(station, "ld01", DIRECTIVE, 1, 0)
        inspection.plan(station, "ld01", "cd-1", INSPECTION, 1, 0)
        inspection.make_finding(station, "cb01", "kt-1", FINDING)
    rounds(town)
    with town.at(SOUTH, "cb01") as station:
        inspection.answer(station, "cb01", "tt-1", "Đã ghi")
    rounds(town)
    with town.at(NORTH, "cb01", "ld01") as station:
        inspection.close(station, "cb01", "tt-1")
        name, closing = station.db.row("SELECT inspection, closing FROM inspections_findings")  # type: ignore[misc]
        for lie in ((), (bytes(32),), (closing, b"\xff" * 32)):
            public = i.InspectionFinished(head((SISTER, SOUTH), 1, 0), name, tuple(sorted(lie)))
            with pytest.raises(Conflict, match="cited-otherwise"):
                papers.record_act(station, "ld01", "inspection-finished", public, 1, words({}))
        forge(station, "inspection-finished", replace(public, closed=(bytes(32),)))
    assert codes_of(rounds(town)[SOUTH]) == ["finding-closed", "cited-otherwise"]
    assert len(conflicts(town, SOUTH, "cited-otherwise")) == 1
    with town.at(NORTH, "ld01") as station:
        inspection.finish(station, "ld01", "kt-1")
    assert codes_of(rounds(town)[SOUTH]) == ["inspection-finished"]


def test_a_count_cites_the_confirmations_and_seeds_that_it_rests_on(town: Town) -> None:
    begun(town, criterion=(SELF, replace(VOTED, maximum=900_000)))
    vote(town, until="open")
    with town.at(NORTH, LEADER) as station:
        ballots.count(station, LEADER, "pt-1")
        raw = station.db.value("SELECT idx FROM emulation_tallies")
        genuine: Any = papers.parse(b.BallotCounted, papers.parse(
            papers.Record, papers.signed.claim(station.journal.raw(raw), papers.HYBRID, papers.QUICK).unverified_body
        ).public)  # fmt: skip
        assert len(genuine.confirmed) == len(genuine.opened) == len(MEMBERS)
        forge(station, "ballot-counted", replace(genuine, opened=(bytes(32), *genuine.opened[1:])))
        waiting = papers.waiting(station)
    with town.at(NORTH, "vt01") as station:
        papers.publish(station, "vt01", waiting[1])
        papers.publish(station, "vt01", waiting[0])
    taken = rounds(town)
    assert codes_of(taken[SOUTH]) == codes_of(taken[SISTER]) == ["cited-otherwise", "ballot-counted"]
