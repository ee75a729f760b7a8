"""(e) Start-up beside a bare import of click."""

from __future__ import annotations

import sys
from collections.abc import Callable

from measure import Row, Run, aim, child, interleaved, row


def measure(rounds: int) -> list[Row]:
    """Only processes are measured."""
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "python -c 'import click'": [sys.executable, "-c", "import click"],
        "antin --help": ["antin", "--help"],
        "antin seal --help": ["antin", "seal", "--help"],
    }
    runs = interleaved({name: _work(command) for name, command in commands.items()}, rounds)
    rows = {name: row("start-up", name, runs[name], name) for name in commands}
    extra = (rows["antin --help"].median or 0.0) - (rows["python -c 'import click'"].median or 0.0)
    aim(rows["antin --help"], "≤ 150 ms more than import click", 1000 * extra, 150, at_most=True)
    return list(rows.values())


def _work(command: list[str]) -> Callable[[], Run]:
    return lambda: child(command)
