"""A pack as the rest of the house asks it: by level, kind, precedence, caveat and book."""

from __future__ import annotations

import hashlib
import re
import string
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar, cast

from antin.errors import Malformed, Missing
from antin.packs import read
from antin.packs.rules import (
    Book,
    Caveat,
    CopyForm,
    Envelope,
    Kind,
    Level,
    Numbering,
    Policy,
    Precedence,
    Rule,
    Signatures,
    Subject,
)

R = TypeVar("R", bound=Rule)
LEVELS = ("0", "1", "2", "3")
PRECEDENCE = ("0", "1", "2", "3", "4")
DEFAULT = "mac-dinh"  # the rule of a section that holds where no closer one stands
SUFFIX = re.compile(r"[0-9A-ZĐa-zđ]+([-./&][0-9A-ZĐa-zđ]+)*")
PAD_LIMIT = 9
SUFFIX_LIMIT = 30  # CodeNotation of QCVN 102
KEY = re.compile(r"[0-9A-Za-z]+([-_][0-9A-Za-z]+)*")


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
        )
        for spelling in spellings:
            if wanted in spelling:
                return spelling[wanted]
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
        return pattern.format(
            number=str(number).zfill(rule.pad), abbreviation=found.abbreviation, suffix=suffix
        )

    def book(self, code: str) -> Book:
        """Sổ: ``di``, ``den``, ``chuyen-giao``, ``sao-chup``."""
        return self._rule(Book, "books", "pack-book-unknown", code)

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
    sheets = read.chain(name)
    rules = read.merged(sheets)
    youngest = sheets[-1]
    _judge(rules, youngest.folder.name)
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


def _judge(rules: Mapping[str, Mapping[str, Rule]], pack: str) -> None:
    """Together the rules must be whole and must agree."""
    closed = {"levels": LEVELS, "precedence": PRECEDENCE, "subjects": LEVELS}
    needed = closed | dict.fromkeys(("signatures", "numbering", "policy"), (DEFAULT,))
    for section, found in rules.items():
        if not found:
            raise Malformed("pack-incomplete", file=f"{pack}/{section}.toml", key="*")
        for key in needed.get(section, ()):
            if key not in found:
                raise Malformed("pack-incomplete", file=f"{pack}/{section}.toml", key=key)
        for key in found:
            if not KEY.fullmatch(key) or key not in closed.get(section, (key,)):
                known = ", ".join(closed.get(section, ("0-9 A-Z a-z -",)))
                raise Malformed("pack-key-unknown", file=f"{pack}/{section}.toml", key=key, known=known)
    _references(rules, pack)
    _figures(rules, pack)


def _references(rules: Mapping[str, Mapping[str, Any]], pack: str) -> None:
    """Keys that name another rule must name one that exists; abbreviations must tell kinds apart."""
    pairs = [("signatures", key, "kinds") for key in rules["signatures"] if key != DEFAULT]
    pairs += [("envelopes", key, "levels") for key in rules["envelopes"]]
    pairs += [("caveats", other, "caveats") for rule in rules["caveats"].values() for other in rule.excludes]
    for section, key, target in pairs:
        if key not in rules[target]:
            raise Malformed("pack-dangling", file=f"{pack}/{section}.toml", key=key, target=target)
    seen: set[str] = set()
    for code, kind in rules["kinds"].items():
        short = kind.abbreviation.casefold()
        if short and short in seen:
            raise Malformed("pack-duplicate", file=f"{pack}/kinds.toml", key=code, value=kind.abbreviation)
        seen.add(short)
    for code, book in rules["books"].items():
        keys = [column.key for column in book.columns]
        if not keys or len(set(keys)) != len(keys):
            raise Malformed("pack-duplicate", file=f"{pack}/books.toml", key=code, value=", ".join(keys))


def _figures(rules: Mapping[str, Mapping[str, Any]], pack: str) -> None:
    """Numbers and patterns that code relies on."""
    policy: Policy = rules["policy"][DEFAULT]
    hours = policy.directory_max_age_hours
    if len(hours) != len(LEVELS) or not all(hours) or list(hours) != sorted(hours, reverse=True):
        raise Malformed("pack-policy-hours", file=f"{pack}/policy.toml", key="directory_max_age_hours")
    numbering: Numbering = rules["numbering"][DEFAULT]
    for pattern, wanted in (
        (numbering.with_abbreviation, {"number", "abbreviation", "suffix"}),
        (numbering.without_abbreviation, {"number", "suffix"}),
    ):
        if _fields(pattern) != wanted:
            known = ", ".join(sorted(wanted))
            raise Malformed("pack-pattern", file=f"{pack}/numbering.toml", value=pattern, known=known)
    if numbering.pad > PAD_LIMIT:
        file = f"{pack}/numbering.toml"
        raise Malformed("pack-number-range", file=file, key="pad", value=numbering.pad, low=0, high=PAD_LIMIT)
    if not _is_yearly(numbering.restart):
        raise Malformed("pack-date", file=f"{pack}/numbering.toml", key="restart", value=numbering.restart)
    for section in ("levels", "precedence"):
        for key, rule in rules[section].items():
            if len(rule.box_mm) not in (0, 2):
                raise Malformed("pack-box", file=f"{pack}/{section}.toml", key=key)


def _is_yearly(day: str) -> bool:
    """A day that every year has, as 01-01."""
    try:
        return len(day) == 5 and bool(date.fromisoformat(f"2001-{day}"))
    except ValueError:
        return False


def _fields(pattern: str) -> set[str] | None:
    """Names in a pattern of plain ``{name}`` fields; None if it holds anything cleverer."""
    try:
        parts = list(string.Formatter().parse(pattern))
    except ValueError:
        return None
    if any(name is not None and (spec or conversion) for _, name, spec, conversion in parts):
        return None
    return {name for _, name, _, _ in parts if name is not None}
