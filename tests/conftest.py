"""Judges: programs and modules written by others, whose verdict on our bytes counts more than our own.

A test asks for one with ``judge("openssl")``. A missing program is installed once if this is a Debian machine
and we are root (``ANTIN_NO_APT=1`` forbids it); otherwise the test is skipped, and the summary says so.
"""

from __future__ import annotations

import fcntl
import importlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import engine
import pytest
from absent import absent, may
from cluster import Cluster, programs
from doors.program import Program, made
from town import Town, copy, found

# What a test asks for: the Debian package that has it. Anything else is looked for as it stands.
PROGRAMS = {
    "openssl": "openssl",
    "go": "golang-go",
    "age": "age",
    "pdfsig": "poppler-utils",
    "pdftotext": "poppler-utils",
    "pdftoppm": "poppler-utils",
    "qpdf": "qpdf",
    "sqlite3": "sqlite3",
    "zbarimg": "zbar-tools",
    "msgfmt": "gettext",
    "node": "nodejs",
    "npm": "npm",
    "spin": "spin",
    "fusermount3": "fuse3",
    "ip": "iproute2",
    "tc": "iproute2",
    "initdb": "postgresql",
    "gcc": "build-essential",  # gcc alone comes without the headers
}
MODULES = {"babel", "cbor2", "dilithium_py", "kyber_py", "pypdf"}
LONGEST = ("test_scripts", "test_transcripts", "test_demo")
MEMORY = 6 << 30
RETRY_AFTER = 24 * 3600  # a failed installation is not tried again within a day


def _in_memory() -> None:
    """Stations live in memory where there is room: they wait for the disk at every act, thousands of times in a run.

    Nothing that is asserted changes: what must be flushed when is watched at the calls themselves (tests/faults).
    """
    place = Path("/dev/shm")  # pytest makes a folder of its own there, for its user alone
    if not place.is_mount() or not os.access(place, os.W_OK | os.X_OK):
        return
    found, meminfo = os.statvfs(place), Path("/proc/meminfo")
    free = re.search(r"MemAvailable: +([0-9]+) kB", meminfo.read_text() if meminfo.exists() else "")
    memory = int(free[1]) * 1024 if free else 0
    if found.f_flag & os.ST_NOEXEC or min(found.f_bavail * found.f_frsize, memory) < MEMORY:
        return
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(place))


def _may_install() -> bool:
    debian = Path("/etc/debian_version").exists() and shutil.which("apt-get")
    return bool(debian) and os.geteuid() == 0 and os.environ.get("ANTIN_NO_APT") != "1"


def _apt(*arguments: str, seconds: int) -> bool:
    patience = ["-o", "DPkg::Lock::Timeout=60", "-o", "Acquire::http::Timeout=20"]
    command = ["apt-get", "-qq", *patience, *arguments]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, timeout=seconds, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _install(package: str, notes: Path) -> None:
    """Once for all workers: whoever holds the lock installs, the others wait and find it there."""
    with (notes / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        failed = notes / f"{package}.failed"
        if failed.exists() and time.time() - failed.stat().st_mtime < RETRY_AFTER:
            return
        install = ("install", "-y", "--no-install-recommends", package)
        if not (_apt(*install, seconds=180) or (_apt("update", seconds=90) and _apt(*install, seconds=180))):
            failed.touch()


def _find(name: str, notes: Path) -> Any:
    if name in MODULES:
        try:
            return importlib.import_module(name)
        except ImportError:
            return None
    # Beside this interpreter first: what requirements/dev.txt brought, at the version that it names.
    path = _which(name)
    if path is None and name in PROGRAMS and _may_install():
        _install(PROGRAMS[name], notes)
        path = _which(name)
    return path


def _which(name: str) -> Any:
    if name == "initdb":  # Debian keeps the server's programs beside the path
        return programs()
    return shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where the stations of the tests keep their books."""
    parser.addoption(
        "--engine", choices=engine.NAMES, default=engine.chosen(), help="SQLite, or a PostgreSQL of its own"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Before the first test: where its folders are, and its engine.

    What Python compiled is kept, whatever the machine says: the program is started hundreds of times.
    """
    engine.choose(config.option.engine)
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if not (config.option.basetemp or os.environ.get("TMPDIR") or hasattr(config, "workerinput")):
        _in_memory()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The longest first: else the last minutes of a run belong to one worker."""
    items.sort(key=lambda item: not item.path.name.startswith(LONGEST))
    if engine.there():
        kept = [each for each in items if not each.get_closest_marker("folder")]
        config.hook.pytest_deselected(items=[each for each in items if each not in kept])
        items[:] = kept
    if engine.there() and items and _find("initdb", Path(config.cache.mkdir("judges"))) is None:
        for item in items:
            item.user_properties.append(("judge", "initdb:missing"))
            item.add_marker(pytest.mark.skip(reason="judge missing: initdb (apt-get install postgresql)"))


@pytest.fixture(autouse=True)
def _databases() -> Iterator[None]:
    """What a test makes on the server is gone after it: a town has some thirty megabytes there."""
    if not engine.there():
        yield
        return
    before = engine.databases()
    yield
    engine.forget(before)


@pytest.fixture
def judge(request: pytest.FixtureRequest) -> Callable[[str], Any]:
    """``judge(name)`` returns the path of a program or an imported module, or skips the test."""
    notes = Path(request.config.cache.mkdir("judges"))

    def find(name: str) -> Any:
        found = _find(name, notes)
        request.node.user_properties.append(("judge", f"{name}:{'missing' if found is None else 'ran'}"))
        if found is None:
            hint = f" (apt-get install {PROGRAMS[name]})" if name in PROGRAMS else ""
            pytest.skip(f"judge missing: {name}{hint}")
        return found

    return find


@pytest.fixture
def server(judge: Callable[[str], Any], request: pytest.FixtureRequest) -> Iterator[Cluster]:
    """A PostgreSQL of this run's own; what a test makes there is gone after it."""
    judge("initdb")
    before = engine.databases()
    yield engine.cluster()
    engine.forget(before)


@pytest.fixture
def fuse(request: pytest.FixtureRequest, judge: Callable[[str], str]) -> None:
    """A machine that may mount a file system of its own."""
    judge("fusermount3")
    able = importlib.util.find_spec("mfusepy") and os.access("/dev/fuse", os.R_OK | os.W_OK) and not os.geteuid()
    if not able or not may("unshare", "-m", "true"):
        absent(request, "fuse", "needs root, /dev/fuse and leave to mount")


@pytest.fixture
def hosts(request: pytest.FixtureRequest, judge: Callable[[str], str]) -> None:
    """Network namespaces of our own, and lines between them."""
    judge("tc")
    probe, ip = f"antin{os.getpid()}p", judge("ip")
    able = not os.geteuid() and may(ip, "netns", "add", probe) and may(ip, "-n", probe, "link", "set", "lo", "up")
    may(ip, "netns", "del", probe)
    if not able:  # to go into one it mounts; where the root is no mount, that is refused
        absent(request, "netns", "needs root and leave to make network namespaces and to mount")


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town, founded once for each worker."""
    folder = tmp_path_factory.mktemp("town") / "town"
    town = found(folder)
    town.audit()  # so that its copies need not be where nothing is done
    return town.folder


@pytest.fixture
def town(founded: Path, tmp_path: Path) -> Town:
    """A copy of the town to live and break in."""
    return copy(founded, tmp_path / "town")


@pytest.fixture(scope="module")
def program(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Program:
    """One town for a module of doors: what a command refuses leaves no trace, so that they may share it."""
    folder = tmp_path_factory.mktemp("doors")
    return made(copy(founded, folder / "town"), folder)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """One line at the end: who judged, how often, and who was not there."""
    counts: dict[str, dict[str, int]] = {"ran": {}, "missing": {}}
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", None) == "teardown" or not hasattr(report, "user_properties"):
                continue
            for name, state in (v.rsplit(":", 1) for key, v in report.user_properties if key == "judge"):
                counts[state][name] = counts[state].get(name, 0) + 1
    ran, missing = (
        ", ".join(f"{name} ×{n}" for name, n in sorted(counts[state].items())) or "none" for state in ("ran", "missing")
    )
    terminalreporter.write_line(f"judges: ran {ran}; missing {missing}")
    if counts["missing"]:
        terminalreporter.section("NOT JUDGED", red=True, bold=True)
        for name, n in sorted(counts["missing"].items()):
            terminalreporter.write_line(f"{name} was not there: {n} tests did not run", red=True, bold=True)
