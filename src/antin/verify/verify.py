"""Verify an evidence bundle against the root's fingerprint (spec/bundle.md, Evidence: the numbered comparisons).

Three verdicts: *valid*, *invalid*, *not proven*. Nothing is believed before its chain to the typed fingerprint holds.
A receipt shows that a key opened a dispatch at a station, not that a person read it (protocol rules 19, 20).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from antin.errors import AntinError, Malformed, Missing, Unverified
from antin.kernel import check
from antin.kernel.check import Trusted, VerifiedRecord
from antin.kernel.crypto import suite as suites
from antin.kernel.formats import bundle, note, proof, signed
from antin.kernel.formats.credential import AUTHORITY
from antin.kernel.formats.receipt import RESULTS, Receipt, Result
from antin.kernel.formats.record import HYBRID, QUICK, Record
from antin.kernel.formats.sent import Addressed, Sent
from antin.kernel.formats.shape import parse
from antin.kernel.formats.slip import Slip
from antin.kernel.formats.statement import Attached, Statement
from antin.kernel.formats.status import GOOD, CredentialIssued, StatusProof

Step = Callable[[str, str, bytes], None]
Document = Callable[[], Iterable[bytes]]
VALID, INVALID, NOT_PROVEN = "valid", "invalid", "not-proven"
TOLERANCE = 300  # seconds that two honest clocks may differ
SENT = {"sent": Sent, "addressed": Addressed}
# The order of the frames: each rests on those before it.
ORDER = ("credential", "directory", "slip", "record", "statement", "attached", "receipt")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked: what, about whom, the verdict, the reason's code and the facts shown."""

    what: str
    who: str
    verdict: str
    code: str
    facts: Mapping[str, object]


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
        return VALID if {each.what for each in self.findings} & {*SENT, *RESULTS} else NOT_PROVEN


def verify(stream: bundle.Readable, fingerprint: bytes, document: Document | None = None) -> Report:
    """Read the bundle and judge it; with ``document`` also whether it is the one signed, stamped and sent.

    Raises only where there is no bundle to judge: malformed or damaged bytes, frames in another order.
    """
    frames = [(item.kind, item.name, item.data()) for item in bundle.Reader(stream, bundle.EVIDENCE)]
    places = [ORDER.index(place_of(kind, name)) for kind, name, _ in frames]
    if places != sorted(places):
        raise Malformed("bytes-malformed", what="evidence", why="order")
    case = Case(fingerprint, document)
    # What a sending was is known before what was said of it: the statement is judged before the records.
    steps: Sequence[tuple[Step, tuple[str, ...]]] = (
        (case.credential, ("credential",)), (case.standing, ("directory",)), (case.slip_frame, ("slip",)),
        (case.statement_frame, ("statement",)), (case.attached_frame, ("attached",)),
        (case.sending, ("record",)), (case.answer, ("record", "receipt")),
    )  # fmt: skip
    for step, wanted in steps:
        for kind, name, raw in frames:
            if place_of(kind, name) in wanted:
                case.judge(step, kind, name, raw)
    case.judge_signers()
    return Report(tuple(case.findings))


def place_of(kind: str, name: str) -> str:
    """Where a frame stands in the order of evidence."""
    return "directory" if kind == "status" or (kind, name) == ("record", "credential-issued") else kind


@dataclass(frozen=True, slots=True)
class Deed:
    """A signature of the case: under which credential, over what, at which time as its signer claims (0: it says
    none)."""

    signer: bytes
    about: bytes
    time: int


class Case:
    def __init__(self, fingerprint: bytes, document: Document | None) -> None:
        self.fingerprint, self.document, self.trust = fingerprint, document, dict[bytes, Trusted]()
        self.findings: list[Finding] = []
        self.entered: dict[bytes, tuple[str, int]] = {}  # in whose journal, where
        self.stated: dict[bytes, tuple[int, tuple[str, ...]]] = {}  # as of when, and the codes that it may bind
        self.revoked: dict[bytes, int] = {}
        self.deeds: list[Deed] = []
        self.seen: dict[bytes, int] = {}  # object → when a third party had seen it under a checkpoint
        self.slip: tuple[bytes, Slip] | None = None
        self.stated_document: Statement | None = None
        self.roots: dict[int, tuple[int, bytes]] = {}

    def judge(self, step: Step, kind: str, name: str, raw: bytes) -> None:
        try:
            step(kind, name, raw)
        except AntinError as error:
            self.add(name or kind, "", error.code, INVALID, **error.fields)

    def add(self, what: str, who: str, code: str, verdict: str = VALID, /, **facts: object) -> None:
        self.findings.append(Finding(what, who, verdict, code, facts))

    def credential(self, _kind: str, _name: str, raw: bytes) -> None:
        digest = suites.object_digest(raw)
        issuer = signed.claim(raw, "antin/credential/1").signers[0].credential
        if not self.trust or digest[: len(self.fingerprint)] == self.fingerprint:
            trusted = check.root(raw, self.fingerprint)
            self.entered[digest] = ("", 0)
        elif issuer in self.trust:
            trusted = check.credential(raw, self.trust[issuer])
        else:
            raise Missing("credential-unknown", digest=issuer.hex()[:16])
        self.trust[digest] = trusted
        self.add("credential", trusted.name, "credential-holds", until=trusted.credential.not_after)

    def standing(self, kind: str, name: str, raw: bytes) -> None:
        """An issuance in the authority's journal, or a state in its status tree; of a stranger it says nothing here."""
        if kind == "status":
            self.status(parse(StatusProof, raw))
            return
        verified, at, point = self.placed(parse(Receipt, raw))
        issued = parse(CredentialIssued, verified.record.public)
        holder = self.trust.get(issued.credential)
        if holder is None:
            self.unrelated(name, verified)
            return
        made, own = holder.credential, holder.subject
        said = (issued.id, issued.kind, issued.code, issued.epoch, issued.previous, issued.not_after)
        agrees = said == (made.id, own.kind, "" if own.officer else own.code, made.epoch, made.previous, made.not_after)
        self.check_issued(holder, verified, agrees and verified.record.kind == name)
        self.entered[issued.credential] = point.origin, at

    def status(self, shown: StatusProof) -> None:
        origin = proof.claim(shown.proof).checkpoint.origin
        epoch = note.epoch_of(origin)
        for digest, holder in self.trust.items():
            issuer = self.trust.get(holder.issuer)
            # An id is its issuer's: another authority may have used it too.
            if (issuer and holder.credential.id == shown.leaf.credential
                    and origin == note.origin(issuer.subject.code, epoch)):  # fmt: skip
                keys = self.station(issuer.subject.code, epoch)
                verified, value = check.status(shown, self.trust, keys)
                self.check_issued(holder, verified)
                self.sign(verified)
                if value.as_of >= self.stated.get(digest, (0, ()))[0]:  # an older one beside it says less
                    self.stated[digest] = (value.as_of, shown.leaf.scopes)
                if shown.leaf.state != GOOD:
                    self.revoked[digest] = shown.leaf.since
                else:
                    self.add("status", holder.name, "not-revoked", as_of=value.as_of)

    def check_issued(self, holder: Trusted, verified: VerifiedRecord, agrees: bool = True) -> None:
        """A record is of the authority that issued ``holder``, under its old credential or a later one."""
        signer, issuer = self.trust[verified.signers[0].credential].subject, self.trust.get(holder.issuer)
        if not agrees or issuer is None or (signer.kind, signer.code) != (AUTHORITY, issuer.subject.code):
            raise Unverified("credential-not-in-directory", who=holder.name)

    def slip_frame(self, _kind: str, _name: str, raw: bytes) -> None:
        value, signer = check.slip(raw, self.trust)
        self.slip = (suites.object_digest(raw), value)
        self.did(signer, self.slip[0], 0)
        self.of_epoch(signer, value.epoch)
        self.add("slip", value.sender, "slip-holds", to=value.leaf.addressee, precedence=value.leaf.precedence,
                 sequence=value.sequence)  # fmt: skip

    def statement_frame(self, _kind: str, _name: str, raw: bytes) -> None:
        digest, slip = self.about()
        value, author = check.statement(raw, self.trust)
        check.sending(slip, suites.object_digest(raw), value, author)
        self.did(author, slip.statement, value.time)
        self.same_document("statement", value, author)
        self.stated_document = value
        self.add("statement", author.name, "statement-holds", number=value.facts.number, level=value.label.level,
                 document=value.document.hex(), size=value.size, time=value.time)  # fmt: skip

    def attached_frame(self, _kind: str, _name: str, raw: bytes) -> None:
        stated, (_, slip) = self.stated_document, self.about()
        if stated is None:
            raise Unverified("attached-mismatch", act="")
        for _, value, signers in check.attached_list(raw, stated, self.trust):
            for each in signers:  # seen with the statement, which names the list by digest
                self.did(each, slip.statement, value.time)
            self.same_document(value.act, value, signers[0])
            self.add(value.act, signers[0].name, f"{value.act}-holds", time=value.time)

    def sending(self, _kind: str, name: str, raw: bytes) -> None:
        """``sent`` or ``addressed`` of the sender: it names this slip, and everything that slip and statement say."""
        if name not in SENT:
            return
        verified, index, point = self.placed(parse(Receipt, raw))
        record = verified.record
        digest, slip = self.about()
        public: Sent | Addressed = parse(SENT[name], record.public)
        refs = [each for each in public.slips if each.slip == digest]
        if record.kind != name:
            raise Unverified("frame-unexpected")
        if not refs or (record.station, record.epoch) != (slip.sender, slip.epoch):
            self.unrelated(name, verified)
            return
        leaf, (ref, *_) = slip.leaf, refs
        same = [
            (ref.addressee, ref.officer, ref.precedence, ref.sequence, ref.deadline)
            == (leaf.addressee, leaf.officer, leaf.precedence, slip.sequence, leaf.deadline),
            public.statement == slip.statement,
            # The slip was signed in this very act (rule 14).
            any(each.digest == digest for each in record.encloses),
        ]
        if isinstance(public, Sent):
            same.append(
                (public.sealed, public.sealed_size, public.count) == (slip.sealed, slip.sealed_size, slip.count)
            )
            stated = self.stated_document
            if stated is not None:
                same.append((public.id, public.seal, public.level) == (stated.id, stated.seal, stated.label.level))
        if not all(same):
            raise Unverified("record-disagrees", kind=name)
        self.add(name, record.station, "sent-stands", index=index, time=record.time)
        self.witness(name, point, verified, *(each.digest for each in record.encloses))

    def answer(self, kind: str, name: str, raw: bytes) -> None:
        """A result of the addressee: about this slip, its statement and seal."""
        if name in SENT and kind == "record":
            return
        verified, index, point = self.placed(parse(Receipt, raw))
        record = verified.record
        digest, slip = self.about()
        if record.kind not in RESULTS or (kind == "record" and record.kind != name):
            raise Unverified("frame-unexpected")
        said = parse(Result, record.public)
        if said.slip != digest:
            self.unrelated(said.result, verified)
            return
        leaf, stated, actor = slip.leaf, self.stated_document, self.trust[verified.signers[0].credential]
        same = [
            said.result == record.kind,
            record.station == leaf.addressee,
            (said.sender, said.epoch, said.precedence, said.sequence) == slip.identity,
            said.statement == slip.statement or (not said.statement and said.result != "opened"),
            said.result != "opened" or leaf.officer in ("", actor.subject.officer),
            stated is None or not said.seal or said.seal == stated.seal,
        ]
        if not all(same):
            raise Unverified("record-disagrees", kind=record.kind)
        self.add(said.result, actor.name, "receipt-stands", index=index, size=point.size, time=record.time)
        self.witness(said.result, point, verified, digest, slip.statement)

    def about(self) -> tuple[bytes, Slip]:
        if self.slip is None:
            raise Missing("slip-missing")
        return self.slip

    def unrelated(self, what: str, verified: VerifiedRecord) -> None:
        """A record that holds, about something else: it changes no verdict, and its signers are no actors here."""
        self.deeds = [each for each in self.deeds if each.about != suites.object_digest(verified.raw)]
        self.add("unrelated", verified.record.station, "frame-unrelated", about=what)

    def placed(self, value: Receipt) -> tuple[VerifiedRecord, int, note.Checkpoint]:
        """A record under its signers, who may make it, at its place in its station's journal."""
        claimed = parse(Record, signed.claim(value.record, HYBRID, QUICK).unverified_body)
        keys = self.station(claimed.station, claimed.epoch)
        if keys.digest not in self.entered:
            raise Unverified("credential-not-in-directory", who=keys.name)  # else nobody asks whether it was revoked
        verified = check.record(value.record, self.trust)
        check.entitled(verified, self.trust)
        index, point, _ = check.stands(verified, value.proof, keys)
        self.sign(verified)
        return verified, index, point

    def sign(self, verified: VerifiedRecord) -> None:
        for each in verified.signers:
            holder = self.trust[each.credential]
            self.of_epoch(holder, verified.record.epoch)
            self.did(holder, suites.object_digest(verified.raw), verified.record.time)

    def station(self, code: str, epoch: int) -> Trusted:
        """Whose journal keys sign that epoch: the newest credential of the code that begins no later."""
        found = [each for each in self.trust.values() if each.name == code and each.credential.epoch <= epoch]
        if not found:
            raise Missing("credential-unknown", digest=code)
        return max(found, key=lambda each: (each.subject.kind == AUTHORITY, each.digest in self.entered,
                                            each.credential.epoch))  # fmt: skip

    def of_epoch(self, signer: Trusted, epoch: int) -> None:
        keys = self.station(signer.subject.code, epoch)
        if not signer.subject.officer and signer.credential.epoch != keys.credential.epoch:
            raise Unverified("credential-of-other-epoch", who=signer.name, epoch=epoch)

    def witness(self, what: str, point: note.Checkpoint, verified: VerifiedRecord, *covered: bytes) -> None:
        """Proven is what stands under a checkpoint that an authority, neither party, cosigned (protocol rule 19)."""
        code, times = verified.record.station, list[int]()
        for known in self.entered:
            each = self.trust[known]
            if each.subject.kind == AUTHORITY and each.subject.code != code:
                time = check.cosigned(point.raw, each)
                # Nobody saw it before it was signed: a line of that time says nothing. Who took a key may put any time.
                if time is not None and time + TOLERANCE >= point.time and known not in self.revoked:
                    self.add("witness", each.name, "witnessed", about=what, time=time)
                    times.append(time)
        if times:
            for digest in (suites.object_digest(verified.raw), *covered):
                self.seen[digest] = min(*times, self.seen.get(digest, times[0]))
            return
        self.add("witness", "", "receipt-claimed", NOT_PROVEN, about=what)

    def did(self, signer: Trusted, about: bytes, time: int) -> None:
        """Entered in an authority's journal (the root needs none), and within its validity at the time claimed."""
        if signer.digest not in self.entered:
            raise Unverified("credential-not-in-directory", who=signer.name)
        if time:
            check.valid_at(signer, time)
        self.deeds.append(Deed(signer.digest, about, time))

    def judge_signers(self) -> None:
        """Of each actor, his agency and all who vouch for him: the state as of his last deed or later (rule 18), codes
        that they might bind, no deed ahead of the time at which a third party saw it, none after a revocation
        (rule 19)."""
        late: dict[bytes, int] = {}
        gone: dict[bytes, list[bytes]] = {}
        for deed in self.deeds:
            signer = self.trust[deed.signer]
            if signer.subject.kind == AUTHORITY:
                continue  # its statements about states are no deeds of this case
            if deed.time > self.seen.get(deed.about, deed.time) + TOLERANCE:
                self.add("record", signer.name, "record-ahead-of-time", INVALID, claims=deed.time)
            for each in self.vouchers(signer):
                late[each] = max(deed.time, self.seen.get(deed.about, 0) - TOLERANCE, late.get(each, 0))
                gone.setdefault(each, []).append(deed.about)
        for digest, time in late.items():
            holder, (as_of, _) = self.trust[digest], self.stated.get(digest, (-1, ()))
            since = self.revoked.get(digest)
            if as_of < time:
                self.add("status", holder.name, "revocation-not-proven", NOT_PROVEN)
            elif since is not None:
                before = all(self.seen.get(about, since) < since for about in gone[digest])
                code, verdict = ("signed-before-revocation", VALID) if before else ("credential-revoked", NOT_PROVEN)
                self.add("status", holder.name, code, verdict, since=since)
            issuer, stated = self.trust[holder.issuer], self.stated.get(holder.issuer)
            if stated:
                try:
                    check.check_code(issuer, holder.subject, stated[1])
                except AntinError as error:
                    self.add("credential", holder.name, error.code, INVALID, **error.fields)

    def vouchers(self, who: Trusted) -> set[bytes]:
        """Himself, his agency as it stood in the journal before him, and the authorities above them; the root needs no
        state."""
        found, at = {who.digest}, self.entered[who.digest]
        if who.subject.officer:
            places = {
                place: each
                for each, place in self.entered.items()
                if self.trust[each].name == who.subject.code and (each == who.issuer or at[:1] < place < at)
            }
            if places:
                found.add(places[max(places, key=lambda place: (place[0] == at[0], place))])
            else:
                self.add("status", who.subject.code, "revocation-not-proven", NOT_PROVEN)
        found |= {self.trust[each].issuer for each in found}
        return {each for each in found if each and self.trust[each].issuer}

    def same_document(self, what: str, vouched: Statement | Attached, who: Trusted) -> None:
        if self.document is None:
            return
        suite = suites.by_number(who.suite)
        if suite.number not in self.roots:
            self.roots[suite.number] = suites.document_root(suite, self.document())
        if suite.document_digest(vouched.salt, *self.roots[suite.number]) != vouched.document:
            raise Unverified("document-differs", what=what)
