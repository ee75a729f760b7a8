"""Pages of commands and what they answer: tests/scripts/*.txt, readable by anyone.

``$ command`` runs in a shell in a fresh folder; the lines below are its whole output (both streams), where ``[..]``
stands for anything on a line and a lone ``...`` for any output; ``? 3`` is the exit code expected (else 0).
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

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


# The program as it is but for one thing: a key is locked as cheaply as the town's (tests/town.py). The price stands in
# each key file, so that only their making is touched; tests/test_transcripts.py pays the whole one.
CHEAP = """#!{python}
from antin.kernel.crypto import locker
locker.RFC_9106_LOW_MEMORY = locker.CHEAPEST
from antin.cli.main import main
main()
"""


@pytest.fixture
def binaries(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A folder with the program."""
    folder = tmp_path_factory.mktemp("bin")
    (folder / "antin").write_text(CHEAP.replace("{python}", sys.executable))
    (folder / "antin").chmod(0o755)
    return str(folder)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_page(page: Path, tmp_path: Path, binaries: str) -> None:
    path = os.pathsep.join((binaries, str(Path(sys.executable).parent), os.environ["PATH"]))
    environment = {**os.environ, "PATH": path, "LC_ALL": "C.UTF-8", "COLUMNS": "100"}
    for name in ("ANTIN_HOME", "PYTHONUNBUFFERED"):  # as at a terminal: what is buffered fails at the end
        environment.pop(name, None)
    for number, command, expected, code in steps(page.read_text("utf-8")):
        done = subprocess.run(
            ["bash", "-c", command], cwd=tmp_path, env=environment, stdin=subprocess.DEVNULL, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, timeout=120,
        )  # fmt: skip
        output = "\n".join(line.rstrip() for line in done.stdout.splitlines() if line.strip())
        where = f"{page.name}:{number}: {command}\n{done.stdout}"
        assert "Traceback" not in done.stdout, where
        assert done.returncode == code, f"exit {done.returncode}, expected {code}\n{where}"
        assert re.fullmatch(pattern(expected), output, re.S), f"expected:\n{chr(10).join(expected)}\ngot:\n{where}"
