"""What a paper and its facts can hold, and what is never read whole."""

from __future__ import annotations

from dataclasses import replace

import pytest
from town import NORTH, PDF, SOUTH, Town

from antin.acts import directive, papers
from antin.errors import Conflict, Malformed, Refused
from antin.kernel.formats import note, paper
from antin.views import directives as views
from antin.views import papers as paper_views
from steering.hands import codes_of, rounds, take
from steering.test_directives import PLAN, issue, send_bytes


def test_long_words_leave_clipped_in_the_facts_and_whole_in_the_paper(town: Town) -> None:
    title, number = "Ệ" * 900, "Ệ" * 50
    issue(town, replace(PLAN, title=title, number=number))
    rounds(town)
    with town.at(SOUTH, "cb01") as station:
        assert views.directive(station, "cd-1", "cb01").title == f"{number} {title}"
    town.audit()


def test_what_is_too_large_for_a_paper_is_not_read_into_memory(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper.Paper, "LIMIT", 4_000)
    send_bytes(town, b"x" * 100_000)
    (error,) = take(town, SOUTH)
    assert isinstance(error, Malformed)
    assert take(town, SOUTH) == []  # refused once, by record
    town.audit()


def test_a_time_to_come_is_refused(town: Town) -> None:
    town.clock.ahead = 7_200
    with town.at(NORTH, "ld01", "vt01") as station:
        directive.issue(station, "ld01", PLAN, 1, 0)
        data = papers.published_bytes(station, "vt01", 1)[0]
    town.clock.ahead = 0
    with town.at(NORTH) as station:  # its greatest verified time is gone with the lie
        station.db.run("DELETE FROM clock")
    send_bytes(town, data)
    assert codes_of(take(town, SOUTH)) == ["record-ahead-of-time"]


def test_a_forked_proof_is_a_conflict(town: Town) -> None:
    """A twin of NORTH proves its paper under a head of a size that SOUTH keeps with another root."""
    issue(town)
    rounds(town)
    with town.at(SOUTH) as station:
        origin = f"antin/{NORTH}/1"
        size = station.db.value("SELECT max(size) FROM kept WHERE origin = ?", origin)
        held = station.checkpoints.held(origin)
        assert held is not None and size
        point = note.Checkpoint(held.raw, origin, size, bytes(32), 0)
        with pytest.raises(Conflict, match="journal-forked"):
            station.checkpoints.exclude(point)
        station.checkpoints.exclude(note.Checkpoint(held.raw, origin, size + 1_000, bytes(32), 0))
    town.audit()


def test_files_are_not_for_everybody(town: Town) -> None:
    issue(town, level=2, files=(paper.File("kh.pdf", "application/pdf", PDF),))
    rounds(town)
    with town.at(SOUTH, "cb02") as station:
        row = views.directive(station, "cd-1")
        with pytest.raises(Refused, match="words-hidden"):
            paper_views.save(station, row.record, "cb02", town.folder / "tep")
    town.audit()
