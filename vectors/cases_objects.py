"""Cases of credentials, requests, records, statements and attached signatures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from people import LATER, NOON, Person, bind, seed

from antin.kernel.crypto import suite as suites
from antin.kernel.crypto import wrap
from antin.kernel.crypto.public_key import P384_ORDER
from antin.kernel.crypto.signing_key import SigningKey
from antin.kernel.crypto.suite import by_number
from antin.kernel.formats import cbor
from antin.kernel.formats.credential import Subject
from antin.kernel.formats.fields import Clearance, Facts, Label
from antin.kernel.formats.record import Record
from antin.kernel.formats.request import Request
from antin.kernel.formats.shape import encode
from antin.kernel.formats.signed import Signatory
from antin.kernel.formats.statement import Attached, Statement
from antin.kernel.formats.succession import LevelKey
from antin.kernel.sign import sign_object
from antin.registers.people.records import StationCreated

Make = Callable[..., None]
BAD = "signature-invalid"
A, B = "root authority agency-a officer-a registrar-a", "root authority agency-b officer-b"


def parts(raw: bytes) -> list:
    """The array of a signed object, to be damaged."""
    return list(cbor.decode(raw, limit=10**6))  # type: ignore[arg-type]


def with_signatures(raw: bytes, *signatures: tuple[bytes, ...]) -> bytes:
    return cbor.encode((*parts(raw)[:5], signatures))


def flip(raw: bytes, at: int) -> bytes:
    at %= len(raw)
    return raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]


def make(case: Make, people: dict[str, Person]) -> None:
    _roots(case, people)
    _credentials(case, people)
    _subjects(case, people)
    _requests(case, people)
    _records(case, people)
    _statements(case, people)
    _attached(case, people)
    _names(case, people)
    _level_keys(case, people)
    _handovers(case, people)


def _names(case: Make, people: dict[str, Person]) -> None:
    for name, tests, scopes, code, holds in (
        ("code-itself", "a code that was given alone", "G10", "G10", "true"),
        ("code-below", "all codes below, by a prefix that ends at a dot", "G10.", "G10.1", "true"),
        ("code-deep-below", "also far below", "G10.", "G10.1.A", "true"),
        ("code-of-prefix", "the prefix does not give the code before its dot", "G10.", "G10", "false"),
        ("code-that-only-begins-so", "a code that begins with the same letters", "G10", "G101", "false"),
        ("code-taken-out", "a narrower code was moved away", "-G10.9 G10.", "G10.9", "false"),
        ("code-beside-what-was-taken-out", "its neighbour was not", "-G10.9 G10.", "G10.91", "true"),
        ("code-given-back-below", "below what was taken out, one was given back", "-G10.9. G10. G10.9.1", "G10.9.1",
         "true"),
    ):  # fmt: skip
        case(f"names/{name}", tests, "28", "covers", scopes=scopes, code=code, **{"result.covers": holds})


def _level_keys(case: Make, people: dict[str, Person]) -> None:
    b, an = people["agency-b"], people["officer-b"]
    value = LevelKey("G10.2", 1, 1, b.wrapping.public, NOON, NOON + 90 * 86400)

    def key(name: str, tests: str, expect: str, raw: bytes, **more: object) -> None:
        station = "root authority agency-b"
        case(f"level-key/{name}", tests, "29", "level-key", expect, bytes=raw, station=station, **more)

    def signed_(by: Person, named: bytes, **changes: object) -> bytes:
        hand = (by.signing, Signatory(named, 2))
        changed = replace(value, **changes)  # type: ignore[arg-type]
        return sign_object("antin/level-key/1", by.suite, encode(changed), [hand])

    good = signed_(b, b.digest)
    key("valid", "the agency's key for level 1, under its credential", "ok", good,
        **{"result.level": 1, "result.generation": 1, "result.until": NOON + 90 * 86400})  # fmt: skip
    key("under-own-kid", "made before the agency had a credential", "ok", signed_(b, b.signing.public.kid))
    key("of-an-officer", "an officer signs a level key", "credential-unknown", signed_(an, an.digest))
    key("of-another-station", "a key that names another station", "signer-not-of-station",
        signed_(b, b.digest, station="G10.3"))  # fmt: skip
    key("weak", "an X25519 half of small order", "key-malformed why=small-order-or-not-canonical",
        signed_(b, b.digest, public=value.public[:1184] + bytes(32)))  # fmt: skip
    start = value.public[:32]
    key("flipped", "one bit of the key", "signature-invalid", good.replace(start, flip(start, 0)))
    key("generation-zero", "generations begin with 1", "bytes-malformed why=out-of-range", _raw_generation(b, value))


def _raw_generation(b: Person, value: LevelKey) -> bytes:
    body = list(cbor.decode(encode(value), limit=10_000))  # type: ignore[arg-type]
    body[3] = 0
    return sign_object("antin/level-key/1", b.suite, cbor.encode(tuple(body)), [(b.signing, Signatory(b.digest, 2))])


def _handovers(case: Make, people: dict[str, Person]) -> None:
    """``binh`` is followed by ``binh-2`` (shared.txt), who has other keys under the same name."""
    old, heir = people["officer-b"], people["officer-b-2"]
    chain = "root authority officer-b"
    for name, tests, expect, who, before, result in (
        ("valid", "the old key names its successor", "ok", "officer-b-2", chain, {"result.continued": "true"}),
        ("after-a-loss", "no word of the old key: the authority alone says it", "ok", "officer-b-3", chain,
         {"result.continued": "false"}),
        ("of-another", "a credential that continues another one", "handover-invalid", "officer-b-2",
         "root authority officer-a", {}),
        ("word-for-another-subject", "the old key named other keys", "handover-invalid", "officer-b-4", chain, {}),
        ("word-of-another-key", "a word that the old key did not sign", "signature-invalid", "officer-b-5", chain, {}),
    ):  # fmt: skip
        assert people[who].subject.code == heir.subject.code and old.digest
        case(f"handover/{name}", tests, "29", "handover", expect, heir=f"root authority {who}", before=before, **result)


def _roots(case: Make, people: dict[str, Person]) -> None:
    root, authority = people["root"], people["authority"]
    good = "shared root"
    case("credential/root", "a root under the fingerprint typed", "24", "root", bytes=good, fingerprint=root.digest,
         **{"result.kid": root.signing.public.kid})  # fmt: skip
    case("credential/root-2", "a root of the second suite", "24", "root", bytes="shared root-2",
         fingerprint=people["root-2"].digest)  # fmt: skip
    for name, tests, raw, print_ in (
        ("root-other-fingerprint", "a fingerprint of another root", good, people["root-2"].digest),
        ("root-no-fingerprint", "no fingerprint at all: there is no trust on first use", good, b""),
        ("root-not-self-signed", "an authority given as a root", "shared authority", authority.digest),
    ):
        case(f"credential/{name}", tests, "24", "root", "root-not-expected", bytes=raw, fingerprint=print_)
    alone = bind(people["agency-a"], None)
    case("credential/root-of-an-agency", "an agency that signed itself: a root is an authority", "24", "root",
         "root-not-expected", bytes=alone, fingerprint=suites.object_digest(alone))  # fmt: skip
    broken = flip(root.raw, -5)
    case("credential/root-forged", "a root whose own signature does not hold", "24", "root", BAD, bytes=broken,
         fingerprint=suites.object_digest(broken))  # fmt: skip


def _credentials(case: Make, people: dict[str, Person]) -> None:
    an, authority, under = people["officer-a"], people["authority"], {"issuer": "root authority"}
    for name in ("agency-a", "officer-a"):
        case(f"credential/{name}", f"{name} under its authority", "2", "credential", bytes=f"shared {name}", **under,
             at=NOON, **{"result.digest": people[name].digest})  # fmt: skip
    case("credential/officer-2", "a credential of the second suite", "2", "credential", bytes="shared officer-2",
         issuer="root-2", at=NOON)  # fmt: skip
    for name, at, revoked, code in (
        ("not-yet-valid", NOON - 1, None, "credential-not-yet-valid"),
        ("expired", LATER + 1, None, "credential-expired"),
        ("revoked", NOON + 10, NOON + 10, "credential-revoked"),
    ):
        more = {} if revoked is None else {"revoked": revoked}
        case(f"credential/{name}", "validity at an instant", "19", "credential", code, at=at,
             bytes="shared officer-a", **under, **more)  # fmt: skip
    classical, pq = parts(an.raw)[5][0]
    case("credential/classical-only", "one signature where two are demanded", "2", "credential",
         "bytes-malformed why=wrong-signature-count", bytes=with_signatures(an.raw, (classical,)), **under)  # fmt: skip
    case("credential/swapped-signatures", "both signatures, in the other order", "2", "credential", BAD,
         bytes=with_signatures(an.raw, (pq, classical)), **under)  # fmt: skip
    case("credential/classical-flipped", "ML-DSA holds, Ed25519 does not", "2", "credential", BAD,
         bytes=with_signatures(an.raw, (flip(classical, 3), pq)), **under)  # fmt: skip
    case("credential/pq-flipped", "Ed25519 holds, ML-DSA does not", "2", "credential", BAD,
         bytes=with_signatures(an.raw, (classical, flip(pq, 100))), **under)  # fmt: skip
    message = cbor.encode(tuple(parts(an.raw)[:5]))
    other = authority.signing.sign(message, "antin/statement/1", hybrid=True)
    case("credential/pq-other-context", "ML-DSA under the context of a statement", "2", "credential", BAD,
         bytes=with_signatures(an.raw, (classical, other[1])), **under)  # fmt: skip
    case("credential/other-issuer-named", "names the root, signed by the authority", "2", "credential",
         "credential-unknown", bytes=_under_other_name(an, authority, people["root"].digest), **under)  # fmt: skip
    mixed = people["agency-a"].signing.sign(message, "antin/credential/1", hybrid=True)
    case("credential/two-credentials", "the two signatures come from keys of two credentials", "2", "credential", BAD,
         bytes=with_signatures(an.raw, (classical, mixed[1])), **under)  # fmt: skip
    changed = parts(an.raw)
    changed[2] = 9
    case("credential/unknown-suite", "a suite that nobody knows", "2", "credential", BAD,
         bytes=cbor.encode(tuple(changed)), **under)  # fmt: skip
    raw = people["officer-2"].raw
    low, pq2 = parts(raw)[5][0]
    high = low[:48] + (P384_ORDER - int.from_bytes(low[48:], "big")).to_bytes(48, "big")
    case("credential/high-s", "the other of the two ECDSA spellings", "1", "credential", BAD,
         bytes=with_signatures(raw, (high, pq2)), issuer="root-2")  # fmt: skip


def _under_other_name(whom: Person, issuer: Person, named: bytes) -> bytes:
    body = parts(whom.raw)[4]
    return sign_object("antin/credential/1", issuer.suite, body, [(issuer.signing, Signatory(named, 1))])


def _subjects(case: Make, people: dict[str, Person]) -> None:
    an, authority, agency = people["officer-a"], people["authority"], people["agency-a"]

    def refused(name: str, tests: str, rule: str, expect: str, subject: Subject, by: Person = authority) -> None:
        raw = bind(an, by, subject=encode(subject), epoch=0 if subject.officer else 1)
        issuer = "root authority" + (" agency-a" if by is agency else "")
        case(f"credential/{name}", tests, rule, "credential", expect, bytes=raw, issuer=issuer)

    scope, kind = "issuer-out-of-scope", "bytes-malformed what=subject why=kind"
    weak = "key-malformed why=small-order-or-not-canonical"
    refused("scope-other-branch", "an authority binds an officer of another branch", "11", scope,
            replace(an.subject, branch="he-2"))  # fmt: skip
    refused("scope-agency-issues", "an agency binds an officer", "11", scope, an.subject, agency)
    refused("scope-authority-binds-authority", "an authority below the root binds an authority", "11", scope,
            replace(authority.subject, code="G11"))  # fmt: skip
    refused("agency-without-journal", "an agency without journal keys", "3", kind, replace(agency.subject, journal=b""))
    refused("officer-named", "an officer's credential that names a person", "18",
            "bytes-malformed what=subject why=officer-named", replace(an.subject, name="Nguyễn Văn An"))  # fmt: skip
    refused("role-unknown", "a role that does not exist", "26", "bytes-malformed what=subject why=role",
            replace(an.subject, roles=("emperor",)))  # fmt: skip
    refused("officer-without-wrapping-key", "an officer to whom nothing can be sealed", "4", kind,
            replace(an.subject, wrapping=b""))  # fmt: skip
    refused("agency-with-wrapping-key", "an agency's keys are its level keys, not in its credential", "29", kind,
            replace(agency.subject, wrapping=an.subject.wrapping))  # fmt: skip
    previous = "bytes-malformed what=credential why=previous"
    for name, tests, expect, more in (
        ("officer-with-epoch", "an officer has no journal, so no epoch", previous, {"epoch": 1}),
        ("handover-of-nobody", "a handover that continues no credential", previous, {"handover": b"x"}),
    ):
        case(f"credential/{name}", tests, "29", "credential", expect, bytes=bind(an, authority, **more),
             issuer="root authority")  # fmt: skip
    refused("weak-signing-key", "an Ed25519 key of small order", "1", weak,
            replace(an.subject, signing=bytes(31) + b"\x80" + an.subject.signing[32:]))  # fmt: skip
    refused("weak-wrapping-key", "an X25519 key of small order", "1", weak,
            replace(an.subject, wrapping=an.subject.wrapping[:1184] + bytes(32)))  # fmt: skip
    refused("weak-journal-key", "a journal's Ed25519 key of small order", "1", weak,
            replace(agency.subject, journal=bytes(32) + agency.subject.journal[32:]))  # fmt: skip
    low = replace(people["authority"].subject, clearance=Clearance(0, ()))
    raw = bind(people["authority"], people["root"], subject=encode(low))
    case("credential/authority-low", "an authority of level 0 is a valid credential", "11", "credential", bytes=raw,
         issuer="root")  # fmt: skip


def _requests(case: Make, people: dict[str, Person]) -> None:
    agency, root = people["agency-a"], people["root"]
    subject = encode(agency.subject)

    def request(proofs: tuple[bytes, ...], key: SigningKey) -> bytes:
        body = encode(Request(seed("request", 16), subject, root.digest, b"", b"", proofs, NOON))
        hand = (key, Signatory(agency.signing.public.kid, 1))
        return sign_object("antin/request/1", agency.suite, body, [hand])

    good, other = agency.journal.possession(subject), people["agency-b"].journal.possession(subject)
    case("credential/request", "an agency asks to be bound", "24", "request", bytes=request(good, agency.signing))
    case("credential/request-signed-by-other", "signed by a key that is not the subject's", "24", "request", BAD,
         bytes=request(good, people["agency-b"].signing))  # fmt: skip
    for name, tests, proofs in (
        ("request-no-journal-proof", "no proof that the journal keys are held", ()),
        ("request-journal-half-missing", "the ML-DSA half of the journal key is not proven", good[:1]),
        ("request-journal-other-key", "the journal proof of another station", other),
    ):  # fmt: skip
        case(f"credential/{name}", tests, "24", "request", BAD, bytes=request(proofs, agency.signing))


def _records(case: Make, people: dict[str, Person]) -> None:
    a, an, anh, binh = (people[n] for n in ("agency-a", "officer-a", "registrar-a", "officer-b"))
    salt, secret = seed("secret salt", 32), "Nguyễn Văn An, trưởng phòng".encode()
    digest = wrap.secret_digest(salt, secret)
    public = encode(StationCreated("G10.1", a.digest, people["root"].digest))
    body = encode(Record(seed("record", 16), "G10.1", 1, "station-created", NOON, (), public, digest))
    quick = a.sign("antin/quick-record/1", body)
    case("record/quick", "a record under the classical signature alone", "11", "record", bytes=quick, trust=A,
         salt=salt, secret=secret, **{"result.kind": "station-created"})  # fmt: skip
    case("record/secret-other", "a secret part that is not the one signed for", "13", "record", bytes=quick, trust=A,
         salt=salt, secret=secret + b".", **{"result.secret": "other"})  # fmt: skip

    def two(first: Person, second: Person) -> bytes:
        hands = [(each.signing, Signatory(each.digest, 7)) for each in (first, second)]
        return sign_object("antin/record/1", a.suite, body, hands)

    both = two(an, anh)
    case("record/two-officers", "one record, two officers, hybrid", "26", "record", bytes=both, trust=A)
    changed = parts(both)
    changed[3] = (changed[3][0], changed[3][0])
    case("record/same-signer-twice", "one officer twice is not two", "26", "record",
         "bytes-malformed why=same-signer-twice", bytes=cbor.encode(tuple(changed)), trust=A)  # fmt: skip
    changed = parts(both)
    changed[5] = changed[5][:1]
    case("record/second-signature-missing", "two signers named, one signed", "26", "record",
         "bytes-malformed why=wrong-signer-count", bytes=cbor.encode(tuple(changed)), trust=A)  # fmt: skip
    changed = parts(both)
    changed[5] = (changed[5][1], changed[5][0])
    case("record/signers-swapped", "the signatures of two officers in the other order", "26", "record", BAD,
         bytes=cbor.encode(tuple(changed)), trust=A)  # fmt: skip
    case("record/other-station", "a record of one station signed by an officer of another", "11", "record",
         "signer-not-of-station station=G10.1", bytes=binh.sign("antin/quick-record/1", body),
         trust=f"{A} agency-b officer-b")  # fmt: skip
    changed = parts(quick)
    changed[3] = ((changed[3][0][0], 2),)
    case("record/other-use", "the use number was changed after signing", "14", "record", BAD,
         bytes=cbor.encode(tuple(changed)), trust=A)  # fmt: skip
    changed = parts(quick)
    changed[3] = ((changed[3][0][0], True),)
    case("record/bool-for-int", "true in place of the number 1", "1", "record", "bytes-malformed why=wrong-type",
         bytes=cbor.encode(tuple(changed)), trust=A)  # fmt: skip
    case("record/type-unknown", "a signed object of a type that does not exist", "1", "record",
         "bytes-malformed why=other-type", bytes=_retyped(quick, "antin/recrod/1"), trust=A)  # fmt: skip
    case("record/type-of-a-slip", "a slip's type around a record: the signature covers the type", "2", "record",
         "bytes-malformed why=other-type", bytes=_retyped(quick, "antin/slip/1"), trust=A)  # fmt: skip
    case("record/field-extra", "one more field at the end", "1", "record", "bytes-malformed why=wrong-field-count",
         bytes=cbor.encode((*parts(quick), 0)), trust=A)  # fmt: skip
    case("record/trailing-byte", "one byte after the record", "1", "record", "bytes-malformed why=trailing-bytes",
         bytes=quick + b"\0", trust=A)  # fmt: skip
    case("record/signer-unknown", "a credential that nobody showed", "2", "record", "credential-unknown", bytes=quick,
         trust=B)  # fmt: skip
    case("record/hybrid-as-quick", "a hybrid record called quick: two signatures where one is demanded", "2", "record",
         "bytes-malformed why=wrong-signature-count", trust=A,
         bytes=_retyped(an.sign("antin/record/1", body), "antin/quick-record/1"))  # fmt: skip


def _retyped(raw: bytes, type_: str) -> bytes:
    changed = parts(raw)
    changed[1] = type_
    return cbor.encode(tuple(changed))


def statement_of(people: dict[str, Person], **changes: object) -> Statement:
    facts = Facts("CV", "12/CV-G10.1", NOON, "V/v kiểm tra", "cong-van.pdf", "application/pdf")
    found = Statement(
        seed("statement", 16), "G10.1", 1, seed("document salt", 32), seed("document", 32), 100, facts,
        Label(1, 0, (), (), 0), b"", 0, seed("addressees", 32), 1, seed("seal", 32), NOON,
    )  # fmt: skip
    return replace(found, **changes)  # type: ignore[arg-type]


def _statements(case: Make, people: dict[str, Person]) -> None:
    an = people["officer-a"]
    body = encode(statement_of(people))
    good = an.sign("antin/statement/1", body, 3)
    case("statement/valid", "a sending statement", "5", "statement", bytes=good, trust=A,
         **{"result.author": an.digest})  # fmt: skip
    case("statement/by-agency", "a statement under the agency's key: an officer must vouch", "5", "statement",
         "signer-not-of-station", bytes=people["agency-a"].sign("antin/statement/1", body), trust=A)  # fmt: skip
    case("statement/other-station", "an officer of another station", "5", "statement", "signer-not-of-station",
         bytes=people["officer-b"].sign("antin/statement/1", body), trust=f"{A} agency-b officer-b")  # fmt: skip
    case("statement/body-flipped", "one bit of the salt", "5", "statement", BAD, trust=A,
         bytes=good.replace(seed("document salt", 32), flip(seed("document salt", 32), 0)))  # fmt: skip
    other = sign_object("antin/statement/1", by_number(2), body, [(an.signing, Signatory(an.digest, 3))])
    case("statement/suite-other-than-signer", "a key under the number of another suite", "2", "statement",
         BAD, bytes=other, trust=A)  # fmt: skip
    level3 = an.sign("antin/statement/1", encode(statement_of(people, label=Label(3, 0, (), (), 0))))
    case("statement/subject-at-level-3", "a subject at level 3; the pack forbids it, so the station refuses", "4",
         "statement", bytes=level3, trust=A, station_expects="subject-at-top-secret")  # fmt: skip


def _attached(case: Make, people: dict[str, Person]) -> None:
    an, anh, a = (people[n] for n in ("officer-a", "registrar-a", "agency-a"))
    facts = statement_of(people).facts

    def attached(act: str, over: bytes, *hands: Person) -> bytes:
        body = encode(Attached(act, "G10.1", seed("document salt", 32), seed("document", 32), 100, facts,
                               Label(1, 0, (), (), 0), over, NOON))  # fmt: skip
        return sign_object("antin/attached/1", a.suite, body, [(h.signing, Signatory(h.digest, 4)) for h in hands])

    sign = attached("sign", b"", an)
    over = suites.object_digest(sign)
    case("statement/attached-sign", "a leader's signature", "26", "attached", bytes=sign, trust=A)
    case("statement/attached-stamp", "the agency's seal by registrar and agency", "26", "attached",
         bytes=attached("stamp", over, anh, a), trust=A, **{"result.signers": 2})  # fmt: skip
    for name, tests, raw in (
        ("attached-stamp-alone", "a seal by the registrar alone", attached("stamp", over, anh)),
        ("attached-stamp-reversed", "agency first, registrar second", attached("stamp", over, a, anh)),
        ("attached-other-act", "an act that is neither sign nor stamp", attached("bless", over, anh, a)),
    ):
        case(f"statement/{name}", tests, "26", "attached", "signer-not-entitled", bytes=raw, trust=A)
