"""The checking machine: every check of the protocol, no IO. Unverified bytes in, verified values out.

Each function raises (``Malformed``, ``Unverified``, ``Refused``) and never returns False. The numbered steps are
those of the spec page that the function names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from antin.errors import Malformed, Missing, Refused, Unverified
from antin.kernel import kinds
from antin.kernel.crypto import checkpoint as checkpoints
from antin.kernel.crypto import merkle, public_key
from antin.kernel.crypto import suite as suites
from antin.kernel.crypto.public_key import PublicKeys
from antin.kernel.formats import credential as cred
from antin.kernel.formats import note, proof, signed
from antin.kernel.formats.credential import Credential, Subject
from antin.kernel.formats.receipt import RESULTS, Receipt, Result
from antin.kernel.formats.record import HYBRID, QUICK, Record
from antin.kernel.formats.shape import encode, known, parse, remembered
from antin.kernel.formats.signed import Claimed, Signatory
from antin.kernel.formats.slip import Leaf, Slip
from antin.kernel.formats.statement import SIGN, STAMP, Attached, AttachedList, Statement
from antin.kernel.formats.status import Status, StatusProof, covers

FINGERPRINT = 25  # fewer typed bytes could be met by search


@dataclass(frozen=True, slots=True)
class Trusted:
    """A credential whose chain to the root holds. Whether it is valid *now* is asked by ``valid_at``."""

    digest: bytes
    suite: int
    credential: Credential
    subject: Subject
    issuer: bytes

    @property
    def keys(self) -> PublicKeys:
        """Both public signing keys."""
        return PublicKeys(self.suite, self.subject.signing)

    @property
    def name(self) -> str:
        """``CODE`` or ``CODE/OFFICER``."""
        return f"{self.subject.code}/{self.subject.officer}" if self.subject.officer else self.subject.code


Trust = Mapping[bytes, Trusted]
Place = tuple[int, note.Checkpoint, tuple[bytes, ...]]  # in a journal: index, checkpoint, path


@dataclass(frozen=True, slots=True)
class VerifiedRecord:
    """A record, its signers, and its bytes."""

    raw: bytes
    record: Record
    signers: tuple[Signatory, ...]
    hybrid: bool


@dataclass(frozen=True, slots=True)
class VerifiedReceipt:
    """A receipt that stands in the receiver's journal at ``index`` under ``checkpoint``."""

    record: VerifiedRecord
    result: Result
    index: int
    checkpoint: note.Checkpoint
    path: tuple[bytes, ...]


def root(raw: bytes, fingerprint: bytes) -> Trusted:
    """The national root: self-signed, and its digest starts with the fingerprint typed from another channel."""
    digest = suites.object_digest(raw)
    if len(fingerprint) < FINGERPRINT or digest[: len(fingerprint)] != fingerprint:
        raise Unverified("root-not-expected")
    trusted = _subject_of(raw, digest, b"")
    if trusted.subject.kind != cred.AUTHORITY:
        raise Unverified("root-not-expected")
    claimed = signed.claim(raw, "antin/credential/1")
    if claimed.signers[0].credential != trusted.keys.kid:
        raise Unverified("root-not-expected")
    _verify(claimed, {claimed.signers[0].credential: trusted})
    return trusted


def credential(raw: bytes, issuer: Trusted) -> Trusted:
    """A credential under its issuer (spec/credential.md): signature, key strength, scope of the issuer."""
    claimed = signed.claim(raw, "antin/credential/1")
    _verify(claimed, {issuer.digest: issuer})
    trusted = _subject_of(raw, suites.object_digest(raw), issuer.digest)
    check_scope(issuer, trusted.subject)
    return trusted


def check_scope(issuer: Trusted, subject: Subject) -> None:
    """Who may bind whom: only the root binds authorities; an authority binds its own branch, never above itself.

    Which codes are its own is said by the root's journal: ``check_code``.
    """
    above = issuer.subject
    if above.kind != cred.AUTHORITY or (subject.kind == cred.AUTHORITY and issuer.issuer):
        raise Refused("issuer-out-of-scope", issuer=above.code, subject=subject.code)
    own_branch = not issuer.issuer or subject.branch == above.branch
    if not own_branch or subject.clearance.level > above.clearance.level:
        raise Refused("issuer-out-of-scope", issuer=above.code, subject=subject.code)


def check_code(issuer: Trusted, subject: Subject, scopes: tuple[str, ...]) -> None:
    """A name is bound once (protocol rule 28): ``scopes`` are what the root's journal gives this issuer.

    The root itself needs none; an authority's own officers bear its own code.
    """
    own = subject.kind == cred.OFFICER and subject.code == issuer.subject.code
    if issuer.issuer and not own and not covers(scopes, subject.code):
        raise Refused("code-not-allotted", issuer=issuer.subject.code, subject=subject.code)


def check_subject(subject: Subject, suite: suites.Suite) -> None:
    """The form that a subject must have, and keys that are not weak. Raises ``Malformed``."""
    officer = subject.kind == cred.OFFICER
    if officer != bool(subject.officer) or officer == bool(subject.journal) or officer != bool(subject.wrapping):
        raise Malformed("bytes-malformed", what="subject", why="kind")
    if officer and subject.name:
        raise Malformed("bytes-malformed", what="subject", why="officer-named")
    if any(role not in cred.ROLES for role in subject.roles):
        raise Malformed("bytes-malformed", what="subject", why="role")
    public_key.check_public(PublicKeys(suite.number, subject.signing))
    if subject.journal:
        public_key.check_ed25519(subject.journal[:32])
    if officer:
        public_key.check_wrapping(suite, subject.wrapping)


def valid_at(trusted: Trusted, time: int, revoked_since: int | None = None) -> None:
    """Raises ``Refused`` for a credential not yet valid, expired or revoked at ``time``."""
    if time < trusted.credential.not_before:
        raise Refused("credential-not-yet-valid", who=trusted.name)
    if time > trusted.credential.not_after:
        raise Refused("credential-expired", who=trusted.name)
    if revoked_since is not None and time >= revoked_since:
        raise Refused("credential-revoked", who=trusted.name)


def body(claimed: Claimed, trust: Trust) -> bytes:
    """The body of a signed object, once all its signatures hold."""
    _verify(claimed, trust)
    return claimed.unverified_body


def record(raw: bytes, trust: Trust) -> VerifiedRecord:
    """A record under its signers, all of whom belong to the record's station (protocol rule 11).

    Whether they may make such a record is asked by ``entitled``; whether they counted then, by whoever knows when.
    """
    claimed = signed.claim(raw, HYBRID, QUICK)
    value = known(Record, body(claimed, trust))
    for signer in claimed.signers:
        if trust[signer.credential].subject.code != value.station:
            raise Unverified("signer-not-of-station", station=value.station)
    return VerifiedRecord(raw, value, claimed.signers, claimed.type == HYBRID)


def entitled(verified: VerifiedRecord, trust: Trust) -> tuple[Trusted, ...]:
    """The signers of a record, if they may make one of its kind (the table of ``kernel/kinds.py``)."""
    signers = tuple(trust[each.credential] for each in verified.signers)
    rule = kinds.rule_of(verified.record.kind)
    kinds.check(rule, verified.record, verified.hybrid, [each.subject for each in signers])
    return signers


def slip(raw: bytes, trust: Trust) -> tuple[Slip, Trusted]:
    """A slip and the agency whose key signed it (spec/slip.md, steps 1–2)."""
    claimed = signed.claim(raw, "antin/slip/1")
    value = known(Slip, body(claimed, trust))
    signer = trust[claimed.signers[0].credential]
    if signer.subject.kind != cred.AGENCY or signer.subject.code != value.sender or value.suite != claimed.suite:
        raise Unverified("signer-not-of-station", station=value.sender)
    return value, signer


def addressed(value: Slip, addressees_root: bytes, count: int) -> None:
    """The slip's leaf stands under the root that the author signed (protocol rule 6)."""
    if value.count != count:
        raise Unverified("not-addressed")
    try:
        merkle.check_inclusion(leaf_of(value.leaf), value.index, count, value.path, addressees_root)
    except Unverified:
        raise Unverified("not-addressed") from None


def leaf_of(leaf: Leaf) -> bytes:
    """The leaf hash of one addressee."""
    return merkle.leaf_hash(encode(leaf))


def statement(raw: bytes, trust: Trust) -> tuple[Statement, Trusted]:
    """The sending statement and its author, an officer of the station it names."""
    claimed = signed.claim(raw, "antin/statement/1")
    value = parse(Statement, body(claimed, trust))
    author = trust[claimed.signers[0].credential]
    if author.subject.kind != cred.OFFICER or author.subject.code != value.station:
        raise Unverified("signer-not-of-station", station=value.station)
    return value, author


def sending(value: Slip, digest: bytes, stated: Statement, author: Trusted) -> None:
    """What slip and statement must agree on, and what an author may label (spec/statement.md, steps 3–5)."""
    if digest != value.statement:
        raise Unverified("statement-mismatch")
    if (stated.station, stated.epoch) != (value.sender, value.epoch):
        raise Unverified("signer-not-of-station", station=value.sender)
    addressed(value, stated.addressees_root, stated.addressees)
    if stated.label.level == 3 and stated.facts.subject:
        raise Refused("subject-at-top-secret")
    if not author.subject.clearance.dominates(stated.label):
        raise Refused("author-not-cleared", who=author.name)


def attached_list(raw: bytes, stated: Statement, trust: Trust) -> list[tuple[bytes, Attached, tuple[Trusted, ...]]]:
    """The signatures of an attached list, each with its signers (spec/statement.md, Verification of the attached list).

    Compares everything that two of them, or one and the statement, both say; the document's digest is the caller's.
    """
    if suites.object_digest(raw) != stated.attached or len(raw) != stated.attached_size:
        raise Unverified("content-tampered", why="attached")
    found: list[tuple[bytes, Attached, tuple[Trusted, ...]]] = []
    said = (stated.station, stated.size, stated.facts, stated.label)
    for each in parse(AttachedList, raw).signatures:
        value, signers = attached(each, trust)
        confirmed = {suites.object_digest(earlier) for earlier, other, _ in found if other.act == SIGN}
        over = value.over in confirmed if value.act == STAMP else not value.over
        if (value.station, value.size, value.facts, value.label) != said or not over:
            raise Unverified("attached-mismatch", act=value.act)
        if ("registrar" if value.act == STAMP else "leader") not in signers[0].subject.roles:
            raise Unverified("signer-not-entitled", act=value.act)
        found.append((each, value, signers))
    return found


def attached(raw: bytes, trust: Trust) -> tuple[Attached, tuple[Trusted, ...]]:
    """A leader's signature or the agency's seal, and who set it. A seal takes two hands: registrar and agency."""
    claimed = signed.claim(raw, "antin/attached/1")
    value = parse(Attached, body(claimed, trust))
    signers = tuple(trust[each.credential] for each in claimed.signers)
    if any(each.subject.code != value.station for each in signers):
        raise Unverified("signer-not-of-station", station=value.station)
    kinds = tuple(each.subject.kind for each in signers)
    if kinds != {SIGN: (cred.OFFICER,), STAMP: (cred.OFFICER, cred.AGENCY)}.get(value.act):
        raise Unverified("signer-not-entitled", act=value.act)
    return value, signers


def checkpoint(raw: bytes, station: Trusted) -> note.Checkpoint:
    """A checkpoint of the station's own journal, of an epoch that its keys sign (protocol rule 29)."""
    claimed = note.claim(raw)
    _, code, epoch = claimed.origin.split("/")
    if code != station.subject.code or int(epoch) < station.credential.epoch:
        raise Unverified("checkpoint-invalid", origin=claimed.origin)
    return checkpoints.open_checkpoint(raw, claimed.origin, station.subject.journal)


def cosigned(raw: bytes, witness: Trusted) -> int | None:
    """When ``witness`` cosigned this checkpoint; None if it did not. Raises ``Unverified`` on a false line of its."""
    claimed, key = note.claim(raw), witness.subject.journal[32:]
    for line in claimed.lines[2:]:
        named = note.ORIGIN.fullmatch(line.name) and line.name.split("/")[1]
        if (named, line.key_id) == (witness.subject.code, note.key_id(line.name, note.MLDSA44, key)):
            return checkpoints.stamp(claimed, line, line.name, key)
    return None


def included(raw: bytes, proof_text: bytes, station: Trusted) -> Place:
    """That ``raw`` stands in the station's journal (spec/proof.md)."""
    claimed = proof.claim(proof_text)
    point = checkpoint(claimed.checkpoint.raw, station)
    merkle.check_inclusion(merkle.leaf_hash(raw), claimed.index, point.size, claimed.path, point.root)
    return claimed.index, point, claimed.path


def stands(verified: VerifiedRecord, proof_text: bytes, station: Trusted) -> Place:
    """That a record stands in the journal of its own station and epoch (spec/receipt.md, steps 3 and 4)."""
    found = included(verified.raw, proof_text, station)
    if found[1].origin != note.origin(verified.record.station, verified.record.epoch):
        raise Unverified("checkpoint-invalid", origin=found[1].origin)
    return found


def receipt(raw: bytes, trust: Trust, station: Trusted) -> VerifiedReceipt:
    """A receipt of ``station`` (spec/receipt.md): form, signature, right, result, place in that station's journal."""
    value = known(Receipt, raw)
    verified = record(value.record, trust)
    entitled(verified, trust)
    result = parse(Result, verified.record.public)
    if verified.record.kind != result.result or result.result not in RESULTS:
        raise Malformed("bytes-malformed", what="receipt", why="result")
    if verified.record.station != station.subject.code:
        raise Unverified("signer-not-of-station", station=verified.record.station)
    return VerifiedReceipt(verified, result, *stands(verified, value.proof, station))


def status(shown: StatusProof, trust: Trust, authority: Trusted) -> tuple[VerifiedRecord, Status]:
    """A state, or the scopes of an authority below, as ``authority`` says them (spec/status.md, Verification)."""
    verified = record(shown.record, trust)
    (signer, *more), own = entitled(verified, trust), authority.subject
    said = verified.record.kind == "status" and not more
    if not said or (signer.subject.kind, signer.subject.code) != (own.kind, own.code):
        raise Unverified("credential-not-in-directory", who=authority.name)
    stands(verified, shown.proof, authority)
    value = parse(Status, verified.record.public)
    merkle.check_inclusion(merkle.leaf_hash(encode(shown.leaf)), shown.index, value.size, shown.path, value.root)
    return verified, value


@remembered
def _subject_of(raw: bytes, digest: bytes, issuer: bytes) -> Trusted:
    claimed = signed.claim(raw, "antin/credential/1")
    value = parse(Credential, claimed.unverified_body)
    subject = parse(Subject, value.subject)
    check_subject(subject, suites.by_number(claimed.suite))
    if bool(value.epoch) != bool(subject.journal) or (value.handover and not value.previous):
        raise Malformed("bytes-malformed", what="credential", why="epoch" if value.previous else "previous")
    return Trusted(digest, claimed.suite, value, subject, issuer)


def _verify(claimed: Claimed, trust: Trust) -> None:
    rule = signed.TYPES[claimed.type]
    for signer, signatures in zip(claimed.signers, claimed.signatures, strict=True):
        holder = trust.get(signer.credential)
        if holder is None:
            raise Missing("credential-unknown", digest=signer.credential.hex()[:16])
        if holder.suite != claimed.suite:
            raise Unverified("signature-invalid", type=claimed.type)
        public_key.verify(holder.keys, claimed.message, signatures, claimed.type, hybrid=rule.hybrid)
