"""A liar with all keys of a station runs a second one under its name: nobody can show two pasts for long."""

from __future__ import annotations

import shutil
from pathlib import Path

import engine
from lie import waiting
from losses import ask, lose, new_epoch, saved
from town import NORTH, PASS, PDF, SOUTH, Town

from antin.acts.restore import restore
from antin.station.station import Station
from antin.views.incidents import incidents


def twin_of(town: Town, code: str, folder: Path) -> Town:
    """A copy of one station with all its keys, in a town whose link the liar carries to the true one."""
    twin = Town(folder / "twin")
    engine.twin(town.home(code), twin.home(code))
    twin.relay.mkdir()
    twin.clock.ahead = 5
    return twin


def carry(twin: Town, town: Town, code: str) -> None:
    """What the twin has put for a station is brought to it, after everything else."""
    for n, path in enumerate(waiting(twin, code)):
        shutil.copy(path, town.relay / "to" / code / f"9-{n:04x}ffff")


def send(town: Town, name: str, data: bytes) -> None:
    town.signed(NORTH, town.pdf(name, PDF + data))
    town.send(NORTH, town.folder / name, SOUTH)
    town.sync(NORTH)


def codes(station: Station) -> set[str]:
    return {str(row["code"]) for row in incidents(station)}


def test_the_same_size_twice_is_evidence_that_needs_no_other_word(town: Town, tmp_path: Path) -> None:
    twin = twin_of(town, NORTH, tmp_path)
    send(town, "a.pdf", b"a")
    town.sync(SOUTH, "A04")
    send(twin, "b.pdf", b"b")
    carry(twin, town, SOUTH)
    report = town.sync(SOUTH)
    assert [error.code for _, error in report.aside] == ["journal-forked"]
    with town.at(SOUTH) as station:
        assert station.db.value("SELECT count(*) FROM dispatch_in") == 1
        assert station.db.value("SELECT self_proving FROM conflicts") == 1
    town.clock.ahead = 7200
    town.sync(SOUTH, "A04")
    with town.at("A04") as station:
        assert codes(station) == {"journal-forked"}  # it saw neither past of NORTH's
    carry(twin, town, SOUTH)
    town.sync(SOUTH)
    with town.at(SOUTH) as station:
        assert len(incidents(station)) == 1  # the same lie again is no further evidence
    town.audit()


def test_a_longer_other_past_waits_and_the_true_station_learns_of_it(town: Town, tmp_path: Path) -> None:
    twin = twin_of(town, NORTH, tmp_path)
    send(town, "a.pdf", b"a")
    town.sync(SOUTH)
    twin.signed(NORTH, twin.pdf("b.pdf", PDF + b"b"))
    send(twin, "c.pdf", b"c")
    carry(twin, town, SOUTH)
    report = town.sync(SOUTH)
    assert report.waiting > 0 and "journal-forked" not in [error.code for _, error in report.aside]
    with town.at(SOUTH) as station:
        assert station.db.value("SELECT count(*) FROM dispatch_in") == 1 and incidents(station) == []
    town.clock.ahead = 2 * 86400
    with town.at(SOUTH) as station:
        assert [row["what"] for row in incidents(station)] == ["unproven", "not-cosigned"]
    town.sync("A00", "A03", "A04", NORTH)
    with town.at(NORTH) as station:
        assert station.recovering  # SOUTH showed what it heard: another has our keys
    town.audit()


def test_a_twin_that_runs_on_in_the_old_epoch_is_found_out(town: Town, tmp_path: Path) -> None:
    data, keys = saved(town, NORTH, tmp_path)
    send(town, "a.pdf", b"a")
    town.sync(SOUTH, NORTH, "A03", NORTH)
    twin = twin_of(town, NORTH, tmp_path)
    old = [(path.name, path.read_bytes()) for path in waiting(town, SOUTH)]
    lose(town, NORTH)
    restore(town.home(NORTH), data, keys, PASS)
    ask(town, NORTH, SOUTH, "A03")
    new_epoch(town, NORTH, "A03")
    town.clock.ahead += 3600
    send(town, "c.pdf", b"c")
    town.sync(SOUTH, NORTH)
    for name, raw in old:  # envelopes of the closed epoch once more: late, and nothing else
        (town.relay / "to" / SOUTH / name).write_bytes(raw)
    town.sync(SOUTH)
    with town.at(SOUTH) as station:
        before = station.db.value("SELECT count(*) FROM dispatch_in")
        assert incidents(station) == []
    twin.clock.ahead = town.clock.ahead
    shutil.copytree(town.relay / "directory", twin.relay / "directory")
    send(twin, "b.pdf", b"b")
    carry(twin, town, SOUTH)
    report = town.sync(SOUTH)
    assert "epoch-forgets" in [error.code for _, error in report.aside]
    with town.at(SOUTH) as station:
        assert station.db.value("SELECT count(*) FROM dispatch_in") == before
        assert "epoch-forgets" in codes(station)
    town.audit()
