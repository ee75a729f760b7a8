"""What a command imports is what it needs: old machines wait for every module.

Counted, not timed. Whoever needs one more module than is allowed here says so here; bench/case_start.py has the times.
"""

from __future__ import annotations

import subprocess
import sys

import pytest
from town import NORTH, Town

STEERING = {"committees", "directives", "drafting", "emulation", "escalations", "inspections", "organisation",
            "programmes", "reviews"}  # fmt: skip
# What nothing at a command line begins with: threads, the network, printing, pages.
HEAVY = {"asyncio", "concurrent", "docx", "h11", "http", "jinja2", "logging", "multiprocessing", "ssl", "starlette",
         "typst", "uvicorn"}  # fmt: skip
# The command; how many modules of ours it may import; what it may not, ours by package and others by name.
PAGES = {
    "--version": (24, {"acts", "journal", "packs", "registers", "station", "views"}, {"cryptography", "tempfile"}),
    "--help": (24, {"acts", "journal", "packs", "registers", "station", "views"}, {"cryptography", "tempfile"}),
    "seal --help": (34, {"acts", "journal", "packs", "registers", "relay"}, {"cryptography", "sqlite3"}),
    "sign --help": (34, {"acts", "journal", "packs", "registers", "relay"}, {"cryptography", "sqlite3"}),
}
LISTS = {"inbox": 150, "outbox": 150}
_ASKED = """
import sys
sys.argv = {argv!r}
from antin.cli.main import main
try:
    main()
except SystemExit as done:
    assert not done.code, done.code
finally:
    print(*sorted(sys.modules), file=sys.stderr)
"""


def imported(*argv: str) -> tuple[set[str], set[str]]:
    """The modules of ours that a command needs, and the packages of others."""
    call = [sys.executable, "-c", _ASKED.format(argv=["antin", *argv])]
    every = subprocess.run(call, capture_output=True, text=True, check=True).stderr.split()
    ours = {each for each in every if each.startswith("antin.")}
    return ours, {each.split(".")[0] for each in every} - {"antin"}


def packages(ours: set[str]) -> set[str]:
    return {each.split(".")[1] for each in ours}


@pytest.mark.parametrize("command", PAGES)
def test_a_page_of_help_needs_no_station(command: str) -> None:
    most, not_ours, not_others = PAGES[command]
    ours, others = imported(*command.split())
    assert not packages(ours) & not_ours
    assert not others & (HEAVY | not_others)
    assert "antin.station.station" not in ours
    assert len(ours) <= most, sorted(ours)


@pytest.mark.parametrize("command", LISTS)
def test_a_list_needs_what_it_reads(town: Town, command: str) -> None:
    ours, others = imported(command, "--home", str(town.home(NORTH)))
    assert not packages(ours) & {"acts", "commands", "demo", "inspector", "interop", "verify"}
    assert not others & HEAVY
    assert {each for each in ours if each.startswith("antin.relay.")} <= {"antin.relay.partial"}
    assert len(ours) <= LISTS[command], sorted(ours)


def test_a_clerk_does_not_wait_for_the_books_of_steering(town: Town) -> None:
    for command in ("inbox", "outbox"):
        found, _ = imported(command, "--home", str(town.home(NORTH)))
        books = {each.split(".")[2] for each in found if each.startswith("antin.registers.") and each.count(".") > 2}
        assert not books & STEERING, (command, books)
