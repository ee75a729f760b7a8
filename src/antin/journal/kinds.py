"""What a kind of record is: its public shape, its signature, who may issue it (spec/record.md, table of kinds)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from antin.errors import Malformed, Refused, Unverified
from antin.kernel.check import Trusted
from antin.kernel.formats import paper
from antin.kernel.formats.credential import AGENCY, AUTHORITY, OFFICER
from antin.kernel.formats.epoch import EpochBegun, LostUse
from antin.kernel.formats.record import Record
from antin.kernel.formats.shape import Within, parse, shape
from antin.storage.database import Database

STATION, PERSON = "station", "officer"
# Whoever works at the desk of an office, its leader included.
DESK = frozenset({"officer", "cipher", "registrar", "leader"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A record at its place in the journal, ready for ``apply``: ``public`` parsed, ``actors`` its signers."""

    index: int
    digest: bytes
    record: Record
    public: Any
    actors: tuple[Trusted, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Whose act a travelling record is, wherever it fills a table: ``station``, and the ``officer`` who signed.

    ``index`` is its place in the journal that fills the table, ``own`` whether the act was made there; ``time`` the
    signer's claim (spec/paper.md).
    """

    station: str
    officer: str
    id: bytes
    digest: bytes
    time: int
    index: int
    own: bool

    @property
    def name(self) -> bytes:
        """What other records call this one by."""
        return paper.name(self.station, self.id)


Apply = Callable[[Database, Entry], None]
Fill = Callable[[Database, Source, Any], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """``by``: ``STATION`` (agency or authority key), ``PERSON``, or both. ``roles``: one is needed (empty = any).

    ``hands``: how many different signers it takes (protocol rule 26).
    """

    public: type
    hybrid: bool
    by: tuple[str, ...]
    roles: frozenset[str] = frozenset()
    apply: Apply | None = None
    hands: int = 1


@dataclass(frozen=True, slots=True)
class Paper:
    """A kind that travels: its public shape, who may sign it, and what fills the tables at either end."""

    public: type
    roles: frozenset[str]
    fill: Fill


@shape("antin/uses-lost/1", limit=16 * 1024)
@dataclass(frozen=True, slots=True)
class UsesLost:
    """The journal's own kind: closes gaps in the numbering of key uses, in the open."""

    lost: Annotated[tuple[LostUse, ...], Within(1, 100)]


OWN_KINDS = {
    "uses-lost": Kind(UsesLost, False, (STATION, PERSON)),
    "epoch-begun": Kind(EpochBegun, True, (PERSON,), frozenset({"cipher", "leader"}), hands=2),
}


def enter(kinds: Mapping[str, Kind], index: int, digest: bytes, record: Record, hybrid: bool,
          actors: tuple[Trusted, ...]) -> Entry:  # fmt: skip
    """Check a record against the table of kinds. Raises ``Malformed`` or ``Refused``."""
    kind = kinds.get(record.kind)
    if kind is None:
        raise Malformed("record-kind-unknown", kind=record.kind)
    if kind.hybrid and not hybrid:
        raise Unverified("record-needs-hybrid", kind=record.kind)
    if len({actor.name for actor in actors}) < kind.hands:
        raise Refused("hands-missing", kind=record.kind, hands=kind.hands)
    for actor in actors:
        by = PERSON if actor.subject.kind == OFFICER else STATION
        if by not in kind.by or actor.subject.kind not in (AUTHORITY, AGENCY, OFFICER):
            raise Refused("record-not-entitled", kind=record.kind, who=actor.name)
        if by == PERSON and kind.roles and not kind.roles & set(actor.subject.roles):
            raise Refused("role-missing", kind=record.kind, who=actor.name, roles=", ".join(sorted(kind.roles)))
    return Entry(index, digest, record, parse(kind.public, record.public), actors)
