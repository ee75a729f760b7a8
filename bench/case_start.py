"""(e) Start-up beside a bare click program with a group, a command and an option: processor time, in pairs."""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from measure import Row, Run, aim, child, interleaved, row

BARE = '''
import click

@click.group()
def main():
    """A program."""

@main.command()
@click.option("-r", "--recipient", multiple=True, help="Who.")
@click.argument("file")
def seal(file, recipient):
    """Seal a file."""

main()
'''
PEER = "bare click program: seal --help"
WANTED = {"antin --version": 100, "antin --help": 100, "antin seal --help": 100}  # milliseconds beyond the peer


def measure(rounds: int) -> list[Row]:
    """Only processes are measured. What Python compiled is kept, as where the program is installed."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory() as place:
        home, bare, secret = (Path(place) / each for each in ("home", "bare.py", "secret"))
        bare.write_text(BARE)
        secret.write_text("mat-khau-thu\n")
        found = ["antin", "init", "A00", "--root", "--name", "A", "--home", home, "--passphrase-file", secret]
        child([*map(str, found)], environment=kept, folder=Path(place))
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            PEER: [sys.executable, str(bare), "seal", "--help"],
            **{name: name.split(" ") for name in WANTED},
            "antin inbox, a small station": ["antin", "inbox", "--home", str(home)],
        }
        runs = interleaved({name: _work(command, kept) for name, command in commands.items()}, rounds)
    rows = {name: row("start-up", name, runs[name], name) for name in commands}
    for name, one in rows.items():
        pairs = list(zip(runs[name], runs[PEER], strict=True))
        ratio = statistics.median(ours.processor / theirs.processor for ours, theirs in pairs)
        one.note = "" if name == PEER else f"processor: {ratio:.2f} × the bare program"
        if name in WANTED:
            more = 1000 * statistics.median(ours.processor - theirs.processor for ours, theirs in pairs)
            wanted = WANTED[name]
            aim(one, f"≤ {wanted} ms of processor more than a bare click program", more, wanted, at_most=True)
    return list(rows.values())


def _work(command: list[str], environment: dict[str, str]) -> Callable[[], Run]:
    return lambda: child(command, environment=environment)
