"""What a rule may say: one frozen value for each section of a pack.

Field names are the keys of the TOML files. A field without a default must be there, a key without a field is
refused (``shape.py``), so this page is the whole vocabulary of a pack.
"""

from __future__ import annotations

from dataclasses import field
from typing import Literal

from antin.frozen import dataclass

# nguyen-van      compared with the text of the law or standard
# thu-cap         known from an article that quotes it
# chua-doi-chieu  nobody has compared it yet
# mac-dinh        no law at all: a default of this product, to be set by whoever answers for the station
Checked = Literal["nguyen-van", "thu-cap", "chua-doi-chieu", "mac-dinh"]
MARKS = {"thu-cap": "pack-second-hand", "chua-doi-chieu": "pack-unverified", "mac-dinh": "pack-default"}


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Any rule: where it comes from and how far that was checked."""

    source: str
    checked: Checked
    note: str = ""

    @property
    def unverified(self) -> bool:
        """Said to be law, but not compared with its text."""
        return self.checked in ("thu-cap", "chua-doi-chieu")

    @property
    def mark(self) -> str:
        """Code of the words to print beside the rule; "" when it was compared with the text."""
        return MARKS.get(self.checked, "")


@dataclass(frozen=True, kw_only=True)
class Level(Rule):
    """Độ mật: 0 is not secret; ``mark_text`` is what the red frame says."""

    name: str
    english: str
    mark_text: str
    term_years: int
    box_mm: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Precedence(Rule):
    """Độ khẩn, by the codes of QCVN 102; ``issue_within_days`` 0 means right after signing."""

    name: str
    english: str
    mark_text: str
    needs_deadline: bool
    issue_within_days: int
    box_mm: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Kind(Rule):
    """Loại văn bản: ``abbreviation`` stands in the number and is empty where the law gives none."""

    name: str
    english: str
    abbreviation: str
    numbered: bool = True


@dataclass(frozen=True, kw_only=True)
class CopyForm(Rule):
    """Hình thức bản sao."""

    name: str
    english: str
    abbreviation: str


@dataclass(frozen=True, kw_only=True)
class Caveat(Rule):
    """Chỉ dẫn: what it says, and the effects that code knows."""

    text: str
    english: str
    named_only: bool = False
    recall: bool = False
    copying: Literal["", "allowed", "forbidden"] = ""
    excludes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Envelope(Rule):
    """Bì of one level: the letter on the outer one, and what the inner one says."""

    mark_text: str
    layers: int
    inner_text: str = ""


@dataclass(frozen=True, kw_only=True)
class Subject(Rule):
    """Whether the registers hold the subject line (trích yếu) of a level."""

    recorded: bool


@dataclass(frozen=True, kw_only=True)
class Signatures(Rule):
    """What a document kind must carry before it leaves: the leader's ``sign``, the agency's ``stamp``."""

    required: tuple[Literal["sign", "stamp"], ...]


@dataclass(frozen=True, kw_only=True)
class Numbering(Rule):
    """Số, ký hiệu: patterns over {number}, {abbreviation} and {suffix}."""

    with_abbreviation: str
    without_abbreviation: str
    pad: int
    restart: str


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a book; ``width`` is its share of the line."""

    key: str
    title: str
    english: str
    width: int = 1


@dataclass(frozen=True, kw_only=True)
class Book(Rule):
    """A register to print, sign and bind."""

    name: str
    english: str
    form: str
    columns: tuple[Column, ...]
    signatures: tuple[str, ...] = field(default=())


@dataclass(frozen=True, kw_only=True)
class Policy(Rule):
    """Defaults that an authority's own policy record replaces; hours stand in the order of the levels."""

    directory_max_age_hours: tuple[int, ...]
    clock_tolerance_seconds: int
    level_key_days: int


@dataclass(frozen=True, kw_only=True)
class Span:
    """One stretch of a report calendar; months and days as 12-15, the same in every year."""

    start: str
    end: str
    due: str


@dataclass(frozen=True, kw_only=True)
class Calendar(Rule):
    """Kỳ báo cáo: spans that fill the year, in the order in which they end; ``outline`` names the parts to write."""

    name: str
    english: str
    review: Literal["so-ket", "tong-ket"]
    outline: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, kw_only=True)
class Escalation(Rule):
    """Đôn đốc by độ khẩn: hours before a deadline to remind; after it, to tell the duty officer, then the superior."""

    remind_hours_before: int
    duty_hours_after: int
    superior_hours_after: int


@dataclass(frozen=True, kw_only=True)
class Part:
    """One numbered part of a report."""

    key: str
    title: str
    english: str


@dataclass(frozen=True, kw_only=True)
class Outline(Rule):
    """Đề cương báo cáo: its parts in order, and the annex of figures, if any."""

    name: str
    english: str
    parts: tuple[Part, ...]
    annex: str = ""
    annex_english: str = ""


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """Tiêu chí thi đua: whole points at most, and who gives them."""

    key: str
    title: str
    english: str
    maximum: int
    method: Literal["self", "cross", "ballot", "computed"]


@dataclass(frozen=True, kw_only=True)
class Scale(Rule):
    """Thang điểm thi đua, in whole points; the maxima of its criteria sum to ``total``."""

    name: str
    english: str
    total: int
    criteria: tuple[Criterion, ...]
