"""What each statement beside the journal gives: signed objects, the directory and what it rests on, the outbox,
blobs, clock and forms. Heads of journals, epochs, conflicts and what peers were told: ``witness_rows.py``.
"""

from __future__ import annotations

from pathlib import Path

from antin.frozen import dataclass
from antin.storage.query import Statements

SQL = Statements(Path(__file__).with_name("station.sql"))


@dataclass(frozen=True, slots=True)
class SignedObject:
    """The bytes of something signed, by their digest."""

    digest: bytes
    raw: bytes


@dataclass(frozen=True, slots=True)
class Agency:
    """A code with a name under which it was bound; ``kind``: agency, authority or root, as in its credential."""

    code: str
    name: str
    kind: int


@dataclass(frozen=True, slots=True)
class Credential:
    """A credential that was proven and listed under its name; ``officer`` is "" for an agency's own."""

    digest: bytes
    code: str
    officer: str
    kind: int
    name: str


@dataclass(frozen=True, slots=True)
class Mirrored:
    """A record of a mirrored journal, or of our own as it came back, by its index there."""

    idx: int
    raw: bytes


@dataclass(frozen=True, slots=True)
class MirrorHead:
    """The newest checkpoint to which a mirror was followed, and what it says."""

    origin: str
    size: int
    root: bytes
    checkpoint: bytes
    time: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A credential's line in its issuer's mirrored journal, at record ``idx``. ``revoked``: since when; ``bound``:
    when, as far as we can tell."""

    id: bytes
    origin: str
    idx: int
    revoked: int | None
    code: str
    kind: int
    epoch: int
    previous: bytes
    bound: int


@dataclass(frozen=True, slots=True)
class EntryOfCode:
    """A line of the directory for a code; ``seen``: when we first saw it."""

    digest: bytes
    origin: str
    idx: int
    epoch: int
    previous: bytes
    revoked: int | None
    seen: int


@dataclass(frozen=True, slots=True)
class EntryState:
    """What a line says of its credential's state: ``revoked`` since when."""

    id: bytes
    revoked: int | None
    kind: int
    code: str


@dataclass(frozen=True, slots=True)
class EntrySeen:
    """When we first saw the line that a record entered."""

    origin: str
    idx: int
    seen: int


@dataclass(frozen=True, slots=True)
class Entered:
    """The credential that a record entered."""

    digest: bytes
    kind: int
    code: str


@dataclass(frozen=True, slots=True)
class BoundCode:
    """A code that a record bound, and when, as far as we can tell."""

    idx: int
    code: str
    bound: int


@dataclass(frozen=True, slots=True)
class AgencyBefore:
    """The credential of an officer's agency as it stood in the journal before him."""

    digest: bytes
    revoked: int | None


@dataclass(frozen=True, slots=True)
class Allotment:
    """A code or prefix, and the authority that may bind under it."""

    scope: str
    authority: str


@dataclass(frozen=True, slots=True)
class AllottedAt:
    """The record of the root that allotted a scope, and since when that holds."""

    idx: int
    begun: int


@dataclass(frozen=True, slots=True)
class LevelKey:
    """A signed wrapping key for a level, and the end of its term."""

    raw: bytes
    until: int


@dataclass(frozen=True, slots=True)
class OwnLevelKey:
    """A signed wrapping key for a level; ``published``: it stands in its authority's directory."""

    raw: bytes
    published: int


@dataclass(frozen=True, slots=True)
class Due:
    """A slip or receipt in the outbox. ``idx``: a receipt's record; ``sealed``: a slip's blob, and whether it lies
    ``apart``, because it is too large for the envelope; ``put``: when it went last, None before it did, and
    ``envelope``: under which name; ``told``: the size of the head that went with it first, None while it never left.
    """

    n: int
    peer: str
    kind: str
    digest: bytes
    idx: int
    precedence: int
    sealed: bytes
    apart: int
    put: int | None
    envelope: str
    told: int | None


@dataclass(frozen=True, slots=True)
class OldDue:
    """A line of the outbox as it was before envelopes held several slips."""

    n: int
    peer: str
    kind: str
    digest: bytes
    idx: int
    precedence: int
    put: int | None
    done: int
    proven: int
    told: int | None


@dataclass(frozen=True, slots=True)
class PutUnder:
    """In whose box a slip went last, in an envelope of which name."""

    peer: str
    envelope: str


@dataclass(frozen=True, slots=True)
class Urgency:
    """How urgent something is that waits for its first sending."""

    n: int
    precedence: int


read_beside = SQL.query("read_beside", int)
read_form = SQL.query("read_form", bytes)
read_looked = SQL.query("read_looked", int)
read_clock = SQL.query("read_clock", int)
read_seen = SQL.query("read_seen", bytes)
read_seen_size = SQL.query("read_seen_size", int)
read_object = SQL.query("read_object", bytes, lasting=True)
list_objects_of = SQL.query("list_objects_of", bytes)
list_issued = SQL.query("list_issued", SignedObject)
find_credentials = SQL.query("find_credentials", bytes)
list_credentials = SQL.query("list_credentials", Credential)
list_agencies = SQL.query("list_agencies", Agency)
read_agency_name = SQL.query("read_agency_name", str)
read_mirror = SQL.query("read_mirror", bytes)
read_mirror_all = SQL.query("read_mirror_all", Mirrored)
read_mirror_back = SQL.query("read_mirror_back", Mirrored)
list_mirrored = SQL.query("list_mirrored", str)
count_mirror = SQL.query("count_mirror", int)
read_mirror_hash = SQL.query("read_mirror_hash", bytes)
read_mirror_head = SQL.query("read_mirror_head", MirrorHead)
list_mirror_heads = SQL.query("list_mirror_heads", MirrorHead)
read_directory = SQL.query("read_directory", Entry)
find_entries = SQL.query("find_entries", EntryOfCode)
list_states = SQL.query("list_states", EntryState)
list_seen = SQL.query("list_seen", EntrySeen)
list_entered = SQL.query("list_entered", Entered)
list_bound_codes = SQL.query("list_bound_codes", BoundCode)
agency_before = SQL.query("agency_before", AgencyBefore)
list_allotments = SQL.query("list_allotments", Allotment)
list_allotments_at = SQL.query("list_allotments_at", Allotment)
list_allotment_times = SQL.query("list_allotment_times", int)
read_allotted_at = SQL.query("read_allotted_at", AllottedAt)
read_level_key = SQL.query("read_level_key", bytes)
newest_level_key = SQL.query("newest_level_key", LevelKey)
list_level_keys = SQL.query("list_level_keys", OwnLevelKey)
list_newest_level_keys = SQL.query("list_newest_level_keys", OwnLevelKey)
list_old_outbox = SQL.query("list_old_outbox", OldDue)
list_outbox = SQL.query("list_outbox", Due)
list_outbox_peer = SQL.query("list_outbox_peer", Due)
list_outbox_of = SQL.query("list_outbox_of", PutUnder)
list_due = SQL.query("list_due", Urgency)
read_told = SQL.query("read_told", int)
list_blobs = SQL.query("list_blobs", bytes)
read_small_blob = SQL.query("read_small_blob", bytes, lasting=True)
has_small_blob = SQL.query("has_small_blob", int, lasting=True)
has_blob = SQL.query("has_blob", int)
list_on_link = SQL.query("list_on_link", bytes)
