"""Evidence made by hand, with every key at hand: what each holder says can be turned into a lie before he signs it.

``Making(lies).frames()``: G10.1 sends to H20.1, which opens it, under two authorities of the root A00. ``lies`` maps
what is said (``"slip"``, ``"leaf an"``, …) to a function of the true value. Whoever has a holder's keys can do no more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any

from antin.kernel.check import leaf_of
from antin.kernel.crypto import merkle, tree
from antin.kernel.crypto import suite as suites
from antin.kernel.crypto.journal_key import JournalKey
from antin.kernel.crypto.signing_key import SigningKey
from antin.kernel.crypto.wrap import WrappingKey
from antin.kernel.formats import note
from antin.kernel.formats.credential import AGENCY, AUTHORITY, OFFICER, Credential, Subject
from antin.kernel.formats.fields import Clearance, Facts, Label
from antin.kernel.formats.receipt import DirectoryPoint, Receipt, Result
from antin.kernel.formats.record import Enclosed, Record
from antin.kernel.formats.sent import Sent, SlipRef
from antin.kernel.formats.shape import encode
from antin.kernel.formats.signed import TYPES, Signatory
from antin.kernel.formats.slip import Leaf, Slip
from antin.kernel.formats.statement import SIGN, STAMP, Attached, AttachedList, Statement
from antin.kernel.formats.status import GOOD, CredentialIssued, Status, StatusLeaf, StatusProof
from antin.kernel.kinds import rule_of
from antin.kernel.sign import sign_object
from antin.station import packets
from antin.verify import verify
from antin.verify.verify import ORDER, Report, place_of

NOON, END = 1_772_000_000, 1_900_000_000
SUITE = suites.by_number(1)
DOCUMENT = b"%PDF-1.7 a document"
SALT, SEAL, SEALED = (hashlib.sha256(word).digest() for word in (b"salt", b"seal", b"sealed"))
Holder = tuple[int, str, str, int, str, tuple[str, ...], str]  # kind, code, officer, level, branch, roles, issuer
WHO: dict[str, Holder] = {
    "root": (AUTHORITY, "A00", "", 3, "", (), ""),
    "G10": (AUTHORITY, "G10", "", 3, "g", (), "root"), "H20": (AUTHORITY, "H20", "", 3, "h", (), "root"),
    "G10.1": (AGENCY, "G10.1", "", 3, "g", (), "G10"), "H20.1": (AGENCY, "H20.1", "", 3, "h", (), "H20"),
    "an": (OFFICER, "G10.1", "an", 2, "g", ("officer", "leader"), "G10"),
    "anh": (OFFICER, "G10.1", "anh", 2, "g", ("registrar",), "G10"),
    "binh": (OFFICER, "H20.1", "binh", 2, "h", ("officer",), "H20"),
}  # fmt: skip
SCOPES = {"G10": ("G10", "G10."), "H20": ("H20", "H20.")}
Frame = tuple[str, str, bytes]
Lies = Mapping[str, Callable[[Any], Any]]


def seed(text: str, size: int) -> bytes:
    return hashlib.shake_256(text.encode()).digest(size)


@cache
def signing(who: str) -> SigningKey:
    return SigningKey(SUITE, seed(f"{who} signing", SUITE.signing_seed))


@cache
def journal(who: str) -> JournalKey:
    return JournalKey(seed(f"{who} journal", 64))


@cache
def wrapping(who: str) -> bytes:
    return WrappingKey(SUITE, seed(f"{who} wrapping", SUITE.wrapping_seed)).public


@dataclass(frozen=True)
class Point:
    """What a journal says of itself, and who cosigned it when."""

    origin: str
    time: int
    witnesses: tuple[tuple[str, int], ...]


class Making:
    """One case. Each holder's records are the whole of his journal."""

    def __init__(self, lies: Lies, more: Mapping[str, Holder] | None = None) -> None:
        """``more``: further holders, each after his issuer."""
        self.lies, self.met = lies, set[str]()
        self.who = {**WHO, **(more or {})}
        self.raw: dict[str, bytes] = {}
        for who in self.who:
            self.raw[who] = self._credential(who)

    def said(self, what: str, value: Any) -> Any:
        self.met.add(what)
        return self.lies.get(what, lambda same: same)(value)

    def digest(self, who: str) -> bytes:
        return suites.object_digest(self.raw[who])

    def sign(self, type_: str, body: bytes, *hands: str) -> bytes:
        signers = [(signing(who), Signatory(self.digest(who), 1)) for who in hands]
        return sign_object(type_, SUITE, body, signers)

    def _credential(self, who: str) -> bytes:
        kind, code, officer, level, branch, roles, issuer = self.who[who]
        journal_, wrapping_ = (b"", wrapping(who)) if officer else (journal(who).public, b"")
        subject = self.said(f"subject {who}", Subject(
            kind, code, officer, "" if officer else who, branch, "", "", roles, Clearance(level, ()),
            signing(who).public.raw, journal_, wrapping_))  # fmt: skip
        body = self.said(f"credential {who}", Credential(
            seed(f"{who} id", 16), encode(subject), NOON - 1000, END, b"", b"", b"", 0 if officer else 1))  # fmt: skip
        if issuer:
            return self.sign("antin/credential/1", encode(body), issuer)
        signer = Signatory(signing(who).public.kid, 1)
        return sign_object("antin/credential/1", SUITE, encode(body), [(signing(who), signer)])

    def record(self, name: str, code: str, kind: str, time: int, public: Any, *by: str,
               encloses: tuple[Enclosed, ...] = ()) -> bytes:  # fmt: skip
        public = self.said(f"public {name}", public)
        value = Record(seed(name, 16), code, 1, kind, time, encloses, encode(public), b"")
        value, hands = self.said(f"record {name}", value), self.said(f"hands {name}", by)
        type_ = "antin/record/1" if rule_of(kind).hybrid else "antin/quick-record/1"
        assert len(hands) <= TYPES[type_].signers
        return self.sign(type_, encode(value), *hands)

    def placed(self, who: str, records: Mapping[str, bytes], time: int) -> dict[str, Receipt]:
        """The records of a journal with their places under its checkpoint."""
        hashes = tree.memory_hashes([merkle.leaf_hash(raw) for raw in records.values()])
        size, issuer = len(records), self.who[who][6]
        witnesses = ((issuer, time + 1),) if who not in (*SCOPES, "root") else ()
        point = self.said(f"point {who}", Point(note.origin(self.who[who][1], 1), time, witnesses))
        top = tree.root(hashes, size)
        raw = journal(who).checkpoint(point.origin, size, top, point.time)
        for witness, seen in point.witnesses:
            raw += journal(witness).cosignature(note.origin(self.who[witness][1], 1), point.origin, size, top, seen)
        return {name: Receipt(record, tree.proof_text(n, tree.inclusion(hashes, n, size), raw))
                for n, (name, record) in enumerate(records.items())}  # fmt: skip

    def standing(self, who: str) -> list[Frame]:
        """What an authority's journal says of those that it bound: entries, and one state of all."""
        bound = [each for each in self.who if self.who[each][6] == who]
        entered = [each for each in self.who if self.said(f"entered by {each}", self.who[each][6]) == who]
        entered = self.said(f"order {who}", entered)
        entries = {each: self._entry(who, each) for each in entered}
        leaves = [self.said(f"leaf {each}", StatusLeaf(seed(f"{each} id", 16), GOOD, 0, SCOPES.get(each, ())))
                  for each in sorted(bound, key=lambda each: seed(f"{each} id", 16))]  # fmt: skip
        hashes = tree.memory_hashes([merkle.leaf_hash(encode(leaf)) for leaf in leaves])
        state = Status(NOON + 100, len(leaves), tree.root(hashes, len(leaves)))
        code = self.who[who][1]
        entries[""] = self.record(f"status {who}", code, "status", NOON + 100, state, who)
        placed = self.placed(who, entries, NOON + 110)
        frames: list[Frame] = [("record", "credential-issued", encode(placed[each])) for each in entered]
        shown = placed[""]
        paths = [tree.inclusion(hashes, n, len(leaves)) for n in range(len(leaves))]
        return frames + [
            ("status", "", encode(StatusProof(shown.record, shown.proof, leaf, n, paths[n])))
            for n, leaf in enumerate(leaves)
        ]

    def _entry(self, who: str, each: str) -> bytes:
        kind, code, officer, *_ = self.who[each]
        public = CredentialIssued(seed(f"{each} id", 16), self.digest(each), kind, "" if officer else code,
                                  0 if officer else 1, b"", END)  # fmt: skip
        return self.record(f"issued {each}", self.who[who][1], "credential-issued", NOON - 900, public, who)

    def attached(self, statement: Statement) -> bytes:
        def one(act: str, over: bytes, *hands: str) -> bytes:
            body = Attached(act, "G10.1", SALT, statement.document, statement.size, statement.facts, statement.label,
                            over, NOON - 60)  # fmt: skip
            return self.sign("antin/attached/1", encode(self.said(act, body)), *hands)

        sign = one(SIGN, b"", "an")
        return encode(AttachedList((sign, one(STAMP, suites.object_digest(sign), "anh", "G10.1")), ()))

    def sending(self) -> tuple[Slip, list[Frame]]:
        """Statement, slip, attached list, and the sender's record ``sent``."""
        facts = Facts("CV", "12/CV", NOON, "V/v", "cong-van.pdf", "application/pdf")
        leaf = self.said("leaf", Leaf(bytes(32), "H20.1", "", 1, 0, 0))
        document = SUITE.document_digest(SALT, *suites.document_root(SUITE, [DOCUMENT]))
        value = Statement(seed("statement", 16), "G10.1", 1, SALT, document, len(DOCUMENT), facts,
                          Label(1, 0, (), (), 0), b"", 0, leaf_of(leaf), 1, SEAL, NOON)  # fmt: skip
        raw_list = self.attached(value)
        value = Statement(*(getattr(value, each) for each in Statement.__slots__[:8]), suites.object_digest(raw_list),
                          len(raw_list), leaf_of(leaf), 1, SEAL, NOON)  # fmt: skip
        statement = self.sign("antin/statement/1", encode(self.said("statement", value)), "an")
        slip = self.said("slip", Slip("G10.1", 1, 7, leaf, 0, 1, (), 1, suites.object_digest(statement), SEALED, 999,
                                      bytes(32), b"x"))  # fmt: skip
        raw = self.sign("antin/slip/1", encode(slip), *self.said("hands slip", ("G10.1",)))
        self.slip = suites.object_digest(raw)
        ref = SlipRef(leaf.addressee, leaf.officer, leaf.precedence, 7, leaf.deadline, self.slip)
        public = Sent(value.id, slip.statement, SEAL, SEALED, 999, 1, 1, True, 1, (ref,))
        encloses = (Enclosed(self.digest("an"), 1, slip.statement), Enclosed(self.digest("G10.1"), 1, self.slip))
        sent = self.record("sent", "G10.1", "sent", NOON + 1, public, "an", encloses=encloses)
        placed = self.placed(self.said("journal sent", "G10.1"), {"sent": sent}, NOON + 10)
        return slip, [("slip", "", raw), ("record", "sent", encode(placed["sent"])), ("statement", "", statement),
                      ("attached", "", raw_list)]  # fmt: skip

    def answers(self, slip: Slip) -> list[Frame]:
        """The receiver's records: it arrived, and somebody opened it."""

        def result(name: str, statement: bytes, seal: bytes) -> Result:
            return Result("G10.1", 1, 1, 7, self.slip, name, statement, seal, "", DirectoryPoint("", 0, b""))

        arrived = self.record("arrived", "H20.1", "arrived", NOON + 20, result("arrived", b"", b""), "H20.1")
        opened = self.record("opened", "H20.1", "opened", NOON + 30, result("opened", slip.statement, SEAL), "binh")
        placed = self.placed(self.said("journal opened", "H20.1"), {"arrived": arrived, "opened": opened}, NOON + 40)
        return [("receipt", "", encode(each)) for each in placed.values()]

    def frames(self) -> list[Frame]:
        """In their order."""
        slip, sending = self.sending()
        found: list[Frame] = [("credential", "", raw) for raw in self.raw.values()]
        for who in ("root", *SCOPES):
            found += self.standing(who)
        found = self.said("frames", [*found, *sending, *self.answers(slip)])
        assert set(self.lies) <= self.met, set(self.lies) - self.met
        return found

    def judged(self, frames: list[Frame], document: bytes | None = None) -> Report:
        """The verdict on these frames, in their order, under the true root."""
        ordered = sorted(frames, key=lambda frame: ORDER.index(place_of(*frame[:2])))
        raw = packets.write(packets.EVIDENCE, ordered)
        return verify(BytesIO(raw), self.digest("root")[:25], None if document is None else lambda: [document])


def judged(lies: Lies, document: bytes | None = None, more: Mapping[str, Holder] | None = None) -> Report:
    """The verdict on evidence with these lies in it."""
    making = Making(lies, more)
    return making.judged(making.frames(), document)
