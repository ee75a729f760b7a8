"""Approve requests: an authority binds agencies and officers to their keys, and its journal says so."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from antin.acts.status import status_record
from antin.errors import Missing, Refused, Unverified
from antin.kernel import check
from antin.kernel.check import Trusted
from antin.kernel.crypto import public_key, wrap
from antin.kernel.crypto import suite as suites
from antin.kernel.crypto.possession import check_possession
from antin.kernel.crypto.public_key import PublicKeys
from antin.kernel.formats import credential as cred
from antin.kernel.formats import signed
from antin.kernel.formats.credential import Credential, Subject
from antin.kernel.formats.request import Request
from antin.kernel.formats.shape import encode, parse
from antin.registers.keys.records import CredentialIssued, CredentialRevoked
from antin.signer.signer import Hand
from antin.station import packets
from antin.station.station import AUTHORITY_KEY, Station

AT_MOST_DAYS = 3650


@dataclass(frozen=True, slots=True)
class Asked:
    """A request whose asker proved to hold every signing key in it."""

    digest: bytes
    suite: int
    subject: Subject
    raw_subject: bytes


@dataclass(frozen=True, slots=True)
class Approved:
    """``file`` goes back to the asker; ``names`` are who was bound."""

    file: bytes
    names: tuple[str, ...]


def examine(station: Station, file: bytes) -> list[Asked]:
    """Check a request file: form, proofs of possession, key strength, root, scope. Raises, or all are fine."""
    frames = packets.read_all(BytesIO(file), packets.REQUEST)
    packets.only(frames, "request")
    asked = [_examine_one(station, raw) for _, _, raw in frames]
    agencies = {each.subject.code: each.subject for each in asked if each.subject.kind == cred.AGENCY}
    for each in asked:
        check.check_scope(station.own, each.subject)
        if each.subject.kind == cred.OFFICER:
            agency = agencies.get(each.subject.code) or _agency(station, each.subject.code)
            if each.subject.clearance.level > agency.clearance.level or each.subject.branch != agency.branch:
                raise Refused("clearance-above-agency", who=f"{each.subject.code}/{each.subject.officer}")
    return asked


def approve(station: Station, file: bytes, days: int) -> Approved:
    """Issue a credential for each request; needs the authority's key unlocked. Raises what ``examine`` raises."""
    if not station.is_authority:
        raise Refused("not-an-authority", code=station.code)
    if not 1 <= days <= AT_MOST_DAYS:
        raise Refused("validity-out-of-range", days=days, limit=AT_MOST_DAYS)
    asked, now = examine(station, file), station.now()
    hand = Hand(AUTHORITY_KEY, station.own.digest)
    raws, records = [], []
    for each in asked:
        body = Credential(os.urandom(16), each.raw_subject, now, now + days * 86400, each.digest)
        raw = station.signer.sign("antin/credential/1", encode(body), [hand], now)
        issued = CredentialIssued(body.id, suites.object_digest(raw), each.subject.kind, body.not_after)
        records.append(station.record("credential-issued", issued, [hand], encloses=[raw]))
        raws.append(raw)

    def beside() -> None:
        for raw in raws:
            station.directory.keep(raw)

    station.commit(records, beside)
    station.commit([status_record(station)])
    names = tuple("/".join(filter(None, (each.subject.code, each.subject.officer))) for each in asked)
    return Approved(packets.write(packets.APPROVAL, _frames(station, raws)), names)


def revoke(station: Station, trusted: Trusted, since: int, reason: str) -> None:
    """Revoke a credential and publish a new status at once."""
    hand = Hand(AUTHORITY_KEY, station.own.digest)
    revoked = CredentialRevoked(trusted.credential.id, since, reason)
    station.commit([station.record("credential-revoked", revoked, [hand])])
    station.commit([status_record(station)])


def _frames(station: Station, raws: list[bytes]) -> Iterator[tuple[str, str, bytes]]:
    open_to_all = set(raws)
    yield from (("credential", "", raw) for raw in raws)
    yield from (frame for frame in packets.directory_frames(station) if frame[2] not in open_to_all)


def _agency(station: Station, code: str) -> Subject:
    try:
        return station.directory.find(code).subject
    except Missing:
        raise Missing("agency-unknown", code=code) from None


def _examine_one(station: Station, raw: bytes) -> Asked:
    claimed = signed.claim(raw, "antin/request/1")
    request = parse(Request, claimed.unverified_body)
    subject, suite = parse(Subject, request.subject), suites.by_number(claimed.suite)
    keys_ = PublicKeys(claimed.suite, subject.signing)
    if claimed.signers[0].credential != keys_.kid:
        raise Unverified("signature-invalid", type="antin/request/1")
    public_key.verify(keys_, claimed.message, claimed.signatures[0], claimed.type, hybrid=True)
    check.check_subject(subject, suite)
    if subject.journal:
        check_possession(subject.journal, request.subject, request.journal_proofs)
    for key in subject.wrapping:
        wrap.check_public(suite, key.public)
    typed = request.root.rstrip(b"\0")
    if not typed or bytes.fromhex(station.settings.root)[: len(typed)] != typed:
        raise Refused("request-for-other-root", who=subject.code)
    return Asked(suites.object_digest(raw), claimed.suite, subject, request.subject)
