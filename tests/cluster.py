"""A server of PostgreSQL of one's own: in a folder in memory, reached by a Unix socket alone, run by somebody who is
not root, and gone when its test run ends. The machine's own server is never asked.

    with Cluster(folder) as cluster:
        url = cluster.database("north")
"""

from __future__ import annotations

import itertools
import os
import pwd
import re
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from types import TracebackType

import psycopg

USER = "antin"
_QUICK = {"fsync": "off", "full_page_writes": "off", "autovacuum": "off", "wal_level": "minimal",
          "max_wal_senders": "0", "checkpoint_timeout": "1h", "shared_buffers": "64MB"}  # fmt: skip
_ALWAYS = {"listen_addresses": "''", "max_connections": "60", "lc_messages": "'C'", "log_statement": "'none'"}


def programs() -> Path | None:
    """Where the server's programs are; the newest there is."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda each: int(each.parts[-3]))
    here = found[-1] if found else shutil.which("initdb")
    return Path(here).resolve().parent if here else None


def _nobody() -> str | None:
    """Whom a server is run by where we are root: it refuses that."""
    if os.geteuid():
        return None
    known = {each.pw_name for each in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in known)


def _processes() -> dict[int, tuple[int, str]]:
    """Of each process its parent, and its state."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
            found[int(stat.parent.name)] = int(parent), state
    return found


class Cluster:
    """``durable``: every commit is on the disk, as on a real server; else it is quick."""

    def __init__(self, folder: Path, *, durable: bool = False, **settings: str) -> None:
        self.folder, self.data = folder, folder / "data"
        self.settings = {**_ALWAYS, **({} if durable else _QUICK), **settings}
        self.user, self._numbers = _nobody(), itertools.count(1)

    def run(self, program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[bytes]:
        """One of the server's programs, as whoever runs it."""
        found = programs()
        assert found is not None
        become = ["setpriv", f"--reuid={self.user}", f"--regid={pwd.getpwnam(self.user).pw_gid}", "--clear-groups"]
        call = [*(become if self.user else ()), str(found / program), *arguments]
        done = subprocess.run(call, cwd=self.folder, capture_output=True, check=False, timeout=120)
        log = (self.folder / "log").read_text()[-800:] if check and (self.folder / "log").exists() else ""
        assert not check or done.returncode == 0, (program, done.stdout, done.stderr, log)
        return done

    def make(self) -> Cluster:
        """An empty one, not started."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.user:
            shutil.chown(self.folder, self.user)
        self.run("initdb", "-D", str(self.data), "-A", "trust", "-U", USER, "-E", "UTF8", "--no-locale", "-N")
        self.configure()
        return self

    def configure(self) -> None:
        """Write its settings."""
        place = {"unix_socket_directories": f"'{self.folder}'"}
        lines = [f"{name} = {value}\n" for name, value in {**self.settings, **place}.items()]
        with (self.data / "postgresql.auto.conf").open("a") as file:
            file.writelines(lines)

    def start(self) -> None:
        """Listen."""
        self.run("pg_ctl", "-D", str(self.data), "-w", "-t", "60", "-l", str(self.folder / "log"), "start")

    def stop(self, how: str = "immediate") -> None:
        """End it; nothing is said where it has ended."""
        self.run("pg_ctl", "-D", str(self.data), "-m", how, "-w", "stop", check=False)

    def __enter__(self) -> Cluster:
        self.make().start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    @cached_property
    def version(self) -> int:
        """Of the server."""
        with psycopg.connect(self.url("postgres")) as line:
            return line.info.server_version

    @property
    def pid(self) -> int:
        """Of the server's first process."""
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def kill(self) -> None:
        """As without power: its first process at once, and the others, which notice."""
        pid = self.pid
        all_of_it = [pid, *(each for each, (parent, _) in _processes().items() if parent == pid)]
        for each in all_of_it:
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        while any(_processes().get(each, (0, "Z"))[1] != "Z" for each in all_of_it):
            time.sleep(0.01)
        for left in (self.data / "postmaster.pid", *self.folder.glob(".s.PGSQL.*")):
            left.unlink()  # as on a machine that starts again: nobody has that number any more

    def url(self, name: str, **more: str) -> str:
        """The URL of a database."""
        said = "".join(f"&{key}={value}" for key, value in more.items())
        return f"postgresql://{USER}@/{name}?host={self.folder}{said}"

    def say(self, sql: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """A statement of whoever administers it."""
        with psycopg.connect(self.url(database), autocommit=True) as line:
            done = line.execute(sql)  # type: ignore[arg-type]
            return done.fetchall() if done.description else []

    def database(self, name: str = "", template: str = "template1") -> str:
        """The URL of a new database, empty or as another one is."""
        name = name or f"db{next(self._numbers)}_{os.getpid()}"
        how = "STRATEGY file_copy" if self.version >= 150000 else ""  # by its files is half as long as by its pages
        self.say(f'CREATE DATABASE "{name}" TEMPLATE "{template}" {how}')
        return self.url(name)

    def drop(self, url: str) -> None:
        """A database that is not needed any more."""
        found = re.search(r"@/([^?]+)", url)
        assert found is not None
        self.say(f'DROP DATABASE IF EXISTS "{found[1]}" WITH (FORCE)')
