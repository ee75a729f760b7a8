"""The first letter between two stations enters at once, whatever each heard of the other: over link and media."""

from __future__ import annotations

from pathlib import Path

import pytest
from town import NORTH, SOUTH, Town, into

from antin.acts import carry
from antin.errors import Refused


def heard_of(town: Town, times: int) -> None:
    """Both stations work for a while, and everybody hears of their heads from the authorities."""
    for _ in range(times):
        for code in (NORTH, SOUTH):
            with town.at(code, "cb01") as station:
                station.note_refusal("open", "cb02", Refused("named-only", officer="cb01"))
        town.clock.ahead += 3700
        town.sync("A03", "A04", "A00", NORTH, SOUTH, "A03", "A04", NORTH, SOUTH)


@pytest.mark.parametrize("precedence", [0, 2, 3])
@pytest.mark.parametrize("times", [0, 1, 4])
def test_over_the_link(town: Town, times: int, precedence: int) -> None:
    heard_of(town, times)
    town.dispatch(precedence=precedence)
    assert [each.state for each in town.sync(SOUTH).outcomes] == ["entered"]
    town.audit()


@pytest.mark.parametrize("times", [0, 1, 4])
def test_on_one_stick(town: Town, tmp_path: Path, times: int) -> None:
    heard_of(town, times)
    path = town.pdf()
    town.signed(NORTH, path, 1)
    town.send(NORTH, path, SOUTH)
    with town.at(NORTH) as station:
        assert into(tmp_path / "stick", lambda output: carry.write_bundle(station, SOUTH, output)) == 1
    with town.at(SOUTH) as station:
        report = carry.read_bundle(station, tmp_path / "stick")
    assert ([each.state for each in report.outcomes if each.kind == "slip"], report.aside) == (["entered"], [])
    town.audit()
