"""Evidence by whoever has all keys: one thing is said that does not agree with the rest, and the verdict names it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from evidence import DOCUMENT, END, NOON, Frame, Holder, Lies, Making, Point, judged, seed

from antin.errors import Malformed
from antin.kernel.formats.credential import AGENCY, AUTHORITY, OFFICER
from antin.kernel.formats.sent import Addressed
from antin.kernel.formats.status import REVOKED, CredentialIssued
from antin.station import packets
from antin.verify import INVALID, NOT_PROVEN, VALID, verify
from antin.verify.verify import place_of

NOWHERE, DISAGREES, ALONE = "credential-not-in-directory", "record-disagrees", "receipt-claimed"
STALE, REVOKED_, BEFORE = "revocation-not-proven", "credential-revoked", "signed-before-revocation"
AHEAD, UNRELATED, UNEXPECTED = "record-ahead-of-time", "frame-unrelated", "frame-unexpected"
OTHER = bytes(31) + b"\1"
Frames = list[Frame]


def but(**changes: Any) -> Callable[[Any], Any]:
    return lambda value: replace(value, **changes)


def ref(**changes: Any) -> Lies:
    return {"public sent": lambda value: replace(value, slips=(replace(value.slips[0], **changes),))}


def seen(who: str, *witnesses: tuple[str, int]) -> Lies:
    return {f"point {who}": but(witnesses=tuple((name, NOON + at) for name, at in witnesses))}


def revoked(who: str, since: int) -> Lies:
    return {f"leaf {who}": but(state=REVOKED, since=max(NOON + since, 0))}


def as_of(who: str, at: int) -> Lies:
    return {f"public status {who}": but(as_of=NOON + at)}


def named(kind: str, name: str, value: Any) -> Callable[[Frames], Frames]:
    """The frames of a kind under another name or kind."""
    return lambda frames: [(*value, raw) if (one, two) == (kind, name) else (one, two, raw) for one, two, raw in frames]


def without(*kinds: str) -> Lies:
    return {"frames": lambda frames: [frame for frame in frames if frame[0] not in kinds]}


def moved(origin: str) -> Callable[[Point], Point]:
    return but(origin=origin)


CASES: list[tuple[Lies, str, str]] = [
    ({}, VALID, "receipt-stands"),
    # What the sender's record says of slip and statement.
    *((ref(**{key: value}), INVALID, DISAGREES) for key, value in (
        ("addressee", "H20.2"), ("officer", "binh"), ("precedence", 2), ("sequence", 8), ("deadline", 1))),
    *(({"public sent": but(**{key: value})}, INVALID, DISAGREES) for key, value in (
        ("statement", OTHER), ("sealed", OTHER), ("sealed_size", 1), ("count", 2), ("id", bytes(16)), ("seal", OTHER),
        ("level", 2))),
    ({"record sent": but(encloses=())}, INVALID, DISAGREES),
    ({"record sent": lambda v: replace(v, encloses=v.encloses[:1])}, INVALID, DISAGREES),
    (ref(slip=OTHER), VALID, UNRELATED),
    ({"record sent": but(epoch=2), "point G10.1": moved("antin/G10.1/2")}, VALID, UNRELATED),
    ({"record sent": but(epoch=2)}, INVALID, "checkpoint-invalid"),
    ({"record sent": but(station="H20.1"), "hands sent": lambda _: ("binh",), "journal sent": lambda _: "H20.1"},
     VALID, UNRELATED),
    ({"record sent": but(kind="addressed"), "frames": named("record", "sent", ("record", "addressed")),
      "public sent": lambda v: Addressed(v.statement, v.slips)}, VALID, "sent-stands"),
    ({"record sent": but(kind="addressed"), "frames": named("record", "sent", ("record", "addressed")),
      "public sent": lambda v: Addressed(OTHER, v.slips)}, INVALID, DISAGREES),
    ({"record sent": but(kind="paper-published")}, INVALID, UNEXPECTED),
    ({"public sent": but(level=2), **without("statement", "attached")}, VALID, "sent-stands"),
    ({"slip": but(statement=OTHER)}, INVALID, "statement-mismatch"),
    ({"statement": but(epoch=2)}, INVALID, "signer-not-of-station"),
    # What the receiver's records say.
    *(({"public opened": but(**{key: value})}, INVALID, DISAGREES) for key, value in (
        ("sender", "G10.2"), ("epoch", 2), ("precedence", 2), ("sequence", 8), ("result", "arrived"),
        ("statement", OTHER), ("statement", b""), ("seal", OTHER))),
    ({"public opened": but(slip=OTHER)}, VALID, UNRELATED),
    ({"public opened": but(seal=b"")}, VALID, "receipt-stands"),
    ({"public opened": but(seal=OTHER), **without("statement", "attached")}, VALID, "receipt-stands"),
    ({"public arrived": but(statement=OTHER)}, INVALID, DISAGREES),
    ({"leaf": but(officer="binh")}, VALID, "receipt-stands"),
    ({"leaf": but(officer="chi")}, INVALID, DISAGREES),
    ({"leaf": but(addressee="H20.2")}, INVALID, DISAGREES),
    ({"record opened": but(kind="assigned")}, INVALID, "role-missing"),
    ({"record opened": but(kind="opening")}, INVALID, UNEXPECTED),
    ({"record opened": but(kind="accepted"), "public opened": but(result="accepted")}, VALID, "receipt-stands"),
    ({"frames": lambda fs: [("record", "opened", f[2]) if f == fs[-1] else f for f in fs]}, VALID, "receipt-stands"),
    ({"frames": lambda fs: [("record", "arrived", f[2]) if f == fs[-1] else f for f in fs]}, INVALID, UNEXPECTED),
    ({"frames": lambda fs: [("record", "sent", f[2]) if f == fs[-1] else f for f in fs]}, INVALID, "bytes-malformed"),
    ({"frames": lambda fs: [("receipt", "", f[2]) if f[1] == "sent" else f for f in fs]}, INVALID, UNEXPECTED),
    # What an authority's journal says of those that it bound.
    *(({f"public issued {who}": but(**{key: value})}, INVALID, NOWHERE) for who, key, value in (
        ("an", "id", bytes(16)), ("an", "kind", AGENCY), ("an", "code", "G10.1"), ("an", "epoch", 1),
        ("an", "previous", OTHER), ("an", "not_after", NOON), ("an", "credential", OTHER), ("G10.1", "code", "G10.2"),
        ("G10.1", "code", ""), ("G10", "epoch", 2))),
    ({"record issued an": but(kind="status")}, INVALID, NOWHERE),
    ({"entered by an": lambda _: "H20"}, INVALID, NOWHERE),
    ({"entered by G10.1": lambda _: "root"}, INVALID, NOWHERE),
    ({"leaf G10": but(scopes=("G10.2",))}, INVALID, "code-not-allotted"),
    ({"leaf H20": but(scopes=())}, INVALID, "code-not-allotted"),
    ({"point G10": moved("antin/G10/2")}, INVALID, "checkpoint-invalid"),
    (without("slip"), INVALID, "slip-missing"), (without("status"), NOT_PROVEN, STALE),
    ({"frames": lambda fs: [f for f in fs if f[0] != "receipt" and f[1] != "sent"]}, NOT_PROVEN, ""),
    (without("statement"), INVALID, "attached-mismatch"),
    # The state as of the last deed or later, and none after a revocation.
    (as_of("G10", 1), VALID, "not-revoked"), (as_of("G10", 0), NOT_PROVEN, STALE),
    (as_of("H20", 30), VALID, "not-revoked"), (as_of("H20", 29), NOT_PROVEN, STALE),
    (as_of("root", 29), NOT_PROVEN, STALE),
    (as_of("root", 50), VALID, "not-revoked"),  # an authority that says a state at 100 does nothing here
    ({**seen("G10.1", ("G10", 1000)), **as_of("G10", 700), **as_of("root", 700)}, VALID, "not-revoked"),
    ({**seen("G10.1", ("G10", 1000)), **as_of("G10", 699)}, NOT_PROVEN, STALE),
    *((revoked(who, -NOON), NOT_PROVEN, REVOKED_) for who in ("an", "anh", "G10.1", "binh", "H20.1")),
    *((revoked(who, -NOON), NOT_PROVEN, ALONE) for who in ("G10", "H20")),
    (revoked("an", 11), NOT_PROVEN, REVOKED_), (revoked("an", 12), VALID, BEFORE),
    (revoked("binh", 41), NOT_PROVEN, REVOKED_), (revoked("binh", 42), VALID, BEFORE),
    ({**revoked("an", 12), **seen("G10.1")}, NOT_PROVEN, REVOKED_),
    # His record was seen in time, his statement with the answer alone.
    ({**revoked("an", 12), "record sent": lambda v: replace(v, encloses=v.encloses[1:])}, NOT_PROVEN, REVOKED_),
    ({**revoked("an", 12), **seen("G10.1", ("G10", 500), ("root", 11))}, VALID, BEFORE),
    ({**revoked("an", 12), **seen("G10.1", ("root", 500), ("G10", 11))}, VALID, BEFORE),
    # Whoever signed what is about another sending is no actor here; the others are.
    ({"public opened": but(slip=OTHER), **revoked("binh", -NOON)}, VALID, UNRELATED),
    ({"public opened": but(slip=OTHER), **revoked("an", -NOON)}, NOT_PROVEN, REVOKED_),
    # Who saw it, and when.
    ({"leaf": but(addressee="H20"), "record arrived": but(station="H20"), "hands arrived": lambda _: ("H20",),
      "journal opened": lambda _: "H20", **seen("H20", ("H20", 41)), "frames": lambda fs: fs[:-1]}, VALID, ALONE),
    ({**as_of("G10", 900), **as_of("root", 900), "record sent": but(time=NOON + 311)}, VALID, "sent-stands"),
    ({**as_of("G10", 900), "record sent": but(time=NOON + 312)}, INVALID, AHEAD),
    *(({**as_of("G10", 900), what: but(time=NOON + 312)}, INVALID, AHEAD) for what in ("statement", "sign", "stamp")),
    ({**as_of("H20", 900), **as_of("root", 900), "record opened": but(time=NOON + 342)}, INVALID, AHEAD),
    ({**as_of("H20", 900), "record arrived": but(time=NOON + 342)}, INVALID, AHEAD),
    *(({what: but(time=NOON - 1001)}, INVALID, "credential-not-yet-valid")
      for what in ("statement", "sign", "stamp", "record sent", "record opened", "record status G10")),
]  # fmt: skip


@pytest.mark.parametrize(("lies", "verdict", "code"), CASES)
def test_one_thing_does_not_agree(lies: Lies, verdict: str, code: str) -> None:
    report = judged(lies)
    assert (report.verdict, not code or code in {each.code for each in report.findings}) == (verdict, True), [
        (each.code, each.who, each.verdict) for each in report.findings if each.verdict != VALID]  # fmt: skip


@pytest.mark.parametrize(("witnesses", "alone"), [
    ((), True), ((("G10", 11),), False), ((("H20", 11),), False), ((("root", 11),), False), ((("H20.1", 11),), True),
    ((("G10", 10 - 300),), False), ((("G10", 10 - 301),), True), ((("G10", 10 - 301), ("root", 11)), False),
])  # fmt: skip
def test_who_saw_the_senders_journal_and_when(witnesses: tuple[tuple[str, int], ...], alone: bool) -> None:
    report = judged(seen("G10.1", *witnesses))
    assert report.verdict == VALID
    assert (ALONE in {each.code for each in report.findings}) == alone


FOUND = """
credential A00 credential-holds, credential G10 credential-holds, credential H20 credential-holds,
credential G10.1 credential-holds, credential H20.1 credential-holds, credential G10.1/an credential-holds,
credential G10.1/anh credential-holds, credential H20.1/binh credential-holds,
status H20 not-revoked, status G10 not-revoked, status G10.1 not-revoked, status G10.1/an not-revoked,
status G10.1/anh not-revoked, status H20.1/binh not-revoked, status H20.1 not-revoked,
slip G10.1 slip-holds, statement G10.1/an statement-holds, sign G10.1/an sign-holds, stamp G10.1/anh stamp-holds,
sent G10.1 sent-stands, witness G10 witnessed, arrived H20.1 receipt-stands, witness H20 witnessed,
opened H20.1/binh receipt-stands, witness H20 witnessed
"""


def test_everything_that_was_found_is_shown() -> None:
    found = judged({}).findings
    assert [f"{each.what} {each.who} {each.code}" for each in found] == FOUND.strip().replace("\n", " ").split(", ")


def test_what_was_wrong_is_named_by_its_frame() -> None:
    for lies, what in ((ref(sequence=8), "sent"), ({"public opened": but(sequence=8)}, "receipt")):
        assert [each.what for each in judged(lies).findings if each.verdict == INVALID] == [what]
    assert (place_of("receipt", "credential-issued"), place_of("record", "sent")) == ("receipt", "record")


@pytest.mark.parametrize("dropped", [(), ("sent",), ("attached",), ("sent", "attached")])
@pytest.mark.parametrize("out", ["G10", "G10.1", "an", "anh", "H20", "H20.1", "binh"])
def test_a_holder_whose_entry_is_left_out(out: str, dropped: tuple[str, ...]) -> None:
    """Else nobody asks for his state. Who signed nothing that is left needs none."""
    id_ = seed(f"{out} id", 16)
    left: Lies = {"frames": lambda fs: [f for f in fs if (f[1] != "credential-issued" or id_ not in f[2])
                                        and not {f[0], f[1]} & {*dropped}]}  # fmt: skip
    assert (judged(left).verdict == VALID) == (out == "anh" and "attached" in dropped)


def test_a_journal_of_a_station_that_is_entered_nowhere() -> None:
    """Its officer is, and signed the only record that is shown of it."""
    id_ = seed("H20.1 id", 16)
    left: Lies = {"frames": lambda fs: [f for f in fs[:-2] if f[1] != "credential-issued" or id_ not in f[2]] + fs[-1:]}
    assert NOWHERE in {each.code for each in judged(left).findings if each.verdict == INVALID}


def test_a_receipt_is_one_whatever_its_frame_is_called() -> None:
    report = judged({"frames": lambda fs: [*fs[:-1], ("receipt", "sent", fs[-1][2])]})
    assert report.verdict == VALID and "opened" in {each.what for each in report.findings}


def test_the_agency_that_signed_the_slip_alone_is_judged_too() -> None:
    alone: Lies = {"frames": lambda fs: [f for f in fs if not {f[0], f[1]} & {"sent", "statement", "attached"}]}
    assert judged(alone).verdict == VALID
    for since, verdict in ((41, NOT_PROVEN), (42, VALID)):  # the receiver's authority saw the slip at 41
        assert judged({**alone, **revoked("G10.1", since)}).verdict == verdict


def test_an_entry_of_the_root_or_a_state_of_it_says_nothing() -> None:
    making = Making({})
    making.lies = {"public issued an": lambda value: replace(value, credential=making.digest("root"))}
    assert making.judged(making.frames()).verdict == INVALID
    assert judged({"leaf an": but(credential=seed("root id", 16))}).verdict == NOT_PROVEN


@pytest.mark.parametrize("what", ["record", "status"])
def test_an_agency_under_the_code_of_an_authority_speaks_for_nobody(what: str) -> None:
    """The authority was founded anew in epoch 2; of epoch 1 there is an agency of its code."""
    lies = {f"record {each}": but(epoch=2) for each in ("issued G10.1", "issued an", "issued anh", "status G10")}
    making = Making({"credential G10": but(epoch=2), "public issued G10": but(epoch=2), **lies,
                     "point G10": moved("antin/G10/2")}, {"twin": (AGENCY, "G10", "", 3, "g", (), "root")})  # fmt: skip
    frames = making.frames()
    assert making.judged(frames).verdict == VALID
    making.lies = {"entered by an": lambda _: "twin"}
    making.who["an"] = (*making.who["an"][:6], "twin")
    said, id_ = [frame for frame in making.standing("twin") if frame[0] == what], seed("an id", 16)
    old = [frame for frame in frames if frame[:2] == said[0][:2] and id_ in frame[2]]
    rest = [frame for frame in frames if frame not in old]
    assert len(rest) == len(frames) - 1 and len(said) == 1
    report = making.judged([*rest, *said])
    assert report.verdict == INVALID
    assert NOWHERE in {each.code for each in report.findings if each.what in ("status", "credential-issued")}


@pytest.mark.parametrize(("lies", "document", "verdict"), [
    ({}, DOCUMENT, VALID), ({}, DOCUMENT + b".", INVALID), ({"sign": but(document=OTHER)}, DOCUMENT, INVALID),
    ({"stamp": but(document=OTHER)}, DOCUMENT, INVALID), ({"statement": but(document=OTHER)}, DOCUMENT, INVALID),
    ({"sign": but(document=OTHER)}, None, VALID),
])  # fmt: skip
def test_the_document_is_the_one_signed_stamped_and_sent(lies: Lies, document: bytes | None, verdict: str) -> None:
    report = judged(lies, document)
    assert report.verdict == verdict
    assert ("document-differs" in {each.code for each in report.findings}) == (verdict == INVALID)


@pytest.mark.parametrize("first", [True, False])
def test_an_older_state_beside_a_newer_one_says_less(first: bool) -> None:
    """Neither the codes of then nor its age count."""
    making = Making({})
    frames = making.frames()
    making.lies = {**as_of("root", -50), "leaf G10": but(scopes=())}
    old = [frame for frame in making.standing("root") if frame[0] == "status"]
    assert making.judged([*old, *frames] if first else [*frames, *old]).verdict == VALID


@pytest.mark.parametrize(("last", "verdict"), [("true", VALID), ("other", INVALID)])
def test_of_two_states_of_one_time_the_later_frame_counts(last: str, verdict: str) -> None:
    making = Making({})
    frames = making.frames()
    making.lies = {"leaf G10": but(scopes=())}
    other = [frame for frame in making.standing("root") if frame[0] == "status"]
    assert making.judged([*other, *frames] if last == "true" else [*frames, *other]).verdict == verdict


def test_an_entry_of_somebody_who_is_not_here_is_shown_as_unrelated() -> None:
    making = Making({}, {"later": ANEW})
    report = making.judged([frame for frame in making.frames() if frame[2] != making.raw["later"]])
    assert report.verdict == VALID
    assert [(each.who, each.facts) for each in report.findings if each.code == UNRELATED] == [
        ("H20", {"about": "credential-issued"})]  # fmt: skip


def test_the_root_is_entered_by_nobody() -> None:
    """Its own journal says all that is true of it: nobody bound it, so that is no entry."""
    making = Making({})
    entry = CredentialIssued(seed("root id", 16), making.digest("root"), AUTHORITY, "A00", 1, b"", END)
    making.lies = {"public issued G10": lambda _: entry}
    report = making.judged(making.frames())
    assert NOWHERE in {each.code for each in report.findings if each.what == "credential-issued"}


def test_a_state_under_an_id_that_another_authority_used_too_says_nothing() -> None:
    """It is found by the id and the authority together; whoever bears it there signed nothing here."""
    report = judged({"leaf later": but(credential=seed("an id", 16), state=REVOKED, since=1)}, more={"later": ANEW})
    assert report.verdict == VALID


@pytest.mark.parametrize(("epoch", "code"), [(1, ""), (2, "credential-of-other-epoch")])
def test_the_keys_of_before_speak_for_no_epoch_of_after(epoch: int, code: str) -> None:
    """G10.1 was founded anew in epoch 2; the slip is under its first credential."""
    more = {"anew": (AGENCY, "G10.1", "", 3, "g", (), "G10")}
    lies: Lies = {"credential anew": but(epoch=2), "public issued anew": but(epoch=2), "slip": but(epoch=epoch)}
    found = {each.code for each in judged(lies, more=more).findings if each.verdict == INVALID}
    assert (code in found) if code else not found


@pytest.mark.parametrize(("by", "code"), [("anew", ""), ("H20.1", "credential-of-other-epoch")])
def test_a_record_of_an_epoch_is_signed_by_its_keys(by: str, code: str) -> None:
    more = {"anew": (AGENCY, "H20.1", "", 3, "h", (), "H20")}
    lies: Lies = {
        "credential anew": but(epoch=2), "public issued anew": but(epoch=2), "journal opened": lambda _: "anew",
        "record arrived": but(epoch=2), "record opened": but(epoch=2), "point anew": moved("antin/H20.1/2"),
        "hands arrived": lambda _: (by,),
    }  # fmt: skip
    found = {each.code for each in judged(lies, more=more).findings if each.verdict == INVALID}
    assert (code in found) if code else not found


@pytest.mark.parametrize(("twin", "entered"), [
    ((AGENCY, "G10.1", "", 3, "g", (), "G10"), False), ((AGENCY, "G10", "", 3, "g", (), "root"), True),
])  # fmt: skip
def test_whose_keys_a_journal_is_judged_by(twin: Holder, entered: bool) -> None:
    """Those of the credential that is entered, and of the authority where an agency bears its code too."""
    lies: Lies = {} if entered else {"entered by twin": lambda _: ""}
    assert judged(lies, more={"twin": twin}).verdict == VALID


CHI: Holder = (OFFICER, "H20.1", "chi", 2, "h", ("officer",), "H20")
HOA: Holder = (OFFICER, "H20", "hoa", 2, "h", ("officer",), "H20")
GOC: Holder = (OFFICER, "A00", "goc", 2, "", ("officer",), "root")
OWN: Holder = (AGENCY, "H20", "", 3, "h", (), "H20")
ANEW: Holder = (AGENCY, "H20.1", "", 3, "h", (), "H20")


def answered(code: str, station: str, officer: str, witness: str) -> Lies:
    """An authority is the addressee."""
    return {
        "leaf": but(addressee=code), "record arrived": but(station=code), "record opened": but(station=code),
        "hands arrived": lambda _: (station,), "hands opened": lambda _: (officer,),
        "journal opened": lambda _: station, **seen(station, (witness, 41)),
    }  # fmt: skip


BY_AUTHORITY = answered("H20", "H20", "hoa", "root")
ALONE_BY_CHI: Lies = {"hands opened": lambda _: ("chi",), "frames": lambda fs: [*fs[:-2], fs[-1]]}


@pytest.mark.parametrize(("lies", "more", "verdict"), [
    (BY_AUTHORITY, {"hoa": HOA}, VALID), ({**BY_AUTHORITY, **revoked("hoa", -NOON)}, {"hoa": HOA}, NOT_PROVEN),
    ({**BY_AUTHORITY, **revoked("own", -NOON)}, {"own": OWN, "hoa": HOA}, NOT_PROVEN),
    (ALONE_BY_CHI, {"chi": CHI}, VALID), ({**ALONE_BY_CHI, **revoked("H20.1", -NOON)}, {"chi": CHI}, NOT_PROVEN),
    ({**ALONE_BY_CHI, **revoked("binh", -NOON)}, {"chi": CHI}, VALID),
    (answered("A00", "root", "goc", "H20"), {"goc": GOC}, VALID),
    (revoked("later", -NOON), {"later": ANEW}, VALID),
    ({**ALONE_BY_CHI, **revoked("H20.1", -NOON)}, {"anew": ANEW, "chi": CHI}, VALID),
    ({**ALONE_BY_CHI, **revoked("anew", -NOON)}, {"anew": ANEW, "chi": CHI}, NOT_PROVEN),
    ({"order H20": lambda names: names[::-1]}, {}, NOT_PROVEN),
    ({**revoked("later", -NOON), "entered by later": lambda _: "root"},
     {"later": (AGENCY, "H20.1", "", 3, "h", (), "root")}, VALID),
])  # fmt: skip
def test_under_which_agency_an_officer_counts(lies: Lies, more: dict[str, Holder], verdict: str) -> None:
    """The one entered before him in the same journal; of an authority's officer, the authority."""
    assert judged(lies, more=more).verdict == verdict


def test_frames_in_another_order_are_no_evidence() -> None:
    making = Making({})
    raw = packets.write(packets.EVIDENCE, making.frames()[::-1])
    with pytest.raises(Malformed, match="order"):
        verify(BytesIO(raw), making.digest("root")[:25])


def test_another_root_is_no_root() -> None:
    one, another = Making({}), Making({})
    assert {each.code for each in one.judged(another.frames()).findings if each.verdict == INVALID} >= {
        "root-not-expected"}  # fmt: skip
    frames = one.frames()
    assert one.judged([*frames, ("credential", "", one.raw["root"])]).verdict == VALID
    assert one.judged([*frames, ("credential", "", another.raw["root"])]).verdict == INVALID
