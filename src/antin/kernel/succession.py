"""What goes on when keys change: level keys of an agency, and who continues a credential (spec/credential.md)."""

from __future__ import annotations

from antin.errors import Refused, Unverified
from antin.kernel import check
from antin.kernel.check import Trusted
from antin.kernel.crypto import public_key
from antin.kernel.crypto import suite as suites
from antin.kernel.formats import credential as cred
from antin.kernel.formats import signed
from antin.kernel.formats.shape import parse
from antin.kernel.formats.succession import HandoverBody, LevelKey


def level_key(raw: bytes, station: Trusted) -> LevelKey:
    """An agency's key for one level, signed under its credential, or before it had one under its own kid.

    Raises ``Unverified`` for another signer, ``Refused`` for a level above the agency's own, ``Malformed`` for a weak
    key.
    """
    claimed = signed.claim(raw, "antin/level-key/1")
    value = parse(LevelKey, check.body(claimed, {station.digest: station, station.keys.kid: station}))
    if station.subject.kind != cred.AGENCY or value.station != station.subject.code:
        raise Unverified("signer-not-of-station", station=value.station)
    if value.level > station.subject.clearance.level:
        raise Refused("level-not-held", who=station.name, level=value.level)
    public_key.check_wrapping(suites.by_number(station.suite), value.public)
    return value


def handed_over(heir: Trusted, before: Trusted) -> bool:
    """Whether the holder of ``before`` himself said that ``heir`` continues it; False after a loss.

    Raises ``Unverified`` where ``heir`` does not name ``before``, or carries a word that does not hold.
    """
    body_, own = heir.credential, heir.subject
    if body_.previous != before.digest or (own.code, own.officer) != (before.subject.code, before.subject.officer):
        raise Unverified("handover-invalid", who=heir.name)
    if not body_.handover:
        return False
    value = parse(HandoverBody, check.body(signed.claim(body_.handover, "antin/handover/1"), {before.digest: before}))
    if (value.code, value.officer, value.subject) != (own.code, own.officer, suites.object_digest(body_.subject)):
        raise Unverified("handover-invalid", who=heir.name)
    return True
