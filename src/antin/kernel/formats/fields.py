"""Field types that several formats share, with their bounds (spec/encoding.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from antin.kernel.formats.shape import OneOf, Pattern, Within

# QĐ 20/2020/QĐ-TTg: at most 35 characters of [0-9A-Z.], levels set apart by dots; level 1 = letter, two digits.
CODE = r"[A-Y][0-9]{2}(\.[0-9A-Z]{1,10})*"
OFFICER = r"[a-z0-9][a-z0-9-]{0,31}"
NO_DIGEST = bytes(32)

Code = Annotated[str, Pattern(CODE), Within(3, 35)]
MaybeCode = Annotated[str, Pattern(CODE + "|"), Within(0, 35)]
OfficerId = Annotated[str, Pattern(OFFICER)]
MaybeOfficer = Annotated[str, Pattern(OFFICER + "|")]
Digest = Annotated[bytes, Within(32, 32)]
MaybeDigest = Annotated[bytes, OneOf((0, 32))]
SuiteDigest = Annotated[bytes, OneOf((32, 48))]
Id = Annotated[bytes, Within(16, 16)]
Salt = Annotated[bytes, Within(32, 32)]
Time = Annotated[int, Within(0, 253_402_300_799)]
Uint = Annotated[int, Within(0, 2**53 - 1)]
SuiteNumber = Annotated[int, Within(1, 255)]
Level = Annotated[int, Within(0, 3)]
Precedence = Annotated[int, Within(0, 4)]
Word = Annotated[str, Pattern(r"[a-z0-9][a-z0-9-]{0,39}")]
Line = Annotated[str, Within(0, 500)]
Path = Annotated[tuple[Digest, ...], Within(0, 64)]


@dataclass(frozen=True, slots=True)
class Label:
    """Level and handling instructions, bound to the document by the head and the statement.

    ``until`` is the day the term ends (POSIX seconds; 0 = none), ``copies`` the number made (0 = unsaid).
    """

    level: Level
    until: Time
    caveats: Annotated[tuple[Word, ...], Within(0, 16)]
    compartments: Annotated[tuple[Word, ...], Within(0, 16)]
    copies: Annotated[int, Within(0, 9999)]


@dataclass(frozen=True, slots=True)
class Clearance:
    """What a credential may open."""

    level: Level
    compartments: Annotated[tuple[Word, ...], Within(0, 16)]

    def dominates(self, label: Label) -> bool:
        """Whether the holder may open what carries this label."""
        return self.level >= label.level and set(label.compartments) <= set(self.compartments)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the document says of itself. ``subject`` stays empty at level 3 (NĐ 63/2026, Điều 6)."""

    kind: Annotated[str, Within(1, 8)]
    number: Annotated[str, Within(0, 60)]
    issued: Time
    subject: Line
    name: Annotated[str, Within(1, 255)]
    media_type: Annotated[str, Pattern(r"[a-z0-9.+/-]{1,80}")]
