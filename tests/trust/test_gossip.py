"""What stations tell one another of journals: repeated until it is known to have come, and two pasts are named."""

from __future__ import annotations

import shutil
from pathlib import Path

import engine
import pytest
from town import NORTH, PDF, SISTER, SOUTH, Town

from antin.acts.receive import receive
from antin.acts.status import status_record
from antin.errors import AntinError, Conflict
from antin.kernel.formats import note
from antin.station import news
from antin.station.directory import note_code
from antin.station.station import AUTHORITY_KEY
from antin.views.incidents import incidents


def told_of(town: Town, teller: str, peer: str) -> set[str]:
    with town.at(teller) as station:
        frames = list(news.news(station, peer))
    return {note.claim(raw).origin for kind, _, raw in frames if kind == "checkpoint"} - {
        note.origin(teller, 1), note.origin(peer, 1)}  # fmt: skip


def exchange(town: Town, name: str) -> None:
    town.dispatch(name=name, data=PDF + name.encode())
    town.sync(SOUTH, NORTH)


def test_gossip_is_repeated_until_it_is_known_to_have_come(town: Town) -> None:
    exchange(town, "mot.pdf")
    first = told_of(town, NORTH, SOUTH)
    assert first and told_of(town, NORTH, SOUTH) == first  # nobody answered: the same again
    town.dispatch(name="hai.pdf", data=PDF + b"2")
    for path in (town.relay / "to" / SOUTH).iterdir():
        path.unlink()  # whoever holds the link takes it away
    assert told_of(town, NORTH, SOUTH) == first
    town.sync(NORTH, again=True)
    town.sync(SOUTH, NORTH)
    exchange(town, "ba.pdf")
    assert not first & told_of(town, NORTH, SOUTH)
    town.audit()


def test_what_is_cosigned_is_told_and_then_it_is_quiet(town: Town) -> None:
    """After an ordinary exchange nobody is suspected of hiding from his authority, and no letter answers a letter."""
    exchange(town, "mot.pdf")
    for _ in range(3):
        town.clock.ahead += 3700
        town.sync("A03", "A04", NORTH, SOUTH)
    for _ in range(6):
        town.clock.ahead += 3700
        town.sync("A03", "A04", NORTH, SOUTH)
        for code in (NORTH, SOUTH):
            waits = list((town.relay / "to" / code).iterdir())
            assert len(waits) <= 1, (code, waits)  # the hourly cosignature
    town.clock.ahead += 2 * 86400
    for code in (NORTH, SOUTH):
        with town.at(code) as station:
            assert incidents(station) == []
    town.audit()


@pytest.mark.parametrize(("north_more", "south_more"), [(1, 1), (3, 1), (1, 3)])
def test_an_authority_with_two_pasts_is_named_within_a_day(
    town: Town, tmp_path: Path, north_more: int, south_more: int
) -> None:
    """A03 runs twice, shows one journal to NORTH and another to SOUTH, of any two lengths. They talk to each other."""
    engine.twin(town.home("A03"), tmp_path / "A03")
    for count, peer in ((north_more, NORTH), (south_more, SOUTH)):
        town.clock.ahead += 5
        with town.at("A03", AUTHORITY_KEY) as station:
            for _ in range(count):
                town.clock.ahead += 1
                station.commit([status_record(station)])
        town.sync("A03", peer)
        if peer == NORTH:
            shutil.rmtree(town.home("A03"))
            shutil.copytree(tmp_path / "A03", town.home("A03"))
            for path in (town.relay / "directory").glob("A03-*"):
                path.unlink()
    for n in range(2):
        town.dispatch(name=f"{n}.pdf", data=PDF + bytes([n]))
        town.sync(SOUTH, NORTH)
    town.clock.ahead += 86400 + 3600
    town.sync(SOUTH, NORTH, SOUTH)
    named = set()
    for code in (NORTH, SOUTH):
        with town.at(code) as station:
            named |= {row["who"] for row in incidents(station) if row["what"] in ("conflict", "unproven")}
    assert named == {"antin/A03/1"}


def test_a_flood_of_conflicts_is_counted_not_kept(town: Town) -> None:
    with town.at(SOUTH) as station:
        for n in range(50):
            news.keep_conflict(station, Conflict("journal-forked", origin=f"antin/{NORTH}/1",
                                                 evidence={"held": b"a%d" % n, "shown": b"b"}))  # fmt: skip
        assert station.db.value("SELECT count(*) FROM conflicts") == news.MOST_KEPT
        assert len(list((station.home / "evidence").iterdir())) == news.MOST_KEPT
        assert station.db.value("SELECT sum(count) FROM conflict_counts") == 50
    town.audit()


def test_what_strangers_say_of_an_uncosigned_journal_moves_nothing(town: Town) -> None:
    """NORTH shows SOUTH a head of SISTER that no authority has seen."""
    with town.at(SISTER) as station:
        bare = station.journal.newest_checkpoint()
        bare = b"".join(bare.splitlines(keepends=True)[:6])
    with town.at(NORTH) as station:
        frames = [*news.news(station, SOUTH), ("checkpoint", "", bare)]
    with town.at(SOUTH) as station:
        try:
            receive(station, frames, lambda _: None)
        except AntinError as error:
            raise AssertionError(error.code) from error
        held = {note_code(row[0]) for row in station.db.rows("SELECT origin FROM held")}
        assert SISTER not in held
