"""Pages of commands and what they answer: tests/scripts/*.txt, readable by anyone.

``$ command`` runs in a shell in a fresh folder; the lines below are its whole output (both streams), where ``[..]``
stands for anything on a line and a lone ``...`` for any output; ``? 3`` is the exit code expected (else 0).

The commands of a page run warm (tests/warm.py). The page of files, which is about streams, and the first command of
every other start the program anew.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from warm import Warm, cheap

PAGES = sorted((Path(__file__).parent / "scripts").glob("*.txt"))


def steps(page: str) -> list[tuple[int, str, list[str], int]]:
    """(line number, command, expected lines, exit code)."""
    found: list[tuple[int, str, list[str], int]] = []
    for number, line in enumerate(page.splitlines(), 1):
        if line.startswith("$ "):
            found.append((number, line[2:], [], 0))
        elif line.startswith("? "):
            found[-1] = (*found[-1][:3], int(line[2:]))
        elif found and not line.startswith("#") and line:
            found[-1][2].append(line)
    return found


def pattern(lines: list[str]) -> str:
    if lines == ["..."]:
        return ".*"
    return "\n".join(re.escape(line).replace(re.escape("[..]"), "[^\n]*") for line in lines)


ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8", "COLUMNS": "100"}
for name in ("ANTIN_HOME", "PYTHONUNBUFFERED"):  # as at a terminal: what is buffered fails at the end
    ENVIRONMENT.pop(name, None)
STREAMS = {"files"}


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return cheap(tmp_path_factory.mktemp("bin"))


@pytest.fixture(scope="module")
def warm(program: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warm]:
    warm = Warm(tmp_path_factory.mktemp("warm"), ENVIRONMENT, cheap=True, program=program)
    yield warm
    warm.close()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_page(page: Path, tmp_path: Path, program: Path, warm: Warm) -> None:
    started = False
    for number, command, expected, code in steps(page.read_text("utf-8")):
        real = page.stem in STREAMS or not started
        started = started or "antin " in command
        binaries = program.parent if real else warm.bin
        path = os.pathsep.join((str(binaries), str(Path(sys.executable).parent), os.environ["PATH"]))
        done = subprocess.run(
            ["bash", "-c", command], cwd=tmp_path, env={**ENVIRONMENT, "PATH": path}, stdin=subprocess.DEVNULL,
            text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, timeout=120,
        )  # fmt: skip
        output = "\n".join(line.rstrip() for line in done.stdout.splitlines() if line.strip())
        where = f"{page.name}:{number}: {command}\n{done.stdout}"
        assert "Traceback" not in done.stdout, where
        assert done.returncode == code, f"exit {done.returncode}, expected {code}\n{where}"
        assert re.fullmatch(pattern(expected), output, re.S), f"expected:\n{chr(10).join(expected)}\ngot:\n{where}"
