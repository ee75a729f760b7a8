"""Verify an evidence bundle against the root's fingerprint (spec/bundle.md, evidence: the numbered steps).

Three verdicts: *valid*, *invalid*, *not proven*. Nothing is believed before its chain to the typed fingerprint holds.
A receipt shows that a key opened a dispatch at a station, not that a person read it (protocol rules 19, 20).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from antin.errors import AntinError, Missing, Unverified
from antin.kernel import check
from antin.kernel.check import Trusted, VerifiedRecord
from antin.kernel.crypto import merkle
from antin.kernel.crypto import suite as suites
from antin.kernel.formats import bundle, note, signed
from antin.kernel.formats.credential import AUTHORITY
from antin.kernel.formats.receipt import RESULTS, Receipt
from antin.kernel.formats.record import HYBRID, QUICK, Record
from antin.kernel.formats.shape import encode, parse
from antin.kernel.formats.slip import Slip
from antin.kernel.formats.statement import Attached, AttachedList, Statement
from antin.kernel.formats.status import REVOKED, CredentialIssued, Status, StatusProof

Step = Callable[[str, str, bytes], None]
Document = Callable[[], Iterable[bytes]]
VALID, INVALID, NOT_PROVEN = "valid", "invalid", "not-proven"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked: what, about whom, the verdict, the reason's code and the facts shown."""

    what: str
    who: str
    verdict: str
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """All findings; the whole is as good as its worst *invalid*, and *not proven* where nothing ties it together."""

    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> str:
        """``invalid`` if anything is; ``valid`` if a dispatch is proven; else ``not-proven``."""
        if any(each.verdict == INVALID for each in self.findings):
            return INVALID
        if any(each.what == "status" and each.verdict == NOT_PROVEN for each in self.findings):
            return NOT_PROVEN
        done = {each.what for each in self.findings if each.verdict == VALID}
        return VALID if "slip" in done and done & {"sent", "addressed", *RESULTS} else NOT_PROVEN


def verify(stream: bundle.Readable, fingerprint: bytes, document: Document | None = None) -> Report:
    """Read the bundle and judge it; with ``document`` also whether it is the one signed, stamped and sent.

    Raises only where there is no bundle to judge: malformed or damaged bytes.
    """
    frames = [(item.kind, item.name, item.data()) for item in bundle.Reader(stream, "evidence")]
    case = Case(fingerprint, document)
    # 1 credentials, 2 their entries and states, 3 the slip, 4 what the sender and the receivers recorded
    steps: tuple[tuple[Step, tuple[str, ...]], ...] = (
        (case.credential, ("credential",)),
        (case.standing, ("record", "status")),
        (case.slip_frame, ("slip",)),
        (case.fact, ("record", "receipt", "statement", "attached")),
    )
    for step, kinds in steps:
        for kind, name, raw in frames:
            if kind in kinds:
                case.judge(step, kind, name, raw)
    case.judge_revoked()
    for kind, name, _ in frames:
        if kind not in ("credential", "record", "status", "slip", "receipt", "statement", "attached"):
            case.findings.append(Finding(kind, name, INVALID, "frame-unexpected"))
    return Report((*case.findings, *case.not_proven()))


class Case:
    def __init__(self, fingerprint: bytes, document: Document | None) -> None:
        self.fingerprint, self.document, self.trust = fingerprint, document, dict[bytes, Trusted]()
        self.findings: list[Finding] = []
        self.entered: set[bytes] = set()
        self.stated: dict[bytes, int] = {}
        self.revoked: dict[bytes, int] = {}
        self.deeds: dict[bytes, int] = {}
        self.made: list[tuple[bytes, bytes]] = []  # (signer, object signed)
        self.seen: dict[bytes, int] = {}  # object → when a third party had seen it under a checkpoint
        self.slip: tuple[bytes, Slip] | None = None
        self.statement: bytes | None = None
        self.stated_document: Statement | None = None

    def judge(self, step: Step, kind: str, name: str, raw: bytes) -> None:
        try:
            step(kind, name, raw)
        except AntinError as error:
            self.findings.append(Finding(name or kind, "", INVALID, error.code, error.fields))

    def add(self, what: str, who: str, code: str, **facts: object) -> None:
        self.findings.append(Finding(what, who, VALID, code, facts))

    def credential(self, _kind: str, _name: str, raw: bytes) -> None:
        digest = suites.object_digest(raw)
        issuer = signed.claim(raw, "antin/credential/1").signers[0].credential
        if not self.trust or digest[: len(self.fingerprint)] == self.fingerprint:
            trusted = check.root(raw, self.fingerprint)
        elif issuer in self.trust:
            trusted = check.credential(raw, self.trust[issuer])
        else:
            raise Missing("credential-unknown", digest=issuer.hex()[:16])
        self.trust[digest] = trusted
        if not trusted.issuer:
            self.entered.add(digest)
        self.add("credential", trusted.name, "credential-holds", until=trusted.credential.not_after)

    def standing(self, kind: str, name: str, raw: bytes) -> None:
        """An issuance in the authority's journal, and its state in the status tree."""
        if kind == "record" and name == "credential-issued":
            verified, *_ = self.placed(parse(Receipt, raw))
            issued = parse(CredentialIssued, verified.record.public)
            holder = self.trust.get(issued.credential)
            issuer = self.trust.get(holder.issuer) if holder else None  # nobody issues a root: it was typed
            made = (verified.record.kind, verified.record.station, issued.id)
            if holder is None or issuer is None or made != (name, issuer.subject.code, holder.credential.id):
                raise Unverified("credential-not-in-directory", who=holder.name if holder else "?")
            self.entered.add(issued.credential)
        elif kind == "status":
            self.status(parse(StatusProof, raw))

    def status(self, shown: StatusProof) -> None:
        verified, *_ = self.placed(Receipt(shown.record, shown.proof))
        value = parse(Status, verified.record.public)
        leaf = merkle.leaf_hash(encode(shown.leaf))
        merkle.check_inclusion(leaf, shown.index, value.size, shown.path, value.root)
        for digest, holder in self.trust.items():
            if holder.credential.id == shown.leaf.credential and holder.issuer:
                if self.trust[holder.issuer].subject.code != verified.record.station:
                    raise Unverified("credential-not-in-directory", who=holder.name)
                self.stated[digest] = value.as_of
                if shown.leaf.state == REVOKED:
                    self.revoked[digest] = shown.leaf.since
                else:
                    self.add("status", holder.name, "not-revoked", as_of=value.as_of)

    def slip_frame(self, _kind: str, _name: str, raw: bytes) -> None:
        value = check.slip(raw, self.trust)
        self.need_valid(suites.object_digest(raw), None, signed.claim(raw, "antin/slip/1").signers[0].credential)
        if self.slip is not None:
            raise Unverified("frame-unexpected")
        self.slip = (suites.object_digest(raw), value)
        self.add("slip", value.sender, "slip-holds", to=value.leaf.addressee, precedence=value.leaf.precedence,
                 sequence=value.sequence)  # fmt: skip

    def fact(self, kind: str, name: str, raw: bytes) -> None:
        if self.slip is None:
            raise Missing("slip-missing")
        if kind == "statement":
            self.statement_frame(raw)
        elif kind == "attached":
            self.attached_frame(raw)
        elif kind == "record" and name in ("sent", "addressed"):
            verified, index, point = self.placed(parse(Receipt, raw))
            if verified.record.kind != name or verified.record.station != self.slip[1].sender:
                raise Unverified("not-about-this-dispatch")
            # The slip was signed in this very act: the record encloses it (rule 14), whatever its register says.
            if all(each.digest != self.slip[0] for each in verified.record.encloses):
                raise Unverified("not-about-this-dispatch")
            self.add(name, verified.record.station, "sent-stands", index=index, time=verified.record.time)
            enclosed = [each.digest for each in verified.record.encloses]
            self.witness(name, point, suites.object_digest(verified.raw), *enclosed)
        elif kind == "receipt" or name in RESULTS:
            self.receipt(name, raw)
        elif name != "credential-issued":
            raise Unverified("frame-unexpected")

    def receipt(self, name: str, raw: bytes) -> None:
        value = parse(Receipt, raw)
        code = parse(Record, signed.claim(value.record, HYBRID, QUICK).unverified_body).station
        verified = check.receipt(raw, self.trust, self.station(code))
        itself = suites.object_digest(verified.record.raw)
        signers = [each.credential for each in verified.record.signers]
        self.need_valid(itself, verified.record.record.time, *signers)
        assert self.slip is not None
        digest, slip = self.slip
        if verified.result.slip != digest or code != slip.leaf.addressee or name not in ("", verified.result.result):
            raise Unverified("not-about-this-dispatch")
        if self.statement and verified.result.statement and verified.result.statement != self.statement:
            raise Unverified("statement-mismatch")
        who = self.trust[verified.record.signers[0].credential].name
        self.add(verified.result.result, who, "receipt-stands", index=verified.index,
                 size=verified.checkpoint.size, time=verified.record.record.time)  # fmt: skip
        self.witness(verified.result.result, verified.checkpoint, itself, digest, verified.result.statement)

    def statement_frame(self, raw: bytes) -> None:
        value, author = check.statement(raw, self.trust)
        self.need_valid(suites.object_digest(raw), value.time, author.digest)
        self.same_document("statement", value, author)
        if self.slip is None or self.statement is not None:
            raise Unverified("frame-unexpected")
        check.addressed(self.slip[1], value.addressees_root, value.addressees)
        self.statement, self.stated_document = suites.object_digest(raw), value
        self.add("statement", author.name, "statement-holds", number=value.facts.number, level=value.label.level,
                 document=value.document.hex(), size=value.size, time=value.time)  # fmt: skip

    def attached_frame(self, raw: bytes) -> None:
        if self.stated_document is None or suites.object_digest(raw) != self.stated_document.attached:
            raise Unverified("attached-mismatch", act="")
        for each in parse(AttachedList, raw).signatures:
            value, signers = check.attached(each, self.trust)
            # Seen with the statement, which names the list by digest.
            self.need_valid(self.statement or b"", value.time, *(signer.digest for signer in signers))
            self.same_document(value.act, value, signers[0])
            if (value.size, value.facts) != (self.stated_document.size, self.stated_document.facts):
                raise Unverified("attached-mismatch", act=value.act)
            self.add(value.act, signers[0].name, f"{value.act}-holds", time=value.time)
        self.stated_document = None  # a second list would be another's

    def placed(self, value: Receipt) -> tuple[VerifiedRecord, int, note.Checkpoint]:
        verified = check.record(value.record, self.trust)
        index, point, _ = check.included(value.record, value.proof, self.station(verified.record.station))
        if point.origin != note.origin(verified.record.station, verified.record.epoch):
            raise Unverified("checkpoint-invalid", origin=point.origin)
        signers = [each.credential for each in verified.signers]
        self.need_valid(suites.object_digest(value.record), verified.record.time, *signers)
        return verified, index, point

    def station(self, code: str) -> Trusted:
        for each in self.trust.values():
            if each.subject.code == code and not each.subject.officer:
                return each
        raise Missing("credential-unknown", digest=code)

    def witness(self, what: str, point: note.Checkpoint, *covered: bytes) -> None:
        """Proven is what stands under a checkpoint that an authority, neither party, cosigned (protocol rule 19)."""
        for known, each in self.trust.items():
            time = check.cosigned(point.raw, each) if each.subject.kind == AUTHORITY else None
            if time is not None and known not in self.revoked:  # who took its key may put any time
                self.add("witness", each.name, "witnessed", about=what, time=time)
                self.seen.update({digest: min(time, self.seen.get(digest, time)) for digest in covered})
                return
        self.findings.append(Finding("witness", "", NOT_PROVEN, "receipt-claimed", {"about": what}))

    def need_valid(self, about: bytes, time: int | None, *digests: bytes) -> None:
        """Entered in an authority's journal (the root needs none), and within its validity at the time claimed."""
        for digest in digests:
            if digest not in self.entered:
                raise Unverified("credential-not-in-directory", who=self.trust[digest].name)
            self.made.append((digest, about))
            if time is not None:
                check.valid_at(self.trust[digest], time)
                # The state of an actor, and of all who vouch for him, must be shown as of his deed or later.
                for each in self.chain(self.trust[digest]):
                    self.deeds[each] = max(time, self.deeds.get(each, 0))

    def chain(self, who: Trusted) -> tuple[bytes, ...]:
        if who.subject.kind == AUTHORITY:
            return ()  # its statements about states are no deeds of this case
        return (who.digest, who.issuer, self.trust[who.issuer].issuer)

    def judge_revoked(self) -> None:
        """A revoked key's signatures count if a third party had seen them before (protocol rule 19)."""
        for digest, since in self.revoked.items():
            made = [about for signer, about in self.made if digest in self.chain(self.trust[signer])]
            name = self.trust[digest].name
            if all(self.seen.get(about, since) < since for about in made):
                self.add("status", name, "signed-before-revocation", since=since)
            else:
                self.findings.append(Finding("status", name, NOT_PROVEN, "credential-revoked", {"since": since}))

    def same_document(self, what: str, vouched: Statement | Attached, who: Trusted) -> None:
        if self.document is not None:
            state = suites.by_number(who.suite).document_hash(vouched.salt)
            for piece in self.document():
                state.update(piece)
            if state.digest() != vouched.document:
                raise Unverified("document-differs", what=what)

    def not_proven(self) -> list[Finding]:
        return [
            Finding("status", holder.name, NOT_PROVEN, "revocation-not-proven")
            for digest, holder in self.trust.items()
            # A status from before the deed says nothing of the deed (protocol rule 18).
            if holder.issuer and self.stated.get(digest, -1) < self.deeds.get(digest, 0)
        ]
