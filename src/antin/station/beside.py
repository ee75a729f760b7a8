"""The tables beside the journal: made, or brought from an older form to ours by numbered steps.

Which form a database has stands in it. A step runs in one transaction under the station's lock, so that a crash leaves
the old form or the new one; what the mirrored journals say is not carried over but said anew by their records.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from antin.errors import Refused, Unavailable
from antin.kernel import check
from antin.kernel.formats.record import HYBRID, QUICK, Record
from antin.kernel.formats.shape import parse
from antin.kernel.formats.signed import claim
from antin.station import rows
from antin.station.mirror import ENTRIES, Mirror, enter
from antin.storage.database import Database


def form_of(db: Database) -> int | None:
    """The number of a database's form; 0 before forms were numbered, None where there is no table yet."""
    here = db.tables()
    if "beside" in here:
        return rows.read_beside.one(db) or 0
    return 0 if "mirror" in here else None


def is_older(db: Database) -> bool:
    """Whether the database is still to be brought to our form, by whoever holds the station's lock.

    Raises ``Refused`` for one of a newer program, ``Unavailable`` for an older one where nothing can be written.
    """
    known = form_of(db)
    if known is not None and known > FORM:
        raise Refused("station-newer", path=db.place, found=known, known=FORM)
    if known != FORM and db.fixed:
        raise Unavailable("tables-older", path=db.place)
    return known != FORM


def prepare(db: Database, root: bytes) -> None:
    """Make the tables, or bring them to our form; under the station's lock."""
    with db.transaction():
        known = form_of(db)  # another process may have done it while we waited
        for step in _STEPS[known:] if known is not None else ():
            step(db, root)
        _create(db)
        db.run(rows.SQL["write_beside"], FORM)


def _create(db: Database) -> None:
    _run(db, rows.SQL["tables"])


def _run(db: Database, script: str) -> None:
    for statement in re.split(r";\s*(?:\n|$)", script):  # a script of its own would end the transaction
        if statement.strip():
            db.run(statement)


def _names_by_time(db: Database, root: bytes) -> None:
    """1: since when an allotment holds, and when a credential was bound."""
    seen = {(each.origin, each.idx): each.seen for each in rows.list_seen.all(db)}
    _run(db, rows.SQL["to_form_one"])
    _create(db)
    first = rows.read_object.one(db, root) if len(root) == 32 else None
    code = check.root(first, root).subject.code if first is not None else ""
    for origin in rows.list_mirrored.all(db):
        for each in Mirror(db).records(origin):
            record = parse(Record, claim(each.raw, HYBRID, QUICK).unverified_body)  # verified when it was followed
            if record.kind in ENTRIES:
                now = seen.get((origin, each.idx), record.time)
                enter(db, origin, each.idx, record, now, root=origin.split("/")[1] == code)


_STEPS: tuple[Callable[[Database, bytes], None], ...] = (_names_by_time,)
FORM = len(_STEPS)
