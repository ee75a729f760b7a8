"""Committees: found, change, assign, meet; papers handed out at a meeting and recalled."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal, cast

from antin.acts import directive as directives
from antin.acts.papers import own_id, record_act
from antin.acts.programme import digest_of
from antin.errors import Malformed, Missing
from antin.frozen import dataclass
from antin.kernel.formats import paper
from antin.kernel.formats.paper import File, PaperHead, head
from antin.registers.committees import records as r
from antin.registers.committees import rows as register
from antin.station.days import start_of
from antin.station.drafts import number_of
from antin.station.station import Station


@dataclass(frozen=True, kw_only=True)
class MemberForm:
    """A member: agency, officer where he has a number, role; ``name`` as the decision has it."""

    agency: str
    role: Literal["chair", "deputy", "standing", "secretary", "member"]
    officer: str = ""
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class CommitteeForm:
    """What a leader founds by decision ``number`` of the day ``decided``."""

    kind: Literal["steering", "drafting", "standing"]
    number: str
    title: str
    decided: date
    level: str = "0"
    precedence: str = "0"
    member: tuple[MemberForm, ...]


def found(station: Station, officer: str, directive: str, plan: CommitteeForm, level: int, precedence: int,
          files: Sequence[File] = ()) -> str:  # fmt: skip
    """Found a committee under ``cd-1``; returns its number here (``bd-1``).

    Refuses an agency that the directory does not know, an officer of ours unknown here, and what the register refuses.
    """
    under = directives.find(station, directive)
    members, names = _members(station, plan.member)
    public = r.CommitteeFounded(_to(station, (each.agency for each in members), level, precedence), plan.kind,
                                under.id, own_id(station, under.id), start_of(plan.decided),
                                members)  # fmt: skip
    texts = {"number": plan.number, "title": plan.title, **names}
    id_ = record_act(station, officer, "committee-founded", public, level, paper.words(texts, tuple(files)))
    return register.find_committee.sure(station.db, id_).name


def _members(station: Station, given: Sequence[MemberForm]) -> tuple[tuple[r.Member, ...], dict[str, str]]:
    for each in given:
        if each.agency == station.code and each.officer:
            station.officer(each.officer)
        else:
            station.directory.find(each.agency)
    members = tuple(r.Member(each.agency, each.officer, each.role) for each in given)
    return members, {f"member.{n:03d}": each.name for n, each in enumerate(given, 1)}


def _to(station: Station, codes: Any, level: int, precedence: int) -> PaperHead:
    return head(tuple(set(codes) - {station.code}), level, precedence)


def find(station: Station, name: str) -> register.Committee:
    """The register's row of ``bd-1``. Raises ``Missing``."""
    row = register.read_committee.one(station.db, number_of(name, "bd"))
    if row is None:
        raise Missing("committee-unknown", id=name)
    return row


def _everybody(station: Station, row: register.Committee) -> PaperHead:
    """Founder and all members' agencies, but ourselves."""
    codes = [row.station, *(each.agency for each in register.sitting(station.db, row.id))]
    return _to(station, codes, row.level, row.precedence)


def change(station: Station, officer: str, name: str, *, add: Sequence[MemberForm] = (),
           leave: Collection[tuple[str, str]] = (), reason: str = "") -> None:  # fmt: skip
    """Members come, go, or get another role. Those who go are told as well. Refuses to remove who is no member."""
    row = find(station, name)
    now = register.sitting(station.db, row.id)
    seats = {each.seat for each in now}
    for agency, who in leave:
        if (agency, who) not in seats:
            raise Malformed("committee-member-unknown", who=f"{agency}/{who}".rstrip("/"))
    gone = {*leave, *((each.agency, each.officer) for each in add)}
    kept = [
        MemberForm(agency=each.agency, officer=each.officer, role=cast(Any, each.role),
                   name=name_of(station, officer, each))
        for each in now if each.seat not in gone
    ]  # fmt: skip
    members, names = _members(station, [*kept, *add])
    codes = {each.agency for each in now} | {each.agency for each in members}
    public = r.CommitteeChanged(
        _to(station, codes, row.level, row.precedence), row.id, own_id(station, row.id), row.kind, row.directive,
        own_id(station, row.directive), row.decided, members,
    )  # fmt: skip
    title = _texts(station, officer, row.idx)
    texts = {"reason": reason, "number": title.get("number", ""), "title": title.get("title", ""), **names}
    record_act(station, officer, "committee-changed", public, row.level, paper.words(texts))


def _texts(station: Station, officer: str, index: int) -> dict[str, str]:
    return {each.key: each.text for each in paper.read_words(station.secrets.read(index, officer)).texts}


def name_of(station: Station, officer: str, member: register.Member) -> str:
    """A member's name, from the words of the record that seated him last."""
    return _texts(station, officer, member.idx).get(f"member.{member.n:03d}", "")


def assign(station: Station, officer: str, name: str, key: str, to: tuple[str, str], due: int, what: str) -> None:
    """A member answers for something by a day. Refuses a stranger, a key used before, a day gone by."""
    row = find(station, name)
    public = r.CommitteeAssigned(_everybody(station, row), row.id, key, *to, due)
    record_act(station, officer, "committee-assigned", public, row.level, paper.words({"title": what}))


def finish(station: Station, officer: str, name: str, key: str, remark: str = "") -> None:
    """An assignment is done; all members are told."""
    row = find(station, name)
    public = r.AssignmentDone(_everybody(station, row), row.id, key)
    record_act(station, officer, "assignment-done", public, row.level, paper.words({"title": remark}))


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """A meeting; each text of agenda and minutes is one paragraph."""

    held: int
    form: str
    present: tuple[tuple[str, str], ...]
    place: str = ""
    agenda: tuple[str, ...] = ()
    minutes: tuple[str, ...] = ()


def meet(station: Station, officer: str, name: str, meeting: Meeting, files: Sequence[File] = ()) -> str:
    """Enter a meeting and send its minutes to all members; returns ``hp-1``."""
    row = find(station, name)
    seats = tuple(r.Seat(*each) for each in sorted(meeting.present))
    public = r.MeetingHeld(_everybody(station, row), row.id, meeting.held, meeting.form, seats)
    texts = {"title": meeting.place}
    texts |= {f"agenda.{n:03d}": each for n, each in enumerate(meeting.agenda, 1)}
    texts |= {f"minutes.{n:03d}": each for n, each in enumerate(meeting.minutes, 1)}
    id_ = record_act(station, officer, "meeting-held", public, row.level, paper.words(texts, tuple(files)))
    return register.find_meeting.sure(station.db, id_).name


def hand_out(station: Station, officer: str, meeting: str, document: Path, to: Sequence[tuple[str, str]],
             title: str = "", level: int | None = None) -> tuple[str, list[int]]:  # fmt: skip
    """Numbered copies of a document, one for each of ``to`` in order; returns ``tl-1`` and the numbers."""
    found_ = register.read_meeting.one(station.db, number_of(meeting, "hp"))
    if found_ is None:
        raise Missing("meeting-unknown", id=meeting)
    row = register.find_committee.sure(station.db, found_.committee)
    digest = digest_of(document)
    used = register.list_numbers.all(station.db, found_.id, digest)
    numbers = list(range(max(used, default=0) + 1, max(used, default=0) + 1 + len(to)))
    copies = tuple(r.Copy(number, *each) for number, each in zip(numbers, to, strict=True))
    grade = row.level if level is None else level
    public = r.CopiesHandedOut(found_.id, digest, grade, copies)
    id_ = record_act(station, officer, "copies-handed-out", public, grade, paper.words({"title": title}))
    return register.find_paper.sure(station.db, id_).name, numbers


def recall(station: Station, officer: str, name: str, numbers: Sequence[int] = ()) -> tuple[list[int], list[int]]:
    """Copies of ``tl-1`` came back (none named: all that are still out). Returns those, and those still out."""
    row = register.read_paper.one(station.db, number_of(name, "tl"))
    if row is None:
        raise Missing("copies-unknown", id=name)
    out = [each.number for each in register.list_of_paper.all(station.db, row.id) if each.state == "out"]
    back = sorted(set(numbers)) if numbers else out
    if not back:
        raise Malformed("copies-all-back", id=name)
    record_act(station, officer, "copies-recalled", r.CopiesRecalled(row.id, tuple(back)), row.level)
    return back, [number for number in out if number not in back]
