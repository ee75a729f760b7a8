"""The deeds of the register of organisation, and what each refuses."""

from __future__ import annotations

from pathlib import Path

from antin.errors import Conflict, Malformed, Missing
from antin.journal.deed import Book, Deed, Source
from antin.registers.organisation import REVISION, fill, rules
from antin.registers.organisation import records as r
from antin.registers.organisation.rows import find_post, list_moves, list_offices, list_places, list_units
from antin.storage.database import Reader


def place_office(view: Reader, source: Source, p: r.OfficePlaced) -> None:
    """Refuses an unknown superior office, a circle, a day before the last change."""
    parents = {each.key: each.parent for each in list_offices.all(view)}
    if p.parent and p.parent not in parents and p.parent != p.key:
        raise Missing("office-unknown", key=p.parent)
    rules.check_line(p.key, p.parent, parents)
    places = list_places.all(view, p.key)
    rules.check_since(p.since, places[-1].since if places else 0, source.time)


def make_post(view: Reader, source: Source, p: r.PostMade) -> None:
    """Refuses an unknown office and a key used before."""
    if not list_places.all(view, p.office):
        raise Missing("office-unknown", key=p.office)
    if find_post.one(view, p.key) is not None:
        raise Conflict("post-known", key=p.key)


def fill_post(view: Reader, source: Source, p: r.PostFilled) -> None:
    """One holder for each post: it is vacated before another one comes. Refuses to vacate a vacant one."""
    row = find_post.one(view, p.post)
    if row is None:
        raise Missing("post-unknown", key=p.post)
    if (row.state, "filled" if p.officer else "vacated") not in rules.POST:
        raise Conflict("post-held", key=p.post, who=row.officer) if p.officer else Conflict("post-vacant", key=p.post)
    rules.check_since(p.since, row.since, source.time)


def place_unit(view: Reader, source: Source, p: r.UnitPlaced) -> None:
    """Refuses a circle in either line, a day before the last change, a move that moves nothing."""
    rows = list_units.all(view)
    rules.check_line(p.code, p.parent, {each.code: each.parent for each in rows})
    rules.check_line(p.code, p.professional, {each.code: each.professional for each in rows})
    moves = list_moves.all(view, p.code)
    if moves and (p.parent, p.professional) == (moves[-1].parent, moves[-1].professional):
        raise Malformed("unit-unmoved", code=p.code)
    rules.check_since(p.since, moves[-1].since if moves else 0, source.time)


BOOK = Book(
    "organisation", REVISION, Path(__file__).with_name("tables.sql"),
    (
        Deed("office-placed", r.OfficePlaced, fill.office_placed, place_office),
        Deed("post-made", r.PostMade, fill.post_made, make_post),
        Deed("post-filled", r.PostFilled, fill.post_filled, fill_post),
        Deed("unit-placed", r.UnitPlaced, fill.unit_placed, place_unit),
    ),
)  # fmt: skip
