"""Every transcript of the pages is what the program says: ``$ command`` and the lines below it, in both languages.

``A03.15$`` is a command at that station. What no reader can repeat is not compared: dates, digests, fingerprints, sizes
in bytes, the width of columns; ``…`` stands for anything on its line, alone for any lines; ``[exit 3]`` is the exit
code (else 0). A command without lines below it need only succeed. Snippets marked for tests/test_readme.py run there.

Before the first command under a heading, or under a comment ``<!-- name -->``, what tests/transcripts/PAGE.txt has
under that name is run; ``start`` before all. There ``town`` founds the stations of tests/town.py, ``state`` lets its
authorities sign and publish, ``later 9`` does so that many days later, ``pdf`` writes a document, ``ahead A03.15 1``
lets a leader sign while the clock there is that many hours ahead, and ``rounds`` sends a station's papers to the others
whenever the prompt moves on to another one.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner
from doors.program import takes
from steering.hands import publish, take
from town import AGENCIES, LITTLE, PASS, Town, copy

from antin.acts.sign_document import sign_document
from antin.cli import door, seat
from antin.cli.main import main
from antin.cli.read import write_fingerprint
from antin.kernel.crypto.locker import CHEAPEST
from antin.kernel.formats.fields import Facts, Label
from antin.packs import load
from antin.station.days import VIETNAM
from antin.station.station import opened
from antin.words import LANGUAGES, Words

HOUSE = Path(__file__).resolve().parent.parent
PAGES = ["README", "officer", "steering", "operator"]
PREPARED = Path(__file__).parent / "transcripts"
PROMPT = re.compile(r"(?P<station>[A-Z][0-9.]+)?\$ (?P<command>.*)")
FINGERPRINT = r"[0-9A-Z]{4}-[0-9A-Z]{4}(?:-…|(?:-[0-9A-Z]{4}){8})"
PERIOD = r"\b20\d\d-nua-nam-[12]\b"
WRITTEN = datetime(2026, 11, 29)
UNSTEADY = (
    (PERIOD, "‹period›"),
    (FINGERPRINT, "‹fingerprint›"),
    (r"\d\d/\d\d(?:/\d{4}(?: \d\d:\d\d)?| \d\d:\d\d)", "‹date›"),
    (r"-20\d{6}\.", "-‹date›."),
    (r"(?<=: )https://[0-9.]+:\d+/#", "‹relay›"),
    (r"\b(?:[0-9a-f]{16,}|[0-9a-f]{6,}(?=…))…?", "‹digest›"),
    (r"\b\d+ byte", "‹size› byte"),
    (r" {2,}", " "),
)


@dataclass
class Step:
    """A command of a page, under its heading."""

    line: int
    heading: str
    station: str
    command: str
    shown: list[str] = field(default_factory=list)
    code: int = 0


def place(page: str, lang: str) -> Path:
    if page == "README":
        return HOUSE / ("README.md" if lang == "en" else "README.vi.md")
    return HOUSE / f"docs/{page}/index.{lang}.md"


def steps(text: str) -> list[Step]:
    found: list[Step] = []
    heading, fence = "", False
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("```"):
            fence = not fence
        elif not fence and (name := re.fullmatch(r"<!-- (\w+) -->", line)):
            heading = name[1]
        elif not fence:
            heading = line.lstrip("#").strip().strip("`") if line.startswith("#") else heading
        elif said := PROMPT.fullmatch(line):
            found.append(Step(number, heading, said["station"] or "", said["command"]))
        elif found and found[-1].command.endswith("\\"):
            found[-1].command = found[-1].command.removesuffix("\\") + line.strip()
        elif code := re.fullmatch(r"\[exit (\d+)\]", line):
            found[-1].code = int(code[1])
        elif line and found:
            found[-1].shown.append(line)
    return found


def steadied(text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.splitlines() if line.strip())
    for unsteady, name in UNSTEADY:
        lines = re.sub(unsteady, name, lines)
    return lines


def moved(text: str) -> str:
    """Days as far from today as they are from the day on which the pages were written."""

    def move(found: re.Match[str]) -> str:
        style = "%d/%m/%Y" if "/" in found[0] else "%Y-%m-%d"
        try:
            return (datetime.strptime(found[0], style) + (datetime.now() - WRITTEN)).strftime(style)
        except ValueError:
            return found[0]

    return re.sub(r"\b(?:\d\d/\d\d/\d{4}|\d{4}-\d\d-\d\d)\b", move, text)


def expected(shown: list[str]) -> str:
    """A pattern."""
    parts = [re.escape(line).replace("…", "[^\n]*") + "\n" for line in steadied("\n".join(shown)).split("\n")]
    return "".join(r"(?:[^\n]*\n)*?" if part == "[^\n]*\n" else part for part in parts)


class Reader:
    """Does what the page says, in a folder of its own that holds every path that begins with a slash, too."""

    def __init__(self, folder: Path, lang: str, founded: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder, self.lang, self.founded, self.patch = folder, lang, founded, patch
        self.root, self.exchanges, self.last = "", False, ""
        self.town: Town | None = None
        self.secret = folder / "mk"
        self.secret.write_bytes(PASS + b"\n")

    def prepare(self, line: str) -> None:
        word, _, rest = line.partition(" ")
        if word == "town":
            self.town = copy(self.founded, self.folder / "town")
            self.patch.setattr(seat, "opened", partial(opened, clock_=self.town.clock, cost=CHEAPEST))
            for home in self.town.folder.iterdir():
                (self.folder / home.name).symlink_to(home)
            self.root = write_fingerprint(bytes.fromhex((self.town.folder / "root").read_text()))
        elif word == "later" and self.town:
            self.town.clock.ahead = int(rest) * 86_400
            self.town.state()
        elif word == "rounds":
            self.exchanges = True
        elif word == "state" and self.town:  # what authorities do once a day, a moment after the last deed
            time.sleep(1.1)
            self.town.state()
            self.town.sync(*AGENCIES)
        elif word == "ahead":
            code, hours = rest.split()
            with opened(self.folder / code, clock_=lambda: time.time() + int(hours) * 3600) as station:
                station.sign_in("ld01", PASS)
                described = Facts("cong-van", "09/CV", station.now(), "", "ke-hoach.pdf", "application/pdf")
                sign_document(station, "ld01", self.folder / "ke-hoach.pdf", described, Label(1, 0, (), (), 1))
        elif word == "pdf":
            (self.folder / rest).write_bytes(LITTLE + rest.encode())
        else:
            station, command = PROMPT.fullmatch(line).groups() if PROMPT.fullmatch(line) else ("", line)
            code, said = self.run(station or "", command)
            assert code == 0, f"{line}\n{said}"

    def run(self, station: str, command: str) -> tuple[int, str]:
        """Exit code and everything said."""
        if self.exchanges and station and station != self.last:
            self.exchange(self.last)
            self.last = station
        command = re.sub(FINGERPRINT, self.root, re.sub(r"\s+# .*", "", command))
        command = re.sub(r"-20\d{6}\.", f"-{datetime.now(VIETNAM):%Y%m%d}.", command)
        command = re.sub(PERIOD, self.period(), moved(command))
        command = re.sub(r"(?<=\s)/(?=\w)", f"{self.folder}/", command)
        words = shlex.split(command)
        for second in ("new_passphrase_file", "with_passphrase_file"):  # as it would be typed at a terminal
            if words[0] == "antin" and takes(tuple(words[1:]), second):
                words += [f"--{second.replace('_', '-')}", str(self.secret)]
        env = {"ANTIN_PASSPHRASE_FILE": str(self.secret), "ANTIN_LANG": self.lang, "COLUMNS": "200"}
        if station:
            env["ANTIN_HOME"] = str(self.folder / station)
        into = words[-1] if words[0] == "antin" and ">" in words[-2:-1] else ""
        if words[:3] == ["antin", "relay", "serve"]:
            code, said = self.served(words, env)
        elif words[0] != "antin" or {"|", "||", "&&", "<", ";"} & set(words):
            code, said = self.shell(command, env)
        else:
            done = CliRunner(env=env).invoke(main, words[1 : -2 if into else None])
            assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
            code, said = done.exit_code, done.output
        if into:
            Path(into).write_text(moved(said), "utf-8")
            said = ""
        said = said.replace(f"{self.folder}/", "/")
        self.root = next(iter(re.findall(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){9}\b", said)), self.root)
        return code, said

    def period(self) -> str:
        now = datetime.now(VIETNAM) + timedelta(seconds=self.town.clock.ahead if self.town else 0)
        return load("vn-2026").period("nua-nam", now.date()).key

    def exchange(self, station: str) -> None:
        """What the registrar of ``station`` sends, taken everywhere else."""
        if not station or not self.town:
            return
        others = [code for code in AGENCIES if code != station]
        publish(self.town, station)
        if not self.town.sync(station).put:
            return
        self.town.sync(*others)
        for code in others:
            take(self.town, code)

    def served(self, words: list[str], env: dict[str, str]) -> tuple[int, str]:
        """A program that stays: what it says at first; it is told to end, perhaps before it was ready to hear that."""
        command = [sys.executable, "-m", *words]
        with subprocess.Popen(command, env={**os.environ, **env}, text=True, stdout=subprocess.PIPE) as staying:
            assert staying.stdout is not None
            said = staying.stdout.readline()
            staying.terminate()
            return max(staying.wait(timeout=60), 0), said

    def shell(self, command: str, env: dict[str, str]) -> tuple[int, str]:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(["bash", "-c", command], env={**os.environ, **env, "PATH": path}, text=True, check=False,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=60)  # fmt: skip
        return done.returncode, done.stdout


def prepared(page: str) -> dict[str, list[str]]:
    path, found = PREPARED / f"{page}.txt", {}
    heading = ""
    for line in path.read_text("utf-8").splitlines() if path.exists() else ():
        if line.startswith("## "):
            heading = line.removeprefix("## ")
            found[heading] = []
        elif line and not line.startswith("# "):
            found[heading].append(line)
    return found


def told(page: str, reader: Reader) -> Iterator[tuple[Step, int, str]]:
    """Each command of the page with its exit code and what it said."""
    before = prepared(page)
    for line in before.pop("start", []):
        reader.prepare(line)
    for step in steps(place(page, reader.lang).read_text("utf-8")):
        for line in before.pop(step.heading, []):
            reader.prepare(line)
        yield step, *reader.run(step.station, step.command)
    assert not before, f"{page}: prepared, but no such heading: {list(before)}"


@pytest.fixture
def speaking(monkeypatch: pytest.MonkeyPatch, lang: str) -> None:
    """The door speaks ``lang`` from now on."""
    for name, value in vars(Words(lang)).items():
        monkeypatch.setattr(door.say, name, value)
    for name in [name for name in os.environ if name.startswith("ANTIN_")]:
        monkeypatch.delenv(name)


@pytest.mark.usefixtures("speaking")
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_page(page: str, lang: str, tmp_path: Path, founded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for step, code, said in told(page, Reader(tmp_path, lang, founded, monkeypatch)):
        where = f"{place(page, lang).relative_to(HOUSE)}:{step.line}: {step.command}\n{said}"
        assert code == step.code, f"exit {code}, the page says {step.code}\n{where}"
        if step.shown:
            shown = "\n".join(step.shown)
            assert re.fullmatch(expected(step.shown), steadied(said) + "\n"), f"the page says\n{shown}\ngot\n{where}"


@pytest.mark.parametrize("page", PAGES)
def test_both_languages_show_the_same_commands(page: str) -> None:
    """But for what a person writes in words."""

    def commands(lang: str) -> list[tuple[str, ...]]:
        return [(step.station, *step.command.split()[:3]) for step in steps(place(page, lang).read_text("utf-8"))]

    assert [each[:3] for each in commands("vi")] == [each[:3] for each in commands("en")]
