"""A paper's name holds its station: nobody takes the name of a record that another is about to send."""

from __future__ import annotations

import os
from dataclasses import replace
from hashlib import sha256
from unittest import mock

from town import NORTH, SISTER, SOUTH, Town

from antin.kernel.formats.paper import head, name
from antin.kernel.formats.shape import encode
from antin.registers.papers.records import PaperTaken
from antin.registers.reviews.records import ContributionGiven
from antin.station.books import PAPERS
from antin.station.station import Station
from steering import emulate, year
from steering.year import STRANGER


def test_a_name_is_made_of_station_and_id() -> None:
    id_ = bytes(range(16))
    assert name(SOUTH, id_) == sha256(b"antin/paper-name/1" + (6).to_bytes(8, "big") + b"A04.27" + id_).digest()
    assert len({name(NORTH, id_), name(SOUTH, id_), name(SOUTH, bytes(16))}) == 3


def test_of_every_kind_the_genuine_paper_is_taken_though_another_station_used_its_id_first(town: Town) -> None:
    """A trifle under the same id stands in the books before each genuine paper comes."""

    def occupy(station: Station, genuine: PaperTaken) -> None:
        _, hand = station.acting("vt01")
        trifle = ContributionGiven(head((station.code,), 1, 0), os.urandom(32))
        taken = replace(genuine, kind="contribution-given", station=STRANGER, paper=os.urandom(32), slip=os.urandom(32),
                        public=encode(trifle))  # fmt: skip
        with mock.patch.object(station, "check_entitled", lambda *_: None):
            station.commit([station.record("paper-taken", taken, [hand])])

    assert year.live(town, occupy) == set(PAPERS)
    emulate.audit_of(town, NORTH, SISTER)
