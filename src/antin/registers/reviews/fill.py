"""Fills the register of reviews, proposals and what belongs to them, at either end."""

from __future__ import annotations

from antin.journal.deed import Source
from antin.registers.reviews import records as r
from antin.registers.reviews import rules
from antin.registers.reviews.rows import (
    SQL,
    find_proposal,
    next_commendation,
    next_contribution,
    next_proposal,
    next_review,
)
from antin.storage.database import Database


def review_made(db: Database, source: Source, p: r.ReviewMade) -> None:
    """The review, and those that it consolidates."""
    parts = sorted(set(p.consolidates))
    db.run(
        SQL["insert_review"], next_review.sure(db), source.name, source.station, p.directive, p.period,
        p.outline, p.figures, p.size, len(parts), p.head.level, source.time, source.index, source.digest,
    )  # fmt: skip
    db.many(SQL["insert_consolidated"], ((source.name, part) for part in parts))


def contribution_given(db: Database, source: Source, p: r.ContributionGiven) -> None:
    """Several from one station are welcome."""
    number = next_contribution.sure(db)
    db.run(SQL["insert_contribution"], number, source.name, source.station, p.directive, source.time, source.index)


def proposal_made(db: Database, source: Source, p: r.ProposalMade) -> None:
    """Gives the proposal its number here."""
    db.run(
        SQL["insert_proposal"], next_proposal.sure(db), source.name, source.station, p.head.to[0], p.directive,
        p.carries, p.head.level, p.head.precedence, rules.PROPOSAL["", "made"], source.time, source.index,
    )  # fmt: skip


def proposal_assigned(db: Database, source: Source, p: r.ProposalAssigned) -> None:
    """The officer who answers for it."""
    db.run(SQL["set_assigned"], _state(db, p.proposal, "assigned"), p.officer, p.proposal)


def proposal_answered(db: Database, source: Source, p: r.ProposalAnswered) -> None:
    """The answer, or to whom it was forwarded."""
    state = _state(db, p.proposal, p.outcome)
    answered = source.time if state in rules.ANSWERED else None
    db.run(SQL["set_answered"], state, p.forwarded, answered, source.index, p.proposal)


def _state(db: Database, proposal: bytes, event: str) -> str:
    row = find_proposal.sure(db, proposal)
    return rules.PROPOSAL.get((row.state, event), row.state)


def commended(db: Database, source: Source, p: r.Commended) -> None:
    """One row for each unit."""
    number = next_commendation.sure(db)
    for unit in sorted(set(p.units)):
        db.run(SQL["insert_commendation"], source.index, number, source.station, p.directive, unit, source.time)
