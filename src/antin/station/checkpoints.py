"""Checkpoints of others: held when a proof links them, heard until then; two that exclude one another are a conflict.

The cases are those of spec/witness.md, What a reader does with a checkpoint (protocol rule 16).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from antin.errors import AntinError, Conflict, Missing, Unverified
from antin.kernel import check
from antin.kernel.check import Trusted
from antin.kernel.crypto.consistency import check_consistency
from antin.kernel.formats import note
from antin.kernel.formats.consistency import Consistency
from antin.kernel.formats.epoch import EpochAccepted, EpochBegun
from antin.kernel.formats.shape import parse
from antin.station import rows, witness_rows
from antin.station.directory import Directory, note_code
from antin.station.mirror import bare
from antin.storage.database import Database

_HASH = 32
Proofs = Mapping[tuple[str, int, int], tuple[bytes, ...]]
Head = note.Checkpoint | note.ClaimedCheckpoint


def proofs_in(raws: Sequence[bytes]) -> Proofs:
    """The consistency proofs of an envelope by (origin, old size, new size)."""
    values = [parse(Consistency, raw) for raw in raws]
    return {(value.origin, value.old, value.new): value.path for value in values}


class Checkpoints:
    """What this station knows of other journals."""

    def __init__(self, db: Database, directory: Directory, tolerance: Callable[[], int]) -> None:
        """``tolerance``: seconds that a time may lie ahead of our clock."""
        self._db, self._directory, self._tolerance = db, directory, tolerance

    def held(self, origin: str) -> note.ClaimedCheckpoint | None:
        """The newest checkpoint of a journal that is linked to all that were held before."""
        row = witness_rows.read_held.one(self._db, origin)
        return note.claim(row.raw) if row else None

    def newest_of(self, code: str) -> note.ClaimedCheckpoint | None:
        """The newest held of a station, in the newest epoch that counts of which one is held."""
        newest = self.newest_epoch(code)
        origins = witness_rows.list_held_of.all(self._db, note.origin(code, 0)[:-1] + "%")
        found = [each for each in origins if note.epoch_of(each) <= newest]
        return self.held(max(found, key=note.epoch_of)) if found else None

    def heard(self, code: str) -> list[bytes]:
        """Checkpoints of a station's newest epoch that nothing links yet."""
        return [each.raw for each in witness_rows.list_heard.all(self._db, note.origin(code, self.newest_epoch(code)))]

    def epoch(self, code: str) -> int:
        """The newest epoch of a station that its authority accepted."""
        accepted = self.accepted(code)
        return accepted.epoch if accepted else 1

    def accepted(self, code: str) -> EpochAccepted | None:
        """What a station's own authority said of its newest epoch; another authority's word counts for nothing."""
        for each in witness_rows.list_epochs_accepted.all(self._db, code):
            try:
                issuer = self._directory.journal_of(note.origin(code, each.epoch)).issuer
            except Missing:  # a number that no journal's name can bear
                continue
            if issuer and self._directory[issuer].subject.code == note_code(each.origin):
                return parse(EpochAccepted, each.raw)
        return None

    def newest_epoch(self, code: str) -> int:
        """The newest epoch that counts: accepted, or begun by a credential that binds the code anew."""
        return max([self.epoch(code), *(each.credential.epoch for each in self._directory.named(code))])

    def take(self, raw: bytes, proofs: Proofs, via: str, now: int) -> bool:
        """Judge one checkpoint of another station: whether it is linked to what is held of its journal.

        Raises ``Missing`` for an unknown station or an epoch that is not accepted, ``Unverified`` for a false one,
        ``Conflict`` with both as evidence.
        """
        claimed = note.claim(raw)
        code = note_code(claimed.origin)
        station = self._directory.journal_of(claimed.origin)
        point = check.checkpoint(raw, station)
        check_plausible(point, now, self._tolerance())
        epoch = note.epoch_of(point.origin)
        if epoch > self.newest_epoch(code):
            raise Missing("epoch-not-accepted", code=code, epoch=epoch)
        head = self._directory.mirror.head(point.origin)
        if head is not None:
            self._against_mirror(point, head, via, now)
            return True
        held = self.held(point.origin)
        self._exclude(point, held)
        vouched = self._vouched(point, station)
        if via not in (code, "") and not vouched:
            return False  # what others say of it counts when its authority has seen it
        accepted = self._accepted_within(code, station)
        if accepted is not None and epoch < accepted.epoch:
            self._of_old_epoch(point, accepted)
            return True
        if held is not None and point.size < held.size:
            return self._is_past(point, held, via, now, vouched=vouched)
        if held is None and accepted is not None:
            linked = self._begins(point, accepted, proofs)
        else:
            linked = held is None or _links(held, point, proofs)
        if linked:
            with self._db.transaction():
                self._hold(point, proofs, now)
                self._keep(point)
        else:
            self._hear(point, via, now)
        return linked

    def _accepted_within(self, code: str, station: Trusted) -> EpochAccepted | None:
        """The newest accepted epoch of the journal that this credential's keys sign; one that was founded anew is
        another."""
        accepted = self.accepted(code)
        return accepted if accepted is not None and accepted.epoch > station.credential.epoch else None

    def _vouched(self, point: note.Checkpoint, station: Trusted) -> bool:
        """Whether its authority has cosigned a head longer than all that we know to be; that one is kept, and passed
        on."""
        issuer = self._directory.get(station.issuer) if station.issuer else None
        if issuer is None:
            return False
        time, known = check.cosigned(point.raw, issuer), witness_rows.read_vouched.one(self._db, point.origin)
        if time is None or (known is not None and known.size >= point.size):
            return False
        self._db.run(rows.SQL["write_vouched"], point.origin, point.size, with_line(point.raw, issuer), time)
        return True

    def vouched(self, origin: str) -> bytes | None:
        """The greatest head of a journal that its authority has cosigned."""
        row = witness_rows.read_vouched.one(self._db, origin)
        return row.raw if row else None

    def forgotten(self, code: str, begun: EpochBegun) -> note.ClaimedCheckpoint | None:
        """What is held of a station, if a new epoch does not admit that it is lost."""
        held = self.newest_of(code)
        return held if held is not None and _beyond(held, begun) else None

    def settle_mirrored(self, origin: str) -> None:
        """A mirror has grown: what was heard of that journal is judged. Raises ``Conflict``."""
        head = self._directory.mirror.head(origin)
        for each in witness_rows.list_heard.all(self._db, origin):
            if head is not None and each.size <= head.size:
                self._db.run(rows.SQL["forget_heard"], origin, each.size, each.root)
                if self._directory.mirror.root_at(origin, each.size) != each.root:
                    raise _forked(origin, head.checkpoint, each.raw)

    def _against_mirror(self, point: note.Checkpoint, head: rows.MirrorHead, via: str, now: int) -> None:
        if point.size > head.size:
            self._hear(point, via, now)  # our mirror is behind: nobody lies yet
        elif self._directory.mirror.root_at(point.origin, point.size) != point.root:
            raise _forked(point.origin, head.checkpoint, point.raw)

    def _exclude(self, point: note.Checkpoint, held: Head | None) -> None:
        known: list[Head] = [held] if held is not None else []
        known += [note.claim(row.raw) for row in witness_rows.list_heard.all(self._db, point.origin)]
        for each in known:
            if each.size == point.size and each.root != point.root:
                raise _forked(point.origin, each.raw, point.raw)

    def _of_old_epoch(self, point: note.Checkpoint, accepted: EpochAccepted) -> None:
        """Late, or a copy that runs on in the old epoch: that one shows by going beyond what was admitted as lost."""
        newer = self.held(note.origin(accepted.code, accepted.epoch))
        if newer is not None and _beyond(point, accepted):
            raise _forgets(newer, point)

    def _is_past(self, point: note.Checkpoint, held: Head, via: str, now: int, *, vouched: bool) -> bool:
        """A late envelope: the proof that linked the newer one to it came with that one."""
        path = witness_rows.read_link.one(self._db, point.origin, point.size) or b""
        hashes = tuple(path[n : n + _HASH] for n in range(0, len(path), _HASH))
        if _links(point, held, {(held.origin, point.size, held.size): hashes}):
            return True
        if vouched or via == note_code(point.origin):  # else who passes on an older one says nothing new
            self._hear(point, via, now)
        return False

    def _begins(self, point: note.Checkpoint, accepted: EpochAccepted, proofs: Proofs) -> bool:
        """The first of a new epoch must not forget what we hold of the one before (spec/restore.md, verification 4)."""
        before = self.newest_of(accepted.code)
        if before is not None and _beyond(before, accepted):
            raise _forgets(point, before)
        return before is None or before.size > accepted.restored_size or _links(before, point, proofs)

    def _hold(self, point: note.Checkpoint, proofs: Proofs, now: int) -> None:
        with self._db.transaction():
            self._db.run(rows.SQL["write_held"], point.origin, point.size, bare(point.raw), now)
            self._db.run(rows.SQL["forget_links"], point.origin)
            for (origin, old, new), path in proofs.items():
                if (origin, new) == (point.origin, point.size):
                    self._db.run(rows.SQL["insert_link"], origin, old, b"".join(path))
            for each in witness_rows.list_heard.all(self._db, point.origin):
                if _links(note.claim(each.raw), point, proofs):
                    self._db.run(rows.SQL["forget_heard"], point.origin, each.size, each.root)

    def _keep(self, point: note.Checkpoint) -> None:
        """How long the journal was at a time that it signed itself: whoever back-dates is held to it (spec/paper.md).

        The time of our own clock would prove nothing: an envelope may have been under way for days.
        """
        self._db.run(rows.SQL["insert_kept"], point.origin, point.size, bare(point.raw), point.time)

    def exclude(self, point: note.Checkpoint) -> None:
        """Raises ``Conflict`` for a checkpoint that cannot stand beside one held, heard or kept of the same journal.

        One of a size that we know nothing of passes: only a proof would link it.
        """
        self._exclude(point, self.held(point.origin))
        kept = witness_rows.read_kept.one(self._db, point.origin, point.size)
        if kept is not None and note.claim(kept).root != point.root:
            raise _forked(point.origin, kept, point.raw)

    def kept_before(self, origin: str, index: int, above: int = -1) -> tuple[bytes, int] | None:
        """The latest kept checkpoint under which the record at ``index`` did not exist yet, and its signed time; of
        more than ``above`` records."""
        row = witness_rows.kept_before.one(self._db, origin, above, index)
        return (row.raw, row.time) if row else None

    def _hear(self, point: note.Checkpoint, via: str, now: int) -> None:
        """The 16 oldest and the 16 newest of each journal: a flood between them tells nobody more."""
        with self._db.transaction():
            self._db.run(rows.SQL["insert_heard"], point.origin, point.size, point.root, bare(point.raw), via, now)
            self._db.run(rows.SQL["forget_between"], point.origin, point.origin, point.origin)


def check_plausible(point: note.Checkpoint, here: int, tolerance: int) -> None:
    """Raises ``Conflict`` for a time ahead of our clock: nobody's word moves it (protocol rule 31)."""
    if point.time > here + tolerance:
        raise Conflict("checkpoint-ahead", origin=point.origin, claims=point.time, now=here,
                       evidence={"shown": bare(point.raw)})  # fmt: skip


def with_line(raw: bytes, witness: Trusted) -> bytes:
    """A checkpoint with its own two lines and the line of one witness, which is there."""
    own, lines = bare(raw), raw.partition(b"\n\n")[2].splitlines(keepends=True)[2:]
    return next(own + line for line in lines if check.cosigned(own + line, witness) is not None)


def _links(old: Head, new: Head, proofs: Proofs) -> bool:
    """Whether a proof shows that ``new`` extends ``old``; a false proof counts as none: anybody can spoil one."""
    if old.size == new.size:
        return old.root == new.root
    path = proofs.get((new.origin, old.size, new.size))
    if path is None:
        return False
    try:
        check_consistency(old.size, old.root, new.size, new.root, path)
    except Unverified:
        return False
    return True


def proves_itself(held: bytes, shown: bytes, directory: Directory) -> bool:
    """Whether two checkpoints convict their journal without any other word: same origin, same size, other root."""
    try:
        one, two = note.claim(held), note.claim(shown)
        if (one.origin, one.size) != (two.origin, two.size) or one.root == two.root:
            return False
        station = directory.journal_of(one.origin)
        check.checkpoint(held, station)
        check.checkpoint(shown, station)
    except AntinError:
        return False
    return True


def _forked(origin: str, held: bytes, shown: bytes) -> Conflict:
    """Without further lines: whoever holds the link could else make ever new evidence of one fork."""
    return Conflict("journal-forked", origin=origin, evidence={"held": bare(held), "shown": bare(shown)})


def _beyond(head: Head, accepted: EpochAccepted | EpochBegun) -> bool:
    """Whether a head of an epoch before is not among what the new one admits to have lost."""
    other = head.size == accepted.known_size and head.root != accepted.known_root
    return head.size > accepted.known_size or other


def _forgets(point: Head, before: Head) -> Conflict:
    evidence = {"held": bare(before.raw), "shown": bare(point.raw)}
    return Conflict("epoch-forgets", origin=point.origin, size=before.size, evidence=evidence)
