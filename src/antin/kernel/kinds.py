"""Who may make which record: one table for receiving, opening, verifying, case and audit (spec/record.md, Kinds).

A kind says which holders sign it, in which roles, how many different persons it takes, and whether both signatures of
the suite are demanded now. Its version is that of its public part's name: ``antin/KIND/VERSION``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from antin.errors import Malformed, Refused, Unverified
from antin.kernel.formats.credential import OFFICER, Subject
from antin.kernel.formats.record import Record

STATION, PERSON = "station", "officer"
# Whoever works at the desk of an office, its leader included.
DESK = frozenset({"officer", "cipher", "registrar", "leader"})
SENDERS = frozenset({"officer", "cipher", "registrar"})
KEEPERS = frozenset({"cipher", "leader"})


@dataclass(frozen=True, slots=True)
class Rule:
    """``by``: ``STATION`` (an agency's or authority's key), ``PERSON`` or both. ``roles``: an officer needs one of them
    (empty = any). ``hands``: so many different holders at least (protocol rule 26)."""

    hybrid: bool
    by: tuple[str, ...]
    roles: frozenset[str] = frozenset()
    hands: int = 1


_DESK, _SENDERS = Rule(False, (PERSON,), DESK), Rule(False, (PERSON,), SENDERS)
_LEADER = Rule(False, (PERSON,), frozenset({"leader"}))
# An authority's key, and with it one more person of that authority.
_KEY_AND_PERSON = Rule(True, (STATION, PERSON), KEEPERS, 2)


def _each(names: str, rule: Rule) -> dict[str, Rule]:
    return dict.fromkeys(names.split(), rule)


RULES: Mapping[str, Rule] = {
    **_each("""
        station-created station-renewed officer-enrolled credential-issued credential-revoked codes-allotted
        status epoch-accepted
    """, Rule(True, (STATION,))),
    **_each("""
        level-keys link-key renewal-asked arrived expired receipt-received right-refused conflict-noticed
        sequences
    """, Rule(False, (STATION,))),
    "document-signed": _LEADER,
    "document-stamped": Rule(False, (PERSON, STATION), frozenset({"registrar"})),
    **_each("sent addressed paper-published", _SENDERS),
    **_each("refused uses-lost", Rule(False, (STATION, PERSON))),
    **_each("assigned name-agreed document-cancelled", Rule(False, (PERSON,), KEEPERS | {"registrar"})),
    "epoch-begun": Rule(True, (PERSON,), KEEPERS, 2),
    "authority-resumed": _KEY_AND_PERSON,
    "clock-set-back": _KEY_AND_PERSON,
    # Steering (spec/steering.md): what an office says, and what only its leader says.
    **_each("""
        accepted opening opened dispatch-answered dispatch-filed
        paper-taken paper-refused directive-acknowledged study-reported study-held
        progress-reported progress-reviewed goals-reported contribution-given emulation-activity ballot-key
        ballot-mixed ballot-confirmed ballot-opened ballot-kept assignment-done meeting-held copies-handed-out
        copies-recalled finding-answered escalated draft-commented sheet-contested office-placed post-made post-filled
        unit-placed
    """, _DESK),
    **_each("""
        directive-issued directive-withdrawn unit-moved programme-adopted task-withdrawn period-closed
        review-made proposal-made proposal-answered commended campaign-opened pledge-signed own-scored
        cross-scored campaign-closed emulation-awarded ballot-round-opened ballot-cast ballot-counted
        committee-founded committee-changed committee-assigned inspection-planned inspection-finished
        draft-circulated comments-resolved draft-closed
    """, _LEADER),
    **_each("finding-made finding-closed finding-reopened", Rule(False, (PERSON,), DESK | {"inspector"})),
    "directive-read": Rule(False, (PERSON,)),
    "proposal-assigned": Rule(False, (PERSON,), frozenset({"leader", "registrar"})),
}  # fmt: skip


def check(rule: Rule, record: Record, hybrid: bool, signers: Sequence[Subject]) -> None:
    """Whether these signers may make this record. Raises ``Unverified`` (quick where hybrid is demanded) or
    ``Refused``."""
    if rule.hybrid and not hybrid:
        raise Unverified("record-needs-hybrid", kind=record.kind)
    if len({(each.code, each.officer) for each in signers}) < rule.hands:
        raise Refused("hands-missing", kind=record.kind, hands=rule.hands)
    for each in signers:
        by, who = PERSON if each.kind == OFFICER else STATION, f"{each.code}/{each.officer}".rstrip("/")
        if by not in rule.by:
            raise Refused("record-not-entitled", kind=record.kind, who=who)
        if by == PERSON and rule.roles and not rule.roles & set(each.roles):
            raise Refused("role-missing", kind=record.kind, who=who, roles=", ".join(sorted(rule.roles)))


def rule_of(kind: str) -> Rule:
    """The rule of a kind. Raises ``Malformed`` for one outside the table: it is evidence, and never applied."""
    if kind not in RULES:
        raise Malformed("record-kind-unknown", kind=kind)
    return RULES[kind]
