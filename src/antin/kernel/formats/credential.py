"""Credential: an authority binds an authority, agency or officer to keys, clearance and validity (spec/credential.md).

An officer's credential names no person: number, agency, roles, clearance. So it may travel to another branch
as the duty credential of design §5; the name stays in the agency's own register.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from antin.kernel.formats.fields import (
    Clearance,
    Code,
    Id,
    Line,
    MaybeDigest,
    MaybeOfficer,
    Time,
    Uint,
    Word,
)
from antin.kernel.formats.shape import OneOf, Pattern, Within, shape

AUTHORITY, AGENCY, OFFICER = 1, 2, 3
ROLES = ("officer", "cipher", "registrar", "leader", "custodian", "inspector", "admin")

SigningPublic = Annotated[bytes, OneOf((32 + 1952, 97 + 2592))]
MaybeWrapping = Annotated[bytes, OneOf((0, 1184 + 32, 1568 + 97))]
JournalPublic = Annotated[bytes, OneOf((0, 32 + 1312))]
Handover = Annotated[bytes, Within(0, 8 * 1024)]


@shape("antin/subject/1", limit=16 * 1024)
@dataclass(frozen=True, slots=True)
class Subject:
    """Who is bound, to which keys: what a request proposes and a credential confirms, byte for byte.

    ``parent`` is the administrative superior, ``professional`` the one of the trade (Luật Cơ yếu, Điều 22). Only an
    officer has a ``wrapping`` key here; those of an agency are its level keys (``LevelKey``).
    """

    kind: Annotated[int, Within(AUTHORITY, OFFICER)]
    code: Code
    officer: MaybeOfficer
    name: Line
    branch: Annotated[str, Pattern(r"[a-z0-9-]{0,20}")]
    parent: Annotated[str, Pattern(r"[0-9A-Z.]{0,35}")]
    professional: Annotated[str, Pattern(r"[0-9A-Z.]{0,35}")]
    roles: Annotated[tuple[Word, ...], Within(0, 8)]
    clearance: Clearance
    signing: SigningPublic
    journal: JournalPublic
    wrapping: MaybeWrapping


@shape("antin/credential-body/1", limit=20 * 1024)
@dataclass(frozen=True, slots=True)
class Credential:
    """``request`` echoes the digest of the request it answers (empty for a root).

    ``previous`` names the credential that this one continues, ``handover`` is that one's signed word for it (empty
    after a loss). ``epoch`` is the first epoch of the journal that its journal keys sign; 0 for an officer.
    """

    id: Id
    subject: Annotated[bytes, Within(1, 16 * 1024)]
    not_before: Time
    not_after: Time
    request: MaybeDigest
    previous: MaybeDigest
    handover: Handover
    epoch: Uint
