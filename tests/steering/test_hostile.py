"""Genuine correspondents with a changed program, and forms that ask for what cannot be kept: nothing else suffers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from unittest import mock

from click.testing import CliRunner

from antin.acts import papers
from antin.cli.main import main
from antin.kernel.formats import paper
from antin.kernel.formats.paper import head
from antin.registers.directives import records as d
from antin.station.station import Station
from tests.steering.hands import rounds
from tests.steering.test_directives import issue
from tests.town import NORTH, SOUTH, Town

YEAR_9999 = 253_402_300_799  # the last second of UTC's last year: in Vietnam a year later


def forge(station: Station, kind: str, public: Any, officer: str = "ld01") -> None:
    """What a changed program records: a genuine record that no rule of its own books has seen."""
    _, hand = station.acting(officer)
    own = station.journal.kinds[kind]
    with mock.patch.dict(station.journal.kinds, {kind: replace(own, apply=_entered(kind))}):
        station.commit([station.record(kind, public, [hand], secret=(public.head.level, paper.words({"title": "x"})))])


def _entered(kind: str) -> Any:
    """Into the list of papers, so that it can be published; into no book."""
    bare = replace(papers.PAPERS[kind], fill=lambda *_: None)
    return papers.register.made(kind, bare).apply


def run(town: Town, code: str, *words: str) -> Any:
    return CliRunner().invoke(main, [*words, "--home", str(town.home(code))])


def test_a_directive_of_an_unknown_kind_at_the_end_of_time_hides_no_other(town: Town) -> None:
    issue(town)
    rounds(town)
    with town.at(NORTH, "ld01") as station:
        strange = d.DirectiveIssued(head((SOUTH,), 1, 4), "ZZ", YEAR_9999, YEAR_9999, YEAR_9999, YEAR_9999, "", (
            d.Basis(b"b" * 16, "YY", 1, True, ()),))  # fmt: skip
        forge(station, "directive-issued", strange)
    rounds(town)
    for words in (("directive", "list"), ("directive", "show", "cd-2"), ("board", "cd-2"), ("calendar",)):
        done = run(town, SOUTH, *words)
        assert done.exit_code == 0, (words, done.output)
    assert "ZZ" in run(town, SOUTH, "directive", "list").output
