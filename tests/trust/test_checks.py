"""The checks of the kernel, arm by arm: one thing is wrong in each line of a table, and the reason is named."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from vector_checks import VECTORS, last_of, read, shared, trusted

from antin.errors import AntinError
from antin.kernel import check, succession
from antin.kernel.check import Trusted
from antin.kernel.crypto import suite as suites
from antin.kernel.crypto.signing_key import SigningKey
from antin.kernel.formats.credential import AGENCY, AUTHORITY, OFFICER, Clearance, Credential, Subject
from antin.kernel.formats.fields import Label
from antin.kernel.formats.link import Hello
from antin.kernel.formats.record import Record
from antin.kernel.formats.shape import encode, parse
from antin.kernel.formats.signed import Signatory
from antin.kernel.formats.slip import Slip
from antin.kernel.formats.statement import SIGN, STAMP, Attached, AttachedList, Statement
from antin.kernel.formats.status import Status, StatusProof
from antin.kernel.formats.succession import HandoverBody
from antin.kernel.sign import sign_object

CHAIN = "root authority agency-a"
ALL = f"{CHAIN} officer-a registrar-a agency-b officer-b"
OUT, OTHER = "issuer-out-of-scope", "signer-not-of-station"
FROM, UNTIL = 1000, 2000


def refused(work: Callable[[], object]) -> str:
    """The code of the refusal; "" where it passes."""
    try:
        work()
    except AntinError as error:
        return error.code
    return ""


def holder(kind: int, code: str, *, officer: str = "", branch: str = "he-1", level: int = 2,
           issuer: bytes = bytes(32)) -> Trusted:  # fmt: skip
    officer = officer or ("an" if kind == OFFICER else "")
    subject = Subject(kind, code, officer, "", branch, "", "", (), Clearance(level, ()), b"", b"", b"")
    return Trusted(bytes(32), 1, Credential(bytes(16), b"x", FROM, UNTIL, b"", b"", b"", 1), subject, issuer)


ROOT = holder(AUTHORITY, "A00", branch="", level=2, issuer=b"")
BELOW = holder(AUTHORITY, "G10")


@pytest.mark.parametrize(("issuer", "bound", "code"), [
    (ROOT, BELOW, ""),
    (ROOT, holder(AUTHORITY, "G11", branch="he-2"), ""),
    (ROOT, holder(AGENCY, "A00.1", branch="he-2"), ""),
    (ROOT, holder(AUTHORITY, "G11", level=3), OUT),
    (BELOW, holder(AUTHORITY, "G11"), OUT),
    (BELOW, holder(AGENCY, "G10.1"), ""),
    (BELOW, holder(OFFICER, "G10.1", level=1), ""),
    (BELOW, holder(AGENCY, "G10.1", level=3), OUT),
    (BELOW, holder(AGENCY, "G10.1", branch="he-2"), OUT),
    (holder(AGENCY, "G10.1"), holder(OFFICER, "G10.1"), OUT),
    (holder(AGENCY, "A00", issuer=b""), holder(OFFICER, "A00"), OUT),
    (holder(OFFICER, "G10.1"), holder(OFFICER, "G10.1", officer="binh"), OUT),
])  # fmt: skip
def test_who_may_bind_whom(issuer: Trusted, bound: Trusted, code: str) -> None:
    assert refused(lambda: check.check_scope(issuer, bound.subject)) == code


@pytest.mark.parametrize(("issuer", "bound", "scopes", "code"), [
    (ROOT, holder(AGENCY, "H20.1"), (), ""),
    (BELOW, holder(OFFICER, "G10"), (), ""),
    (BELOW, holder(AGENCY, "G10"), (), "code-not-allotted"),
    (BELOW, holder(OFFICER, "G10.1"), (), "code-not-allotted"),
    (BELOW, holder(OFFICER, "G10.1"), ("G10.",), ""),
    (BELOW, holder(AGENCY, "G10.1"), ("G10.",), ""),
    (BELOW, holder(AGENCY, "G11.1"), ("G10.",), "code-not-allotted"),
])  # fmt: skip
def test_which_codes_are_an_issuers_own(issuer: Trusted, bound: Trusted, scopes: tuple[str, ...], code: str) -> None:
    assert refused(lambda: check.check_code(issuer, bound.subject, scopes)) == code


@pytest.mark.parametrize(("time", "since", "code"), [
    (FROM - 1, None, "credential-not-yet-valid"), (FROM, None, ""), (UNTIL, None, ""),
    (UNTIL + 1, None, "credential-expired"), (1500, 1501, ""), (1500, 1500, "credential-revoked"),
    (1500, 0, "credential-revoked"),
])  # fmt: skip
def test_each_instant_of_a_term(time: int, since: int | None, code: str) -> None:
    assert refused(lambda: check.valid_at(BELOW, time, since)) == code


@pytest.mark.parametrize(("whose", "changes"), [
    ("officer-a", {"officer": ""}), ("officer-a", {"journal": "agency-a"}), ("officer-a", {"wrapping": b""}),
    ("agency-a", {"officer": "an"}), ("agency-a", {"journal": b""}), ("agency-a", {"wrapping": "officer-a"}),
    ("authority", {"officer": "an"}), ("officer-a", {"name": "An"}), ("officer-a", {"roles": ("officer", "emperor")}),
])  # fmt: skip
def test_a_subject_of_another_form(whose: str, changes: dict[str, Any]) -> None:
    """A name of ``shared.txt`` in place of a key: that holder's."""
    chain = {"authority": "root authority", "agency-a": CHAIN, "officer-a": f"{CHAIN} officer-a"}
    subject = last_of(chain[whose]).subject
    check.check_subject(subject, suites.by_number(1))
    borrowed = {key: getattr(last_of(chain[value]).subject, key) if value in chain else value
                for key, value in changes.items()}  # fmt: skip
    assert refused(lambda: check.check_subject(replace(subject, **borrowed), suites.by_number(1))) == "bytes-malformed"


def slip_and_statement() -> tuple[Slip, Statement, Trusted]:
    """A slip of the vectors, and a statement that agrees with it."""
    case = read(VECTORS / "slip/valid.txt")
    slip, _ = check.slip(case["bytes"], trusted(ALL))
    stated, author = check.statement(read(VECTORS / "statement/valid.txt")["bytes"], trusted(ALL))
    stated = replace(stated, epoch=slip.epoch, addressees_root=case["addressees_root"], addressees=case["addressees"])
    return slip, stated, author


@pytest.mark.parametrize(("changes", "level", "code"), [
    ({}, 2, ""),
    ({"station": "G10.2"}, 2, OTHER), ({"epoch": 2}, 2, OTHER),
    ({"addressees_root": bytes(32)}, 2, "not-addressed"), ({"addressees": 4}, 2, "not-addressed"),
    ({"label": Label(3, 0, (), (), 0)}, 3, "subject-at-top-secret"),
    ({"label": Label(3, 0, (), (), 0), "subject": ""}, 3, ""),
    ({"label": Label(2, 0, (), (), 0)}, 2, ""), ({"label": Label(2, 0, (), (), 0)}, 1, "author-not-cleared"),
    ({"label": Label(1, 0, (), ("nhom",), 0)}, 3, "author-not-cleared"),
])  # fmt: skip
def test_what_slip_and_statement_agree_on(changes: dict[str, Any], level: int, code: str) -> None:
    slip, stated, author = slip_and_statement()
    facts = replace(stated.facts, subject=changes.get("subject", stated.facts.subject))
    other = {key: value for key, value in changes.items() if key != "subject"}
    stated = replace(stated, facts=facts, **other)
    author = replace(author, subject=replace(author.subject, clearance=Clearance(level, ())))
    assert refused(lambda: check.sending(slip, slip.statement, stated, author)) == code


def test_a_slip_names_its_statement() -> None:
    slip, stated, author = slip_and_statement()
    assert refused(lambda: check.sending(slip, bytes(32), stated, author)) == "statement-mismatch"


def hand(name: str, use: int = 4) -> tuple[SigningKey, Signatory]:
    """A holder of the vectors signs (vectors/README.md, Keys)."""
    suite = suites.by_number(1)
    seed = hashlib.shake_256(f"antin vectors: {name} signing".encode()).digest(suite.signing_seed)
    return SigningKey(suite, seed), Signatory(suites.object_digest(shared()[name]), use)


def attached(stated: Statement, act: str, *names: str, **changes: Any) -> bytes:
    body = Attached(act, stated.station, bytes(32), bytes(32), stated.size, stated.facts, stated.label, b"", 1)
    return sign_object("antin/attached/1", suites.by_number(1), encode(replace(body, **changes)), [*map(hand, names)])


def listed(stated: Statement, *signatures: bytes) -> tuple[bytes, Statement]:
    raw = encode(AttachedList(signatures, ()))
    return raw, replace(stated, attached=suites.object_digest(raw), attached_size=len(raw))


@pytest.fixture
def stated() -> Statement:
    return slip_and_statement()[1]


def test_signature_and_seal_are_taken_together(stated: Statement) -> None:
    sign = attached(stated, SIGN, "officer-a")
    stamp = attached(stated, STAMP, "registrar-a", "agency-a", over=suites.object_digest(sign))
    found = check.attached_list(*listed(stated, sign, stamp), trusted(ALL))
    assert [(raw, value.act, len(signers)) for raw, value, signers in found] == [(sign, SIGN, 1), (stamp, STAMP, 2)]
    raw, right = listed(stated, sign)
    for wrong in (replace(right, attached=bytes(32)), replace(right, attached_size=len(raw) + 1)):
        assert refused(lambda w=wrong: check.attached_list(raw, w, trusted(ALL))) == "content-tampered"


@pytest.mark.parametrize("changes", [
    {"size": 101}, {"label": Label(2, 0, (), (), 0)}, {"facts": "other"}, {"over": bytes(32)}, {"station": "G10.2"},
])  # fmt: skip
def test_a_signature_on_something_else(stated: Statement, changes: dict[str, Any]) -> None:
    """Of the statement's own station, size, facts and label; and over nothing."""
    more = {**changes, "facts": replace(stated.facts, number="13/CV")} if "facts" in changes else changes
    leaders = {key: replace(each, subject=replace(each.subject, roles=("leader",)))
               for key, each in trusted(ALL).items()}  # fmt: skip
    sign = attached(stated, SIGN, "officer-b" if "station" in changes else "officer-a", **more)
    assert refused(lambda: check.attached_list(*listed(stated, sign), leaders)) == "attached-mismatch"


def test_a_seal_confirms_a_signature_that_stands_before_it(stated: Statement) -> None:
    sign = attached(stated, SIGN, "officer-a")
    over = suites.object_digest(sign)
    stamp = attached(stated, STAMP, "registrar-a", "agency-a", over=over)
    again = attached(stated, STAMP, "registrar-a", "agency-a", over=suites.object_digest(stamp))
    for each in ((stamp,), (stamp, sign), (sign, stamp, again)):
        assert refused(lambda e=each: check.attached_list(*listed(stated, *e), trusted(ALL))) == "attached-mismatch"


@pytest.mark.parametrize(("act", "names"), [(SIGN, ("registrar-a",)), (STAMP, ("officer-a", "agency-a"))])
def test_whoever_bears_another_role(stated: Statement, act: str, names: tuple[str, ...]) -> None:
    sign = attached(stated, SIGN, "officer-a")
    each = attached(stated, act, *names, over=suites.object_digest(sign) if act == STAMP else b"")
    assert refused(lambda: check.attached_list(*listed(stated, sign, each), trusted(ALL))) == "signer-not-entitled"


def test_both_hands_of_a_seal_are_of_the_station(stated: Statement) -> None:
    stamp = attached(stated, STAMP, "registrar-a", "agency-a", over=bytes(32))
    trust = dict(trusted(ALL))
    registrar = hand("registrar-a")[1].credential
    trust[registrar] = replace(trust[registrar], subject=replace(trust[registrar].subject, code="G10.2"))
    assert refused(lambda: check.attached(stamp, trust)) == OTHER


def test_a_checkpoint_of_an_epoch_before_the_keys() -> None:
    """Founded anew in epoch 2: the keys of that credential sign no epoch of before."""
    case = read(VECTORS / "checkpoint/valid.txt")
    station = last_of(case["station"])
    begun = replace(station, credential=replace(station.credential, epoch=2))
    check.checkpoint(case["bytes"], station)
    assert refused(lambda: check.checkpoint(case["bytes"], begun)) == "checkpoint-invalid"


def test_a_name_shows_the_officer() -> None:
    assert (holder(OFFICER, "G10.1").name, BELOW.name) == ("G10.1/an", "G10")


def shown_status() -> tuple[StatusProof, Trusted]:
    """What the root says of an authority, and the root (link/hello)."""
    hello = parse(Hello, read(VECTORS / "link/hello-agency.txt")["bytes"])
    return parse(StatusProof, hello.standing), last_of("root")


def said_by(kind: str, *names: str, state: Status | None = None) -> bytes:
    public = encode(state or Status(1, 1, bytes(32)))
    body = encode(Record(bytes(16), "A00", 1, kind, 1, (), public, b""))
    return sign_object("antin/record/1", suites.by_number(1), body, [hand(each) for each in names])


NOT_SAID = "credential-not-in-directory"


def test_a_state_is_said_by_the_authority_alone() -> None:
    shown, root = shown_status()
    trust = {**trusted(ALL), root.digest: root}
    verified, value = check.status(shown, trust, root)
    assert verified.record.kind == "status" and value.size > shown.index
    another = replace(root, subject=replace(root.subject, code="A01"))
    agency = replace(root, subject=replace(root.subject, kind=AGENCY))
    assert refused(lambda: check.status(shown, trust, another)) == NOT_SAID
    assert refused(lambda: check.status(shown, trust, agency)) == NOT_SAID
    beside = {**trust, **{key: replace(each, subject=replace(each.subject, code="A00")) for key, each in trust.items()}}
    for raw in (said_by("codes-allotted", "root"), said_by("status", "root", "agency-a")):
        assert refused(lambda r=raw: check.status(replace(shown, record=r), beside, root)) == NOT_SAID


def test_a_state_stands_in_the_journal_and_its_leaf_under_the_state() -> None:
    shown, root = shown_status()
    _, state = check.status(shown, {root.digest: root}, root)
    elsewhere = replace(shown, record=said_by("status", "root", state=state))
    for wrong in (elsewhere, replace(shown, leaf=replace(shown.leaf, since=9))):
        assert refused(lambda w=wrong: check.status(w, {root.digest: root}, root)) == "proof-invalid"


HEIR, BEFORE = "root authority officer-b-2", "root authority officer-b"


@pytest.mark.parametrize(("which", "changes"), [
    ("heir", {"previous": bytes(32)}), ("before", {"code": "G10.3"}), ("before", {"officer": "chi"}),
])  # fmt: skip
def test_a_handover_continues_one_credential_of_one_name(which: str, changes: dict[str, Any]) -> None:
    heir, before = last_of(HEIR), last_of(BEFORE)
    assert succession.handed_over(heir, before)
    if which == "heir":
        heir = replace(heir, credential=replace(heir.credential, **changes))
    else:
        before = replace(before, subject=replace(before.subject, **changes))
    assert refused(lambda: succession.handed_over(heir, before)) == "handover-invalid"


@pytest.mark.parametrize(("changes", "code"), [
    ({}, ""), ({"code": "G10.3"}, "handover-invalid"), ({"officer": "chi"}, "handover-invalid"),
    ({"subject": bytes(32)}, "handover-invalid"),
])  # fmt: skip
def test_the_word_of_the_old_key_names_code_officer_and_subject(changes: dict[str, Any], code: str) -> None:
    heir, before = last_of(HEIR), last_of(BEFORE)
    body = HandoverBody("G10.2", "binh", suites.object_digest(heir.credential.subject), 1)
    word = sign_object("antin/handover/1", suites.by_number(1), encode(replace(body, **changes)), [hand("officer-b")])
    heir = replace(heir, credential=replace(heir.credential, handover=word))
    assert refused(lambda: succession.handed_over(heir, before)) == code


@pytest.mark.parametrize(("changes", "code"), [
    ({}, ""), ({"kind": AUTHORITY}, OTHER), ({"code": "G10.3"}, OTHER),
    ({"clearance": Clearance(1, ())}, ""), ({"clearance": Clearance(0, ())}, "level-not-held"),
])  # fmt: skip
def test_whose_level_keys_are_taken(changes: dict[str, Any], code: str) -> None:
    station = last_of("root authority agency-b")
    station = replace(station, subject=replace(station.subject, **changes))
    raw = read(VECTORS / "level-key/valid.txt")["bytes"]
    assert refused(lambda: succession.level_key(raw, station)) == code
