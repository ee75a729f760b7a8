"""After the act: an answer that cannot be shown is said as that, with a code of its own; what was done stands once."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from doors.program import Program
from doors.test_typed import commands
from town import NORTH, PDF, SOUTH

from antin.cli import door
from antin.cli.main import main

LOST, CLOSED = 10, 141
ACTS = {
    "sign-document": ["sign-document", "FILE", "--kind", "cong-van", "--level", "mat", "--number", "7/CV", "--subject",
                      "Về việc thử", "--as", "ld01", "--again"],
    "send": ["send", "FILE", "--to", SOUTH, "--as", "vt01", "--again"],
    "sync": ["sync"],
}  # fmt: skip
LISTS = (["outbox"], ["drafts"], ["outbox", "--json"], ["directory", "list"], ["journal"], ["drafts", "--as", "ld01"])
LOCALES = {"C": {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
           "latin-1": {"PYTHONIOENCODING": "latin-1"}, "ascii": {"PYTHONIOENCODING": "ascii"}}  # fmt: skip


class Full(io.RawIOBase):
    """A device on which there is never room, or whose reader has left."""

    def __init__(self, error: int) -> None:
        self.error = error

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        raise OSError(self.error, os.strerror(self.error))


@pytest.fixture
def letter(program: Program) -> Iterator[Path]:
    path = program.town.pdf("thu.pdf", PDF + os.urandom(8).hex().encode())
    program.town.signed(NORTH, path, 1)
    yield path


def size(program: Program, code: str = NORTH) -> int:
    with program.town.at(code) as station:
        return station.journal.head()[0]


@pytest.mark.parametrize(("error", "code"), [(errno.ENOSPC, LOST), (errno.EPIPE, CLOSED)], ids=["full", "closed"])
@pytest.mark.parametrize("path", [path for path, _ in commands()], ids=" ".join)
def test_help_that_cannot_be_shown(
    monkeypatch: pytest.MonkeyPatch, path: tuple[str, ...], error: int, code: int
) -> None:
    """Every command's own page, through the one door that all output takes."""
    said = io.StringIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BufferedWriter(Full(error)), write_through=True))
    monkeypatch.setattr(sys, "stderr", said)
    with pytest.raises(SystemExit) as end:
        main([*path, "--help"])
    assert end.value.code == code
    assert ("answer-not-shown" in said.getvalue()) == (code == LOST)
    assert "Traceback" not in said.getvalue()


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("json", [False, True], ids=["", "json"])
def test_the_act_stands(program: Program, letter: Path, act: str, json: bool) -> None:
    words = [str(letter) if each == "FILE" else each for each in ACTS[act]]
    before = size(program)
    with Path("/dev/full").open("wb") as full:
        done = program.process(*words, *(["--json"] if json else []), home=NORTH, stdout=full)
    said = done.stderr.decode()
    assert (done.returncode, "answer-not-shown" in said) == (LOST, True), said
    assert "Traceback" not in said
    assert "Exception ignored" not in said
    if act != "sync":
        assert size(program) == before + 1, "done once, whatever became of the answer"


@pytest.mark.parametrize("more", [[], ["--json"]], ids=["", "json"])
def test_what_was_refused_is_not_said_to_stand(program: Program, more: list[str]) -> None:
    """Though the answer cannot be shown either."""
    with Path("/dev/full").open("wb") as full:
        done = program.process("accept", "den-77", "--as", "vt01", *more, home=NORTH, stdout=full)
    assert (done.returncode, b"answer-not-shown" in done.stderr) == (6, False), done.stderr


def test_closed_output(program: Program, letter: Path) -> None:
    before = size(program)
    command = ["bash", "-c", 'exec "$@" >&-', "-", sys.executable, "-m", "antin"]
    words = program.words("send", str(letter), "--to", SOUTH, "--as", "vt01", "--again", home=NORTH)
    done = subprocess.run([*command, *words], capture_output=True, check=False, timeout=120)
    assert done.returncode == LOST, done.stderr
    assert b"answer-not-shown" in done.stderr
    assert size(program) == before + 1


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("words", LISTS, ids=" ".join)
def test_every_character_set(program: Program, locale: str, words: list[str]) -> None:
    done = program.process(*words, home=NORTH, env=LOCALES[locale])
    assert done.returncode == 0, done.stderr
    assert done.stdout
    assert b"Traceback" not in done.stderr


def test_a_reader_who_leaves_is_told_nothing(program: Program) -> None:
    words = program.words("journal", "--last", "10000", home=NORTH)
    command = f"{sys.executable} -m antin {' '.join(words)} | head -c 1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=False, timeout=60)
    assert done.returncode in (0, CLOSED)
    assert done.stderr == b""


@pytest.mark.parametrize("size", [None, 0, 9 * 1024 * 1024])
def test_progress_at_a_terminal(monkeypatch: pytest.MonkeyPatch, size: int | None) -> None:
    """Opening does not know how large a document is, nor does sealing from a pipe."""
    shown = io.StringIO()
    monkeypatch.setattr(shown, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys, "stderr", shown)
    with door.progress(size, "–") as tell:
        tell(size or 1)
