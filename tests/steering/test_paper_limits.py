"""What a paper and its facts can hold, and what is never read whole."""

from __future__ import annotations

from dataclasses import replace

import pytest

from antin.errors import Malformed
from antin.kernel.formats import paper
from antin.views import directives as views
from tests.steering.hands import rounds, take
from tests.steering.test_directives import PLAN, issue, send_bytes
from tests.town import SOUTH, Town


def test_long_words_leave_clipped_in_the_facts_and_whole_in_the_paper(town: Town) -> None:
    title, number = "Ệ" * 900, "Ệ" * 50
    issue(town, replace(PLAN, title=title, number=number))
    rounds(town)
    with town.at(SOUTH, "cb01") as station:
        assert views.directive(station, "cd-1", "cb01")["title"] == f"{number} {title}"
    town.audit()


def test_what_is_too_large_for_a_paper_is_not_read_into_memory(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper.Paper, "LIMIT", 4_000)
    send_bytes(town, b"x" * 100_000)
    (error,) = take(town, SOUTH)
    assert isinstance(error, Malformed)
    assert take(town, SOUTH) == []  # refused once, by record
    town.audit()
