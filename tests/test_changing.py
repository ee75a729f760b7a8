"""docs/changing.md is carried out on a copy of the program, as a newcomer would, and the new deed is used."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[1]
BLOCK = re.compile(r"(?ms)^```(?:python|sql) (before|after|end) (\S+?)(?:: (.*?))?\n(.*?)^```$")
USED = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from town import NORTH, SOUTH, found
from antin.errors import AntinError
from antin.acts.accept import accept, file_away
from antin.registers.dispatch import rows
from antin.registers.dispatch.records import DispatchMarked
from antin.station.audit import audit

town = found(Path(sys.argv[2]))
town.dispatch()
town.sync(SOUTH)
with town.at(SOUTH, "vt01") as station:
    slip = rows.list_in.all(station.db)[0].slip
    hand = [station.acting("vt01")[1]]
    station.commit([station.record("dispatch-marked", DispatchMarked(slip), hand, secret=(1, b"hoi lai"))])
    assert [each.officer for each in rows.list_marks.all(station.db, slip)] == ["vt01"]
    accept(station, "vt01", "den-1")
    file_away(station, "vt01", "den-1")
    try:
        station.commit([station.record("dispatch-marked", DispatchMarked(slip), hand)])
    except AntinError as error:
        assert error.code == "dispatch-settled"
    else:
        raise SystemExit("it was not refused")
    assert audit(station).ok and not audit(station).refused
town.audit()
print("used")
"""


def test_the_first_change_of_the_page_works(tmp_path: Path) -> None:
    source = tmp_path / "antin"
    shutil.copytree(HOUSE / "src" / "antin", source, ignore=shutil.ignore_patterns("__pycache__"))
    blocks = BLOCK.findall((HOUSE / "docs" / "changing.md").read_text("utf-8"))
    assert len(blocks) == 8
    for how, name, anchor, new in blocks:
        path = source / name
        text = path.read_text("utf-8")
        assert how == "end" or text.count(anchor) == 1, (name, anchor)
        if how == "end":
            text = text.rstrip("\n") + "\n" + new
        elif how == "before":
            text = text.replace(anchor, new + anchor)
        else:
            text = text.replace(anchor, f"{anchor}\n{new.rstrip()}")
        path.write_text(text, "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", USED, str(HOUSE / "tests"), str(tmp_path / "town")],
        env={"PYTHONPATH": str(tmp_path), "PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=False,
        timeout=300,
    )  # fmt: skip
    assert (done.stdout, done.returncode) == ("used\n", 0), done.stderr


@pytest.mark.parametrize("name", ["glossary.md", "changing.md"])
def test_the_page_is_named_where_a_reader_begins(name: str) -> None:
    assert f"docs/{name}" in (HOUSE / "ARCHITECTURE.md").read_text("utf-8")
