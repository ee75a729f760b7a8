"""Whose a code was when it was bound: an allotment holds from its record in the root's journal to that of its move.

Two journals have no common order, so a binding is placed by its time: the one that its authority signed, and no
earlier than the last checkpoint of that journal that was here without it (spec/credential.md, Names).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import suppress

from antin.errors import Conflict, Refused
from antin.kernel import check
from antin.kernel.allot import owner_of, scopes_of
from antin.kernel.check import Trusted
from antin.kernel.crypto import tree
from antin.kernel.formats.credential import Subject
from antin.kernel.formats.receipt import Receipt
from antin.kernel.formats.record import HYBRID, QUICK, Record
from antin.kernel.formats.shape import encode, parse
from antin.kernel.formats.signed import claim
from antin.kernel.formats.status import covers
from antin.station import rows
from antin.station.mirror import ALWAYS, Mirror
from antin.storage.database import Database

SLACK = 300  # seconds that two honest clocks may differ
UNHEARD = 86400  # so long an authority may not have heard that a code of its own has moved


class Names:
    """What the root's mirrored journal says of codes."""

    def __init__(self, db: Database, mirror: Mirror) -> None:
        self._db, self._mirror = db, mirror

    def owners(self, at: int = ALWAYS) -> dict[str, str]:
        """Which authority the root gave each code or prefix to: now, or at a time."""
        return {each.scope: each.authority for each in rows.list_allotments_at.all(self._db, at, at)}

    def check(self, issuer: Trusted, subject: Subject, bound: int) -> None:
        """Raises ``Refused`` unless the issuer might bind the subject's code when it did, by a clock not quite ours."""
        for at in (bound, bound - SLACK):
            with suppress(Refused):
                check.check_code(issuer, subject, scopes_of(self.owners(at), issuer.subject.code))
                return
        check.check_code(issuer, subject, scopes_of(self.owners(bound + SLACK), issuer.subject.code))

    def misbound(self, authority: str, origin: str, root: str) -> Iterator[Conflict]:
        """Entries of an authority for codes that were another's when it bound them, by its own signed time: each
        convicts it. Not one of a code that was its own until a day before: it may not have heard of the move.
        """
        owners_at = self._history()
        for entered in rows.list_bound_codes.all(self._db, origin):
            code = entered.code
            if owner_of(owners_at(entered.bound), code) == authority:
                continue
            raw = rows.read_mirror.sure(self._db, origin, entered.idx)
            time = parse(Record, claim(raw, HYBRID, QUICK).unverified_body).time
            owners = owners_at(time + SLACK)
            owner = owner_of(owners, code)
            if owner in ("", authority):
                continue
            scope = max((each for each in owners if covers((each,), code)), key=len)
            allotted = rows.read_allotted_at.sure(self._db, scope, time + SLACK)
            before = (time, time - SLACK, *([allotted.begun - 1] if allotted.begun > time - UNHEARD else []))
            if authority in (owner_of(owners_at(each), code) for each in before):
                continue
            held, shown = self._shown(root, allotted.idx), self._shown(origin, entered.idx)
            if held is not None and shown is not None:
                yield Conflict("code-bound-twice", origin=origin, code=code, authority=owner,
                               evidence={"held": held, "shown": shown})  # fmt: skip

    def _history(self) -> Callable[[int], dict[str, str]]:
        """``owners`` for many times: read once between two changes."""
        changes = rows.list_allotment_times.all(self._db)
        known: dict[int, dict[str, str]] = {}

        def owners_at(at: int) -> dict[str, str]:
            place = bisect_right(changes, at)
            if place not in known:
                known[place] = self.owners(at)
            return known[place]

        return owners_at

    def _shown(self, origin: str, at: int) -> bytes | None:
        """A mirrored record with its place; None for one that no checkpoint covers yet."""
        head = self._mirror.head(origin)
        if head is None or at >= head.size:
            return None
        raw = rows.read_mirror.sure(self._db, origin, at)
        path = tree.inclusion(self._mirror.hash_at(origin), at, head.size)
        return encode(Receipt(raw, tree.proof_text(at, path, head.checkpoint)))
