"""The deeds of the register of directives, and what each refuses."""

from __future__ import annotations

from pathlib import Path

from antin.errors import Conflict, Malformed, Missing, Refused
from antin.journal.deed import Book, Deed, Source, named
from antin.journal.states import step
from antin.registers.directives import REVISION, fill, rules
from antin.registers.directives import records as r
from antin.registers.directives.rows import Directive, Standing, find_directive, find_read, read_unit
from antin.storage.database import Reader


def issue(view: Reader, source: Source, p: r.DirectiveIssued) -> None:
    """Refuses a directive to nobody, dates out of order and a legal basis that does not hold."""
    if not p.head.to:
        raise Malformed("directive-without-units")
    rules.check_dates(p)
    rules.check_basis(p)


def withdraw(view: Reader, source: Source, p: r.DirectiveWithdrawn) -> None:
    """Only by whoever issued it, once."""
    row = directive(view, p.directive)
    _check_issuer(row, source)
    step(rules.DIRECTIVE, row.state, "withdrawn")


def acknowledge(view: Reader, source: Source, p: r.DirectiveAcknowledged) -> None:
    """By a unit that it is addressed to, once."""
    step(rules.UNIT, unit(view, p.directive, source.station).state, "acknowledged")


def move_unit(view: Reader, source: Source, p: r.UnitMoved) -> None:
    """Only by the issuer; afterwards the unit reports to its new superior, and here its word is refused.

    The new superior is told as well, and need not have the directive.
    """
    if not source.own and find_directive.one(view, p.directive) is None:
        return
    _check_issuer(directive(view, p.directive), source)
    if p.parent == source.station:
        raise Malformed("unit-moved-nowhere", code=p.unit)
    step(rules.UNIT, unit(view, p.directive, p.unit).state, "moved")


def report_study(view: Reader, source: Source, p: r.StudyReported) -> None:
    """Refuses more readers than officers, and a report of no session."""
    if p.read > p.officers or not p.sessions:
        raise Malformed("study-figures", read=p.read, officers=p.officers, sessions=p.sessions)
    step(rules.UNIT, unit(view, p.directive, source.station).state, "studied")


def hold_study(view: Reader, source: Source, p: r.StudyHeld) -> None:
    """Refuses a session before the directive was signed or to come, and one person counted twice."""
    row = live(view, p.directive)
    if p.held > source.time or p.held < row.signed:
        raise Malformed("study-date", directive=row.name)
    rules.check_attendance(p)


def read(view: Reader, source: Source, p: r.DirectiveRead) -> None:
    """Once for each person."""
    row = live(view, p.directive)
    if find_read.one(view, p.directive, source.officer) is not None:
        raise Conflict("directive-read-already", id=row.name, who=source.officer)


def directive(view: Reader, id_: bytes) -> Directive:
    """Raises ``Missing`` for one that is not here."""
    row = find_directive.one(view, id_)
    if row is None:
        raise Missing("directive-unknown", id=id_.hex()[:16], needs=id_.hex())
    return row


def live(view: Reader, id_: bytes) -> Directive:
    """Raises ``Conflict`` for one that was withdrawn."""
    row = directive(view, id_)
    if row.state != "issued":
        raise Conflict("directive-withdrawn", id=row.name)
    return row


def unit(view: Reader, id_: bytes, code: str) -> Standing:
    """How a unit stands under a directive in force. Raises ``Refused`` for one not addressed, or moved."""
    row, found = live(view, id_), read_unit.one(view, id_, code)
    if found is None:
        raise Refused("unit-not-addressed", code=code, id=row.name)
    if found.state == "moved":
        raise Refused("unit-moved", code=code, parent=found.parent)
    return found


def _check_issuer(row: Directive, source: Source) -> None:
    if row.station != source.station:
        raise Refused("directive-of-other", station=row.station)


_ABOUT = named("directive")
BOOK = Book(
    "directives", REVISION, Path(__file__).with_name("tables.sql"),
    (
        Deed("directive-issued", r.DirectiveIssued, fill.issued, issue),
        Deed("directive-withdrawn", r.DirectiveWithdrawn, fill.withdrawn, withdraw, _ABOUT),
        Deed("directive-acknowledged", r.DirectiveAcknowledged, fill.acknowledged, acknowledge, _ABOUT),
        Deed("unit-moved", r.UnitMoved, fill.unit_moved, move_unit, _ABOUT),
        Deed("study-reported", r.StudyReported, fill.study_reported, report_study, _ABOUT),
        Deed("study-held", r.StudyHeld, fill.study_held, hold_study, _ABOUT),
        Deed("directive-read", r.DirectiveRead, fill.directive_read, read, _ABOUT),
    ),
)  # fmt: skip
