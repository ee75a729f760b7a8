"""The program as it runs in a shell, in this process: many commands without many starts."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from click.testing import CliRunner
from town import PASS, Town

from antin.cli.main import main


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


@dataclass
class Program:
    """``run`` here, ``process`` as a process of its own with its streams."""

    town: Town
    secret: Path

    def words(self, *words: str, home: str) -> list[str]:
        more = ["--passphrase-file", str(self.secret)] if takes(words, "passphrase_file") else []
        if words[:2] == ("officer", "add"):
            more += ["--new-passphrase-file", str(self.secret)]
        return [*words, *more, "--home", str(self.town.home(home))]

    def run(self, *words: str, home: str) -> Done:
        done = CliRunner().invoke(main, self.words(*words, home=home))
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return Done(done.exit_code, done.stdout, done.stderr)

    def bare(self, *words: str) -> Done:
        """A command that has no station."""
        done = CliRunner().invoke(main, words)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return Done(done.exit_code, done.stdout, done.stderr)

    def process(self, *words: str, home: str, **more: Any) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "antin", *self.words(*words, home=home)]
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more}
        environment = {**os.environ, **streams.pop("env", {})}
        environment.pop("PYTHONUNBUFFERED", None)  # as at a terminal: what is buffered fails at the end
        return subprocess.run(command, check=False, timeout=120, env=environment, **streams)


def takes(words: tuple[str, ...], name: str) -> bool:
    """Whether that command has such a parameter."""
    command: click.Command | None = main
    for word in words:
        if not isinstance(command, click.Group):
            break
        command = command.get_command(click.Context(command), word)
    return command is not None and any(each.name == name for each in command.params)


def made(town: Town, folder: Path) -> Program:
    secret = folder / "mk"
    secret.write_bytes(PASS + b"\n")
    return Program(town, secret)
