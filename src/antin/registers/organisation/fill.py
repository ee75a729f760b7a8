"""Fills the register of organisation from this station's own records."""

from __future__ import annotations

from antin.journal.deed import Source
from antin.registers.organisation import records as r
from antin.registers.organisation import rules
from antin.registers.organisation.rows import SQL
from antin.storage.database import Database


def office_placed(db: Database, source: Source, p: r.OfficePlaced) -> None:
    """Its former places stay."""
    db.run(SQL["insert_office"], source.index, p.key, p.parent, p.since)


def post_made(db: Database, source: Source, p: r.PostMade) -> None:
    """Vacant as yet."""
    db.run(SQL["insert_post"], p.key, p.office, rules.POST["", "made"], source.index)


def post_filled(db: Database, source: Source, p: r.PostFilled) -> None:
    """Held by somebody, or vacated."""
    state = rules.POST["vacant", "filled"] if p.officer else rules.POST["filled", "vacated"]
    db.run(SQL["set_post"], state, p.officer, p.since, p.post)
    db.run(SQL["insert_holder"], source.index, p.post, p.officer, p.since)


def unit_placed(db: Database, source: Source, p: r.UnitPlaced) -> None:
    """Its former places stay."""
    db.run(SQL["insert_unit"], source.index, p.code, p.parent, p.professional, p.since)
