"""Fills the register of organisation from this station's own records."""

from __future__ import annotations

from pathlib import Path

from antin.errors import Conflict, Malformed, Missing
from antin.journal.deed import Book, Deed, Source
from antin.registers.organisation import records as r
from antin.registers.organisation import rules
from antin.storage.database import Database, statements

SQL = statements(Path(__file__).with_name("queries.sql"))
TABLES = Path(__file__).with_name("tables.sql")


def office_placed(db: Database, source: Source, p: r.OfficePlaced) -> None:
    """Refuses an unknown superior office, a circle, a day before the last change."""
    parents = {key: parent for key, parent, _, _ in db.rows(SQL["list_offices"])}
    if p.parent and p.parent not in parents and p.parent != p.key:
        raise Missing("office-unknown", key=p.parent)
    rules.check_line(p.key, p.parent, parents)
    places = db.rows(SQL["list_places"], p.key)
    rules.check_since(p.since, places[-1][1] if places else 0, source.time)
    db.run(SQL["insert_office"], source.index, p.key, p.parent, p.since)


def post_made(db: Database, source: Source, p: r.PostMade) -> None:
    """Refuses an unknown office and a key used before."""
    if not db.rows(SQL["list_places"], p.office):
        raise Missing("office-unknown", key=p.office)
    if db.row(SQL["find_post"], p.key) is not None:
        raise Conflict("post-known", key=p.key)
    db.run(SQL["insert_post"], p.key, p.office, rules.POST["", "made"], source.index)


def post_filled(db: Database, source: Source, p: r.PostFilled) -> None:
    """One holder for each post: it is vacated before another one comes. Refuses to vacate a vacant one."""
    row = db.row(SQL["find_post"], p.post)
    if row is None:
        raise Missing("post-unknown", key=p.post)
    event = "filled" if p.officer else "vacated"
    if (row[2], event) not in rules.POST:
        raise Conflict("post-held", key=p.post, who=row[3]) if p.officer else Conflict("post-vacant", key=p.post)
    rules.check_since(p.since, row[4], source.time)
    db.run(SQL["set_post"], rules.POST[row[2], event], p.officer, p.since, p.post)
    db.run(SQL["insert_holder"], source.index, p.post, p.officer, p.since)


def unit_placed(db: Database, source: Source, p: r.UnitPlaced) -> None:
    """Refuses a circle in either line, a day before the last change, a move that moves nothing."""
    rows = db.rows(SQL["list_units"])
    rules.check_line(p.code, p.parent, {code: parent for code, parent, _, _, _ in rows})
    rules.check_line(p.code, p.professional, {code: professional for code, _, professional, _, _ in rows})
    moves = db.rows(SQL["list_moves"], p.code)
    if moves and (p.parent, p.professional) == (moves[-1][0], moves[-1][1]):
        raise Malformed("unit-unmoved", code=p.code)
    rules.check_since(p.since, moves[-1][2] if moves else 0, source.time)
    db.run(SQL["insert_unit"], source.index, p.code, p.parent, p.professional, p.since)


BOOK = Book(
    "organisation", 1, TABLES,
    (
        Deed("office-placed", r.OfficePlaced, office_placed),
        Deed("post-made", r.PostMade, post_made),
        Deed("post-filled", r.PostFilled, post_filled),
        Deed("unit-placed", r.UnitPlaced, unit_placed),
    ),
)  # fmt: skip
