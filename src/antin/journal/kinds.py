"""What the registers know of a kind of record: its public shape, and what it fills (spec/record.md, table of kinds)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from antin.errors import Malformed
from antin.kernel.check import Trusted
from antin.kernel.formats import paper
from antin.kernel.formats.epoch import AuthorityResumed, EpochBegun, LostUse
from antin.kernel.formats.fields import Digest
from antin.kernel.formats.record import Record
from antin.kernel.formats.shape import Within, parse, shape
from antin.kernel.kinds import DESK, PERSON, STATION, check, rule_of
from antin.storage.database import Database


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


__all__ = ["DESK", "PERSON", "STATION", "Entry", "Fill", "Kind", "Paper", "Source", "UsesLost", "enter"]
Apply = Callable[[Database, Entry], None]
Fill = Callable[[Database, Source, Any], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """What a register does with a kind: its public shape, what fills the tables. Who may make one stands in the
    kernel's table (``kernel/kinds.py``)."""

    public: type
    apply: Apply | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """A kind that travels: its public shape, and what fills the tables at either end."""

    public: type
    fill: Fill


@shape("antin/uses-lost/1", limit=16 * 1024)
@dataclass(frozen=True, slots=True)
class UsesLost:
    """The journal's own kind: closes gaps in the numbering of key uses, in the open."""

    lost: Annotated[tuple[LostUse, ...], Within(1, 100)]


@shape("antin/renewal-asked/1", limit=1024)
@dataclass(frozen=True, slots=True)
class RenewalAsked:
    """Requests to be bound again left the station; the record encloses what was signed for them."""

    requests: Annotated[tuple[Digest, ...], Within(1, 16)]


OWN_KINDS = {
    "uses-lost": Kind(UsesLost),
    "epoch-begun": Kind(EpochBegun),
    "authority-resumed": Kind(AuthorityResumed),
    "renewal-asked": Kind(RenewalAsked),
}


def enter(kinds: Mapping[str, Kind], index: int, digest: bytes, record: Record, hybrid: bool,
          actors: tuple[Trusted, ...]) -> Entry:  # fmt: skip
    """Check a record against the table of kinds. Raises ``Malformed`` or ``Refused``."""
    kind = kinds.get(record.kind)
    if kind is None:
        raise Malformed("record-kind-unknown", kind=record.kind)
    check(rule_of(record.kind), record, hybrid, [actor.subject for actor in actors])
    return Entry(index, digest, record, parse(kind.public, record.public), actors)
