"""The rules of paper as data: dated packs, each rule with its source and how it was checked.

``load("vn-2026")`` gives the rules in force; ``load("/path/of/an/agency")`` an agency's own, which extends
one of ours and overrides what it must. A pack is a folder of TOML files, one for each section.
"""

from antin.packs.pack import Pack, load
from antin.packs.periods import Period, vietnam_day
from antin.packs.read import SHIPPED
from antin.packs.rules import (
    Book,
    Calendar,
    Caveat,
    Column,
    CopyForm,
    Criterion,
    Envelope,
    Escalation,
    Kind,
    Level,
    Numbering,
    Outline,
    Part,
    Policy,
    Precedence,
    Rule,
    Scale,
    Signatures,
    Span,
    Subject,
)

__all__ = [
    "SHIPPED",
    "Book",
    "Calendar",
    "Caveat",
    "Column",
    "CopyForm",
    "Criterion",
    "Envelope",
    "Escalation",
    "Kind",
    "Level",
    "Numbering",
    "Outline",
    "Pack",
    "Part",
    "Period",
    "Policy",
    "Precedence",
    "Rule",
    "Scale",
    "Signatures",
    "Span",
    "Subject",
    "load",
    "vietnam_day",
]
