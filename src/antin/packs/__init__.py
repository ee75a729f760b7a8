"""The rules of paper as data: dated packs, each rule with its source and how it was checked.

``load("vn-2026")`` gives the rules in force; ``load("/path/of/an/agency")`` an agency's own, which extends
one of ours and overrides what it must. A pack is a folder of TOML files, one for each section.
"""

from antin.packs.pack import Pack, load
from antin.packs.read import SHIPPED
from antin.packs.rules import (
    Book,
    Caveat,
    Column,
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

__all__ = [
    "SHIPPED",
    "Book",
    "Caveat",
    "Column",
    "CopyForm",
    "Envelope",
    "Kind",
    "Level",
    "Numbering",
    "Pack",
    "Policy",
    "Precedence",
    "Rule",
    "Signatures",
    "Subject",
    "load",
]
