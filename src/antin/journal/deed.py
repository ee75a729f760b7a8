"""A deed: one value that says all that the books know of a kind of record.

    decide(view, source, public)   may refuse. Once: when the record is made, and when another's paper is taken.
    fill(db, source, public)       total: writes the tables. Again at every replay and audit.

A rule can therefore be tightened without an old station ceasing to open. Who may make a kind, and with how many hands,
stands in the kernel's table (``kernel/kinds.py``), for the verifier asks that too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, Generic, TypeVar

from antin.errors import Malformed
from antin.frozen import dataclass
from antin.kernel.check import Trust, Trusted, VerifiedRecord
from antin.kernel.crypto import suite as suites
from antin.kernel.formats import cbor, paper
from antin.kernel.formats.record import RECORD_LIMIT, Record
from antin.kernel.formats.shape import parse
from antin.kernel.kinds import check, rule_of
from antin.storage.database import Database, Reader

P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Source:
    """Whose act a record is, wherever it fills a table: ``station``, and the ``officer`` who signed ("" for a station's
    key alone).

    ``time`` is the signer's claim (spec/paper.md), ``index`` the place in the journal that fills the table, ``own``
    whether the act was made there. ``digest`` is empty while it is decided: the record is not signed yet.
    """

    kind: str
    station: str
    officer: str
    id: bytes
    digest: bytes
    time: int
    index: int
    epoch: int
    own: bool
    signers: tuple[Trusted, ...] = ()

    @property
    def name(self) -> bytes:
        """What other records call this one by."""
        return paper.name(self.station, self.id)


Decide = Callable[[Reader, Source, Any], None]
Fill = Callable[[Database, Source, Any], None]
About = Callable[[Any], Iterable[bytes]]


def freely(view: Reader, source: Source, public: object) -> None:
    """Nothing is refused beyond the public part's own shape."""


def nothing(db: Database, source: Source, public: object) -> None:
    """No table is filled: the record itself is all there is."""


def nobody(public: object) -> tuple[bytes, ...]:
    """It is about no other record."""
    return ()


def named(*fields_: str) -> About:
    """It is about what these fields of its public part name; an empty one names nothing."""
    return lambda public: tuple(name for name in (getattr(public, each) for each in fields_) if name)


@dataclass(frozen=True, slots=True)
class Deed(Generic[P]):
    """``about``: names of the records that this one is about, by which an inspector's case finds it.

    ``before``: earlier versions of the kind, which old journals hold and nobody makes any more.
    """

    kind: str
    public: type[P]
    fill: Fill = nothing
    decide: Decide = freely
    about: About = nobody
    before: tuple[Deed[Any], ...] = ()

    def version(self, public: bytes) -> Deed[Any]:
        """The version of this kind that these bytes are of: the newest, unless they bear an earlier one's name."""
        if not self.before:
            return self
        value = cbor.decode(public, limit=RECORD_LIMIT)
        name = value[0] if isinstance(value, tuple) and value else ""
        return next((each for each in self.before if name == each.public.FORMAT), self)

    @property
    def travels(self) -> bool:
        """Whether others are to have it: its public part then begins with whom it is for."""
        return fields(self.public)[0].name == "head"  # type: ignore[arg-type]  # a shape is a dataclass


@dataclass(frozen=True, slots=True)
class Book:
    """A register: its tables (each named ``NAME_…``), the deeds that fill them, and the revision of its ``fill``.

    The revision is raised when a ``fill`` or a statement of it changes: every station then fills the book anew.
    """

    name: str
    revision: int
    tables: Path
    deeds: tuple[Deed[Any], ...]

    @property
    def steers(self) -> bool:
        """Whether its records are about directives: what does not travel has words for a secret part, too."""
        return any(each.travels for each in self.deeds)


@dataclass(frozen=True, slots=True)
class Entry:
    """A record at its place in the journal: ``public`` parsed, ``actors`` its signers."""

    index: int
    digest: bytes
    record: Record
    public: Any
    actors: tuple[Trusted, ...]
    raw: bytes
    deed: Deed[Any]

    @property
    def source(self) -> Source:
        """As the books see it."""
        return source_of(self.record, self.index, self.digest, self.actors)


def source_of(record: Record, index: int, digest: bytes, actors: tuple[Trusted, ...]) -> Source:
    """The source of a record of this station."""
    by = next((actor.subject.officer for actor in actors if actor.subject.officer), "")
    return Source(record.kind, record.station, by, record.id, digest, record.time, index, record.epoch, True, actors)


def enter(deeds: Mapping[str, Deed[Any]], index: int, verified: VerifiedRecord, trust: Trust) -> Entry:
    """Check a record against the table of kinds. Raises ``Malformed`` or ``Refused``."""
    record, actors = verified.record, tuple(trust[signer.credential] for signer in verified.signers)
    deed = deeds.get(record.kind)
    if deed is None:
        raise Malformed("record-kind-unknown", kind=record.kind)
    check(rule_of(record.kind), record, verified.hybrid, [actor.subject for actor in actors])
    deed = deed.version(record.public)
    public = parse(deed.public, record.public)
    return Entry(index, suites.object_digest(verified.raw), record, public, actors, verified.raw, deed)
