"""What each statement of the journal gives."""

from __future__ import annotations

from pathlib import Path

from antin.frozen import dataclass
from antin.storage.query import Statements

SQL = Statements(Path(__file__).with_name("journal.sql"))


@dataclass(frozen=True, slots=True)
class Head:
    """How many records there are, and the root over them."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Raw:
    """A signed record by its index."""

    idx: int
    raw: bytes


@dataclass(frozen=True, slots=True)
class Stored:
    """A signed record with what stands beside it to be found by."""

    idx: int
    id: bytes
    kind: str
    time: int
    raw: bytes


@dataclass(frozen=True, slots=True)
class Subtree:
    """The hash of a complete subtree."""

    n: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Listed:
    """A record of the journal, in short."""

    idx: int
    kind: str
    time: int


@dataclass(frozen=True, slots=True)
class Sealed:
    """A secret part, wrapped for the key ``kid``, and the record that it is of."""

    kid: bytes
    sealed: bytes
    raw: bytes


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signed head, cosigned or not."""

    size: int
    raw: bytes


count_entries = SQL.query("count_entries", int)
read_head = SQL.query("read_head", Head)
read_hash = SQL.query("read_hash", bytes)
read_entry = SQL.query("read_entry", bytes)
read_entries = SQL.query("read_entries", Raw)
read_stored = SQL.query("read_stored", Stored)
read_subtrees = SQL.query("read_subtrees", Subtree)
newest_time = SQL.query("newest_time", int)
read_time = SQL.query("read_time", int)
list_entries = SQL.query("list_entries", Listed)
list_worded = SQL.query("list_worded", Listed)
newest_of_kind = SQL.query("newest_of_kind", Raw)
read_sealed = SQL.query("read_sealed", Sealed)
list_secrets = SQL.query("list_secrets", int)
newest_checkpoint = SQL.query("newest_checkpoint", Checkpoint)
read_checkpoints = SQL.query("read_checkpoints", Checkpoint)
newest_cosigned = SQL.query("newest_cosigned", bytes)
greatest_cosigned = SQL.query("greatest_cosigned", int)
cosigned_checkpoint = SQL.query("cosigned_checkpoint", bytes)
last_checkpoint = SQL.query("last_checkpoint", bytes)
is_cosigned = SQL.query("is_cosigned", bytes)
read_epoch = SQL.query("read_epoch", int)
epoch_start = SQL.query("epoch_start", int)
epochs_after = SQL.query("epochs_after", int)
newest_epoch_start = SQL.query("newest_epoch_start", int)
next_epoch = SQL.query("next_epoch", int)
list_signers = SQL.query("list_signers", bytes)
read_use = SQL.query("read_use", int)
