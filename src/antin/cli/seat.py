"""Who sits at the terminal: where the station lies, who acts, where his passphrase comes from, how to answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

from antin.cli.door import (
    agreed,
    emit,
    guarded,
    home_option,
    json_option,
    need_home,
    officer_options,
    passphrase,
    say,
    table,
)
from antin.cli.setup import only_officer
from antin.station.desk import Desk
from antin.station.station import Station, opened


@contextmanager
def at_desk(home: Path | None, officer: str, passphrase_file: Path | None) -> Iterator[tuple[Station, str]]:
    """An open station with the acting officer signed in."""
    with opened(need_home(home)) as station:
        who = officer or only_officer(station)
        station.sign_in(who, passphrase(passphrase_file, who))
        yield station, who


@contextmanager
def reading(home: Path | None, officer: str, passphrase_file: Path | None) -> Iterator[Station]:
    """An open station; signed in only when an officer was named."""
    with opened(need_home(home), write=False) as station:
        if officer:
            station.sign_in(officer, passphrase(passphrase_file, officer))
        yield station


@dataclass(frozen=True, slots=True)
class Seat:
    """``--home``, ``--as``, ``--passphrase-file``, ``--json``."""

    home: Path | None
    officer: str
    passphrase_file: Path | None
    as_json: bool

    @contextmanager
    def acting(self) -> Iterator[Desk]:
        """An open station with the acting officer signed in."""
        with at_desk(self.home, self.officer, self.passphrase_file) as (station, who):
            yield Desk(station, who, lambda code, **fields: agreed(say(code, **fields)), say)

    def reading(self) -> AbstractContextManager[Station]:
        """An open station; signed in only when an officer was named, so that lists need no passphrase."""
        return reading(self.home, self.officer, self.passphrase_file)

    def list(self, rows: object, lines: Sequence[Sequence[str]], columns: Sequence[str]) -> None:
        """Rows for a program, a table for a person."""
        emit(rows) if self.as_json else table(lines, [say(f"col-{name}") for name in columns])


def seated(function: Callable[..., Any]) -> Any:
    """A command that is given its ``Seat`` instead of four options; and the guard."""

    @wraps(function)
    def run(*, home: Path | None, officer: str, passphrase_file: Path | None, as_json: bool, **given: Any) -> Any:
        return function(Seat(home, officer, passphrase_file, as_json), **given)

    return officer_options(home_option(json_option(guarded(run))))
