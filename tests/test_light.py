"""What a command imports is what it needs: old machines wait for every module."""

from __future__ import annotations

import subprocess
import sys

import pytest
from town import NORTH, Town

STEERING = {"committees", "directives", "drafting", "emulation", "escalations", "inspections", "organisation",
            "programmes", "reviews"}  # fmt: skip
_ASKED = """
import sys
sys.argv = {argv!r}
from antin.cli.main import main
try:
    main()
except SystemExit as done:
    assert not done.code, done.code
finally:
    print(*sorted(each for each in sys.modules if each.startswith("antin.")), file=sys.stderr)
"""


def imported(*argv: str) -> set[str]:
    """The modules of ours that a command needs."""
    call = [sys.executable, "-c", _ASKED.format(argv=["antin", *argv])]
    return set(subprocess.run(call, capture_output=True, text=True, check=True).stderr.split())


@pytest.mark.parametrize("argv", [["--version"], ["--help"], ["seal", "--help"], ["sign", "--help"]])
def test_files_alone_need_no_station(argv: list[str]) -> None:
    found = imported(*argv)
    assert not {each for each in found if each.startswith(("antin.registers", "antin.journal"))}
    assert "antin.station.station" not in found


def test_a_clerk_does_not_wait_for_the_books_of_steering(town: Town) -> None:
    for command in ("inbox", "outbox"):
        found = imported(command, "--home", str(town.home(NORTH)))
        books = {each.split(".")[2] for each in found if each.startswith("antin.registers.") and each.count(".") > 2}
        assert not books & STEERING, (command, books)
