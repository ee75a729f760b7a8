"""A state machine of two stations whose rules are what officers do and what the liar does, in any order."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

import engine
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from lie import blobs, frames, turned, waiting, write
from losses import accepted, ask, lose, saved
from town import NORTH, PASS, PDF, SOUTH, Town, copy, found

from antin.acts import tail
from antin.acts.epoch import begin_epoch
from antin.acts.restore import restore
from antin.errors import AntinError
from antin.kernel.formats import note

AUTHORITY = {NORTH: "A03", SOUTH: "A04"}
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
        self.old: dict[str, Path] = {}
        self.backups: dict[str, tuple[Path, Path]] = {}
        self.lost = False
        self.heads: dict[tuple[str, int], bytes] = {}

    def ready(self, code: str) -> bool:
        with self.town.at(code) as station:
            return not station.recovering

    @rule(code=PLACES, precedence=st.sampled_from([0, 3]))
    def send(self, code: str, precedence: int) -> None:
        to = SOUTH if code == NORTH else NORTH
        if not self.ready(code):
            return
        self.sent[code] += len(self.town.send(code, self.path, to, precedence=precedence))

    @rule(code=PLACES, again=st.booleans())
    def sync(self, code: str, again: bool) -> None:
        self.town.sync(code, again=again)

    @rule(code=PLACES)
    def open(self, code: str) -> None:
        with self.town.at(code) as station:
            row = station.db.row("SELECT n FROM dispatch_in WHERE state != 'refused' ORDER BY n DESC")
        if row and self.ready(code):
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
        if not self.ready(code):
            return
        with self.town.at(code, "vt01") as station, station.turn():
            station.signer.sign("antin/quick-record/1", b"lost", [station.acting("vt01")[1]], station.now())

    @rule(code=PLACES, kind=st.sampled_from(["consistency", "checkpoint"]), how=st.sampled_from(["cut", "turn", "end"]))
    def lie_about_news(self, code: str, kind: str, how: str) -> None:
        for path in waiting(self.town, code):
            with suppress(AntinError):  # an envelope that another lie spoilt
                found = frames(path)
                if how == "turn":
                    found = [(k, n, turned(raw, len(raw) // 2) if k == kind else raw) for k, n, raw in found]
                else:
                    rest = [each for each in found if each[0] != kind]
                    found = rest + ([each for each in found if each[0] == kind] if how == "end" else [])
                write(path, found)

    @rule(code=PLACES)
    def keep_a_copy(self, code: str) -> None:
        """A copy of the database alone, and a backup: the next losses go back to here."""
        if self.ready(code) and code not in self.old:
            self.old[code] = engine.twin(self.town.home(code), self.folder / f"old-{code}")
            folder = self.folder / f"backup-{code}"
            folder.mkdir()
            self.backups[code] = saved(self.town, code, folder)

    @precondition(lambda self: self.old)
    @rule(data=st.data())
    def set_back(self, data: st.DataObject) -> None:
        """The database is the old one; the signer remembers."""
        code = data.draw(st.sampled_from(sorted(self.old)))
        engine.put_back(self.old[code], self.town.home(code))
        self.lost = True

    @precondition(lambda self: self.backups)
    @rule(data=st.data())
    def lose_the_disk(self, data: st.DataObject) -> None:
        """Nothing is left but the backup; the authority's word is heard before anybody begins anew."""
        code = data.draw(st.sampled_from(sorted(self.backups)))
        lose(self.town, code)
        self.lost = True
        restore(self.town.home(code), *self.backups[code], PASS)
        self.recovered(code)

    @rule(code=PLACES)
    def recovered(self, code: str) -> None:
        """What the operator does: ask, take the tail if it is whole, else begin a new epoch and have it accepted."""
        other = SOUTH if code == NORTH else NORTH
        for _ in range(4):
            if self.ready(code):
                break
            ask(self.town, code, other, AUTHORITY[code])
            with self.town.at(code, "cb01", "ld01") as station:
                if not station.recovering or tail.complete(station):
                    continue
                begin_epoch(station, "cb01", "ld01")
            self.town.sync(code, AUTHORITY[code])
            accepted(self.town, code, AUTHORITY[code])
            self.town.sync(AUTHORITY[code], code, other)
            self.town.clock.ahead += 3600

    @invariant()
    def one_head_for_a_size(self) -> None:
        """Whatever anybody holds or heard: no station signs two heads of one size in one epoch."""
        for code in (NORTH, SOUTH, *AUTHORITY.values()):
            with self.town.at(code) as station:
                rows = station.db.rows("SELECT raw FROM checkpoints UNION ALL SELECT raw FROM held")
                rows += station.db.rows("SELECT raw FROM heard UNION ALL SELECT checkpoint FROM mirror_heads")
                assert station.db.value("SELECT count(*) FROM conflicts WHERE code = 'journal-forked'") == 0
            for (raw,) in rows:
                point = note.claim(raw)
                assert self.heads.setdefault((point.origin, point.size), point.root) == point.root, point.origin

    @invariant()
    def nothing_doubled(self) -> None:
        for code, other in ((NORTH, SOUTH), (SOUTH, NORTH)):
            with self.town.at(code) as station:
                entered = station.db.value("SELECT count(*) FROM dispatch_in")
            assert entered <= self.sent[other]

    def teardown(self) -> None:
        """The liar stops: everything arrives, once, and every journal audits."""
        for code in (NORTH, SOUTH):
            self.recovered(code)
        for _ in range(3 if self.lost else 2):
            self.town.clock.ahead += 3700 if self.lost else 0
            for code in (NORTH, SOUTH, "A03", "A04", NORTH) if self.lost else (NORTH, SOUTH, NORTH):
                self.town.sync(code, again=code in AUTHORITY)
        for code, other in ((NORTH, SOUTH), (SOUTH, NORTH)):
            with self.town.at(code) as station:
                entered = station.db.value("SELECT count(*) FROM dispatch_in")
                ranges = station.db.rows("SELECT precedence, first, last FROM dispatch_ranges")
                assert not station.recovering
            if not self.lost:  # what only a lost disk held is lost
                assert entered == self.sent[other]
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
