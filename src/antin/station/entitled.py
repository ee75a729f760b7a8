"""Who may: one rule for each kind that travels, asked by whoever acts and by whoever takes (spec/steering.md, Who may).

The books refuse what their own tables show to be another's; here stands what takes several books, or the directory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from antin.errors import AntinError, Missing, Refused
from antin.kernel.formats.paper import owns
from antin.registers.committees import rows as committees
from antin.registers.directives import rows as directives
from antin.registers.drafting import rows as drafting
from antin.registers.emulation import campaign as campaigns
from antin.registers.emulation import rows as emulation
from antin.registers.escalations.records import FINDING, SUPERIOR, TASK
from antin.registers.inspections import rows as inspections
from antin.registers.programmes import rows as programmes
from antin.registers.reviews import rows as reviews
from antin.station.view import View

# Whether the station ``who`` may sign this public part. Raises ``Missing`` where that cannot be judged yet.
May = Callable[[View, str, Any], bool]
_DEEPEST = 8  # of a line of superiors


def check(view: View, kind: str, who: str, public: Any) -> None:
    """Refuse a deed of a station that its kind does not entitle.

    Raises ``Missing`` ``directive-not-held`` where the books here cannot tell: the paper waits for what it needs.
    """
    if not WHO[kind](view, who, public):
        raise Refused("not-entitled", kind=kind, who=who)


def above(view: View, unit: str) -> set[str]:
    """The unit's superiors, professional and administrative, and theirs, as the credentials name them."""
    found: set[str] = set()
    reached = {unit}
    for _ in range(_DEEPEST):
        reached = {code for each in reached for code in _superiors(view, each)} - found - {unit}
        found |= reached
    return found


def _superiors(view: View, code: str) -> set[str]:
    try:
        subject = view.directory.find(code).subject
    except AntinError:  # whom the directory does not know has no superior that could be shown
        return set()
    return {subject.professional, subject.parent} - {""}


# -- who stands in what relation ---------------------------------------------------------------------------------------


def _directive(view: View, name: bytes) -> tuple[str, set[str]] | None:
    """A directive's issuer and its addressees; None for one that is not held."""
    row = directives.find_directive.one(view.db, name)
    if row is None:
        return None
    return row.station, {unit.code for unit in directives.list_units.all(view.db, name)}


def _wait(name: bytes) -> Missing:
    return Missing("directive-not-held", id=name.hex()[:16], needs=name.hex())


def _superior_of_all(view: View, who: str, units: Iterable[str]) -> bool:
    others = set(units) - {who}
    return bool(others) and all(who in above(view, unit) for unit in others)


def _binds(view: View, who: str, p: Any, units: Iterable[str]) -> bool:
    """A deed that gives units something to do: issuer, addressee, or superior of all of them. The issuer shows the
    directive's own id, so that a unit which has not got the directive can tell."""
    directive = p.directive
    if owns(who, p.issued, directive):
        return True
    held = _directive(view, directive)
    if held is not None and (who == held[0] or who in held[1]):
        return True
    if _superior_of_all(view, who, units):
        return True
    if held is None:
        raise _wait(directive)
    return False


def _takes_part(view: View, who: str, directive: bytes) -> bool:
    """A word upwards: from the issuer, an addressee, a unit of a programme, or one below any of them."""
    held = _directive(view, directive)
    if held is None:
        if who == view.code or view.code in above(view, who):
            return True
        raise _wait(directive)
    served = programmes.list_of_directive.all(view.db, directive)
    there = {held[0], *held[1]} | {each.station for each in served}
    there |= {code for each in served for code in programmes.list_units.all(view.db, each.id)}
    return who in there or bool(there & above(view, who))


# -- rules of the kinds ------------------------------------------------------------------------------------------------


def _anybody(_view: View, _who: str, _public: Any) -> bool:
    """A beginning of one's own: it binds nobody under another's directive."""
    return True


def _issuer(view: View, who: str, p: Any) -> bool:
    held = _directive(view, p.directive)
    if held is None and not hasattr(p, "issued"):
        raise _wait(p.directive)
    return who == held[0] if held else owns(who, p.issued, p.directive)


def _addressee(view: View, who: str, p: Any) -> bool:
    held = _directive(view, p.directive)
    return held is not None and who in held[1]


def _adopts(view: View, who: str, p: Any) -> bool:
    named = {code for code in p.head.to if code not in p.informed}
    named |= {each.owner for each in p.goals if each.owner} | {each.unit for each in p.tasks if each.unit}
    if named <= {who} and p.above:  # it binds nobody but its maker, who carries out the programme that it serves
        over = programmes.find_programme.one(view.db, p.above)
        if over is not None and over.directive == p.directive:
            units = programmes.list_units.all(view.db, p.above)
            return who == over.station or who in units or _binds(view, who, p, named)
    return _binds(view, who, p, named)


def _programme_owner(view: View, who: str, p: Any) -> bool:
    row = programmes.find_programme.one(view.db, p.programme)
    return row is not None and row.station == who


def _programme_unit(view: View, who: str, p: Any) -> bool:
    return programmes.find_unit.one(view.db, p.programme, who) is not None


def _judges(view: View, who: str, p: Any) -> bool:
    """The programme's owner; a unit takes its own report back."""
    report = programmes.find_report.one(view.db, p.report)
    row = programmes.find_programme.one(view.db, report.programme) if report else None
    return row is not None and report is not None and who in (row.station, report.unit)


def _speaks_up(view: View, who: str, p: Any) -> bool:
    return not p.directive or _takes_part(view, who, p.directive)


def _proposal_owner(view: View, who: str, p: Any) -> bool:
    row = reviews.find_proposal.one(view.db, p.proposal)
    return row is not None and row.owner == who


def _commends(view: View, who: str, p: Any) -> bool:
    return not p.directive or _binds(view, who, p, p.units)


def _member(view: View, who: str, p: Any) -> bool:
    row = emulation.find_campaign.one(view.db, p.campaign)
    return row is not None and who in campaigns.of_row(view.db, row).members


def _block_head(view: View, who: str, p: Any) -> bool:
    campaign = p.campaign if hasattr(p, "campaign") else p.round.campaign
    row = emulation.find_campaign.one(view.db, campaign)
    return row is not None and row.station == who


def _round(view: View, p: Any) -> emulation.CampaignRow | None:
    """The campaign's row of the round that a step of a ballot names."""
    part = next(getattr(p, each) for each in ("tally", "cast", "mixed", "confirmed", "opened") if hasattr(p, each))
    row = emulation.find_round.one(view.db, part.round)
    return emulation.find_campaign.one(view.db, row.campaign) if row else None


def _voter(view: View, who: str, p: Any) -> bool:
    row = _round(view, p)
    return row is not None and who in campaigns.of_row(view.db, row).members


def _counts(view: View, who: str, p: Any) -> bool:
    row = _round(view, p)
    return row is not None and row.station == who


def _founds(view: View, who: str, p: Any) -> bool:
    return _binds(view, who, p, (each.agency for each in p.members))


def _changes(view: View, who: str, p: Any) -> bool:
    row = committees.find_committee.one(view.db, p.committee)
    return who == row.station if row else _founds(view, who, p)


def _office(view: View, who: str, p: Any) -> bool:
    return who in committees.keepers(view.db, p.committee)


def _answers_for(view: View, who: str, p: Any) -> bool:
    row = committees.find_assignment.one(view.db, p.committee, p.key)
    return row is not None and who in (row.station, row.agency)


def _inspects(view: View, who: str, p: Any) -> bool:
    row = inspections.find_inspection.one(view.db, p.inspection)
    return row is not None and row.station == who


def _plans(view: View, who: str, p: Any) -> bool:
    return _binds(view, who, p, p.units)


def _inspects_finding(view: View, who: str, p: Any) -> bool:
    row = inspections.find_finding.one(view.db, p.finding)
    found = inspections.find_inspection.one(view.db, row.inspection) if row else None
    return found is not None and found.station == who


def _inspected(view: View, who: str, p: Any) -> bool:
    row = inspections.find_finding.one(view.db, p.finding)
    return row is not None and row.unit == who


def _waits(view: View, who: str, p: Any) -> bool:
    """Whoever the unit owes it. A superior of the unit is told without having what it is about."""
    owed = _owed(view, p)
    if owed is None:
        if p.step == SUPERIOR and view.code in above(view, p.unit):
            return True
        raise _wait(p.about)
    return who == owed[0] and p.unit in owed[1]


def _owed(view: View, p: Any) -> tuple[str, set[str]] | None:
    """To whom, and by which units, what is urged is owed."""
    if p.what == FINDING:
        row = inspections.find_finding.one(view.db, p.about)
        over = inspections.find_inspection.one(view.db, row.inspection) if row else None
        return (over.station, {row.unit}) if row and over else None
    if p.what == TASK:
        under = programmes.find_programme.one(view.db, p.about)
        return (under.station, set(programmes.list_units.all(view.db, p.about))) if under else None
    return _directive(view, p.about)


def _drafts(view: View, who: str, p: Any) -> bool:
    row = drafting.find_draft.one(view.db, p.draft) if p.draft else None
    return not p.draft or (row is not None and row.station == who)


def _asked(view: View, who: str, p: Any) -> bool:
    return who in drafting.list_units.all(view.db, p.draft, p.version)


WHO: dict[str, May] = {
    "directive-issued": _anybody,
    "directive-withdrawn": _issuer,
    "unit-moved": _issuer,
    "directive-acknowledged": _addressee,
    "study-reported": _addressee,
    "programme-adopted": _adopts,
    "task-withdrawn": _programme_owner,
    "progress-reported": _programme_unit,
    "progress-reviewed": _judges,
    "goals-reported": _programme_owner,
    "period-closed": _programme_owner,
    "review-made": _speaks_up,
    "contribution-given": _speaks_up,
    "proposal-made": _speaks_up,
    "proposal-answered": _proposal_owner,
    "commended": _commends,
    "campaign-opened": _anybody,
    "pledge-signed": _member,
    "own-scored": _member,
    "cross-scored": _member,
    "sheet-contested": _member,
    "campaign-closed": _block_head,
    "emulation-awarded": _block_head,
    "emulation-activity": _member,
    "ballot-key": _member,
    "ballot-round-opened": _block_head,
    "ballot-cast": _voter,
    "ballot-mixed": _voter,
    "ballot-confirmed": _voter,
    "ballot-opened": _voter,
    "ballot-counted": _counts,
    "committee-founded": _founds,
    "committee-changed": _changes,
    "committee-assigned": _office,
    "assignment-done": _answers_for,
    "meeting-held": _office,
    "inspection-planned": _plans,
    "finding-made": _inspects,
    "finding-answered": _inspected,
    "finding-closed": _inspects_finding,
    "finding-reopened": _inspects_finding,
    "inspection-finished": _inspects,
    "escalated": _waits,
    "draft-circulated": _drafts,
    "draft-commented": _asked,
    "comments-resolved": _drafts,
    "draft-closed": _drafts,
}
