"""The one place where records are made: decide → number → sign → append → fill → effects, then one checkpoint.

Whoever acts hands in drafts; nothing is signed before. The station's lock is held here and nowhere else: for the time
of a commit, never while a person types, a document is sealed or a line is slow. Processes of one station take turns.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import field
from functools import update_wrapper
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from antin.errors import AntinError, Unavailable
from antin.frozen import dataclass
from antin.journal.deed import Entry, Source, source_of
from antin.journal.journal import Journal, New
from antin.kernel.check import Trust
from antin.kernel.crypto import suite as suites
from antin.kernel.formats import signed
from antin.kernel.formats.record import HYBRID, QUICK, Enclosed, Record
from antin.kernel.formats.shape import encode
from antin.kernel.kinds import rule_of
from antin.signer.signer import Hand, Signer
from antin.station import rows
from antin.station.lock import locked
from antin.storage.database import Database

Effect = Callable[[Database, Entry], None]


@dataclass(frozen=True, slots=True)
class Draft:
    """A record that is to be. ``encloses``: objects signed in the same act, or what the record says of them;
    ``secret``: digest and wrapped secret part.

    ``then``: what lies beside the record (an object, a row of the outbox), written in its transaction, with the entry
    in hand. ``epoch``: the epoch that it opens, or 0.
    """

    kind: str
    public: Any
    hands: tuple[Hand, ...]
    encloses: tuple[bytes | Enclosed, ...] = ()
    secret: tuple[bytes, tuple[bytes, bytes]] | None = None
    then: tuple[Effect, ...] = ()
    epoch: int = 0
    resumes: bool = False
    id: bytes = field(default_factory=lambda: os.urandom(16))


Drafts = Sequence[Draft | Callable[[], Draft]]  # one that signs objects first makes them in its place


class Node(Protocol):
    """What the sequencer needs of its station."""

    home: Path
    db: Database
    journal: Journal
    signer: Signer

    @property
    def directory(self) -> Trust: ...

    @property
    def code(self) -> str: ...
    def now(self) -> int: ...
    def check_may_sign(self) -> None: ...
    def check_before(self, source: Source, public: Any) -> None: ...
    def check_entitled(self, source: Source, public: Any) -> None: ...
    def recover_within(self, *, crashed: bool) -> None: ...
    def changed_elsewhere(self) -> None: ...
    def checkpoint(self) -> bytes: ...


P = ParamSpec("P")
T = TypeVar("T")


def in_turn(act: Callable[Concatenate[Any, P], T]) -> Callable[Concatenate[Any, P], T]:
    """For a short act that signs objects before their record, or reads what must not change before it commits."""

    def whole(station: Any, /, *args: P.args, **more: P.kwargs) -> T:
        with station.turn():
            return act(station, *args, **more)

    update_wrapper(whole, act)
    return whole


class Sequencer:
    """For one open station. Not for several threads at once."""

    def __init__(self, node: Node) -> None:
        self.node, self._depth, self._many = node, 0, 0
        self._version, self._doubtful, self._mending, self._littered = -1, True, False, False

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold the station's lock; a turn inside another is part of it.

        What a process that died in its turn left behind is mended first, and what others wrote is read anew. Raises
        ``Unavailable`` ``station-busy`` when another process holds it for longer than 15 seconds.
        """
        assert not self.node.db.stands, "a look is no turn"
        if self._depth:
            yield
            return
        with locked(self.node.home, self.node.db) as crashed:
            self._depth = 1
            try:
                self._look()
                with self.node.db.remembering():
                    if crashed or self._doubtful:
                        self._mend(crashed or self._littered)
                    yield
            finally:
                self._depth, self._version = 0, -1
                with suppress(Unavailable):  # a server that is gone; what was done before is what counts
                    self._version = self.node.db.version()

    @contextmanager
    def still(self) -> Iterator[None]:
        """For a look at the books before one's turn: what is read is of one state, and read once. Others go on
        writing; nothing is written inside."""
        if self._depth or self.node.db.stands:
            yield
            return
        with self.node.db.still(), self.node.db.remembering():
            self._version = self._look()
            yield

    def _look(self) -> int:
        """Forget what was read if another process has written since. Returns the version that is seen now."""
        version = self.node.db.version()
        if version != self._version:
            self.node.db.forget()
            self.node.changed_elsewhere()
        return version

    def _mend(self, crashed: bool = False) -> None:
        self._doubtful, self._mending = False, True
        try:
            self.node.recover_within(crashed=crashed)
            self._littered = False
        except BaseException:
            self._doubtful = True
            raise
        finally:
            self._mending = False

    @property
    def holds(self) -> bool:
        """Whether this is our turn."""
        return self._depth > 0

    def commit(self, drafts: Drafts) -> list[Entry]:
        """Append all of them or none; when this returns, everything is durable, covered by a checkpoint, and may leave.

        Raises whatever a deed refuses, before anything is signed for it; and ``Unavailable`` ``recorded-not-signed``
        when the records are in the journal for good and only the checkpoint failed: whoever acts must not act again.
        The next turn signs it.
        """
        with self.turn():
            try:
                with self.node.db.transaction():
                    entries = self._append(drafts)
            except BaseException:
                self._doubtful = True  # numbers may have been given to signatures that no record accounts for
                if self._many and not self._mending:  # what mends by a record of its own fails for good
                    with suppress(AntinError):
                        self._mend()
                raise
            if not self._many:
                assert not self.node.db.batching, "a checkpoint is signed after its commit"
                self._cover(entries[-1].index)
        return entries

    def _cover(self, index: int) -> None:
        try:
            self.node.checkpoint()
        except Unavailable as error:
            self._doubtful = True
            raise Unavailable("recorded-not-signed", index=index, why=error.code) from error

    @contextmanager
    def many(self) -> Iterator[None]:
        """Many acts in one turn, one commit and one checkpoint at its end. Do not release anything inside: nothing of
        it is durable yet. An act that fails leaves the others. When the block itself fails all of them are undone, and
        the next turn declares the uses of their signatures."""
        with self.turn():
            self._many += 1
            before = self.node.journal.size
            try:
                with self.node.signer.memory.reserving(), self.node.db.batch():
                    yield
                    self.node.journal.settle()
            except BaseException:
                self._doubtful = self._littered = True  # blobs may lie here that no record tells of any more
                self.node.changed_elsewhere()  # what was proven by rows that are undone is proven anew
                raise
            finally:
                self._many -= 1
            self._doubtful |= self.node.signer.memory.unsettled
            if self._many:
                return
            size = self.node.journal.size
            if size > before:
                self._cover(size - 1)
            else:
                self.node.checkpoint()

    def rehearse(self, drafts: Sequence[Draft]) -> None:
        """Whether the books would take these records. Raises what they would refuse; signs nothing."""
        with self.turn(), self.node.db.rehearsal():
            for draft in drafts:
                record, actors = self._record(draft, self.node.now())
                source = source_of(record, self.node.journal.size, os.urandom(32), actors)
                self._decide(draft, source)
                self.node.journal.deeds[draft.kind].fill(self.node.db, source, draft.public)

    def _append(self, drafts: Drafts) -> list[Entry]:
        node, now = self.node, self.node.now()
        size, entries = node.journal.size, []
        for index, each in enumerate(drafts, size):
            draft = each() if callable(each) else each
            if not draft.epoch and not draft.resumes:
                node.check_may_sign()
            record, actors = self._record(draft, now)
            self._decide(draft, source_of(record, index, b"", actors))
            type_ = HYBRID if rule_of(draft.kind).hybrid else QUICK
            raw = node.signer.sign(type_, encode(record), list(draft.hands), now)
            entry = node.journal.add(index, New(raw, draft.secret[1] if draft.secret else None))
            for effect in draft.then:
                effect(node.db, entry)
            entries.append(entry)
        node.journal.set_head(size + len(drafts))
        if now > (rows.read_clock.one(node.db) or 0):
            node.db.run(rows.SQL["write_clock"], now)
        return entries

    def _record(self, draft: Draft, now: int) -> tuple[Record, tuple[Any, ...]]:
        inner = tuple(mark for each in draft.encloses for mark in _enclosed(each))
        epoch = draft.epoch or self.node.journal.epoch
        digest = draft.secret[0] if draft.secret else b""
        record = Record(draft.id, self.node.code, epoch, draft.kind, now, inner, encode(draft.public), digest)
        return record, tuple(self.node.directory[hand.credential] for hand in draft.hands)

    def _decide(self, draft: Draft, source: Source) -> None:
        self.node.check_before(source, draft.public)
        self.node.journal.deeds[draft.kind].decide(self.node.db, source, draft.public)
        self.node.check_entitled(source, draft.public)


def _enclosed(raw: bytes | Enclosed) -> tuple[Enclosed, ...]:
    if isinstance(raw, Enclosed):
        return (raw,)
    digest, head = suites.object_digest(raw), raw[:64]
    types = [each for each in signed.TYPES if each.encode() in head] or list(signed.TYPES)  # as it was read just before
    return tuple(Enclosed(each.credential, each.use, digest) for each in signed.claim(raw, *types).signers)
