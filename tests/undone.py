"""Each defence that a row of tests/liar.py names, taken away by itself: the row must notice that it is gone.

A row whose defence is no single place of the program, or none at all, says so in ``NOT_ONE_PLACE``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import town

from antin.acts import receive, sync, tail
from antin.errors import Unverified
from antin.kernel import check
from antin.registers.dispatch import rows as dispatch
from antin.station import blobs, checkpoints, directory, mirror, news, rows, timed

Undo = Callable[[pytest.MonkeyPatch], None]


def _nothing(*_: Any, **__: Any) -> None:
    return None


def _quiet(module: object, name: str, result: Any = None) -> Undo:
    """A check that says nothing any more."""
    return lambda patch: patch.setattr(module, name, lambda *_, **__: result)


def _signatures(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(check, "_verify", _nothing)


class _Anybody(str):
    """An addressee that is whoever asks."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __ne__(self, _: object) -> bool:
        return False


class _AnyRoot(bytes):
    """A root that is the one asked for."""

    def __ne__(self, _: object) -> bool:
        return False


def _addressee(patch: pytest.MonkeyPatch) -> None:
    """A slip to another station is read as one to this one."""
    true = check.slip

    def read(raw: bytes, trust: Any) -> Any:
        value, signer = true(raw, trust)
        return replace(value, leaf=replace(value.leaf, addressee=_Anybody(value.leaf.addressee))), signer

    patch.setattr(receive.check, "slip", read)


def _mirrored_root(patch: pytest.MonkeyPatch) -> None:
    """The records of a part need not lead to its checkpoint."""
    true = mirror.Mirror.root_at
    patch.setattr(mirror.Mirror, "root_at", lambda self, origin, size: _AnyRoot(true(self, origin, size)))


def _stamp(patch: pytest.MonkeyPatch) -> None:
    """A witness's line holds under whatever it stands."""
    patch.setattr(check.checkpoints, "stamp", lambda _c, line, *_: int.from_bytes(line.signature[:8], "big"))


def _oldest_key(patch: pytest.MonkeyPatch) -> None:
    """The least generation in place of the greatest."""
    newest = rows.newest_level_key
    oldest = replace(newest, sql=newest.sql.replace("generation DESC", "generation"))
    assert oldest != newest
    patch.setattr(rows, "newest_level_key", oldest)


def _oldest_credential(patch: pytest.MonkeyPatch) -> None:
    true = directory._age
    patch.setattr(directory, "_age", lambda each: tuple(-n for n in true(each)))


def _identity(patch: pytest.MonkeyPatch) -> None:
    nothing = "SELECT NULL WHERE ? = '' AND ? = 0 AND ? = 0 AND ? = 0"
    patch.setattr(dispatch, "find_identity", replace(dispatch.find_identity, sql=nothing))


def _blob_digest(patch: pytest.MonkeyPatch) -> None:
    """A blob is what its name says."""
    true = blobs.Incoming.keep

    def keep(self: Any, expected: bytes | None = None, target: Any = None) -> Any:
        done = self.digest.finish
        self.digest.finish = lambda: expected if expected is not None else done()
        return true(self, expected, target)

    patch.setattr(blobs.Incoming, "keep", keep)


def _never_again(patch: pytest.MonkeyPatch) -> None:
    """What was put once is not put again."""
    true = sync.sync
    patch.setattr(town, "sync", lambda station, link, *, again=False: true(station, link))


def _included(patch: pytest.MonkeyPatch) -> None:
    """A record stands wherever its proof says."""
    patch.setattr(check.merkle, "check_inclusion", _nothing)


def _begun(patch: pytest.MonkeyPatch) -> None:
    """Any record of a station is the beginning of a new epoch."""
    true, made = tail._begun, tail.EpochBegun(0, tail.tree.EMPTY_ROOT, 0, tail.tree.EMPTY_ROOT, ())

    def begun(verified: Any, index: int, trust: Any) -> Any:
        try:
            return true(verified, index, trust)
        except Exception:  # whatever the record is
            return made, ()

    patch.setattr(tail, "_begun", begun)


def _self_proving(patch: pytest.MonkeyPatch) -> None:
    """Two checkpoints that exclude one another convict, whoever signed them."""
    true = check.checkpoint

    def read(raw: bytes, station: Any) -> Any:
        try:
            return true(raw, station)
        except Unverified:
            claimed = checkpoints.note.claim(raw)
            return checkpoints.note.Checkpoint(raw, claimed.origin, claimed.size, claimed.root, 0)

    patch.setattr(check, "checkpoint", read)


UNDONE: dict[str, Undo] = {
    "drop": _never_again,
    "duplicate": _identity,
    "replay": _identity,
    "corrupt-slip": _signatures,
    "strip-slip": _signatures,
    "preempt": _signatures,
    "forge-receipts": _signatures,
    "corrupt-blob": _blob_digest,
    "steal-blob-name": _blob_digest,
    "redirect": _addressee,
    "freeze-directory": _quiet(directory.Directory, "check_fresh"),
    "strip-proofs": _quiet(checkpoints, "_links", True),
    "spoil-proofs": _quiet(checkpoints, "_links", True),
    "false-epoch": _self_proving,
    "false-request": _begun,
    "forge-echo": _self_proving,
    "forge-conflict": _self_proving,
    "misplace-witness": _stamp,
    "pad-witness": lambda patch: patch.setattr(news, "with_line", lambda raw, _: raw),
    "swap-proofs": _included,
    "clock-back": lambda patch: patch.setattr(timed.Timed, "now", lambda self: self.moment()),
    "bind-elsewhere": _quiet(check, "check_code"),
    "skip-record": _quiet(mirror, "check_consistency"),
    "swap-records": _mirrored_root,
    "old-level-key": _oldest_key,
    "old-credential": _oldest_credential,
}
NOT_ONE_PLACE = {
    "reorder", "hide-blob", "misnumber-directory",  # nothing is refused, or it is refused where it is read
    "corrupt-envelope", "truncate-envelope", "strange-frames", "garbage", "gossip-flood", "cut-directory",  # the form
    "truncate-blob", "grow-blob", "swap-blobs",  # size, and behind it the digest
    "strip-checkpoint", "swap-checkpoint",  # no checkpoint of the sender's, no proof
    "hide-receipts", "hide-witness",  # several timers ask again
    "forge-witness", "gossip-of-strangers",  # nobody known has such a key
    "replay-directory", "hide-revocation",  # a journal that is shorter is no news, and its records are here
}  # fmt: skip
