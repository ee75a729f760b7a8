"""A station: one folder. Opens it, knows the time, makes and commits records, signs people in.

station.toml   settings          station.db   journal, registers and what lies beside
signer/        keys              blobs/       sealed documents
evidence/      conflicts kept    lock         one writer at a time
"""

from __future__ import annotations

import os
import time as clock
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from antin.errors import AntinError, Missing, Refused, Unavailable, Unverified
from antin.journal import rows as journal_rows
from antin.journal.deed import Entry, Source
from antin.journal.journal import Journal
from antin.journal.own import UsesLost
from antin.kernel.check import Trusted
from antin.kernel.crypto import suite as suites
from antin.kernel.crypto.locker import RFC_9106_LOW_MEMORY, Cost
from antin.kernel.formats.epoch import LostUse
from antin.registers.dispatch.records import ConflictNoticed, RightRefused
from antin.registers.people import rows as people
from antin.signer.signer import STATION, Hand, Signer
from antin.station import beside, link_key, rows, witness_rows
from antin.station import settings as settings_file
from antin.station.blobs import Blobs
from antin.station.books import DEEDS, across, as_made, filled_otherwise, prepare, steers, travels
from antin.station.checkpoints import Checkpoints
from antin.station.directory import Directory
from antin.station.kept import open_kept, owner
from antin.station.lock import locked, present
from antin.station.mirror import Part
from antin.station.recovering import Recovering
from antin.station.secrets import Secrets
from antin.station.sequencer import Draft, Drafts, Effect, Sequencer, in_turn
from antin.station.settings import Settings
from antin.station.timed import Timed
from antin.storage import durable
from antin.storage.database import READY

AUTHORITY_KEY, LOOKED_SECONDS = "authority", 900


class Station(Timed):
    """Open one with ``opened``; close it when done. ``clock_`` and ``cost`` have doors for tests."""

    def __init__(self, home: Path, *, clock_: Callable[[], float] = clock.time, cost: Cost = RFC_9106_LOW_MEMORY):
        self.home = home
        self.settings: Settings = settings_file.load(home)
        self.db = open_kept(home, self.settings)
        self.signer = Signer(home / "signer", cost)
        if beside.is_older(self.db):
            with locked(home, self.db):
                beside.prepare(self.db, bytes.fromhex(self.settings.root))
        self.directory = Directory(self.db, bytes.fromhex(self.settings.root))
        super().__init__(self.db, self.directory, self.settings, clock_)
        self.journal = Journal(self.db, self.settings.code, DEEDS, self.directory)
        self.sequencer = Sequencer(self)
        self.signer.in_turn = lambda: self.sequencer.holds
        if filled_otherwise(self.db):
            with locked(home, self.db):
                prepare(self.db, self.journal)
        self.db.guard = self.sequencer.turn
        self.checkpoints = Checkpoints(self.db, self.directory, self.tolerance)
        self.recovering = Recovering(self.db)
        self.secrets = Secrets(self.db, self.directory, self.signer, self.moment)
        self.blobs = Blobs(home / "blobs", self.db)

    # -- what and when ---------------------------------------------------------------------------------------------

    @property
    def code(self) -> str:
        """The agency's code."""
        return self.settings.code

    @property
    def origin(self) -> str:
        """The journal's name in its present epoch."""
        return self.journal.origin

    @property
    def suite(self) -> suites.Suite:
        """The suite of this station's keys."""
        return suites.by_number(self.settings.suite)

    @property
    def own(self) -> Trusted:
        """This station's own credential. Raises ``Missing`` before the approval was joined."""
        row = people.read_station.one(self.db)
        if row is None:
            raise Missing("station-not-joined", code=self.code)
        return self.directory[row.credential]

    @property
    def joined(self) -> bool:
        """Whether the approval was taken home."""
        return people.read_station.one(self.db) is not None

    def witnessed(self, authority: Trusted, time: int) -> None:
        """A time signed by an authority: our own, and the root, move our clock; no other does (protocol rule 31)."""
        above = {AUTHORITY_KEY} if not self.joined else {self.own.issuer, bytes.fromhex(self.settings.root)}
        if authority.digest in above:
            self.raise_clock(time)

    # -- hands -----------------------------------------------------------------------------------------------------

    @property
    def is_authority(self) -> bool:
        """Whether this station keeps a directory."""
        return self.settings.kind == "authority"

    def station_hand(self) -> Hand:
        """The station's own signature (at an authority: the issuing key, which must be unlocked)."""
        return Hand.of(AUTHORITY_KEY if self.is_authority else STATION, self.own)

    def officer(self, officer: str) -> Trusted:
        """An enrolled officer's credential. Raises ``Missing`` for a stranger."""
        row = people.read_officer.one(self.db, officer)
        if row is None or not row.serving:
            raise Missing("officer-unknown", officer=officer)
        return self.directory[row.credential]

    def sign_in(self, officer: str, passphrase: bytes) -> None:
        """Unlock an officer's key for a bounded time; a wrong passphrase is a record too."""
        try:
            self.signer.unlock(officer, passphrase, self.moment())
        except Unverified as error:
            self.note_refusal("sign-in", officer, error)
            raise
        if self.is_authority and officer == AUTHORITY_KEY:
            self.recover()
            self.directory.keep_issued()
            if self.settings.relay.startswith("https:"):
                link_key.ensure(self)

    def acting(self, officer: str, roles: frozenset[str] = frozenset(), *, recovering: bool = False,
               reading: bool = False) -> tuple[Trusted, Hand]:  # fmt: skip
        """The officer who acts: enrolled, valid now, in one of ``roles``, signed in.

        Raises ``Refused`` while the station is recovering, unless the act is for that. Whoever only reads once more
        what he has read before (``reading``) need not be within his term.
        """
        with self.still():
            if not recovering:
                self.recovering.check()
            trusted, now = self.officer(officer), self.now()
            (self.directory.check_cleared if reading else self.directory.check_valid)(trusted, now)
        if roles and not roles & set(trusted.subject.roles):
            raise Refused("role-missing", who=trusted.name, kind="", roles=", ".join(sorted(roles)))
        hand = Hand.of(officer, trusted)
        self.signer.check_unlocked(hand, now)
        return trusted, hand

    # -- records ---------------------------------------------------------------------------------------------------

    def record(self, kind: str, public: object, hands: Sequence[Hand] = (), *, encloses: Sequence[bytes] = (),
               secret: tuple[int, bytes] | None = None, then: Sequence[Effect] = (), opens_epoch: int = 0,
               resumes: bool = False) -> Draft:  # fmt: skip
        """A record to be; the station's own hand where none is given. ``encloses``: objects signed in the same act;
        ``secret``: (level, bytes)."""
        id_ = os.urandom(16)
        sealed = None if secret is None else self.secrets.wrap(self.own, id_, *secret, self.now())
        signing = tuple(hands) or (self.station_hand(),)
        return Draft(kind, public, signing, tuple(encloses), sealed, tuple(then), opens_epoch, resumes, id_)

    def check_before(self, source: Source, public: Any) -> None:
        """Rules across books that come before a book's own: a paper is judged as its maker's act."""
        source, public = as_made(source, public)
        if steers(source.kind):
            across("duties").check(self, source.station, public)

    def check_entitled(self, source: Source, public: Any) -> None:
        """Whether the station whose act it is may do it, for a kind that travels."""
        source, public = as_made(source, public)
        if travels(source.kind):
            across("entitled").check(self, source.kind, source.station, public)

    def check_may_sign(self) -> None:
        """Raises ``Refused`` while the station is recovering."""
        self.recovering.check()

    def commit(self, drafts: Drafts) -> list[Entry]:
        """``Sequencer.commit``."""
        return self.sequencer.commit(drafts)

    def many(self) -> AbstractContextManager[None]:
        """``Sequencer.many``."""
        return self.sequencer.many()

    def turn(self) -> AbstractContextManager[None]:
        """``Sequencer.turn``: for what is signed before its record, and for what must not change meanwhile."""
        return self.sequencer.turn()

    def still(self) -> AbstractContextManager[None]:
        """``Sequencer.still``: for a look before one's turn that reads much and writes nothing."""
        return self.sequencer.still()

    def checkpoint(self) -> bytes:
        """The newest checkpoint; an authority also follows its own journal, as everybody else does.

        A recovering station signs none: the last one stands. Nor does anybody in a batch: its end does, after the
        commit, for a head that was signed must never be undone.
        """
        if self.recovering or self.db.batching:
            return self.journal.newest_checkpoint()
        known = self.signer.memory.head(self.origin)

        def sign(origin: str, size: int, root: bytes, consistency: tuple[bytes, ...]) -> bytes:
            return self.signer.checkpoint(origin, size, root, self.now(), consistency)

        raw = self.journal.checkpoint(sign, known.size if known else 0)
        if self.is_authority:
            self._follow_self(raw)
        return raw

    @in_turn
    def renew(self) -> bytes:
        """An authority signs its head again, so that its directory counts as fresh.

        What a crash left in the journal without a checkpoint is covered by the way.
        """
        assert not self.db.batching, "a head is signed after its commit"
        self.recovering.check()
        self.checkpoint()
        size, root = self.journal.head()
        raw = self.signer.checkpoint(self.origin, size, root, self.now(), ())
        self.db.run(journal_rows.SQL["replace_checkpoint"], raw, size)
        self._follow_self(raw)
        return raw

    def _follow_self(self, raw: bytes) -> None:
        grown = self.directory.mirror.grown(self.origin)
        entries = journal_rows.read_entries.all(self.db, grown)
        with self.db.transaction():
            part = Part(grown, [each.raw for each in entries], raw)
            self.directory.mirror.follow(self.own, self.directory, part, self.here())  # its officers sign in it too
        self.directory.forget()
        self.directory.keep_issued()

    def changed_elsewhere(self) -> None:
        """Another process of this station has written: what is remembered of the directory may be old."""
        self.directory.forget()

    def recover_within(self, *, crashed: bool) -> None:
        """``recover``, in a turn; after a crash also what the dead process left lying about."""
        if crashed:
            self.blobs.sweep(lambda digest: rows.has_blob.one(self.db, digest) is not None)
        self.recover(signing=not self.is_authority or self.signer.is_unlocked(AUTHORITY_KEY, self.moment()))

    def note_refusal(self, act: str, who: str, error: AntinError, about: bytes = b"") -> None:
        """Who tried what: recorded wherever the station can sign, and as long as its clock and term allow it."""
        if self.recovering:
            return
        try:
            self.directory.check_valid(self.own, self.now())
            self.commit([self.record("right-refused", RightRefused(act, who[:80], error.code, about))])
        except (Missing, Unavailable, Refused):  # not joined yet, a locked authority, a clock or term that is wrong
            return

    @contextmanager
    def refusals_noted(self, act: str, who: str, about: bytes = b"") -> Iterator[None]:
        """Refusals of a right inside the block become records before they reach the person."""
        try:
            yield
        except Refused as error:
            self.note_refusal(act, who, error, about)
            raise

    @in_turn
    def recover(self, *, signing: bool = True) -> None:
        """After a crash: signatures made but never recorded are declared, the checkpoint is signed.

        A journal behind what its signer remembers, or whose signer forgot, is *recovering* (spec/restore.md). Without
        ``signing`` (an authority whose key is locked) only the checkpoint is signed, which needs the journal's key
        alone.
        """
        if not self.joined:
            return
        self._look_back()
        if self.recovering:
            return
        if not signing:
            self.checkpoint()
            return
        lost = tuple(
            LostUse(each, self.journal.last_use(each) + 1, self.signer.memory.last_use(each))
            for each in self.held_keys()
            if self.signer.memory.last_use(each) > self.journal.last_use(each)
        )
        if lost:
            self.commit([self.record("uses-lost", UsesLost(lost))])
        self.checkpoint()

    def _look_back(self) -> None:
        newest = self.signer.memory.newest(self.code)
        if newest is not None and newest[:2] > (self.journal.epoch, self.journal.head()[0]):
            self.recovering.begin("signer", *newest[1:])
        elif not self.remembers_all():
            self.recovering.begin("memory", *self.journal.head())

    def remembers_all(self) -> bool:
        """Whether the signer knows every use that the journal accounts for: else a number could be given twice."""
        return all(self.signer.memory.last_use(each) >= self.journal.last_use(each) for each in self.held_keys())

    def held_keys(self) -> list[bytes]:
        """Credentials whose uses this station's signer counts: its own and its officers'."""
        enrolled = [row.credential for row in people.list_officers.all(self.db)]
        kids = [self.directory[each].keys.kid for each in enrolled]
        return [self.own.digest, self.own.keys.kid, *enrolled, *kids]

    def check_looked(self, now: int) -> None:
        """An authority signs nothing for others before it has looked at what others hold of it (spec/restore.md)."""
        self.recovering.check()
        self.check_look(now)

    def check_look(self, now: int) -> None:
        """Raises ``Refused`` where there is a link, and its own directory there was not compared within 15 minutes:
        a machine that was put back by a snapshot would fork its journal."""
        if self.settings.relay and now - (rows.read_looked.one(self.db) or 0) > LOOKED_SECONDS:
            raise Refused("authority-not-looked", code=self.code)

    def looked(self) -> None:
        """What lies at the link of our own journal has been compared with it just now."""
        self.db.run(rows.SQL["write_looked"], self.now())

    def directory_changed(self, code: str) -> None:
        """A level key of a station came: the part of our directory that shows it is put at the link anew."""
        self.db.run(rows.SQL["forget_seen"], f"{self.code}-%")

    def keep_conflict(self, about: str, code: str, evidence: bytes, self_proving: bool) -> bool:
        """A conflict's evidence as a file named by its digest, and a record where it lies; once. False if known.

        Where nothing can be signed (a locked authority, a recovering station) the record is missing; the list of kept
        conflicts, which ``incidents`` shows too, is not.
        """
        digest = suites.object_digest(evidence)
        if witness_rows.has_conflict.one(self.db, digest) is not None:
            return False
        durable.write(self.home / "evidence" / f"{code}-{digest.hex()[:16]}", evidence)
        self.db.run(rows.SQL["insert_conflict"], digest, about, code, evidence, self.now(), int(self_proving))
        with suppress(Unavailable, Missing, Refused):
            self.commit([self.record("conflict-noticed", ConflictNoticed(about, code, digest))])
        return True

    def set_root(self, root: bytes) -> None:
        """Replace the typed fingerprint by the whole digest, once the root is known."""
        self.settings = replace(self.settings, root=root.hex())
        settings_file.save(self.home, self.settings)
        self.directory.set_root(root)
        self.db.belong(owner(self.settings), READY)

    def close(self) -> None:
        """Forget keys, release files."""
        self.signer.close()
        self.db.close()


@contextmanager
def opened(home: Path, *, write: bool = True, clock_: Callable[[], float] = clock.time,
           cost: Cost = RFC_9106_LOW_MEMORY) -> Iterator[Station]:  # fmt: skip
    """An open station; with ``write`` what a crash left is mended at once. The lock is taken for each commit alone.

    Raises ``Unavailable`` when another process holds it for longer than 15 seconds.
    """
    settings_file.load(home)  # before anything is written to a folder that is no station
    with present(home):
        settings_file.load(home)  # a restore may have begun, or ended, while we waited
        station = Station(home, clock_=clock_, cost=cost)
        try:
            if write:
                with station.turn():
                    pass
            yield station
        finally:
            station.close()
