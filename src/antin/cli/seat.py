"""Who sits at the terminal: where the station lies, who acts, where his passphrase comes from, how to answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

from antin.cli.door import (
    agreed,
    emit,
    guarded,
    home_option,
    json_option,
    need_home,
    officer_options,
    passphrase,
    passphrase_option,
    said,
    say,
    table,
)
from antin.cli.late import Late
from antin.errors import Malformed
from antin.frozen import dataclass
from antin.station.desk import Desk
from antin.station.station import AUTHORITY_KEY, Station, opened
from antin.views import books

if TYPE_CHECKING:
    from antin.acts import links, publishing
else:  # an authority looks at its link before it signs; nobody else at a terminal needs what exchanges
    links, publishing = Late("antin.acts.links"), Late("antin.acts.publishing")


def only_officer(station: Station, role: str = "") -> str:
    """Who acts when nobody said: the only officer here, or the only one with that role. Raises ``Malformed`` when there
    are several."""
    rows = books.officers(station)
    names = [row.officer for row in rows if len(rows) == 1 or not role or role in row.roles]
    if len(names) != 1:
        raise Malformed("who-acts", known=", ".join(names) or "–")
    return names[0]


@dataclass(frozen=True, slots=True)
class Place:
    """``--home``, ``--json``: for what needs no key."""

    home: Path | None
    as_json: bool

    @property
    def folder(self) -> Path:
        """The station's folder. Raises ``Missing`` when nobody said which."""
        return need_home(self.home)

    def open(self, *, write: bool = True) -> AbstractContextManager[Station]:
        """The station, nobody signed in."""
        return opened(self.folder, write=write)

    def list(self, rows: object, lines: Sequence[Sequence[str]], columns: Sequence[str], heads: str = "col") -> None:
        """Rows for a program, a table for a person; ``heads``: the family of the words above the columns."""
        emit(rows) if self.as_json else table(lines, [say(f"{heads}-{name}") for name in columns])


@dataclass(frozen=True, slots=True)
class Keys(Place):
    """``--home``, ``--passphrase-file``, ``--json``: for whoever holds a passphrase that is no officer's."""

    passphrase_file: Path | None

    def secret(self, who: str, *, new: bool = False) -> bytes:
        """The passphrase, from the file or asked for."""
        return passphrase(self.passphrase_file, who, new=new)

    @contextmanager
    def authority(self) -> Iterator[Station]:
        """The authority's station, signed in; what its link shows of it is looked at before it signs."""
        seen = links.before_signing(self.folder)
        with self.open() as station:
            station.sign_in(AUTHORITY_KEY, self.secret(station.code))
            publishing.look(station, seen)
            yield station


@dataclass(frozen=True, slots=True)
class Seat(Keys):
    """``--home``, ``--as``, ``--passphrase-file``, ``--json``."""

    officer: str

    @contextmanager
    def acting(self) -> Iterator[Desk]:
        """An open station with the acting officer signed in."""
        with self.open() as station:
            who = self.officer or only_officer(station)
            station.sign_in(who, self.secret(who))
            yield Desk(station, who, lambda code, **fields: agreed(say(code, **said(fields))), say)

    @contextmanager
    def reading(self, *, write: bool = False) -> Iterator[Station]:
        """An open station; signed in only when an officer was named, so that lists need no passphrase. ``write``: what
        goes wrong is a record."""
        with self.open(write=write) as station:
            if self.officer:
                station.sign_in(self.officer, self.secret(self.officer))
            yield station


def placed(function: Callable[..., Any]) -> Any:
    """A command that is given its ``Place`` instead of two options; and the guard."""

    @wraps(function)
    def run(*, home: Path | None, as_json: bool, **given: Any) -> Any:
        return function(Place(home, as_json), **given)

    return home_option(json_option(guarded(run)))


def keyed(function: Callable[..., Any]) -> Any:
    """A command that is given its ``Keys`` instead of three options; and the guard."""

    @wraps(function)
    def run(*, home: Path | None, passphrase_file: Path | None, as_json: bool, **given: Any) -> Any:
        return function(Keys(home, as_json, passphrase_file), **given)

    return passphrase_option(home_option(json_option(guarded(run))))


def seated(function: Callable[..., Any]) -> Any:
    """A command that is given its ``Seat`` instead of four options; and the guard."""

    @wraps(function)
    def run(*, home: Path | None, officer: str, passphrase_file: Path | None, as_json: bool, **given: Any) -> Any:
        return function(Seat(home, as_json, passphrase_file, officer), **given)

    return officer_options(home_option(json_option(guarded(run))))
