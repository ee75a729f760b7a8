"""What is declared reaches the terminal: options of fields, tables and objects of rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import pytest
from click.testing import CliRunner
from doors.program import Program
from town import NORTH, Town

from antin.cli import bind
from antin.cli.door import say
from antin.commands.command import Listing
from antin.looks import KNOWN, UNSEEN, Agency, Given, Hidden, Look, Reference, as_facts
from antin.station.station import Station


@dataclass(frozen=True, slots=True)
class Inner:
    with_: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    id: Reference
    open: Annotated[int, Look("part", of="findings"), Given(name="open-findings")]
    title: Hidden
    findings: Annotated[int, UNSEEN]
    copies: Annotated[int | None, KNOWN] = None
    inner: Annotated[list[Inner] | None, UNSEEN] = None


ROWS = [Row("kt-1", 1, "Sổ", 3, 0, [Inner(("cb01",))]), Row("kt-2", 0, "", 2)]


@dataclass(frozen=True, slots=True)
class Few:
    """A listing with one argument that need not be said, and an option."""

    unit: Annotated[Agency, Given(argument=True, metavar="A…")] = ""
    parent: Annotated[Agency, Given(help="opt-unit-parent")] = ""

    def rows(self, station: Station, officer: str) -> Sequence[Row]:
        return [row for row in ROWS if self.unit in ("", station.code)]


def test_facts_of_a_row() -> None:
    """``with_`` is ``with``, down to the last row; what is not known has no key, what is nothing has one."""
    assert as_facts(ROWS[0])["inner"] == [{"with": ["cb01"]}]
    assert as_facts(ROWS[0])["copies"] == 0
    assert as_facts(ROWS[1]) == {"id": "kt-2", "open": 0, "title": "", "findings": 2, "inner": None}
    assert as_facts([Inner(())]) == [{"with": []}]


def test_a_listing(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTIN_HOME", str(town.home(NORTH)))
    command = bind.listed(Listing("inspection list", Few, Row))
    assert "A…" in CliRunner().invoke(command, ["--help"]).output
    head, first, second = CliRunner().invoke(command, [NORTH]).output.splitlines()
    assert say("col-open-findings") in head and say("col-title") in head and "findings" not in head
    assert "1/3" in first and second.endswith(say("hidden"))
    rows = json.loads(CliRunner().invoke(command, ["--json"]).output)
    assert [sorted(row) for row in rows][1] == ["findings", "id", "inner", "open", "title"]
    assert CliRunner().invoke(command, [NORTH, "--parent", ""]).exit_code == 0  # said to be empty: not said
    assert CliRunner().invoke(command, ["not a code"]).exit_code != 0


def test_whoever_is_nobody_has_no_desk(program: Program) -> None:
    """A place needs no officer, keys no name: neither command takes the options of the other."""
    assert program.run("receipts", "di-9", home=NORTH).code != 2
    assert program.run("receipts", "di-9", "--as", "cb01", home=NORTH).code == 2
    assert program.run("status", "--as", "cb01", home=NORTH).code == 2
