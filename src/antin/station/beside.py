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
from antin.kernel.formats.slip import Slip
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


def _several_in_an_envelope(db: Database, root: bytes) -> None:
    """2: small blobs lie here; the outbox knows which slip has a blob of its own, and in which envelope it went."""
    before = rows.list_old_outbox.all(db)
    db.run(rows.SQL["drop_outbox"])
    _create(db)
    for each in before:
        sealed, name = b"", ""
        if each.kind == "slip":
            raw = rows.read_object.one(db, each.digest)
            # One that was lost cannot be sent at all; its blob is none's.
            sealed = parse(Slip, claim(raw, "antin/slip/1").unverified_body).sealed if raw is not None else b""
        if each.put is not None:
            name = f"{9 - each.precedence}-{each.n:012x}-{each.digest.hex()[:16]}"  # as envelopes of one were called
        db.run(rows.SQL["insert_old_outbox"], each.n, each.peer, each.kind, each.digest, each.idx, each.precedence,
               sealed, int(each.kind == "slip"), each.put, name, each.done, each.proven, each.told)  # fmt: skip


_STEPS: tuple[Callable[[Database, bytes], None], ...] = (_names_by_time, _several_in_an_envelope)
FORM = len(_STEPS)
