"""Making signed objects: the only place where a private key meets a format."""

from __future__ import annotations

from antin.kernel.crypto.signing_key import SigningKey
from antin.kernel.crypto.suite import Suite
from antin.kernel.formats import signed
from antin.kernel.formats.record import HYBRID, QUICK
from antin.kernel.formats.shape import encode
from antin.kernel.formats.signed import Signatory

_RECORDS = (HYBRID, QUICK)


def sign_object(type_: str, suite: Suite, body: bytes, hands: list[tuple[SigningKey, Signatory]]) -> bytes:
    """Sign ``body`` as ``type_`` by one or two hands. Each hand names its credential and the use of its key.

    Raises ``Malformed`` when the type does not take that many signers or the object grows too large.
    """
    signers = tuple(signer for _, signer in hands)
    covered = signed.message(type_, suite.number, signers, body)
    hybrid = signed.TYPES[type_].hybrid
    signatures = tuple(key.sign(covered, type_, hybrid=hybrid) for key, _ in hands)
    return assemble(type_, suite.number, signers, body, signatures)


def assemble(
    type_: str,
    suite: int,
    signers: tuple[Signatory, ...],
    body: bytes,
    signatures: tuple[tuple[bytes, ...], ...],
) -> bytes:
    """The signed object's bytes. Raises ``Malformed`` where ``claim`` would refuse them."""
    raw = encode(signed.Signed(type_, suite, signers, body, signatures))
    signed.claim(raw, *(_RECORDS if type_ in _RECORDS else (type_,)))  # as readers ask: what is public is read once
    return raw
