"""Kinds of the register of emulation, apart from the ballot. Words (theme, titles, the pledge itself, notes) are the
secret part."""

from __future__ import annotations

from typing import Annotated

from antin.frozen import dataclass
from antin.kernel.formats.fields import Code, Digest, Time, Uint
from antin.kernel.formats.paper import PUBLIC_LIMIT, Name, PaperHead
from antin.kernel.formats.shape import Pattern, Within, shape

MEMBERS, CRITERIA, SCALE = 16, 24, 1_000_000_000
Key = Annotated[str, Pattern("[a-z0-9][a-z0-9-]{0,19}")]
Points = Annotated[int, Within(0, SCALE)]
Version = Annotated[int, Within(1, 999)]
SheetKind = Annotated[str, Pattern("own|cross")]
SHEETS_NAME, SHEETS_TYPE = "phieu-cham.cbor", "application/vnd.antin.emulation-sheets"


@dataclass(frozen=True, slots=True)
class Criterion:
    """``maximum`` in thousandths of a point; ``source``: for a computed one, which figures of the registers."""

    key: Key
    maximum: Points
    method: Annotated[str, Pattern("self|cross|ballot|computed")]
    source: Annotated[str, Pattern("[a-z0-9-]{0,40}")]


@shape("antin/campaign-opened/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class CampaignOpened:
    """A year's campaign of a block. ``members`` ascending; ``pledge`` is the digest of the document that all sign."""

    head: PaperHead
    members: Annotated[tuple[Code, ...], Within(2, MEMBERS)]
    block_head: Code
    deputy: Code
    opens: Time
    closes: Time
    scale: Points
    criteria: Annotated[tuple[Criterion, ...], Within(1, CRITERIA)]
    formula: Version
    pledge: Digest


@shape("antin/pledge-signed/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class PledgeSigned:
    """A member's leader signs the one document of the campaign, named by its digest."""

    head: PaperHead
    campaign: Name
    document: Digest


@dataclass(frozen=True, slots=True)
class Mark:
    """What one unit gets under one criterion."""

    unit: Code
    key: Key
    score: Points


@dataclass(frozen=True, slots=True)
class OwnMark:
    """What a unit gives itself under one criterion."""

    key: Key
    score: Points


@shape("antin/own-scored/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class OwnScored:
    """What a member gives itself; once."""

    head: PaperHead
    campaign: Name
    marks: Annotated[tuple[OwnMark, ...], Within(1, CRITERIA)]


@shape("antin/cross-scored/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class CrossScored:
    """What a member gives every other one; once."""

    head: PaperHead
    campaign: Name
    marks: Annotated[tuple[Mark, ...], Within(1, MEMBERS * CRITERIA)]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A scoring record that was counted: whose, which, and its points in the order of units and criteria."""

    station: Code
    record: Digest
    marks: Annotated[bytes, Within(0, 4 * MEMBERS * CRITERIA)]


@dataclass(frozen=True, slots=True)
class FactRow:
    """A share that registers show. ``records``: how many records it was counted over; ``source`` their digest."""

    unit: Code
    key: Key
    part: Uint
    whole: Uint
    records: Uint
    source: Digest


@dataclass(frozen=True, slots=True)
class VoteRow:
    """A counted ballot on one criterion; ``sums`` in the order of the members."""

    key: Key
    round: Digest
    list: Digest
    valid: Uint
    most: Uint
    sums: Annotated[tuple[Uint, ...], Within(2, MEMBERS)]


@dataclass(frozen=True, slots=True)
class Excluded:
    """A sheet that is not counted: its station gave two. ``contested``: the name of the record that shows them."""

    station: Code
    kind: SheetKind
    contested: Name


@shape("antin/emulation-inputs/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class Counted:
    """Everything that the scores were computed from, beside the campaign itself."""

    own: Annotated[tuple[Sheet, ...], Within(0, MEMBERS)]
    cross: Annotated[tuple[Sheet, ...], Within(0, MEMBERS)]
    facts: Annotated[tuple[FactRow, ...], Within(0, MEMBERS * CRITERIA)]
    votes: Annotated[tuple[VoteRow, ...], Within(0, CRITERIA)]
    excluded: Annotated[tuple[Excluded, ...], Within(0, 2 * MEMBERS)] = ()


@shape("antin/emulation-sheets/1", limit=8 * 1024 * 1024)
@dataclass(frozen=True, slots=True)
class Sheets:
    """Scoring records with their proofs, as a file among the words of what cites them."""

    receipts: Annotated[tuple[Annotated[bytes, Within(1, 98_304)], ...], Within(0, 2 * MEMBERS)]


@shape("antin/sheet-contested/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class SheetContested:
    """A member shows two sheets of one station, by digest ascending; both travel as a file."""

    head: PaperHead
    campaign: Name
    station: Code
    kind: SheetKind
    first: Digest
    second: Digest


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A unit's frozen line; ``parts`` in the order of the criteria."""

    unit: Code
    rank: Annotated[int, Within(1, MEMBERS)]
    tied: bool
    total: Points
    parts: Annotated[tuple[Points, ...], Within(1, CRITERIA)]


@shape("antin/campaign-closed/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class CampaignClosed:
    """Scores, frozen: by which formula, at which size of the closer's journal, and from which inputs."""

    head: PaperHead
    campaign: Name
    formula: Version
    size: Uint
    inputs: Digest
    counted: Counted
    places: Annotated[tuple[PlaceRow, ...], Within(2, MEMBERS)]


@dataclass(frozen=True, slots=True)
class Award:
    """An awarded unit at its frozen rank; what it is awarded stands in the words."""

    unit: Code
    rank: Annotated[int, Within(1, MEMBERS)]


@shape("antin/emulation-awarded/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class Awarded:
    """A list of awards (danh sách khen thưởng), decided after closing."""

    head: PaperHead
    campaign: Name
    awards: Annotated[tuple[Award, ...], Within(1, 64)]


@shape("antin/emulation-activity/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class Activity:
    """A games day, an exchange (hội thao, giao lưu): when, and which members take part."""

    head: PaperHead
    campaign: Name
    held: Time
    members: Annotated[tuple[Code, ...], Within(1, MEMBERS)]
