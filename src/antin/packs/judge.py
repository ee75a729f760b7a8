"""Whether the rules of a pack are whole and agree with one another; each on its own was read by ``shape.py``."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from antin.errors import Malformed
from antin.packs import periods
from antin.packs.rules import Numbering, Policy, Rule

LEVELS = ("0", "1", "2", "3")
PRECEDENCE = ("0", "1", "2", "3", "4")
DEFAULT = "mac-dinh"  # the rule of a section that holds where no closer one stands
PAD_LIMIT = 9
DUE_LIMIT = 92  # a report due later than a quarter after its period is a slip of the pen: "due" before "end"
HOURS = ("remind_hours_before", "duty_hours_after", "superior_hours_after")
KEY = re.compile(r"[0-9A-Za-z]+([-_][0-9A-Za-z]+)*")


def judge(rules: Mapping[str, Mapping[str, Rule]], pack: str) -> None:
    """Refuses rules that together are not whole or do not agree."""
    closed = {"levels": LEVELS, "precedence": PRECEDENCE, "subjects": LEVELS, "escalation": PRECEDENCE}
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
    _calendars(rules["calendars"], f"{pack}/calendars.toml")
    _escalation(rules["escalation"], f"{pack}/escalation.toml")
    _scales(rules["scales"], f"{pack}/scales.toml")


def _references(rules: Mapping[str, Mapping[str, Any]], pack: str) -> None:
    """Keys that name another rule must name one that exists; abbreviations must tell kinds apart."""
    pairs = [("signatures", key, "kinds") for key in rules["signatures"] if key != DEFAULT]
    pairs += [("envelopes", key, "levels") for key in rules["envelopes"]]
    pairs += [("caveats", other, "caveats") for rule in rules["caveats"].values() for other in rule.excludes]
    pairs += [("calendars", rule.outline, "outlines") for rule in rules["calendars"].values()]
    for section, key, target in pairs:
        if key not in rules[target]:
            raise Malformed("pack-dangling", file=f"{pack}/{section}.toml", key=key, target=target)
    seen: set[str] = set()
    for code, kind in rules["kinds"].items():
        short = kind.abbreviation.casefold()
        if short and short in seen:
            raise Malformed("pack-duplicate", file=f"{pack}/kinds.toml", key=code, value=kind.abbreviation)
        seen.add(short)
    for section, field in (("books", "columns"), ("outlines", "parts"), ("scales", "criteria")):
        for code, rule in rules[section].items():
            keys = [each.key for each in getattr(rule, field)]
            if not keys or len(set(keys)) != len(keys):
                raise Malformed("pack-duplicate", file=f"{pack}/{section}.toml", key=code, value=", ".join(keys))


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
    _yearly(numbering.restart, f"{pack}/numbering.toml", "restart")
    for section in ("levels", "precedence"):
        for key, rule in rules[section].items():
            if len(rule.box_mm) not in (0, 2):
                raise Malformed("pack-box", file=f"{pack}/{section}.toml", key=key)


def _yearly(day: str, file: str, key: str) -> None:
    """Refuses what is no day that every year has, as 01-01."""
    if not re.fullmatch(r"[0-9]{2}-[0-9]{2}", day) or not periods.is_day(day):
        raise Malformed("pack-day", file=file, key=key, value=day)


def _calendars(rules: Mapping[str, Any], file: str) -> None:
    """Spans fill the year without a gap, each due soon after its end; no two periods share a name."""
    seen: set[str] = set()
    for code, calendar in rules.items():
        for span in calendar.spans:
            for day in (span.start, span.end, span.due):
                _yearly(day, file, code)
        if not calendar.spans or not periods.whole(calendar):
            raise Malformed("pack-calendar-spans", file=file, key=code)
        if not all(periods.due_days(span) <= DUE_LIMIT for span in calendar.spans):
            raise Malformed("pack-calendar-due", file=file, key=code, limit=DUE_LIMIT)
        for key in periods.names(code, calendar):
            if key in seen:
                raise Malformed("pack-duplicate", file=file, key=code, value=key)
            seen.add(key)


def _escalation(rules: Mapping[str, Any], file: str) -> None:
    """The more urgent, the sooner; the duty officer hears of it no later than the superior."""
    for key in PRECEDENCE:
        if rules[key].duty_hours_after > rules[key].superior_hours_after:
            raise Malformed("pack-escalation-order", file=file, key=key)
    for below, above in pairwise(PRECEDENCE):
        if any(getattr(rules[above], field) > getattr(rules[below], field) for field in HOURS):
            raise Malformed("pack-escalation-order", file=file, key=above)


def _scales(rules: Mapping[str, Any], file: str) -> None:
    """Each criterion gives something, and together they give the total."""
    for code, scale in rules.items():
        maxima = [criterion.maximum for criterion in scale.criteria]
        if not all(maxima) or sum(maxima) != scale.total:
            raise Malformed("pack-scale-sum", file=file, key=code, sum=sum(maxima), total=scale.total)


def _fields(pattern: str) -> set[str] | None:
    """Names in a pattern of plain ``{name}`` fields; None if it holds anything cleverer."""
    try:
        parts = list(string.Formatter().parse(pattern))
    except ValueError:
        return None
    if any(name is not None and (spec or conversion) for _, name, spec, conversion in parts):
        return None
    return {name for _, name, _, _ in parts if name is not None}
