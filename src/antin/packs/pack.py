"""A pack as the rest of the house asks it: by level, kind, precedence, caveat and book."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar, cast

from antin.errors import Malformed, Missing
from antin.frozen import dataclass
from antin.packs import periods, read
from antin.packs.judge import DEFAULT, judge
from antin.packs.periods import Period
from antin.packs.rules import (
    Book,
    Calendar,
    Caveat,
    CopyForm,
    Envelope,
    Escalation,
    Kind,
    Level,
    Numbering,
    Outline,
    Policy,
    Precedence,
    Rule,
    Scale,
    Signatures,
    Subject,
)
from antin.spelling import plain

R = TypeVar("R", bound=Rule)
SUFFIX = re.compile(r"[0-9A-ZĐa-zđ]+([-./&][0-9A-ZĐa-zđ]+)*")
SUFFIX_LIMIT = 30  # CodeNotation of QCVN 102


@dataclass(frozen=True)
class Pack:
    """All rules of one pack, ancestors included."""

    code: str
    name: str
    english: str
    note: str
    hieu_luc_tu: date
    hieu_luc_den: date | None
    lineage: tuple[str, ...]
    digest: bytes
    sections: Mapping[str, Mapping[str, Rule]]

    def in_force(self, day: date) -> bool:
        """Whether the pack holds on that day."""
        return self.hieu_luc_tu <= day and (self.hieu_luc_den is None or day <= self.hieu_luc_den)

    def level(self, number: int) -> Level:
        """Độ mật 0–3."""
        return self._rule(Level, "levels", "pack-level-unknown", str(number))

    def precedence(self, number: int) -> Precedence:
        """Độ khẩn 0–4."""
        return self._rule(Precedence, "precedence", "pack-precedence-unknown", str(number))

    def kind(self, name: str) -> Kind:
        """By code (``CV``), abbreviation (``QĐ``) or name (``Quyết định``)."""
        return self._rule(Kind, "kinds", "pack-kind-unknown", self.kind_code(name))

    def kind_name(self, code: str) -> str:
        """What a kind is called; its code where we do not know it: a correspondent's pack may hold more than ours."""
        kinds = cast(Mapping[str, Kind], self.sections["kinds"])
        return kinds[code].name if code in kinds else code

    def kind_code(self, name: str) -> str:
        """The code of a kind given by code, abbreviation or name."""
        kinds = cast(Mapping[str, Kind], self.sections["kinds"])
        if name in kinds:
            return name
        wanted = unicodedata.normalize("NFC", name).strip().casefold()
        spellings = (
            {kind.abbreviation.casefold(): code for code, kind in kinds.items() if kind.abbreviation},
            {kind.name.casefold(): code for code, kind in kinds.items()},
            {code.casefold(): code for code in kinds},
            {plain(kind.name): code for code, kind in kinds.items()},
        )
        for spelling in spellings:
            for each in (wanted, plain(name)):
                if each in spelling:
                    return spelling[each]
        shown = [f"{code} ({kind.name})" for code, kind in kinds.items()]
        near = get_close_matches(name, shown, 3, 0.3) or shown
        raise Missing("pack-kind-unknown", key=name, known=", ".join(near))

    def kinds(self) -> Mapping[str, Kind]:
        """All document kinds, in the order of the law."""
        return cast(Mapping[str, Kind], self.sections["kinds"])

    def caveat(self, code: str) -> Caveat:
        """Chỉ dẫn by code, for example ``chi-nguoi-co-ten``."""
        return self._rule(Caveat, "caveats", "pack-caveat-unknown", code)

    def caveats(self, codes: tuple[str, ...]) -> tuple[Caveat, ...]:
        """Several at once; refuses two that exclude one another."""
        found = tuple(self.caveat(code) for code in codes)
        for caveat in found:
            for code in codes:
                if code in caveat.excludes:
                    raise Malformed("pack-caveats-exclude", one=caveat.text, other=self.caveat(code).text)
        return found

    def copy_form(self, code: str) -> CopyForm:
        """Hình thức bản sao: ``SY``, ``TrS``, ``SL``."""
        return self._rule(CopyForm, "copies", "pack-copy-unknown", code)

    def envelope(self, level: int) -> Envelope | None:
        """Marks on the paper envelope; None for a level without."""
        return cast(Envelope | None, self.sections["envelopes"].get(str(level)))

    def subject(self, level: int) -> Subject:
        """The rule about subject lines of a level."""
        return self._rule(Subject, "subjects", "pack-level-unknown", str(level))

    def subject_recorded(self, level: int) -> bool:
        """Whether registers may hold the subject line (trích yếu) of that level."""
        return self.subject(level).recorded

    def signatures(self, kind: str) -> Signatures:
        """The rule about what a kind must carry, with its source."""
        rules = cast(Mapping[str, Signatures], self.sections["signatures"])
        return rules.get(self.kind_code(kind), rules[DEFAULT])

    def required_signatures(self, kind: str) -> tuple[str, ...]:
        """``sign`` and/or ``stamp``, in the order in which they are made."""
        return self.signatures(kind).required

    def numbering(self) -> Numbering:
        """How numbers are written and when they start again."""
        return cast(Numbering, self.sections["numbering"][DEFAULT])

    def number_text(self, kind: str, number: int, suffix: str) -> str:
        """Số, ký hiệu: ``number_text("CV", 5, "BNV-VP")`` is ``05/BNV-VP``."""
        found, rule = self.kind(kind), self.numbering()
        if not found.numbered:
            raise Malformed("pack-kind-unnumbered", kind=found.name)
        if type(number) is not int or number < 1:
            raise Malformed("pack-number-range", file=self.code, key="number", value=number, low=1, high="…")
        suffix = unicodedata.normalize("NFC", suffix)
        if len(suffix) > SUFFIX_LIMIT or not SUFFIX.fullmatch(suffix):
            raise Malformed("pack-suffix", value=suffix, limit=SUFFIX_LIMIT)
        pattern = rule.with_abbreviation if found.abbreviation else rule.without_abbreviation
        return pattern.format(number=str(number).zfill(rule.pad), abbreviation=found.abbreviation, suffix=suffix)

    def book(self, code: str) -> Book:
        """Sổ: ``di``, ``den``, ``chuyen-giao``, ``sao-chup``."""
        return self._rule(Book, "books", "pack-book-unknown", code)

    def calendar(self, code: str) -> Calendar:
        """Kỳ báo cáo by code: ``nam``, ``nua-nam``, ``bmnn-nam``."""
        return self._rule(Calendar, "calendars", "pack-calendar-unknown", code)

    def calendars(self) -> Mapping[str, Calendar]:
        """All report calendars by code."""
        return cast(Mapping[str, Calendar], self.sections["calendars"])

    def period(self, code: str, day: date) -> Period:
        """The period of a calendar that holds the day (of Vietnam)."""
        return periods.holding(code, self.calendar(code), day)

    def period_named(self, key: str) -> tuple[str, Period]:
        """(calendar, period) of a key such as ``2026-nua-nam-2``; refuses a key that no calendar gives."""
        for code, calendar in self.calendars().items():
            if found := periods.named(code, calendar, key):
                return code, found
        raise Missing("pack-period-unknown", key=key, known=", ".join(self.sections["calendars"]))

    def escalation(self, precedence: int) -> Escalation:
        """When to remind and whom to tell, by độ khẩn."""
        return self._rule(Escalation, "escalation", "pack-precedence-unknown", str(precedence))

    def outline(self, code: str) -> Outline:
        """Đề cương by code: ``so-ket``, ``tong-ket``, ``bmnn``."""
        return self._rule(Outline, "outlines", "pack-outline-unknown", code)

    def scale(self, code: str) -> Scale:
        """Thang điểm thi đua by code; an agency writes its own in its own pack."""
        return self._rule(Scale, "scales", "pack-scale-unknown", code)

    @property
    def policy(self) -> Policy:
        """Defaults of this product, which an authority's policy record replaces."""
        return cast(Policy, self.sections["policy"][DEFAULT])

    def unverified(self) -> tuple[tuple[str, str, Rule], ...]:
        """(section, key, rule) of all that was not compared with the text of the law."""
        return tuple(
            (section, key, rule)
            for section, rules in self.sections.items()
            for key, rule in rules.items()
            if rule.unverified
        )

    def _rule(self, cls: type[R], section: str, code: str, key: str) -> R:
        rule = self.sections[section].get(key)
        if not isinstance(rule, cls):
            raise Missing(code, key=key, known=", ".join(self.sections[section]))
        return rule


def load(name: str | Path) -> Pack:
    """A pack of ours by name, or an agency's own by folder."""
    return _ours(name) if name in read.SHIPPED else _read(name)


@cache
def _ours(name: str | Path) -> Pack:
    # Part of the program, as its code is: read once, however often a station is opened. An agency's own may change.
    return _read(name)


def _read(name: str | Path) -> Pack:
    sheets = read.chain(name)
    rules = read.merged(sheets)
    youngest = sheets[-1]
    judge(rules, youngest.folder.name)
    head = youngest.head
    return Pack(
        code=head.code,
        name=head.name,
        english=head.english,
        note=head.note,
        hieu_luc_tu=youngest.hieu_luc_tu,
        hieu_luc_den=youngest.hieu_luc_den,
        lineage=tuple(sheet.head.code for sheet in sheets),
        digest=hashlib.sha256(b"".join(sheet.digest for sheet in sheets)).digest(),
        sections=MappingProxyType({section: MappingProxyType(found) for section, found in rules.items()}),
    )
