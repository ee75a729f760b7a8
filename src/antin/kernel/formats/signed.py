"""The signed object: type, suite, signers, body, signatures (spec/signed.md).

The signatures cover everything but themselves. A type says how many signers it takes at most and whether the
post-quantum signature is demanded now (``hybrid``) or comes with the next checkpoint (sign fast, anchor
post-quantum). How many hands a record needs is said by its kind (``kernel/kinds.py``). A body is reachable only
through ``antin.kernel.check``: parsing gives a ``Claimed``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from antin.errors import Malformed
from antin.kernel.formats import cbor
from antin.kernel.formats.fields import Digest, SuiteNumber, Uint
from antin.kernel.formats.shape import Within, parse, remembered, shape

SIGNED_LIMIT = 128 * 1024
MOST_SIGNERS = 9


@dataclass(frozen=True, slots=True)
class TypeRule:
    """``signers``: how many at most; ``hybrid``: both signatures of the suite, else the classical alone."""

    signers: int
    hybrid: bool
    limit: int


TYPES = {
    "antin/credential/1": TypeRule(1, True, 24 * 1024),
    "antin/request/1": TypeRule(1, True, 24 * 1024),
    "antin/level-key/1": TypeRule(1, True, 8 * 1024),
    "antin/handover/1": TypeRule(1, True, 8 * 1024),
    "antin/record/1": TypeRule(MOST_SIGNERS, True, 112 * 1024),
    "antin/quick-record/1": TypeRule(1, False, 62 * 1024),
    "antin/statement/1": TypeRule(1, True, 32 * 1024),
    "antin/attached/1": TypeRule(2, True, 32 * 1024),
    "antin/slip/1": TypeRule(1, False, 8 * 1024),
    "antin/link-key/1": TypeRule(1, True, 8 * 1024),
    "antin/file-statement/1": TypeRule(1, True, 16 * 1024),
}


@dataclass(frozen=True, slots=True)
class Signatory:
    """Whose credential, and the how-manieth use of its key this signature is."""

    credential: Digest
    use: Uint


@shape("antin/signed/1", limit=SIGNED_LIMIT)
@dataclass(frozen=True, slots=True)
class Signed:
    """The object as it stands: nothing in it is checked."""

    type: Annotated[str, Within(1, 40)]
    suite: SuiteNumber
    signers: Annotated[tuple[Signatory, ...], Within(1, MOST_SIGNERS)]
    body: Annotated[bytes, Within(1, SIGNED_LIMIT)]
    signatures: Annotated[tuple[Annotated[tuple[bytes, ...], Within(1, 2)], ...], Within(1, MOST_SIGNERS)]


@dataclass(frozen=True, slots=True)
class Claimed:
    """A parsed signed object whose signatures nobody has checked; it says only who claims to have signed."""

    raw: bytes
    type: str
    suite: int
    signers: tuple[Signatory, ...]
    message: bytes
    signatures: tuple[tuple[bytes, ...], ...]
    unverified_body: bytes


def message(type_: str, suite: int, signers: tuple[Signatory, ...], body: bytes) -> bytes:
    """The bytes that signatures cover."""
    return cbor.encode(("antin/signed/1", type_, suite, tuple((s.credential, s.use) for s in signers), body))


@remembered
def claim(raw: bytes, *types: str) -> Claimed:
    """Parse a signed object of one of ``types``. Raises ``Malformed``; checks no signature."""
    signed = parse(Signed, raw)
    rule = TYPES.get(signed.type)
    if rule is None or signed.type not in types:
        raise _bad(types[0], "other-type")
    if len(raw) > rule.limit:
        raise _bad(signed.type, "too-large")
    if len(signed.signers) > rule.signers or len(signed.signatures) != len(signed.signers):
        raise _bad(signed.type, "wrong-signer-count")
    if len({s.credential for s in signed.signers}) != len(signed.signers):
        raise _bad(signed.type, "same-signer-twice")
    if any(len(each) != (2 if rule.hybrid else 1) for each in signed.signatures):
        raise _bad(signed.type, "wrong-signature-count")
    covered = message(signed.type, signed.suite, signed.signers, signed.body)
    return Claimed(raw, signed.type, signed.suite, signed.signers, covered, signed.signatures, signed.body)


def _bad(what: str, why: str) -> Malformed:
    return Malformed("bytes-malformed", what=what, why=why)
