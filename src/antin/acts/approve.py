"""Approve requests: an authority binds agencies and officers to their keys, and its journal says so."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import partial
from io import BytesIO

from antin.acts.status import status_record
from antin.errors import Malformed, Missing, Refused, Unverified
from antin.frozen import dataclass
from antin.journal.deed import Entry
from antin.kernel import check, succession
from antin.kernel.allot import allot as allot_codes
from antin.kernel.check import Trusted
from antin.kernel.crypto import public_key
from antin.kernel.crypto import suite as suites
from antin.kernel.crypto.possession import check_possession
from antin.kernel.crypto.public_key import PublicKeys
from antin.kernel.formats import credential as cred
from antin.kernel.formats import signed
from antin.kernel.formats.credential import Credential, Subject
from antin.kernel.formats.request import Request
from antin.kernel.formats.shape import encode, parse
from antin.registers.keys.records import CodesAllotted, CredentialIssued, CredentialRevoked
from antin.station import packets
from antin.station.sequencer import Draft, in_turn
from antin.station.station import Station
from antin.storage.database import Database

AT_MOST_DAYS = 3650


@dataclass(frozen=True, slots=True)
class Asked:
    """A request whose asker proved to hold every signing key in it. ``continuous``: the holder of ``previous`` asks."""

    digest: bytes
    suite: int
    subject: Subject
    request: Request
    continuous: bool = False

    @property
    def name(self) -> str:
        """``CODE`` or ``CODE/OFFICER``."""
        return "/".join(filter(None, (self.subject.code, self.subject.officer)))


@dataclass(frozen=True, slots=True)
class Approved:
    """``file`` goes back to the asker; ``names`` are who was bound."""

    file: bytes
    names: tuple[str, ...]


def examine(station: Station, file: bytes) -> list[Asked]:
    """Check a request file: form, proofs of possession, key strength, root, suite, scope, name. Raises, or all are
    fine."""
    frames = packets.read_all(BytesIO(file), packets.REQUEST)
    asked = [_examine_one(station, raw) for kind, _, raw in frames if kind == "request"]
    if len({each.name for each in asked}) < len(asked):
        raise Malformed("bytes-malformed", what="request", why="twice")
    agencies = {each.subject.code: each.subject for each in asked if each.subject.kind == cred.AGENCY}
    for raw in (raw for kind, _, raw in frames if kind == "level-key"):
        _examine_level_key(station, asked, raw)
    for each in asked:
        check.check_scope(station.own, each.subject)
        check.check_code(station.own, each.subject, station.directory.scopes(station.code))
        if each.subject.kind == cred.OFFICER:
            agency = agencies.get(each.subject.code) or _agency(station, each.subject.code)
            if each.subject.clearance.level > agency.clearance.level or each.subject.branch != agency.branch:
                raise Refused("clearance-above-agency", who=f"{each.subject.code}/{each.subject.officer}")
    return asked


@in_turn
def approve(station: Station, file: bytes, days: int, codes: Sequence[str] = ()) -> Approved:
    """Issue a credential for each request; needs the authority's key unlocked. Raises what ``examine`` raises.

    ``codes``: which codes the root lets a new authority bind; without them its own and all below it.
    """
    if not station.is_authority:
        raise Refused("not-an-authority", code=station.code)
    if not 1 <= days <= AT_MOST_DAYS:
        raise Refused("validity-out-of-range", days=days, limit=AT_MOST_DAYS)
    # An agency before its officers, whatever the file's order: they fall with what was entered before them.
    asked, now = sorted(examine(station, file), key=lambda each: each.subject.kind), station.now()
    station.check_looked(now)
    hand = station.station_hand()
    raws: list[bytes] = []
    allotted = [_allotted(station, each, codes) for each in asked if _is_new_authority(each)]
    bodies = [_body(station, each, now, now + days * 86400) for each in asked]
    foreseen = [_issued(each.subject, body, os.urandom(32)) for each, body in zip(asked, bodies, strict=True)]
    station.sequencer.rehearse([station.record("credential-issued", public, [hand]) for public in foreseen])

    def bound(each: Asked, body: Credential) -> Draft:
        raw = station.signer.sign("antin/credential/1", encode(body), [hand], now)
        raws.append(raw)
        issued = _issued(each.subject, body, suites.object_digest(raw))

        def keep(_db: Database, _entry: Entry) -> None:
            station.directory.put_aside(raw)

        return station.record("credential-issued", issued, [hand], encloses=[raw], then=[keep])

    station.commit([
        *(partial(bound, each, body) for each, body in zip(asked, bodies, strict=True)),
        *(station.record("codes-allotted", public, [hand]) for public in allotted),
        partial(status_record, station),
    ])  # fmt: skip
    level_keys = [raw for kind, _, raw in packets.read_all(BytesIO(file), packets.REQUEST) if kind == "level-key"]
    with station.db.transaction():
        for raw in level_keys:
            packets.keep_level_key(station, raw)
    return Approved(packets.write(packets.APPROVAL, _frames(station, raws)), tuple(each.name for each in asked))


def _body(station: Station, asked: Asked, since: int, until: int) -> Credential:
    request = asked.request
    return Credential(os.urandom(16), request.subject, since, until, asked.digest, request.previous,
                      request.handover if asked.continuous else b"", _place(station, asked))  # fmt: skip


def _issued(subject: Subject, body: Credential, digest: bytes) -> CredentialIssued:
    code = "" if subject.kind == cred.OFFICER else subject.code
    return CredentialIssued(body.id, digest, subject.kind, code, body.epoch, body.previous, body.not_after)


def _is_new_authority(asked: Asked) -> bool:
    return asked.subject.kind == cred.AUTHORITY and not asked.request.previous


def _allotted(station: Station, asked: Asked, codes: Sequence[str]) -> CodesAllotted:
    code = asked.subject.code
    public = CodesAllotted(code, tuple(codes) or (code, f"{code}."), "")
    allot_codes(station.directory.owners(), public)  # raises what the register would refuse, before a key is used
    return public


@in_turn
def allot(station: Station, authority: str, codes: Sequence[str], moved_from: str = "") -> None:
    """The root lets an authority bind more codes, or moves them there from another. Raises what the register
    refuses."""
    if not station.is_authority:
        raise Refused("not-an-authority", code=station.code)
    station.check_looked(station.now())
    hand, public = station.station_hand(), CodesAllotted(authority, tuple(codes), moved_from)
    # What was bound and done until a move is proven by how things stood until then.
    until = [partial(status_record, station)] if moved_from else []
    station.commit([*until, station.record("codes-allotted", public, [hand]), partial(status_record, station)])


def _place(station: Station, asked: Asked) -> int:
    """The epoch from which the journal keys of a new credential sign: the old one where they are the same keys, else
    one that was never used, so that what is founded again is no fork (protocol rule 29)."""
    subject = asked.subject
    if subject.kind == cred.OFFICER:
        return 0
    known = station.directory.named(subject.code)
    if not known:
        return 1
    if known[-1].subject.journal == subject.journal and asked.request.previous == known[-1].digest:
        return known[-1].credential.epoch
    return 1 + max(station.checkpoints.newest_epoch(subject.code), known[-1].credential.epoch)


@in_turn
def revoke(station: Station, trusted: Trusted, since: int, reason: str, *, before: bool = False) -> None:
    """Revoke a credential, and those of ours that it continues, and publish a new status at once.

    A renewal may keep the keys: whoever stole them would else sign on under the credential before it. ``before``: it
    stands itself, and those before it under other keys go, which somebody else may have. Raises ``Missing`` where none
    has other keys.
    """
    station.check_looked(station.now())
    hand = station.station_hand()
    gone = [trusted, *_continued(station, trusted)]
    if before:
        gone = [each for each in gone if each.keys.kid != trusted.keys.kid]
    if not gone:
        raise Missing("keys-not-changed", who=trusted.name)
    revoked = [CredentialRevoked(each.credential.id, since, reason) for each in gone]
    records = [station.record("credential-revoked", each, [hand]) for each in revoked]
    station.commit([*records, partial(status_record, station)])


def _continued(station: Station, trusted: Trusted) -> Iterator[Trusted]:
    """The credentials before this one that we issued and have not revoked, the newest first."""
    before = station.directory.get(trusted.credential.previous) if trusted.credential.previous else None
    while before is not None:
        entry = station.directory.entry(before)
        if entry is not None and entry.origin == station.origin and entry.revoked is None:
            yield before
        before = station.directory.get(before.credential.previous) if before.credential.previous else None


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
    if claimed.suite != station.own.suite:  # a hierarchy has one suite: nobody could use what would be issued
        raise Refused("suite-differs", who=subject.code)
    if subject.journal:
        check_possession(subject.journal, request.subject, request.journal_proofs)
    typed = request.root.rstrip(b"\0")
    if not typed or bytes.fromhex(station.settings.root)[: len(typed)] != typed:
        raise Refused("request-for-other-root", who=subject.code)
    digest = suites.object_digest(raw)
    for each in station.directory.named(subject.code, subject.officer):
        if each.credential.request == digest and station.directory.revoked_since(each) is not None:
            raise Refused("request-revoked", who=each.name)  # whoever has a copy of it would be bound again
    continuous = bool(request.previous) and _continues(station, request, subject)
    return Asked(digest, claimed.suite, subject, request, continuous)


def _continues(station: Station, request: Request, subject: Subject) -> bool:
    """Whether the holder of the credential that is to be continued says so himself, and still counts.

    Raises ``Refused`` for a credential of another name, or one that is not known here.
    """
    before = station.directory.get(request.previous)
    if before is None or (before.subject.code, before.subject.officer) != (subject.code, subject.officer):
        raise Refused("renewal-of-other", who=subject.code)
    if not request.handover:
        # Its key is lost, says whoever asks: then the old credential must not count any more.
        if station.directory.revoked_since(before) is None and station.now() <= before.credential.not_after:
            raise Refused("renewal-without-handover", who=before.name)
        return False
    body = Credential(bytes(16), request.subject, 0, 0, b"", request.previous, request.handover, 0)
    succession.handed_over(check.Trusted(b"", before.suite, body, subject, before.issuer), before)
    station.directory.check_cleared(before, station.now())  # expired is no reason against a renewal
    return True


def _examine_level_key(station: Station, asked: list[Asked], raw: bytes) -> None:
    claimed = signed.claim(raw, "antin/level-key/1")
    kid = claimed.signers[0].credential
    for each in asked:
        if PublicKeys(each.suite, each.subject.signing).kid == kid:
            body = Credential(bytes(16), each.request.subject, 0, 0, b"", b"", b"", 1)
            value = succession.level_key(raw, check.Trusted(kid, each.suite, body, each.subject, kid))
            station.directory.exclude_level_key(raw, value, kid)
            return
    raise Missing("credential-unknown", digest=kid.hex()[:16])
