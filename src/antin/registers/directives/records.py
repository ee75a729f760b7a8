"""Kinds of the register of directives. Words (title, number, legal basis as text, files) are the secret part."""

from __future__ import annotations

from typing import Annotated

from antin.frozen import dataclass
from antin.kernel.formats.fields import Code, OfficerId, Time, Uint
from antin.kernel.formats.paper import PUBLIC_LIMIT, MaybeId, Name, PaperHead
from antin.kernel.formats.shape import Pattern, Within, shape

IN_PERSON, ONLINE, BOTH = "in-person", "online", "both"
Form = Annotated[str, Pattern("in-person|online|both")]
DocumentKind = Annotated[str, Within(1, 8)]
Count = Annotated[int, Within(0, 1_000_000)]


@dataclass(frozen=True, slots=True)
class Basis:
    """A document that the directive rests on, directly or through another (căn cứ); its words lie under its id."""

    id: Name
    kind: DocumentKind
    issued: Time
    direct: bool
    rests_on: Annotated[tuple[Name, ...], Within(0, 16)]


@shape("antin/directive-issued/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class DirectiveIssued:
    """A directive and the whole line of its legal basis. Times are ends of days; 0 where none is set."""

    head: PaperHead
    kind: DocumentKind
    signed: Time
    acknowledge_by: Time
    study_by: Time
    ends: Time
    calendar: Annotated[str, Pattern("[a-z0-9-]{0,40}")]
    basis: Annotated[tuple[Basis, ...], Within(0, 64)]


@shape("antin/directive-withdrawn/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class DirectiveWithdrawn:
    """Whoever issued it takes it back; nothing further is asked under it."""

    head: PaperHead
    directive: Name


@shape("antin/unit-moved/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class UnitMoved:
    """A unit has another superior now (``parent``): the duties under this directive go with it and end here.

    ``issued``: the directive's own id, by which the new superior, who has not got it, sees whose it is.
    """

    head: PaperHead
    directive: Name
    issued: MaybeId
    unit: Code
    parent: Code


@shape("antin/directive-acknowledged/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class DirectiveAcknowledged:
    """The unit has it and takes it up (edXML status 03)."""

    head: PaperHead
    directive: Name


@shape("antin/study-held/1", limit=16 * 1024)
@dataclass(frozen=True, slots=True)
class StudyHeld:
    """One session of studying a directive (quán triệt): officers by number, people without one by count."""

    directive: Name
    form: Form
    held: Time
    invited: Count
    in_person: Annotated[tuple[OfficerId, ...], Within(0, 200)]
    online: Annotated[tuple[OfficerId, ...], Within(0, 200)]
    others_in_person: Count
    others_online: Count


@shape("antin/directive-read/1", limit=128)
@dataclass(frozen=True, slots=True)
class DirectiveRead:
    """A person says, with his own signature, that he has read and understood the directive."""

    directive: Name


@shape("antin/study-reported/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class StudyReported:
    """What the unit's own records sum up to: sessions, attendance, and how many of its officers have signed."""

    head: PaperHead
    directive: Name
    sessions: Uint
    invited: Count
    in_person: Count
    online: Count
    officers: Count
    read: Count
