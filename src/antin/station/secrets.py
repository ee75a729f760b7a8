"""The secret parts of a station's records: wrapped to a level of its own, opened by an officer who holds that level's
key (spec/record.md)."""

from __future__ import annotations

import os
from collections.abc import Callable

from antin.errors import Missing, Unverified
from antin.journal import rows as journal_rows
from antin.kernel.check import Trusted
from antin.kernel.crypto import suite as suites
from antin.kernel.crypto import wrap
from antin.kernel.formats import signed
from antin.kernel.formats.record import HYBRID, QUICK, Record
from antin.kernel.formats.shape import parse
from antin.signer.signer import Signer
from antin.station.directory import Directory
from antin.storage.database import Database

_INFO, _SALT = b"antin/record-secret/1", 32


class Secrets:
    """``moment``: the time by which an officer's signing-in has ended or not."""

    def __init__(self, db: Database, directory: Directory, signer: Signer, moment: Callable[[], int]) -> None:
        self._db, self._directory, self._signer, self._moment = db, directory, signer, moment

    def wrap(self, own: Trusted, id_: bytes, level: int, secret: bytes, now: int) -> tuple[bytes, tuple[bytes, bytes]]:
        """What goes into the record ``id_``, its digest, and what lies beside it: (key id, wrapped). Raises ``Missing``
        where the station ``own`` has no key of this level."""
        salt, suite = os.urandom(_SALT), suites.by_number(own.suite)
        public = self._directory.level_key(own, level, now, ended=True)  # old mail is read for ever
        wrapped = wrap.wrap(suite, public, salt + secret, _INFO + id_)
        return wrap.secret_digest(salt, secret), (wrap.kid(suite, public), wrapped)

    def read(self, index: int, officer: str) -> bytes:
        """The secret part of the record at ``index``. Raises as ``opened`` does."""
        return self.opened(index, officer)[_SALT:]

    def opened(self, index: int, officer: str) -> bytes:
        """Salt ‖ secret part: what another needs to compare it with the record.

        Raises ``Missing`` where there is none, ``Refused`` for whoever lacks the level, ``Unavailable`` for whoever is
        not signed in, ``Unverified`` when it is not what the record says.
        """
        row = journal_rows.read_sealed.one(self._db, index)
        if row is None:
            raise Missing("secret-missing", index=index)
        value = parse(Record, signed.claim(row.raw, HYBRID, QUICK).unverified_body)
        opened = self._signer.unwrap_secret(officer, row.kid, row.sealed, _INFO + value.id, self._moment())
        if wrap.secret_digest(opened[:_SALT], opened[_SALT:]) != value.secret:
            raise Unverified("secret-tampered", index=index)
        return opened
