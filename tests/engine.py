"""Where the stations of a test keep their books: SQLite, or with ``--engine postgresql`` a server of the run's own.

A town has one database there, and in it one schema for each station; so that a copy of a town is one of a database.
"""

from __future__ import annotations

import atexit
import os
import re
import shutil
import tempfile
from contextlib import ExitStack
from functools import cache
from pathlib import Path

from cluster import Cluster, programs

NAMES = ("sqlite", "postgresql")
FILE = "database"  # in a town's folder: the URL of its database
_ROOM = Path("/dev/shm")


def chosen() -> str:
    """Which engine this run is for; what it starts is told by the environment."""
    return os.environ.get("ANTIN_ENGINE", NAMES[0])


def choose(name: str) -> None:
    """For this run."""
    os.environ["ANTIN_ENGINE"] = name


def there() -> bool:
    """Whether this run keeps books on a server."""
    return chosen() == NAMES[1]


@cache
def cluster() -> Cluster:
    """One for each worker, for as long as it runs."""
    assert programs() is not None
    # Its socket's path must be short, and whoever runs it must get there: not below the folders of the tests.
    folder = Path(tempfile.mkdtemp(prefix="antin-pg-", dir=_ROOM if os.access(_ROOM, os.W_OK) else None))
    folder.chmod(0o755)
    found = Cluster(folder / "c").make()
    found.start()

    def end(pid: int = os.getpid()) -> None:
        if os.getpid() == pid:  # not in a child that a test has forked
            found.stop()
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(end)
    return found


def kept(town: Path, code: str) -> str:
    """Where a new station of a town keeps its books: a URL, or nothing for its folder."""
    if not there():
        return ""
    file = town / FILE
    if not file.exists():
        file.write_text(cluster().database())
    schema = re.sub(r"\W", "_", code).lower()
    cluster().say(f"CREATE SCHEMA {schema}", _name(file.read_text()))
    return f"{file.read_text()}&options=-csearch_path%3D{schema}"


def copied(source: Path, target: Path) -> None:
    """The books of a town that was copied: a database of its own, which its stations' settings name."""
    if not (source / FILE).exists():
        return
    old = (source / FILE).read_text()
    new = cluster().database(template=_name(old))
    for file in (target / FILE, *target.glob("*/station.toml")):
        file.write_text(file.read_text().replace(old, new))


def forget(before: set[str]) -> None:
    """Drop what was made since."""
    for name in databases() - before:
        cluster().say(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def databases() -> set[str]:
    """Those of this run's tests."""
    return {str(name) for (name,) in cluster().say("SELECT datname FROM pg_database WHERE datname LIKE 'db%'")}


def _name(url: str) -> str:
    found = re.search(r"@/([^?]+)", url)
    assert found is not None
    return found[1]


def twin(home: Path, target: Path) -> Path:
    """A station's folder once more, with books of its own as they are now."""
    shutil.copytree(home, target)
    settings = target / "station.toml"
    if url := _url(home):
        old = url.partition("&options=")[0]
        settings.write_text(settings.read_text().replace(old, cluster().database(template=_name(old))))
    return target


def put_back(old: Path, home: Path) -> None:
    """The books of a station are those that ``twin`` kept; its signer's folder stays as it is."""
    for path in home.glob("station.db*"):
        path.unlink()
    if url := _url(old):
        before = url.partition("&options=")[0]
        again = url.replace(before, cluster().database(template=_name(before)))
        settings = home / "station.toml"
        settings.write_text(re.sub(r'(?m)^database = ".*"$', f'database = "{again}"', settings.read_text()))
    else:
        shutil.copy(old / "station.db", home / "station.db")


def _url(home: Path) -> str:
    """What a station's settings name as its database."""
    found = re.search(r'(?m)^database = "(.+)"$', (home / "station.toml").read_text())
    return found[1] if found else ""


def room(stack: ExitStack) -> Path:
    """A folder for a server of a test's own: the path of its socket is short, and whoever runs it gets there."""
    folder = Path(tempfile.mkdtemp(prefix="antin-pg-", dir=_ROOM if os.access(_ROOM, os.W_OK) else None))
    folder.chmod(0o755)
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    return folder / "c"
