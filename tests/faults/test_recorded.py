"""The journal has it, but the checkpoint could not be signed: whoever acted is told so, and does not act twice."""

from __future__ import annotations

import pytest
from town import NORTH, SOUTH, Town

from antin.errors import Unavailable
from antin.kernel.formats import note
from antin.signer.memory import Memory


def test_a_sending_that_is_recorded_says_so(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    path = town.pdf()
    town.signed(NORTH, path)

    def full(*_: object) -> None:
        raise Unavailable("disk-full", path="memory.db")

    with monkeypatch.context() as broken:
        broken.setattr(Memory, "advance", full)
        # Opening the station signs nothing new, so only the act meets the full disk.
        with pytest.raises(Unavailable, match="recorded-not-signed") as caught:
            town.send(NORTH, path, SOUTH)
    assert caught.value.fields["why"] == "disk-full"
    with town.at(NORTH) as station:
        assert station.db.value("SELECT count(*) FROM dispatch_out WHERE addressee = ?", SOUTH) == 1
        assert caught.value.fields["index"] == station.journal.head()[0] - 1
        assert note.claim(station.journal.newest_checkpoint()).size == station.journal.head()[0], "signed on opening"
    town.sync(NORTH, SOUTH)
    with town.at(SOUTH) as station:
        assert station.db.value("SELECT count(*) FROM dispatch_in") == 1
    town.audit()
