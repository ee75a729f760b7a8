"""Directives: issue and withdraw; acknowledge, study, read, and report the study upwards (quán triệt)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any

from antin.acts.papers import own_id, record_act
from antin.errors import Malformed, Missing
from antin.frozen import dataclass
from antin.kernel.formats import paper
from antin.kernel.formats.paper import File, head
from antin.registers.directives import records as r
from antin.registers.directives import rows as register
from antin.registers.people import rows as people
from antin.station.days import end_of, start_of
from antin.station.drafts import number_of
from antin.station.station import Station

Row = tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class Document:
    """A document of the legal basis; ``rests_on`` names others by key, or a directive of our register (``cd-3``)."""

    key: str
    kind: str
    number: str
    issued: date
    title: str = ""
    issuer: str = ""
    rests_on: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DirectiveForm:
    """What a leader issues. ``basis`` names documents by key, or directives of our register."""

    kind: str
    number: str
    title: str
    signed: date
    to: tuple[str, ...]
    level: str = "0"
    precedence: str = "0"
    acknowledge_by: date | None = None
    study_by: date | None = None
    ends: date | None = None
    calendar: str = ""
    summary: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
    document: tuple[Document, ...] = ()


def issue(
    station: Station, officer: str, plan: DirectiveForm, level: int, precedence: int, files: Sequence[File] = ()
) -> str:
    """Issue a directive; returns its number here (``cd-1``). It leaves by ``publish``.

    Refuses a legal basis that is unknown, circular or younger than what rests on it, dates out of order, an unknown
    kind of document, an addressee that the directory does not know.
    """
    station.pack.level(level)
    for code in plan.to:
        station.directory.find(code)
    documents, texts = _legal_basis(station, officer, plan)
    texts |= {"number": plan.number, "title": plan.title}
    texts |= {f"summary.{n:03d}": line for n, line in enumerate(plan.summary, 1)}
    public = r.DirectiveIssued(
        head(plan.to, level, precedence), station.pack.kind_code(plan.kind), start_of(plan.signed),
        end_of(plan.acknowledge_by), end_of(plan.study_by), end_of(plan.ends), plan.calendar, documents,
    )  # fmt: skip
    id_ = record_act(station, officer, "directive-issued", public, level, paper.words(texts, tuple(files)))
    return register.find_directive.sure(station.db, id_).name


def _legal_basis(station: Station, officer: str, plan: DirectiveForm) -> tuple[tuple[r.Basis, ...], dict[str, str]]:
    """Every document of the line, with the words of each; a directive of ours brings its own line along."""
    named = {each.key: _document_id(each) for each in plan.document}
    if len(named) != len(plan.document):
        raise Malformed("basis-unclear")
    found: dict[bytes, r.Basis] = {}
    texts: dict[str, str] = {}

    def id_of(key: str) -> bytes:
        if key in named:
            return named[key]
        if not key.startswith("cd-"):
            raise Missing("basis-unknown", key=key, known=", ".join(named) or "–")
        return _bring(station, officer, key, found, texts)

    for each in plan.document:
        below = tuple(sorted(id_of(key) for key in each.rests_on))
        id_ = named[each.key]
        direct = each.key in plan.basis
        found[id_] = r.Basis(id_, station.pack.kind_code(each.kind), start_of(each.issued), direct, below)
        for key in ("number", "title", "issuer"):
            texts[f"basis.{id_.hex()}.{key}"] = getattr(each, key)
    for key in plan.basis:
        id_ = id_of(key)
        found[id_] = r.Basis(id_, found[id_].kind, found[id_].issued, True, found[id_].rests_on)
    return tuple(found[id_] for id_ in sorted(found)), texts


def _bring(station: Station, officer: str, name: str, found: dict[bytes, r.Basis], texts: dict[str, str]) -> bytes:
    """A directive of our register as part of the line, with all that it rests on."""
    row = find(station, name)
    rests: dict[bytes, list[bytes]] = {}
    for line in register.list_rests.all(station.db, row.id):
        rests.setdefault(line.id, []).append(line.rests_on)
    basis = register.list_basis.all(station.db, row.id)
    for each in basis:
        found.setdefault(each.id, r.Basis(each.id, each.kind, each.issued, False, tuple(rests.get(each.id, ()))))
    direct = tuple(sorted(each.id for each in basis if each.direct))
    found.setdefault(row.id, r.Basis(row.id, row.kind, row.signed, False, direct))
    kept = {each.key: each.text for each in paper.read_words(station.secrets.read(row.idx, officer)).texts}
    texts |= {key: text for key, text in kept.items() if key.startswith("basis.")}
    texts |= {f"basis.{row.id.hex()}.{key}": kept[key] for key in ("number", "title") if key in kept}
    texts[f"basis.{row.id.hex()}.issuer"] = station.directory.find(row.station).subject.name
    return row.id


def _document_id(each: Document) -> bytes:
    """The same document has the same id wherever it is named."""
    return sha256(f"{each.kind}|{each.number}|{each.issued.isoformat()}".encode()).digest()


def find(station: Station, name: str) -> register.Directive:
    """The register's row of ``cd-1``. Raises ``Missing``."""
    row = register.read_directive.one(station.db, number_of(name, "cd"))
    if row is None:
        raise Missing("directive-unknown", id=name)
    return row


def withdraw(station: Station, officer: str, name: str, reason: str) -> None:
    """Take a directive of ours back; the withdrawal goes to the same units."""
    row = find(station, name)
    to = [unit.code for unit in register.list_units.all(station.db, row.id)]
    public = r.DirectiveWithdrawn(head(tuple(to), row.level, row.precedence), row.id)
    record_act(station, officer, "directive-withdrawn", public, row.level, paper.words({"title": reason}))


def move_unit(station: Station, officer: str, name: str, unit: str, parent: str) -> None:
    """A unit has another superior from now on: its duties under the directive end here. Both are told."""
    row = find(station, name)
    station.directory.find(parent)
    to = head((unit, parent), row.level, row.precedence)
    public = r.UnitMoved(to, row.id, own_id(station, row.id), unit, parent)
    record_act(station, officer, "unit-moved", public, row.level, paper.words({}))


def acknowledge(station: Station, officer: str, name: str, remark: str = "") -> None:
    """Tell the issuer that the unit has it and takes it up. Once."""
    row = find(station, name)
    public = r.DirectiveAcknowledged(_up(row), row.id)
    record_act(station, officer, "directive-acknowledged", public, row.level, paper.words({"title": remark}))


@dataclass(frozen=True, kw_only=True)
class Session:
    """A session of study. Officers by number; others by count."""

    held: int
    form: str
    invited: int
    in_person: tuple[str, ...] = ()
    online: tuple[str, ...] = ()
    others_in_person: int = 0
    others_online: int = 0
    place: str = ""


def hold_study(station: Station, officer: str, name: str, session: Session) -> None:
    """Enter a session. Refuses an officer unknown here, one counted twice, a date before the directive or to come."""
    row = find(station, name)
    for each in (*session.in_person, *session.online):
        station.officer(each)
    public = r.StudyHeld(
        row.id, session.form, session.held, session.invited, tuple(sorted(session.in_person)),
        tuple(sorted(session.online)), session.others_in_person, session.others_online,
    )  # fmt: skip
    record_act(station, officer, "study-held", public, row.level, paper.words({"title": session.place}))


def read(station: Station, officer: str, name: str) -> None:
    """A person signs that he has read and understood it. Once."""
    row = find(station, name)
    record_act(station, officer, "directive-read", r.DirectiveRead(row.id), row.level)


def report_study(station: Station, officer: str, name: str) -> Mapping[str, int]:
    """Tell the issuer how far the study is; every figure is summed from our own records, none is typed."""
    row = find(station, name)
    sums = study_figures(station, row.id)
    public = r.StudyReported(_up(row), row.id, **sums)
    record_act(station, officer, "study-reported", public, row.level, paper.words({}))
    return sums


def study_figures(station: Station, directive: bytes) -> dict[str, int]:
    """Sessions and attendance under a directive here, serving officers, and how many of those have signed."""
    sessions = register.list_sessions.all(station.db, directive)
    serving = {row.officer for row in people.list_officers.all(station.db) if row.serving}
    signed = {each.officer for each in register.list_read.all(station.db, directive)}
    return {
        "sessions": len(sessions), "invited": sum(each.invited for each in sessions),
        "in_person": sum(each.in_person for each in sessions), "online": sum(each.online for each in sessions),
        "officers": len(serving), "read": len(signed & serving),
    }  # fmt: skip


def _up(row: register.Directive) -> paper.PaperHead:
    return head((row.station,), row.level, row.precedence)
