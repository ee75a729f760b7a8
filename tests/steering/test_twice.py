"""A member that gives two sheets convicts itself, not the block head who counted one; and the campaign has a way on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from town import NORTH, SISTER, SOUTH, Town

from antin.acts import emulation, papers
from antin.errors import Conflict, Missing
from antin.kernel.formats.paper import head, words
from antin.registers.emulation import ballot_records as b
from antin.registers.emulation import records as r
from antin.registers.emulation import rows
from antin.views import emulation as views
from steering import emulate
from steering.emulate import CROSS, LEADER, MEMBERS, SELF, VOTED, begun, close, forge, scores, take_one, vote
from steering.hands import codes_of, rounds, take
from steering.test_cited import conflicts

BARE = (SELF, replace(CROSS, maximum=900_000))
CODE = "sheet-given-twice"


def given_twice(town: Town, kind: str) -> None:
    """All have scored; SOUTH has shown NORTH one sheet of ``kind`` and SISTER another."""
    begun(town, criterion=BARE)
    for code in (NORTH, SISTER):
        with town.at(code, LEADER) as station:
            emulation.score(station, LEADER, "pt-1", scores(code))
    rounds(town)
    with town.at(SOUTH, LEADER) as station:
        emulation.score(station, LEADER, "pt-1", scores(SOUTH))
        numbers = papers.waiting(station)
    with town.at(SOUTH, "vt01") as station:
        for number in numbers:
            papers.publish(station, "vt01", number, (NORTH,))
            if not station.db.row("SELECT 1 FROM papers_papers WHERE n = ? AND kind = ?", number, f"{kind}-scored"):
                papers.publish(station, "vt01", number, (SISTER,))
        campaign = emulation.find(station, "pt-1")
    other: Any = r.OwnScored(head(MEMBERS, 1, 0), campaign.id, (r.OwnMark("tu-cham", 1), r.OwnMark("cheo", 2)))
    if kind == "cross":
        other = r.CrossScored(head(MEMBERS, 1, 0), campaign.id, tuple(
            r.Mark(unit, "cheo", 3) for unit in MEMBERS if unit != SOUTH))  # fmt: skip
    forge(town, SOUTH, f"{kind}-scored", other, SISTER)
    town.sync(SOUTH, NORTH, SISTER)
    for code in (NORTH, SISTER):
        assert set(codes_of(take(town, code))) == {"own-scored", "cross-scored"}
    town.clock.ahead = emulate.DAYS


def contest(town: Town, code: str, kind: str) -> None:
    with town.at(code, LEADER) as station:
        emulation.contest(station, LEADER, "pt-1", SOUTH, kind)


@pytest.mark.parametrize("kind", ["own", "cross"])
def test_two_sheets_convict_their_unit_and_the_head_closes_without(town: Town, kind: str) -> None:
    given_twice(town, kind)
    close(town, {})
    taken = rounds(town, NORTH, SISTER)
    assert codes_of(taken[SISTER]) == [CODE]
    (evidence,) = conflicts(town, SISTER, CODE)
    assert set(evidence) == {"first", "second"}
    with town.at(NORTH, LEADER) as station:
        with pytest.raises(Conflict, match="emulation-closed"):
            emulation.close(station, LEADER, "pt-1", {})
        with pytest.raises(Missing, match="sheet-not-contested"):
            emulation.close(station, LEADER, "pt-1", {}, (SOUTH,))
        with pytest.raises(Missing, match="sheet-not-contested"):
            emulation.contest(station, LEADER, "pt-1", SOUTH, kind)  # NORTH has seen one alone
    contest(town, SISTER, kind)
    assert codes_of(rounds(town, NORTH, SISTER)[NORTH]) == ["sheet-contested"]
    assert len(conflicts(town, NORTH, CODE)) == 1
    with town.at(NORTH, LEADER) as station:
        places = emulation.close(station, LEADER, "pt-1", {}, (SOUTH,))
    assert codes_of(rounds(town, NORTH, SISTER)[SISTER]) == ["campaign-closed"]
    for code in (NORTH, SISTER):
        with town.at(code) as station:
            assert views.campaign(station, "pt-1").state == "closed" and views.recompute(station, "pt-1").same
            shown = rows.list_places.all(station.db, emulation.find(station, "pt-1").id)
            expected = [rows.Place(p.unit, p.rank, int(p.tied), p.total) for p in places]
            assert shown == sorted(expected, key=lambda place: (place.rank, place.unit))
    south = next(place for place in places if place.unit == SOUTH)
    assert (south.parts[0] == 0) == (kind == "own")
    emulate.audit_of(town, NORTH, SISTER)


def test_a_second_sheet_at_one_member_is_kept_with_the_first(town: Town) -> None:
    begun(town, criterion=BARE)
    with town.at(SOUTH, LEADER) as station:
        emulation.score(station, LEADER, "pt-1", scores(SOUTH))
        campaign = emulation.find(station, "pt-1")
    rounds(town)
    marks = (r.OwnMark("tu-cham", 1), r.OwnMark("cheo", 2))
    forge(town, SOUTH, "own-scored", r.OwnScored(head(MEMBERS, 1, 0), campaign.id, marks), NORTH)
    assert codes_of(take(town, NORTH)) == ["emulation-sheet-twice"]
    assert [set(each) for each in conflicts(town, NORTH, CODE)] == [{"first", "second"}]
    contest(town, NORTH, "own")
    taken = rounds(town, NORTH, SISTER, SOUTH)
    assert codes_of(taken[SISTER]) == codes_of(taken[SOUTH]) == ["sheet-contested"]
    emulate.audit_of(town, NORTH, SISTER)


def test_two_opening_keys_convict_their_member(town: Town) -> None:
    begun(town, criterion=(SELF, replace(VOTED, maximum=900_000)))
    vote(town, until="key")
    with town.at(SOUTH) as station:
        campaign = emulation.find(station, "pt-1")
    forge(town, SOUTH, "ballot-key", b.BallotKey(head(MEMBERS, 1, 0), campaign.id, 1, bytes(1216)), NORTH)
    assert codes_of(take(town, NORTH)) == ["ballot-paper-twice"]
    assert len(conflicts(town, NORTH, CODE)) == 1


def test_nobody_is_contested_falsely(town: Town) -> None:
    """One genuine sheet twice, sheets of others, or none: SISTER's changed program accuses SOUTH."""
    begun(town, criterion=BARE)
    for code in MEMBERS:
        with town.at(code, LEADER) as station:
            emulation.score(station, LEADER, "pt-1", scores(code))
    rounds(town)
    with town.at(SISTER) as station:
        campaign = emulation.find(station, "pt-1")
        sheet = {row.station: (row.record, emulation.twice.receipt_of(station, row.record))
                 for row in rows.list_sheets.all(station.db, campaign.id, "own")}  # fmt: skip
    genuine, raw = sheet[SOUTH]
    other, other_raw = sheet[NORTH]
    for first, second, shown in ((genuine, b"\xff" * 32, (raw,)), (*sorted((genuine, other)), (raw, other_raw)),
                                 (*sorted((genuine, other)), ())):  # fmt: skip
        public = r.SheetContested(head(MEMBERS, 1, 0), campaign.id, SOUTH, "own", first, second)
        forge(town, SISTER, "sheet-contested", public, NORTH, words({}, (emulation.sheets_file(shown),)))
        with town.at(NORTH) as station:
            number = station.db.value("SELECT max(n) FROM dispatch_in")
        assert take_one(town, NORTH, f"den-{number}") == "sheet-contested-falsely"
    assert conflicts(town, NORTH, CODE) == []
    with town.at(NORTH, LEADER) as station, pytest.raises(Missing, match="sheet-not-contested"):
        emulation.close(station, LEADER, "pt-1", {}, (SOUTH,))
