"""Changes each checking line of a module in small ways, and names the changes that the module's nearest tests let pass.

``scripts/mutants.py [MODULE…]``: those of scripts/mutants.toml, or some of them. A mutant lives in the memory of one
process (scripts/mutation.py), so an interrupted run leaves nothing but its results in ``.mutants/``, from which the
next goes on: what was killed stays so until the module or its tests change; what survived is tried again. First every
test runs once unchanged, and which lines it reached is noted; a mutant meets only the tests that reach its line, the
files in the order of the table, in each the quickest first. The exit code is 1 where a survivor is not explained.
"""

from __future__ import annotations

import gc
import hashlib
import importlib
import json
import os
import pkgutil
import signal
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

HOUSE = Path(__file__).resolve().parent.parent
RESULTS = HOUSE / ".mutants"
for each in ("src", "tests", "scripts"):
    sys.path.insert(0, str(HOUSE / each))

import pytest  # noqa: E402
from mutation import Mutant, apply, mutants  # noqa: E402

TABLE = tomllib.loads((HOUSE / "scripts/mutants.toml").read_text("utf-8"))
PATIENCE = 30.0  # seconds beyond four times what the tests took unchanged: a mutant may loop
OUT = os.dup(1)
Reached = dict[str, dict[str, Any]]  # test → its seconds, and the lines of the module that it reached


@dataclass
class Watch:
    """What one run of tests showed: how long each took, which lines of ``file`` it reached, and which failed."""

    file: str = ""
    seconds: dict[str, float] = field(default_factory=dict)
    lines: dict[str, set[int]] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    def pytest_runtest_logreport(self, report: Any) -> None:
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0) + report.duration
        if report.outcome != "passed":
            self.failed.append(report.nodeid)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self, item: Any) -> Iterator[None]:
        # What a fixture of the file reached, all its tests stand on.
        return (yield from self._traced(item.nodeid.partition("::")[0]))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: Any) -> Iterator[None]:
        return (yield from self._traced(item.nodeid))

    def _traced(self, name: str) -> Iterator[None]:
        reached = self.lines.setdefault(name, set())

        def trace(frame: FrameType, _event: str, _value: object) -> Any:
            if frame.f_code.co_filename != self.file:
                return None
            reached.add(frame.f_lineno)
            return line

        def line(frame: FrameType, _event: str, _value: object) -> Any:
            reached.add(frame.f_lineno)
            return line

        if self.file:
            sys.settrace(trace)
        try:
            return (yield)
        finally:
            sys.settrace(None)


def in_child(work: Callable[[], Any], seconds: float) -> Any:
    """What ``work`` answers in a process of its own, all of whose children end with it; None after ``seconds``."""
    with tempfile.TemporaryFile("w+") as answer:
        child = os.fork()
        if child == 0:
            try:
                os.setsid()
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
                json.dump(work(), answer)
                answer.flush()
            finally:
                os._exit(0)  # never back into the loop of its parent
        end, left = time.monotonic() + seconds, True
        try:
            while left := os.waitpid(child, os.WNOHANG) == (0, 0):
                if time.monotonic() > end:
                    return None
                time.sleep(0.01)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)
            if left:
                os.waitpid(child, 0)
        answer.seek(0)
        return json.load(answer)


class Campaign:
    """The mutants of one module, in the place of the loop over the tests that pytest has collected."""

    def __init__(self, module: str) -> None:
        self.module, self.tests = module, list[str](TABLE["tests"][module])
        self.path = HOUSE / "src" / Path(*module.split(".")).with_suffix(".py")
        self.mutants = mutants(self.path)
        self.equivalent = {each["change"] for each in TABLE.get("equivalent", ()) if each["module"] == module}
        self.file = RESULTS / f"{module}.json"
        self.items: dict[str, Any] = {}
        self.left: list[Mutant] | None = None

    def pytest_runtestloop(self, session: Any) -> bool:
        self.items = {item.nodeid: item for item in session.items}
        if not session.testsfailed:
            self.left = self.go()
        return True

    def run(self, names: list[str], watch: Watch) -> Watch:
        """These tests one after another; up to the first that fails, where no lines are watched."""
        items = [self.items[name] for name in names]
        items[0].config.pluginmanager.register(watch)
        for item, after in zip(items, [*items[1:], None], strict=True):
            item.ihook.pytest_runtest_protocol(item=item, nextitem=after)
            if watch.failed and not watch.file:
                break
        return watch

    def go(self) -> list[Mutant]:
        """The survivors that nobody explained."""
        kept = json.loads(self.file.read_text("utf-8")) if self.file.exists() else {}
        of = self.digest()
        if kept.get("of") != of:
            kept = {"of": of, "reached": self.baseline(), "mutants": []}
        killed = {each["change"]: each for each in kept["mutants"] if each["verdict"] == "killed"}
        done: list[dict[str, Any]] = []
        for n, mutant in enumerate(self.mutants, 1):
            verdict = killed.get(mutant.change) or self.judged(mutant, kept["reached"])
            done.append(verdict)
            later = [each for each in killed.values() if each not in done]
            self.keep({**kept, "mutants": [*done, *later]})
            say(f"\r{self.module}: {n} of {len(self.mutants)} {verdict['verdict']:12}", "")
        return self.report(done)

    def digest(self) -> str:
        """Of the module and its tests: another one makes all results old."""
        files = [self.path, *sorted({HOUSE / each.partition("::")[0] for each in self.tests})]
        return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()

    def baseline(self) -> Reached:
        """Every test once, unchanged. One that fails, or is skipped, judges nobody."""

        def once() -> Reached:
            done = self.run([*self.items], Watch(str(self.path)))
            return {
                name: {"seconds": round(seconds, 3),
                       "lines": sorted(done.lines.get(name, set()) | done.lines.get(name.partition("::")[0], set()))}
                for name, seconds in done.seconds.items() if name not in done.failed
            }  # fmt: skip

        reached: Reached | None = in_child(once, 3600)
        if not reached:
            raise SystemExit(f"{self.module}: its tests do not pass unchanged")
        return reached

    def judged(self, mutant: Mutant, reached: Reached) -> dict[str, Any]:
        place = {file: n for n, file in enumerate(self.tests)}
        names = sorted(
            (name for name, each in reached.items() if not set(mutant.lines).isdisjoint(each["lines"])),
            key=lambda name: (place.get(name, place.get(name.partition("::")[0], 0)), reached[name]["seconds"]),
        )
        row = {"change": mutant.change, "line": mutant.lines.start, "by": "", "verdict": "killed"}
        if mutant.change in self.equivalent:
            return {**row, "verdict": "equivalent"}
        if not names:
            return {**row, "verdict": "unreached"}

        def mutated() -> list[str]:
            apply(importlib.import_module(self.module), mutant)
            return self.run(names, Watch()).failed

        failed = in_child(mutated, PATIENCE + 4 * sum(reached[name]["seconds"] for name in names))
        if failed is None:
            return {**row, "by": "the limit"}
        return {**row, "by": failed[0]} if failed else {**row, "verdict": "survived"}

    def keep(self, results: dict[str, Any]) -> None:
        """Whole or not at all."""
        new = self.file.with_suffix(".new")
        new.write_text(json.dumps(results, ensure_ascii=False, indent=1), "utf-8")
        new.replace(self.file)

    def report(self, done: list[dict[str, Any]]) -> list[Mutant]:
        """Says what became of them; the survivors."""
        verdicts = [each["verdict"] for each in done]
        counts = ", ".join(f"{verdicts.count(each)} {each}" for each in dict.fromkeys(verdicts))
        say(f"\r{self.module}: {len(done)} mutants: {counts}")
        left = [mutant for mutant, each in zip(self.mutants, done, strict=True)
                if each["verdict"] in ("survived", "unreached")]  # fmt: skip
        for mutant in left:
            say(f"  {self.path.relative_to(HOUSE)}:{mutant.lines.start}: {mutant.change}")
        return left


def prepared(folder: Path) -> None:
    """What every child needs is loaded once; the town is founded once, unchanged."""
    import town  # noqa: PLC0415

    import antin  # noqa: PLC0415

    for each in pkgutil.walk_packages(antin.__path__, "antin."):
        if not each.name.endswith("__main__"):
            importlib.import_module(each.name)
    first = town.found(folder / "town").folder
    town.found = lambda target: town.copy(first, target)
    gc.freeze()


def say(text: str, end: str = "\n") -> None:
    """To whoever started us, while pytest holds what the tests say."""
    os.write(OUT, (text + end).encode())


def campaign(module: str, folder: Path) -> list[Mutant]:
    """The unexplained survivors of one module."""
    each = Campaign(module)
    options = ["-q", "-m", "not soak", "-p", "no:xdist", "-o", f"cache_dir={folder}/cache",
               "--basetemp", f"{folder}/tests", *each.tests]  # fmt: skip
    pytest.main(options, plugins=[each])
    if each.left is None:
        raise SystemExit(f"{module}: not run to its end; see .mutants/pytest.log")
    return each.left


def main(names: list[str]) -> int:
    """Runs the campaigns of these modules, or of all."""
    os.chdir(HOUSE)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    RESULTS.mkdir(exist_ok=True)
    log = os.open(RESULTS / "pytest.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    for n in (1, 2):
        os.dup2(log, n)
    with tempfile.TemporaryDirectory() as folder:
        prepared(Path(folder))
        left = [each for module in names or TABLE["tests"] for each in campaign(module, Path(folder))]
    return 1 if left else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
