"""Kinds of the register of committees. Words (number, title, names, agenda, minutes) are the secret part."""

from __future__ import annotations

from typing import Annotated

from antin.frozen import dataclass
from antin.kernel.formats.fields import Code, Digest, Level, MaybeOfficer, Time, Word
from antin.kernel.formats.paper import PUBLIC_LIMIT, MaybeId, Name, PaperHead
from antin.kernel.formats.shape import Pattern, Within, shape

KINDS = ("steering", "drafting", "standing")
ROLES = ("chair", "deputy", "standing", "secretary", "member")
FORMS = ("in-person", "online", "both")

CommitteeKind = Annotated[str, Pattern("|".join(KINDS))]
CopyNumber = Annotated[int, Within(1, 9_999)]


@dataclass(frozen=True, slots=True)
class Seat:
    """A place in a committee: an agency, and which officer of it ("" = whom the words name)."""

    agency: Code
    officer: MaybeOfficer


@dataclass(frozen=True, slots=True)
class Member:
    """A seat and what its holder is; the name lies in the words under ``member.001`` … in this order."""

    agency: Code
    officer: MaybeOfficer
    role: Annotated[str, Pattern("|".join(ROLES))]


Members = Annotated[tuple[Member, ...], Within(1, 200)]


@shape("antin/committee-founded/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class CommitteeFounded:
    """A committee under a directive, by a decision of that day (``decided``).

    ``issued``: the directive's own id where its issuer founds.
    """

    head: PaperHead
    kind: CommitteeKind
    directive: Name
    issued: MaybeId
    decided: Time
    members: Members


@shape("antin/committee-changed/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class CommitteeChanged:
    """All members from now on. It says the whole committee, so that an agency that joins late has it from here.

    ``founded``: the id of the founding record, which only its station can show to open the committee's name.
    """

    head: PaperHead
    committee: Name
    founded: MaybeId
    kind: CommitteeKind
    directive: Name
    issued: MaybeId
    decided: Time
    members: Members


@shape("antin/committee-assigned/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class CommitteeAssigned:
    """What a member answers for, by ``due``."""

    head: PaperHead
    committee: Name
    key: Word
    agency: Code
    officer: MaybeOfficer
    due: Time


@shape("antin/assignment-done/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class AssignmentDone:
    """The member's agency, or whoever assigned it, says that it is done."""

    head: PaperHead
    committee: Name
    key: Word


@shape("antin/meeting-held/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class MeetingHeld:
    """A meeting: when, how, who of the members was there."""

    head: PaperHead
    committee: Name
    held: Time
    form: Annotated[str, Pattern("|".join(FORMS))]
    present: Annotated[tuple[Seat, ...], Within(1, 200)]


@dataclass(frozen=True, slots=True)
class Copy:
    """One numbered copy and who got it."""

    number: CopyNumber
    agency: Code
    officer: MaybeOfficer


@shape("antin/copies-handed-out/1", limit=32 * 1024)
@dataclass(frozen=True, slots=True)
class CopiesHandedOut:
    """Copies of one document (by digest) given out at a meeting, to be returned."""

    meeting: Name
    document: Digest
    level: Level
    copies: Annotated[tuple[Copy, ...], Within(1, 200)]


@shape("antin/copies-recalled/1", limit=8 * 1024)
@dataclass(frozen=True, slots=True)
class CopiesRecalled:
    """Copies that came back."""

    handed_out: Name
    numbers: Annotated[tuple[CopyNumber, ...], Within(1, 200)]
