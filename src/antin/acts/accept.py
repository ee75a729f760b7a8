"""Accept an arrived dispatch into the book, refuse it, or hand it to an officer with a remark."""

from __future__ import annotations

from collections.abc import Sequence

from antin.acts.receive import result_of
from antin.errors import Conflict, Missing, Refused
from antin.kernel import check
from antin.kernel.check import Trusted
from antin.kernel.formats.receipt import Result
from antin.kernel.formats.record import HYBRID, QUICK, Record
from antin.kernel.formats.shape import parse
from antin.kernel.formats.signed import claim
from antin.kernel.formats.slip import Slip
from antin.kernel.kinds import DESK
from antin.registers.dispatch import rows as dispatch
from antin.registers.dispatch.records import AssignedTo, DispatchAnswered, DispatchFiled
from antin.registers.dispatch.states import INCOMING
from antin.signer.signer import Hand
from antin.station import rows
from antin.station.drafts import number_of
from antin.station.effects import QueueReceipt
from antin.station.sequencer import Draft, Effect
from antin.station.station import Station

RECEIVERS = DESK
ASSIGNERS = frozenset({"leader", "registrar", "cipher"})
REASONS = ("wrong-addressee", "unreadable", "integrity", "duplicate", "other")


def find(station: Station, dispatch_id: str) -> tuple[Slip, bytes, dispatch.Incoming]:
    """Slip, its digest and the register's row of ``den-3``."""
    row = dispatch.read_in.one(station.db, number_of(dispatch_id, "den"))
    if row is None:
        raise Missing("dispatch-unknown", id=dispatch_id)
    raw = rows.read_object.sure(station.db, row.slip)
    return check.slip(raw, station.directory)[0], row.slip, row


def sender_of(station: Station, digest: bytes) -> Trusted:
    """Who signed the slip: whoever bears the sender's code today may be another."""
    return check.slip(rows.read_object.sure(station.db, digest), station.directory)[1]


def check_state(station: Station, row: dispatch.Incoming, event: str) -> None:
    """Refuses what the dispatch's state does not allow, with who brought it there and when."""
    state = row.state
    if (state, event) in INCOMING:
        return
    by_state = {"arrived": row.arrived, "accepted": row.accepted, "opened": row.opened}
    claimed = claim(station.journal.raw(by_state.get(state, row.refused) or row.arrived), HYBRID, QUICK)
    who = ", ".join(station.directory[each.credential].name for each in claimed.signers)
    time = parse(Record, claimed.unverified_body).time
    raise Conflict("dispatch-state-forbids", id=row.name, state=state, who=who, time=time)


def accept(station: Station, officer: str, dispatch_id: str) -> None:
    """``accepted`` is a receipt: the sender learns that the dispatch is in our book."""
    with station.refusals_noted("accept", officer):
        _, hand = station.acting(officer, RECEIVERS)
    slip, digest, row = find(station, dispatch_id)
    check_state(station, row, "accepted")
    station.commit([accepted(station, slip, digest, hand)])


def refuse(station: Station, officer: str, dispatch_id: str, reason: str) -> None:
    """The sender learns the coarse reason only (protocol rule 20)."""
    if reason not in REASONS:
        raise Missing("reason-unknown", reason=reason, known=", ".join(REASONS))
    with station.refusals_noted("refuse", officer):
        _, hand = station.acting(officer, RECEIVERS)
    slip, digest, row = find(station, dispatch_id)
    check_state(station, row, "refused")
    result = result_of(station, slip, digest, "refused", sender_of(station, digest), reason=reason)
    station.commit([answer(station, slip, result, hand)])


def assign(station: Station, officer: str, dispatch_id: str, to: str, remark: str = "", *,
           partners: Sequence[str] = (), due: int = 0) -> None:  # fmt: skip
    """Hand a dispatch to an officer who leads, and to partners, to be answered by ``due``. The remark (bút phê) is kept
    for those cleared. Accepts it first where needed. Refuses whoever could not open it."""
    with station.refusals_noted("assign", officer):
        _, hand = station.acting(officer, ASSIGNERS)
        slip, digest, row = find(station, dispatch_id)
        for each in (to, *partners):
            who = station.officer(each)
            if slip.leaf.officer and slip.leaf.officer != each:
                raise Refused("named-only", officer=slip.leaf.officer)
            if not slip.leaf.officer and not station.signer.holds_level(each, slip.kid):
                raise Refused("clearance-too-low", who=who.name, has=who.subject.clearance.level)
    drafts = [accepted(station, slip, digest, hand)] if row.state == "arrived" else []
    level = station.own.subject.clearance.level
    secret = (level, remark.encode()) if remark else None
    public = AssignedTo(digest, to, tuple(sorted(partners)), due)
    station.commit([*drafts, station.record("assigned", public, [hand], secret=secret)])


def answer_with(station: Station, officer: str, dispatch_id: str, sending: str) -> None:
    """``di-9`` answers ``den-3``. Refuses who has nothing to do with it, and a sending to another than its sender."""
    with station.refusals_noted("answer", officer):
        _, hand = station.acting(officer, RECEIVERS)
        _, digest, _ = find(station, dispatch_id)
        out = dispatch.read_out.one(station.db, number_of(sending, "di"))
        if out is None:
            raise Missing("dispatch-unknown", id=sending)
        station.commit([station.record("dispatch-answered", DispatchAnswered(digest, out.statement), [hand])])


def file_away(station: Station, officer: str, dispatch_id: str, remark: str = "") -> None:
    """Nothing more is to be done about ``den-3`` (lưu hồ sơ). Refuses who has nothing to do with it."""
    with station.refusals_noted("file", officer):
        _, hand = station.acting(officer, RECEIVERS)
        _, digest, _ = find(station, dispatch_id)
        secret = (station.own.subject.clearance.level, remark.encode()) if remark else None
        station.commit([station.record("dispatch-filed", DispatchFiled(digest), [hand], secret=secret)])


def accepted(station: Station, slip: Slip, digest: bytes, hand: Hand) -> Draft:
    """The record of acceptance."""
    return answer(station, slip, result_of(station, slip, digest, "accepted", sender_of(station, digest)), hand)


def answer(station: Station, slip: Slip, result: Result, hand: Hand, secret: tuple[int, bytes] | None = None,
           *beside: Effect) -> Draft:  # fmt: skip
    """The record of a result; its receipt goes to the slip's sender."""
    then: list[Effect] = [QueueReceipt(slip.sender, slip.leaf.precedence), *beside]
    return station.record(result.result, result, [hand], secret=secret, then=then)
