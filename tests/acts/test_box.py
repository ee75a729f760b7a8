"""The box by pages: chosen, ordered and cut in the database, so that its length costs nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from doors.program import made
from town import LITTLE, NORTH, SOUTH, Town, copy

from antin.acts.send import Address, Wish, send
from antin.views import dispatches
from antin.views.dispatches import Chosen


@pytest.fixture(scope="module")
def office(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Town:
    """NORTH has sent SOUTH five ordinary letters and two urgent ones; SOUTH has opened the first and the last."""
    town = copy(founded, tmp_path_factory.mktemp("box") / "town")
    path = town.pdf(data=LITTLE)
    town.signed(NORTH, path, 1, "")
    with town.at(NORTH, "vt01") as station, station.many():
        for precedence in (0, 0, 1, 0, 3, 0, 0):
            send(station, "vt01", path, Wish([Address(SOUTH)], precedence))
    town.sync(NORTH, SOUTH, NORTH)
    for n in (1, 7):
        town.open(SOUTH, "cb01", f"den-{n}", town.folder / f"{n}.pdf")
    return town


def _ids(town: Town, chosen: Chosen, rows: int, page: int = 1) -> tuple[list[str], int]:
    with town.at(SOUTH) as station:
        found, count = dispatches.box(station, "", chosen, rows, page)
        return [each.id for each in found], count


def test_a_page_is_a_piece_of_the_whole(office: Town) -> None:
    whole, count = _ids(office, Chosen(), 0)
    assert count == len(whole) == 7 and whole[-2:] == ["den-7", "den-1"]  # those that were opened, the newest first
    with office.at(SOUTH) as station:
        order = {row.id: row.precedence for row in dispatches.inbox(station)}
    assert [order[each] for each in whole[:5]] == sorted((order[each] for each in whole[:5]), reverse=True)
    pages = [_ids(office, Chosen(), 3, page) for page in (1, 2, 3, 4)]
    assert [each for ids, _ in pages for each in ids] == whole and {count for _, count in pages} == {7}


@pytest.mark.parametrize(("chosen", "count"), [
    (Chosen(sender="A03"), 7), (Chosen(sender=NORTH), 7), (Chosen(sender="A04"), 0), (Chosen(sender="A03.1%"), 0),
    (Chosen(state="opened"), 2), (Chosen(waiting=True), 5), (Chosen(precedence=1), 2), (Chosen(precedence=2), 1),
    (Chosen(assignee="cb01"), 0), (Chosen(waiting=True, precedence=1), 1),
])  # fmt: skip
def test_what_is_chosen(office: Town, chosen: Chosen, count: int) -> None:
    ids, found = _ids(office, chosen, 2)
    assert found == count and len(ids) == min(count, 2)


def test_at_a_terminal_it_says_how_to_go_on(office: Town, tmp_path: Path) -> None:
    program = made(office, tmp_path)
    done = program.run("inbox", "--rows", "3", home=SOUTH)
    assert done.code == 0 and "1/3" in done.out and "7" in done.out and done.out.count("den-") == 3
    assert "--page" not in program.run("inbox", home=SOUTH).out
    assert len(json.loads(program.run("inbox", "--json", home=SOUTH).out)) == 7
    assert len(json.loads(program.run("inbox", "--json", "--rows", "5", "--page", "2", home=SOUTH).out)) == 2
    sent = program.run("outbox", "--rows", "2", "--page", "2", home=NORTH)
    assert sent.code == 0 and "2/4" in sent.out and sent.out.index("di-4") < sent.out.index("di-5")
    assert program.run("inbox", "--page", "0", home=SOUTH).code == 2
