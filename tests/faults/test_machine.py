"""A state machine of two stations whose rules are what officers do and what the liar does, in any order."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from lie import blobs, turned, waiting
from town import NORTH, PDF, SOUTH, Town, copy, found

PLACES = st.sampled_from([NORTH, SOUTH])
_founded: list[Path] = []


def founded() -> Path:
    """Once for a process: hypothesis makes its machines without fixtures."""
    if not _founded:
        _founded.append(found(Path(tempfile.mkdtemp()) / "town").folder)
    return _founded[0]


class Exchange(RuleBasedStateMachine):
    """Both stations send to one another; the liar has the folder between them."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.town: Town = copy(founded(), self.folder / "town")
        self.sent = {NORTH: 0, SOUTH: 0}
        self.path = self.town.pdf()
        for code in (NORTH, SOUTH):
            self.town.signed(code, self.path, 1)
        self.kept: list[tuple[Path, bytes]] = []

    @rule(code=PLACES, precedence=st.sampled_from([0, 3]))
    def send(self, code: str, precedence: int) -> None:
        to = SOUTH if code == NORTH else NORTH
        self.sent[code] += len(self.town.send(code, self.path, to, precedence=precedence))

    @rule(code=PLACES, again=st.booleans())
    def sync(self, code: str, again: bool) -> None:
        self.town.sync(code, again=again)

    @rule(code=PLACES)
    def open(self, code: str) -> None:
        with self.town.at(code) as station:
            row = station.db.row("SELECT n FROM dispatch_in WHERE state != 'refused' ORDER BY n DESC")
        if row:
            target = self.folder / "out.pdf"
            target.unlink(missing_ok=True)
            self.town.open(code, "cb01", f"den-{row[0]}", target)
            assert target.read_bytes() == PDF

    @precondition(lambda self: any(waiting(self.town, code) for code in (NORTH, SOUTH)))
    @rule(code=PLACES, lie=st.sampled_from(["drop", "copy", "turn", "cut", "keep"]), which=st.integers(0, 9))
    def lie_about_an_envelope(self, code: str, lie: str, which: int) -> None:
        paths = waiting(self.town, code)
        if not paths:
            return
        path = paths[which % len(paths)]
        data = path.read_bytes()
        if lie == "drop":
            path.unlink()
        elif lie == "copy":
            path.with_name("9-" + "f" * (1 + which)).write_bytes(data)
        elif lie == "turn":
            path.write_bytes(turned(data, (which * 977) % len(data)))
        elif lie == "cut":
            path.write_bytes(data[: len(data) * which // 10])
        else:
            self.kept.append((path, data))

    @precondition(lambda self: self.kept)
    @rule()
    def bring_an_old_envelope(self) -> None:
        path, data = self.kept.pop()
        path.write_bytes(data)

    @precondition(lambda self: (self.town.relay / "blobs").is_dir() and blobs(self.town))
    @rule(which=st.integers(0, 9), gone=st.booleans())
    def lie_about_a_blob(self, which: int, gone: bool) -> None:
        blob = blobs(self.town)[which % len(blobs(self.town))]
        if gone:
            blob.unlink()
        else:
            blob.write_bytes(turned(blob.read_bytes(), 100 + which))

    @rule(code=PLACES)
    def crash_after_signing(self, code: str) -> None:
        """The signature exists, the record does not: as after kill -9 in between."""
        with self.town.at(code, "vt01") as station:
            station.signer.sign("antin/quick-record/1", b"lost", [station.acting("vt01")[1]], station.now())

    @invariant()
    def nothing_doubled(self) -> None:
        for code, other in ((NORTH, SOUTH), (SOUTH, NORTH)):
            with self.town.at(code) as station:
                entered = station.db.value("SELECT count(*) FROM dispatch_in")
            assert entered <= self.sent[other]

    def teardown(self) -> None:
        """The liar stops: everything arrives, once, and every journal audits."""
        for _ in range(2):
            for code in (NORTH, SOUTH, NORTH):
                self.town.sync(code, again=True)
        for code, other in ((NORTH, SOUTH), (SOUTH, NORTH)):
            with self.town.at(code) as station:
                assert station.db.value("SELECT count(*) FROM dispatch_in") == self.sent[other]
                ranges = station.db.rows("SELECT precedence, first, last FROM dispatch_ranges")
                assert all(first == 1 for _, first, _ in ranges) and len(ranges) == len({r[0] for r in ranges})
            with self.town.at(other) as station:
                waits = station.db.value(
                    "SELECT count(*) FROM dispatch_out WHERE state = 'spooled' AND addressee != ?", other
                )
                assert waits == 0
        try:
            self.town.audit()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)


def _settings(examples: int, steps: int) -> settings:
    checks = list(HealthCheck)
    return settings(max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=checks)


class TestExchange(Exchange.TestCase):  # type: ignore[name-defined, misc]
    """A short campaign in every run."""

    settings = _settings(12, 14)


@pytest.mark.soak
class TestExchangeForLong(Exchange.TestCase):  # type: ignore[name-defined, misc]
    """A long one in ``make soak``."""

    settings = _settings(200, 40)
