"""What the statements of spec/witness.md give: heads of others' journals, epochs, last sequences, conflicts, and what
peers were told of all that.
"""

from __future__ import annotations

from antin.frozen import dataclass
from antin.station.rows import SQL, Mirrored


@dataclass(frozen=True, slots=True)
class Head:
    """A head of a journal: one that is held, or one that gossip passes on."""

    origin: str
    size: int
    raw: bytes


@dataclass(frozen=True, slots=True)
class TimedHead:
    """A head with the time that its authority, or its journal itself, signed with it."""

    size: int
    raw: bytes
    time: int


@dataclass(frozen=True, slots=True)
class Unvouched:
    """A held head that its authority has not cosigned ``since`` then."""

    origin: str
    size: int
    since: int


@dataclass(frozen=True, slots=True)
class Heard:
    """A head that nothing links yet: by whom (``via``) and when we heard of it."""

    size: int
    root: bytes
    raw: bytes
    via: str
    time: int


@dataclass(frozen=True, slots=True)
class Unlinked:
    """A journal that does not link what was heard of it: its greatest such head, and since when it waits."""

    origin: str
    size: int
    via: str
    time: int


@dataclass(frozen=True, slots=True)
class EpochAccepted:
    """An authority's word, in its journal ``origin``, that a station's epoch counts."""

    origin: str
    code: str
    epoch: int
    raw: bytes


@dataclass(frozen=True, slots=True)
class EpochAsked:
    """A station's signed record that begins an epoch, and that waits for a person here."""

    code: str
    epoch: int
    digest: bytes
    raw: bytes
    time: int


@dataclass(frozen=True, slots=True)
class Sequences:
    """Our newest signed last sequences, the secret of their tree, and the digest of what they list."""

    raw: bytes
    secret: bytes
    listing: bytes


@dataclass(frozen=True, slots=True)
class LastSequence:
    """The last sequence that a sender says it sent us in an epoch, by precedence."""

    sender: str
    epoch: int
    precedence: int
    last: int

    @property
    def stream(self) -> tuple[str, int, int]:
        """What is numbered one after another."""
        return self.sender, self.epoch, self.precedence


@dataclass(frozen=True, slots=True)
class Conflict:
    """A conflict whose evidence is kept under its digest."""

    digest: bytes
    about: str
    code: str
    time: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """The evidence of a conflict."""

    digest: bytes
    raw: bytes


@dataclass(frozen=True, slots=True)
class Told:
    """A head of ours that a peer may hold: we told it, or it has ``shown`` it to us."""

    size: int
    shown: int


@dataclass(frozen=True, slots=True)
class Tail:
    """The size that a peer showed of its own journal, behind what we hold of it."""

    origin: str
    shown: int


@dataclass(frozen=True, slots=True)
class Lost:
    """Who said that our journal was longer (``signer``, ``restore``, ``memory`` or ``echo``), and its greatest known
    head."""

    why: str
    size: int
    root: bytes


read_held = SQL.query("read_held", Head)
list_held = SQL.query("list_held", Head)
list_held_of = SQL.query("list_held_of", str)
list_gossip = SQL.query("list_gossip", Head)
read_vouched = SQL.query("read_vouched", TimedHead)
list_unvouched = SQL.query("list_unvouched", Unvouched)
read_link = SQL.query("read_link", bytes)
read_kept = SQL.query("read_kept", bytes)
kept_before = SQL.query("kept_before", TimedHead)
list_heard = SQL.query("list_heard", Heard)
list_not_asked = SQL.query("list_not_asked", str)
list_all_heard = SQL.query("list_all_heard", Unlinked)
list_epochs_accepted = SQL.query("list_epochs_accepted", EpochAccepted)
list_epochs_new = SQL.query("list_epochs_new", EpochAccepted)
list_epochs_asked = SQL.query("list_epochs_asked", EpochAsked)
read_sequences = SQL.query("read_sequences", Sequences)
list_lasts = SQL.query("list_lasts", LastSequence)
read_witnessed = SQL.query("read_witnessed", int)
has_conflict = SQL.query("has_conflict", int)
read_conflict_count = SQL.query("read_conflict_count", int)
list_kept_conflicts = SQL.query("list_kept_conflicts", Conflict)
list_conflicts_of = SQL.query("list_conflicts_of", bytes)
list_conflicts_for = SQL.query("list_conflicts_for", Evidence)
list_told = SQL.query("list_told", Told)
list_told_since = SQL.query("list_told_since", str)
list_owed = SQL.query("list_owed", str)
read_tail = SQL.query("read_tail", Tail)
read_recovering = SQL.query("read_recovering", Lost)
list_recovered = SQL.query("list_recovered", Mirrored)
