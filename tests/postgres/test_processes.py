"""Any number of processes, on any number of hosts, one of them at a time: no gap, nothing lost, nothing doubled."""

from __future__ import annotations

from pathlib import Path

import pytest
from cluster import Cluster

from antin.station.audit import audit
from postgres.crew import ROOT, Crew, founded, indexes, second_host


def _crowd(server: Cluster, folder: Path, acts: int) -> None:
    url = server.database()
    town = founded(folder, url)
    other = second_host(town, folder / "other-host")
    with town.at(ROOT) as station:
        size, _ = station.journal.head()
    crew = Crew([town.home(ROOT), town.home(ROOT), other, other], acts)
    crew.go()
    told = crew.told()
    assert {each[0] for each in told} == {"done"}, [each for each in told if each[0] != "done"][:3]
    done = sorted(int(each[2]) for each in told)
    assert done == list(range(size, size + 4 * acts)), "each was given a place of its own"
    assert indexes(server, url.rsplit("@/", 1)[1].split("?")[0]) == list(range(size + 4 * acts))
    with town.at(ROOT) as station:
        for key in station.held_keys():
            assert station.signer.memory.last_use(key) == station.journal.last_use(key), "no use without its record"
        assert audit(station).findings == []


def test_four_processes_on_two_hosts_take_turns(server: Cluster, tmp_path: Path) -> None:
    _crowd(server, tmp_path, 25)


@pytest.mark.soak
def test_four_processes_with_five_hundred_acts_each(server: Cluster, tmp_path: Path) -> None:
    _crowd(server, tmp_path, 500)
