"""Fills the register of reviews, proposals and what belongs to them, at either end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from antin.errors import Conflict, Malformed, Missing, Refused
from antin.journal.deed import Book, Deed, Source
from antin.journal.states import step
from antin.registers.reviews import records as r
from antin.registers.reviews import rules
from antin.storage.database import Database, statements

SQL = statements(Path(__file__).with_name("queries.sql"))
TABLES = Path(__file__).with_name("tables.sql")


def review_made(db: Database, source: Source, p: r.ReviewMade) -> None:
    """Refuses a second review of one period by one station. At its maker, all that it consolidates must be there."""
    if db.value(SQL["has_review"], p.directive, p.period, source.station) is not None:
        raise Conflict("review-made-already", station=source.station, period=p.period)
    parts = sorted(set(p.consolidates))
    if source.own and any(db.value(SQL["find_record"], part) is None for part in parts):
        raise Missing("review-unknown", id="–")
    db.run(
        SQL["insert_review"], db.value(SQL["next_review"]), source.name, source.station, p.directive, p.period,
        p.outline, p.figures, p.size, len(parts), p.head.level, source.time, source.index, source.digest,
    )  # fmt: skip
    db.many(SQL["insert_consolidated"], ((source.name, part) for part in parts))


def contribution_given(db: Database, source: Source, p: r.ContributionGiven) -> None:
    """Several from one station are welcome."""
    number = db.value(SQL["next_contribution"])
    db.run(SQL["insert_contribution"], number, source.name, source.station, p.directive, source.time, source.index)


def proposal_made(db: Database, source: Source, p: r.ProposalMade) -> None:
    """Gives the proposal its number here. It goes to one owner, who owes the answer."""
    if len(p.head.to) != 1 or p.head.to[0] == source.station:
        raise Malformed("proposal-owner")
    if p.carries and source.own:
        carried = _proposal(db, p.carries)
        if carried[3] != source.station or carried[8] in rules.ANSWERED:
            raise Conflict("state-forbids", state=carried[8], event="forwarded")
    db.run(
        SQL["insert_proposal"], db.value(SQL["next_proposal"]), source.name, source.station, p.head.to[0], p.directive,
        p.carries, p.head.level, p.head.precedence, step(rules.PROPOSAL, "", "made"), source.time, source.index,
    )  # fmt: skip


def proposal_assigned(db: Database, source: Source, p: r.ProposalAssigned) -> None:
    """Only a proposal made to us."""
    row = _proposal(db, p.proposal)
    if row[3] != source.station:
        raise Refused("proposal-of-other", id=f"kn-{row[0]}", owner=row[3])
    db.run(SQL["set_assigned"], step(rules.PROPOSAL, row[8], "assigned"), p.officer, p.proposal)


def proposal_answered(db: Database, source: Source, p: r.ProposalAnswered) -> None:
    """Only by its owner; whoever forwards says to whom, and still owes the answer."""
    row = _proposal(db, p.proposal)
    if row[3] != source.station:
        raise Refused("proposal-of-other", id=f"kn-{row[0]}", owner=row[3])
    if (p.outcome == r.FORWARDED) != bool(p.forwarded):
        raise Malformed("forward-unclear")
    state = step(rules.PROPOSAL, row[8], p.outcome)
    answered = source.time if state in rules.ANSWERED else None
    db.run(SQL["set_answered"], state, p.forwarded, answered, source.index, p.proposal)


def commended(db: Database, source: Source, p: r.Commended) -> None:
    """A station does not commend itself."""
    if source.station in p.units:
        raise Refused("commends-itself", station=source.station)
    number = db.value(SQL["next_commendation"])
    for unit in sorted(set(p.units)):
        db.run(SQL["insert_commendation"], source.index, number, source.station, p.directive, unit, source.time)


def _proposal(db: Database, id_: bytes) -> tuple[Any, ...]:
    row = db.row(SQL["find_proposal"], id_)
    if row is None:
        raise Missing("proposal-unknown", id=id_.hex()[:16], needs=id_.hex())
    return row


BOOK = Book(
    "reviews", 1, TABLES,
    (
        Deed("review-made", r.ReviewMade, review_made),
        Deed("contribution-given", r.ContributionGiven, contribution_given),
        Deed("proposal-made", r.ProposalMade, proposal_made),
        Deed("proposal-answered", r.ProposalAnswered, proposal_answered),
        Deed("commended", r.Commended, commended),
        Deed("proposal-assigned", r.ProposalAssigned, proposal_assigned),
    ),
)  # fmt: skip
