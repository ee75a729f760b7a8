"""Papers that say a thing twice, or come a second time with another time: the books answer in their own words.

Every list of every genuine paper of a year is spoilt in turn; ``table-refuses`` would be the database's word.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from town import NORTH, SISTER, SOUTH, Town, copy

from antin.acts import committee, directive
from antin.errors import AntinError
from antin.journal.deed import Source
from antin.kernel.formats.shape import encode, parse
from antin.registers.committees import records as c
from antin.registers.papers.records import PaperTaken
from antin.station.books import PAPERS
from antin.station.station import Station
from steering import year
from steering.hands import codes_of, rounds
from steering.test_committees import PLAN as COMMITTEE
from steering.test_directives import PLAN as DIRECTIVE
from steering.test_hostile import forge


def doubled(value: Any) -> Iterator[Any]:
    """Variants of a value in each of which one list, however deep, has an item twice."""
    if isinstance(value, tuple):
        for n, item in enumerate(value):
            yield (*value[: n + 1], item, *value[n + 1 :])
            for other in doubled(item):
                yield (*value[:n], other, *value[n + 1 :])
    elif is_dataclass(value) and not isinstance(value, type):
        for each in fields(value):
            for other in doubled(getattr(value, each.name)):
                yield replace(value, **{each.name: other})


def enter(station: Station, taken: PaperTaken, index: int) -> str:
    """The code of what the books refuse, or nothing."""
    source = Source("paper-taken", station.code, "", os.urandom(16), os.urandom(32), station.now(), index, 1, True)
    deed = station.journal.deeds["paper-taken"]
    try:
        deed.decide(station.db, source, taken)
        deed.fill(station.db, source, taken)
    except AntinError as error:
        return error.code
    return ""


@pytest.fixture(scope="module")
def answers(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Counter[str]]:
    """By kind: what the books say to the spoilt variants of a year ("" = taken)."""
    found: dict[str, Counter[str]] = defaultdict(Counter)

    def spoil(station: Station, genuine: PaperTaken) -> None:
        public: Any = parse(PAPERS[genuine.kind].public, genuine.public)

        def told(taken: PaperTaken) -> None:
            again, earlier = (replace(taken, id=os.urandom(16), paper=os.urandom(32), slip=os.urandom(32), time=time)
                              for time in (taken.time, taken.time - 1))  # fmt: skip
            with station.db.rehearsal():
                for n, each in enumerate((taken, again, earlier)):
                    found[genuine.kind][enter(station, each, station.journal.head()[0] + n)] += 1

        told(genuine)
        for other in doubled(public):
            try:
                raw = encode(other)
            except AntinError:  # the shape itself refuses it
                continue
            told(replace(genuine, public=raw))

    year.live(copy(founded, tmp_path_factory.mktemp("doubled") / "town"), spoil)
    return found


@pytest.mark.parametrize("kind", sorted(PAPERS))
def test_no_answer_is_the_databases(answers: Mapping[str, Counter[str]], kind: str) -> None:
    assert answers[kind][""], "the genuine one was not taken: the test tests nothing"
    assert "table-refuses" not in answers[kind], answers[kind]


def test_a_change_by_whoever_did_not_found_the_committee_founds_none(town: Town) -> None:
    """SISTER, neither founder nor member, sends SOUTH a change of NORTH's committee before the founding is there."""
    with town.at(NORTH, "ld01") as station:
        directive.issue(station, "ld01", replace(DIRECTIVE, to=(SOUTH,)), 1, 0)
        committee.found(station, "ld01", "cd-1", COMMITTEE, 1, 0)
        name, under = station.db.row("SELECT id, directive FROM committees_committees")  # type: ignore[misc]
        (issued,) = [id_ for (id_,) in station.db.rows("SELECT id FROM entries WHERE kind = 'committee-founded'")]
    seats = (c.Member(SOUTH, "", "chair"),)
    with town.at(SISTER, "ld01") as station:
        for founded in (b"", issued, os.urandom(16)):
            public = c.CommitteeChanged(
                committee.head((SOUTH,), 1, 0), name, founded, "steering", under, b"", 1_700_000_000, seats
            )
            forge(station, "committee-changed", public)
    assert codes_of(rounds(town, SISTER, SOUTH)[SOUTH]) == ["committee-of-other"] * 3
    assert codes_of(rounds(town, NORTH, SOUTH)[SOUTH]) == ["directive-issued", "committee-founded"]
