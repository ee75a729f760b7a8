"""Limits hold while reading; the frozen table of letters is one in both programs; a directory travels in parts."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from town import NORTH, SOUTH, Town

from antin.acts.status import status_record
from antin.errors import Malformed, Refused
from antin.kernel.formats import bundle, cbor, letters
from antin.kernel.formats.frame import frame_head
from antin.kernel.formats.purposes import PURPOSES
from antin.relay.link import PART_RECORDS as PART
from antin.station import packets
from antin.station.station import AUTHORITY_KEY

HOUSE = Path(__file__).resolve().parents[2]


def test_the_table_of_letters_is_the_one_of_the_specification() -> None:
    _, _, rest = (HOUSE / "spec/unicode-14.txt").read_text().partition("\nletters\n")
    text, _, marks = rest.partition("\nmarks\n")
    assert text.split() == letters.LETTERS.split() and marks.split() == letters.MARKS.split()


@pytest.mark.parametrize("text", ["\U0001fae8", "a\u0300" * 1 + "\u0301" * 6, "\u202e", "\ufeff", "\u00ad", "\ue000"])
def test_text_outside_the_table_is_malformed_on_every_machine(text: str) -> None:
    with pytest.raises(Malformed):
        cbor.decode(bytes([0x60 + len(text.encode())]) + text.encode(), limit=100)


class Endless:
    """A frame that announces much, and counts what is asked for."""

    def __init__(self, head: bytes) -> None:
        self._head, self.given = BytesIO(head), 0

    def read(self, size: int, /) -> bytes:
        data = self._head.read(size) or bytes(min(size, 65536))
        self.given += len(data)
        return data


@pytest.mark.parametrize("name", sorted(PURPOSES))
def test_a_frame_above_its_limit_is_refused_before_it_is_read(name: str) -> None:
    purpose = PURPOSES[name]
    for kind, (_, limit) in purpose.kinds.items():
        if limit >= 2**50:
            continue
        source = Endless(frame_head("begin", 0, name) + frame_head(kind, limit + 1, ""))
        with pytest.raises(Malformed):
            for item in bundle.Reader(source, purpose):
                item.data()
        assert source.given < 4096, (name, kind)


def test_a_station_of_the_first_formats_says_so(town: Town) -> None:
    path = town.home(NORTH) / "station.toml"
    path.write_text(path.read_text().replace("format = 2", "format = 1"))
    with pytest.raises(Refused, match="station-older"), town.at(NORTH):
        pass


def test_a_directory_of_more_than_one_part_is_followed_part_by_part(town: Town) -> None:
    with town.at("A03", AUTHORITY_KEY) as station, station.many():
        while station.journal.head()[0] <= 2 * PART:
            station.commit([status_record(station)])
    town.sync("A03", NORTH, SOUTH)
    names = sorted(path.name for path in (town.relay / "directory").glob("A03-*"))
    assert names == ["A03-1", "A03-1-000000", "A03-1-000001"]
    with town.at(NORTH) as station:
        size = station.directory.mirror.size("antin/A03/1")
        parts = packets.part_names(station, "antin/A03/1")
    assert size > 2 * PART and [*parts] == ["A03-1-000000", "A03-1-000001", "A03-1"]
    kept = {path: path.stat().st_mtime_ns for path in (town.relay / "directory").glob("A03-1-*")}
    with town.at("A03", AUTHORITY_KEY) as station:
        station.commit([status_record(station)])
    town.sync("A03", SOUTH)
    assert {path: path.stat().st_mtime_ns for path in kept} == kept  # what is full is not written again
    with town.at(SOUTH) as station:
        assert station.directory.mirror.size("antin/A03/1") == size + 1
    town.audit()
