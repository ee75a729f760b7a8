"""The primary dies under load and a synchronous standby takes over: nothing that was acknowledged is lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import engine
import pytest
from cluster import USER, Cluster

from antin.errors import Unavailable
from antin.station.audit import audit
from antin.storage.engines import open_database
from postgres.crew import ROOT, Crew, founded, indexes

NAME = "station"
_REPLICA = {"wal_level": "replica", "max_wal_senders": "4", "hot_standby": "on"}


@pytest.fixture
def pair(judge: Callable[[str], str]) -> Iterator[tuple[Cluster, Cluster]]:
    """A primary whose every commit waits for the standby."""
    judge("initdb")
    with ExitStack() as stack:
        primary = stack.enter_context(Cluster(engine.room(stack), durable=True, **_REPLICA))
        standby = Cluster(engine.room(stack), durable=True, **_REPLICA)
        standby.folder.mkdir()
        if standby.user:
            engine.shutil.chown(standby.folder, standby.user)
        call = ("-D", str(standby.data), "-h", str(primary.folder), "-U", USER, "-R", "-X", "stream", "-c", "fast")
        primary.run("pg_basebackup", *call)
        standby.configure()
        standby.start()
        stack.callback(standby.stop)
        primary.say("ALTER SYSTEM SET synchronous_standby_names = '*'")
        primary.say("SELECT pg_reload_conf()")
        while not primary.say("SELECT 1 FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum')"):
            time.sleep(0.05)
        yield primary, standby


def _fail_over(pair: tuple[Cluster, Cluster], folder: Path, acts: int, processes: int) -> float:
    """Returns for how many seconds nobody was acknowledged anything."""
    primary, standby = pair
    primary.say(f"CREATE DATABASE {NAME}")
    with pytest.raises(Unavailable, match="database-standby"):
        open_database(standby.url("postgres"))
    town = founded(folder, f"postgresql://{USER}@/{NAME}?host={primary.folder},{standby.folder}")
    crew = Crew([town.home(ROOT)] * processes, acts, 120)
    crew.go()
    time.sleep(2)
    killed = time.time()
    primary.kill()
    standby.run("pg_ctl", "-D", str(standby.data), "-w", "promote")
    told = crew.told()
    done = [(float(at), int(index)) for what, at, index, *_ in (each for each in told if each[0] == "done")]
    assert len(done) == acts * processes
    assert min(done)[0] < killed < max(done)[0], "it died under load"
    acknowledged = sorted(index for _, index in done)
    assert len(set(acknowledged)) == len(acknowledged), "no place was given twice"
    here = indexes(standby, NAME)
    assert here == list(range(len(here))) and set(acknowledged) <= set(here)
    with town.at(ROOT) as station:
        assert not station.recovering, "the signer knows nothing that the journal does not"
        for key in station.held_keys():
            assert station.signer.memory.last_use(key) == station.journal.last_use(key)
        assert audit(station).findings == []
    unknown = sum(each[0] == "failed" and each[2] == "commit-unknown" for each in told)
    lost = [each for each in here if each not in set(acknowledged)]
    assert len(lost) <= unknown + 3 + processes, "beside the founding, what declares the uses of what was under way"
    times = sorted(at for at, _ in done)
    return max(later - at for at, later in zip(times, times[1:], strict=False) if later > killed)


def test_a_primary_that_dies_takes_nothing_with_it(pair: tuple[Cluster, Cluster], tmp_path: Path) -> None:
    outage = _fail_over(pair, tmp_path, 60, 2)
    print(f"outage {outage:.1f} s")
    assert outage < 60


@pytest.mark.soak
def test_a_primary_that_dies_under_four_processes(pair: tuple[Cluster, Cluster], tmp_path: Path) -> None:
    outage = _fail_over(pair, tmp_path, 300, 4)
    print(f"outage {outage:.1f} s")
