"""Move a station's database between its folder and a server.

    nobody else is here → copy, compare, replay → the new one is finished → ``station.toml`` names it

Killed anywhere before the last step the station works where it was, and the next run begins the copy anew. Keys, the
signer's memory, blobs and evidence stay in the folder.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from antin.errors import Conflict
from antin.station import kept, moving
from antin.station import settings as settings_file
from antin.station.lock import alone, locked
from antin.storage import durable
from antin.storage.engines import is_url

Tell = Callable[[str, int, int], None]
_MOVING, _LEFT = f"{kept.FILE}.moving", f"{kept.FILE}.before-migrate"


@dataclass(frozen=True, slots=True)
class Moved:
    """From where, to where, and how much."""

    source: str
    target: str
    records: int
    rows: int


def migrate(home: Path, to: str, tell: Tell = lambda *_: None) -> Moved:
    """``to``: the URL of an empty database, or "" for the station's folder.

    Raises ``Conflict`` where it lies there already and where something else does, ``Unavailable`` while a program has
    the station open.
    """
    settings = settings_file.load(home)
    if to == settings.database:
        raise Conflict("migrate-there-already", path=to or home)
    with alone(home), closing(kept.open_kept(home, settings)) as source, locked(home, source):
        place = to if is_url(to) else home / _MOVING
        records, rows = moving.fill(place, source, settings, tell)
        was = str(source.place)
        with durable.translated(home):
            if not to:
                _aside(home)
                (home / _MOVING).rename(home / kept.FILE)
                durable.sync_folder(home)
            settings_file.save(home, replace(settings, database=to))
            if to:
                _aside(home)
                durable.sync_folder(home)
    return Moved(was, to or str(home / kept.FILE), records, rows)


def _aside(home: Path) -> None:
    """A database in the folder that is not used any more is kept under a name that nothing bears."""
    if not (home / kept.FILE).exists():
        return
    number = 1
    while (home / f"{_LEFT}-{number}").exists():
        number += 1
    for end in ("-wal", "-shm", ""):
        path = home / f"{kept.FILE}{end}"
        if path.exists():
            path.rename(home / f"{_LEFT}-{number}{end}")
