"""What the program can do is written down, and what is written down is there."""

from __future__ import annotations

import re
import runpy
from dataclasses import fields
from functools import cache
from pathlib import Path

import pytest

from antin import __version__
from antin.cli.main import COMMANDS
from antin.journal.own import OWN
from antin.registers.committees import rules as committees
from antin.registers.directives import rules as directives
from antin.registers.dispatch.states import INCOMING, OUTGOING
from antin.registers.drafting import rules as drafting
from antin.registers.emulation import rules as emulation
from antin.registers.inspections import rules as inspections
from antin.registers.organisation import rules as organisation
from antin.registers.programmes import rules as programmes
from antin.registers.reviews import rules as reviews
from antin.station.books import DEEDS
from antin.station.settings import Settings
from antin.views import dispatches
from antin.views.secrets import HIDDEN

HOUSE = Path(__file__).resolve().parent.parent
DOCS, SOURCE = HOUSE / "docs", HOUSE / "src/antin"
PAGES = [*HOUSE.glob("*.md"), *(HOUSE / "spec").rglob("*.md"), *DOCS.rglob("*.md")]
VARIABLE = re.compile(r"[\"'`]((?:_)?ANTIN_[A-Z_]+)")
EDGE = re.compile(r"([a-z]+)_([\w-]+) -> ([a-z]+)_([\w-]+) \[label=\"([\w-]+)\"\]")
MACHINES = {
    "committee": {"member": committees.MEMBER, "assignment": committees.ASSIGNMENT, "copy": committees.COPY},
    "dispatch": {"outgoing": OUTGOING, "incoming": INCOMING},
    "drafting": {"draft": drafting.DRAFT, "version": drafting.VERSION},
    "emulation": {"campaign": emulation.CAMPAIGN, "member": emulation.MEMBER, "round": emulation.ROUND},
    "directive": {"directive": directives.DIRECTIVE, "unit": directives.UNIT},
    "review": {"proposal": reviews.PROPOSAL},
    "inspection": {"inspection": inspections.INSPECTION, "finding": inspections.FINDING},
    "organisation": {"post": organisation.POST},
    "programme": {"task": programmes.TASK, "report": programmes.REPORT, "period": programmes.PERIOD},
}


@cache
def text(path: Path) -> str:
    return path.read_text("utf-8")


def headings(path: Path) -> set[str]:
    """Headings outside of code blocks, without their marks."""
    bare = re.sub(r"(?ms)^```.*?^```", "", text(path))
    return {line.lstrip("#").strip().strip("`") for line in bare.splitlines() if line.startswith("#")}


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_command_has_its_heading(lang: str) -> None:
    found: set[str] = set()
    for who in ("officer", "steering", "operator", "integrator"):
        found |= headings(DOCS / who / f"index.{lang}.md")
    assert not set(COMMANDS) - found


def test_every_answer_in_json_is_described() -> None:
    table = text(DOCS / "integrator/index.en.md").partition("## What each command answers")[2].partition("\n## ")[0]
    cells = " ".join(re.findall(r"(?m)^\| (`[^|]*) \|", table))
    named = {word for cell in re.findall(r"`([^`]+)`", cells) for word in cell.split()}
    assert not set(COMMANDS) - named


@pytest.mark.parametrize("name", ["incoming", "outgoing"])
def test_the_fields_of_a_dispatch_are_described(name: str) -> None:
    row = {"incoming": dispatches.Incoming, "outgoing": dispatches.Outgoing}[name]
    keys = {field.name.rstrip("_") for field in fields(row)} - set(HIDDEN)
    listed = re.search(rf"\*\*{name}\*\*: (.*?), \*facts\*", text(DOCS / "integrator/index.en.md"), re.S)
    assert listed and set(listed[1].split(", ")) == keys


def test_the_page_of_errors_is_up_to_date() -> None:
    module = runpy.run_path(str(HOUSE / "scripts/error_docs.py"))
    assert text(DOCS / "errors.md") == module["page"](), "run scripts/error_docs.py"


def test_the_tables_of_commands_are_those_of_the_code() -> None:
    module = runpy.run_path(str(HOUSE / "scripts/command_docs.py"))
    assert text(DOCS / "integrator/commands.md") == module["page"](), "run scripts/command_docs.py"
    assert text(DOCS / "integrator/commands.schema.json") == module["schema"](), "run scripts/command_docs.py"
    assert "no sentence" not in text(DOCS / "errors.md"), "raised, but in no catalogue"


def test_every_kind_of_record_has_its_heading() -> None:
    assert headings(DOCS / "records.md") - {"Record kinds"} == {*DEEDS, *OWN}


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_setting_is_described(lang: str) -> None:
    rows = set(
        re.findall(r"(?m)^\| `(\w+)` \|", text(DOCS / f"operator/index.{lang}.md").partition("`station.toml`\n")[2])
    )
    assert rows == {field.name for field in fields(Settings)}


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_environment_variable_is_described(lang: str) -> None:
    used = {
        name for path in [*SOURCE.rglob("*.py"), HOUSE / "tests/conftest.py"] for name in VARIABLE.findall(text(path))
    }
    rows = set(re.findall(r"(?m)^\| `(_?ANTIN\w+)` \|", text(DOCS / f"integrator/index.{lang}.md")))
    assert "ANTIN_HOME" in used
    assert rows == used


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_exit_code_is_described(lang: str) -> None:
    module = runpy.run_path(str(HOUSE / "scripts/error_docs.py"))
    rows = re.findall(r"(?m)^\| (\d+) \| (?:(\w+) )?\|", text(DOCS / f"integrator/index.{lang}.md"))
    assert {name: int(code) for code, name in rows if name} == module["PARENTS"]
    assert {int(code) for code, name in rows if not name} == {0, 1, 2, 9, 130, 141}


@pytest.mark.parametrize("machine", MACHINES)
def test_the_drawing_of_states_is_the_table(machine: str) -> None:
    drawn = [m.groups() for m in EDGE.finditer(text(DOCS / f"state-machines/{machine}.dot"))]
    assert all(one == other for one, _, other, _, _ in drawn)
    for name, table in MACHINES[machine].items():
        edges = [(start, event, end) for which, start, _, end, event in drawn if which == name]
        assert sorted(edges) == sorted((start or "none", event, end) for (start, event), end in table.items())


def test_every_state_machine_is_drawn() -> None:
    assert {path.stem for path in (DOCS / "state-machines").glob("*.dot")} == set(MACHINES)


def anchor(heading: str) -> str:
    """As GitHub makes it: lower case, punctuation away, spaces to hyphens."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_links_lead_somewhere() -> None:
    broken = []
    for page in PAGES:
        bare = re.sub(r"(?ms)^```.*?^```", "", text(page))
        for target in re.findall(r"\]\(([^)\s]+)\)", bare):
            if re.match(r"[a-z]+:", target):
                continue
            file, _, part = target.partition("#")
            path = (page.parent / file).resolve() if file else page
            gone = not path.exists() or (part and part not in {anchor(each) for each in headings(path)})
            broken += [f"{page.relative_to(HOUSE)}: {target}"] if gone else []
    assert not broken, broken


def test_the_changelog_names_the_version() -> None:
    assert any(each.startswith(__version__) for each in headings(HOUSE / "CHANGELOG.md"))
    assert f"`antin` {__version__}" in text(HOUSE / "README.md")
    assert f"`antin` {__version__}" in text(HOUSE / "README.vi.md")
