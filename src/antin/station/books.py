"""The registers that a station keeps: adding a book is one line here.

Registers need no migrations. When their tables differ from those that the database was filled with, they are
dropped, made anew and filled by the journal's own records, in one transaction.
"""

from __future__ import annotations

import re
from hashlib import sha256

from antin.journal.journal import Journal
from antin.journal.kinds import Kind, Paper
from antin.registers.committees import apply as committees
from antin.registers.directives import apply as directives
from antin.registers.dispatch import apply as dispatch
from antin.registers.documents import apply as documents
from antin.registers.drafting import apply as drafting
from antin.registers.emulation import apply as emulation
from antin.registers.escalations import apply as escalations
from antin.registers.inspections import apply as inspections
from antin.registers.keys import apply as keys
from antin.registers.organisation import apply as organisation
from antin.registers.papers import apply as papers
from antin.registers.papers.records import PaperTaken
from antin.registers.people import apply as people
from antin.registers.programmes import apply as programmes
from antin.registers.reviews import apply as reviews
from antin.station.mirror import SQL
from antin.storage.database import Database

REGISTERS = (
    people, keys, documents, dispatch, papers, directives, programmes, reviews, emulation,
    committees, inspections, escalations, organisation, drafting,
)  # fmt: skip
# The kinds that travel (spec/paper.md): each book says which of its records do.
PAPERS: dict[str, Paper] = {
    name: paper for register in REGISTERS for name, paper in getattr(register, "PAPERS", {}).items()
}
KINDS: dict[str, Kind] = {
    **{name: kind for register in REGISTERS for name, kind in register.KINDS.items()},
    **{name: papers.made(name, paper) for name, paper in PAPERS.items()},
    "paper-taken": Kind(PaperTaken, papers.taken(PAPERS)),
}
# Kinds of the steering books that stay at home; like the papers, their secret part is words (spec/paper.md).
LOCAL = frozenset(name for register in REGISTERS if hasattr(register, "PAPERS") for name in register.KINDS)
TABLES = tuple(register.TABLES for register in REGISTERS)


def definitions() -> str:
    """The tables of all registers, as SQL."""
    return "".join(file.read_text("utf-8") for file in TABLES)


def form() -> bytes:
    """What a database notes of the definitions by which its registers were filled."""
    return sha256(definitions().encode()).digest()


def prepare(db: Database, journal: Journal) -> None:
    """Make the registers' tables, or make them again by replay when their form has changed."""
    if db.value(SQL["read_form"]) == form():
        return
    with db.transaction():
        for (name,) in db.rows("SELECT name FROM sqlite_master WHERE type = 'table'"):
            if name.startswith(tuple(f"{register.__name__.split('.')[2]}_" for register in REGISTERS)):
                db.run(f"DROP TABLE {name}")
        for statement in re.split(r";\s*\n", definitions()):
            if statement.strip():
                db.run(statement)
        journal.reapply()
        db.run(SQL["write_form"], form())
