"""Time that somebody else wrote never runs a station's own; a clock that ran ahead is set back by two persons."""

from __future__ import annotations

from contextlib import suppress

import pytest
from town import NORTH, SOUTH, Town

from antin.acts.resume import set_clock_back
from antin.acts.status import status_record
from antin.errors import AntinError, Conflict, Refused
from antin.kernel.formats import note
from antin.signer import keystore
from antin.station.station import AUTHORITY_KEY
from antin.views.incidents import incidents

FAR = 253402300799  # the end of the year 9999


def test_a_checkpoint_of_the_year_9999_stops_nobody(town: Town) -> None:
    """NORTH's own key signs it: it is evidence against NORTH, and moves no clock."""
    with town.at(NORTH) as station:
        claimed = note.claim(station.journal.newest_checkpoint())
        journal = keystore.journal_key(station.home / "signer")
        far = journal.checkpoint(station.origin, claimed.size, claimed.root, FAR)
    with town.at(SOUTH) as station:
        before = station.moment()
        with pytest.raises(Conflict, match="checkpoint-ahead"):
            station.checkpoints.take(far, [], NORTH, station.now())
        assert station.moment() - before < 60
        station.now()
    town.dispatch()
    assert [each.state for each in town.sync(SOUTH).outcomes] == ["entered"]
    town.audit()


def test_an_authority_that_runs_ahead_takes_nobody_with_it(town: Town) -> None:
    """A status a year ahead: whoever follows keeps his own time within the tolerance."""
    town.clock.ahead += 400 * 86400
    with town.at("A03", AUTHORITY_KEY) as station:
        station.commit([status_record(station)])
    town.clock.ahead -= 400 * 86400
    with suppress(AntinError):
        town.sync("A03")
    town.sync(NORTH)
    with town.at(NORTH) as station:
        assert station.moment() - station.here() <= station.tolerance()
        station.now()


def test_a_clock_that_ran_ahead_is_set_back_by_two_persons(town: Town) -> None:
    town.clock.ahead += 30 * 86400
    with town.at(NORTH, "ld01", "cb01") as station:
        station.note_refusal("send", "cb01", Refused("role-missing", who="", kind="", roles=""))
    town.signed(NORTH, town.pdf())
    town.clock.ahead -= 30 * 86400
    with town.at(NORTH, "cb01", "ld01", "vt01") as station:
        with pytest.raises(Refused, match="clock-turned-back"):
            station.now()
        with pytest.raises(Refused, match="hands-missing"):
            set_clock_back(station, "cb01", "cb01")
        with pytest.raises(Refused, match="role-missing"):
            set_clock_back(station, "cb01", "vt01")
        with pytest.raises(Refused, match="clock-turned-back"):
            station.now()
        done = set_clock_back(station, "cb01", "ld01")
        assert done.before - done.after > 29 * 86400
        assert abs(station.now() - station.here()) < 5
        with pytest.raises(Refused, match="clock-not-ahead"):
            set_clock_back(station, "cb01", "ld01")
    with town.at(NORTH) as station:
        assert [row["code"] for row in incidents(station) if row["what"] == "conflict"] == []
    town.audit()
