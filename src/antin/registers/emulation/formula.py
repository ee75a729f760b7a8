"""Scores and ranking of a campaign from what was recorded: pure, exact, and versioned.

Judgements are recorded, scores are computed. A closing freezes the number of the formula beside the size of the
journal, so anybody can compute the same figures again; a formula that was once used is never changed, only followed by
another. All points are whole thousandths.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal, get_args

from antin.errors import Conflict, Missing, Refused
from antin.frozen import dataclass

Method = Literal["self", "cross", "ballot", "computed"]
METHODS: tuple[str, ...] = get_args(Method)


@dataclass(frozen=True, slots=True)
class Criterion:
    """``maximum`` in thousandths of a point. ``method`` says whose judgement counts."""

    key: str
    maximum: int
    method: Method


@dataclass(frozen=True, slots=True)
class OwnScore:
    """What a unit gives itself. It counts for a ``self`` criterion; for a ``cross`` one it only stands beside."""

    unit: str
    key: str
    score: int


@dataclass(frozen=True, slots=True)
class CrossScore:
    """What one unit gives another."""

    by: str
    unit: str
    key: str
    score: int


@dataclass(frozen=True, slots=True)
class Fact:
    """A share that the registers show, such as tasks on time of all tasks."""

    unit: str
    key: str
    part: int
    whole: int


@dataclass(frozen=True, slots=True)
class Vote:
    """A counted secret ballot (spec/ballot.md): ``marks`` to one unit by ``valid`` ballots of at most ``most`` each."""

    unit: str
    key: str
    marks: int
    valid: int
    most: int


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that a score is made of. ``scale``: what the maxima sum to, such as 1 000 000 for a thousand points.

    ``scorers`` cross-score, each of them every other unit: who is left out is so for all units alike, by a decision
    that shows, and nobody lowers one rival by keeping a single score back.
    """

    scale: int
    criteria: tuple[Criterion, ...]
    units: tuple[str, ...]
    scorers: tuple[str, ...] = ()
    own: tuple[OwnScore, ...] = ()
    cross: tuple[CrossScore, ...] = ()
    facts: tuple[Fact, ...] = ()
    votes: tuple[Vote, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One criterion's share of a total. ``judges``: how many figures it is the mean of; 1 except in cross-scoring."""

    key: str
    score: int
    judges: int


@dataclass(frozen=True, slots=True)
class Place:
    """A unit's line. Units of one total share the better rank, and ``tied`` says so; the next rank is left out."""

    unit: str
    rank: int
    tied: bool
    total: int
    parts: tuple[Part, ...]


def share(part: int, whole: int, maximum: int) -> int:
    """``maximum`` × part ÷ whole, to the nearest thousandth, halves up; exact in whole numbers."""
    return (2 * maximum * part + whole) // (2 * whole)


def check_criteria(scale: int, criteria: tuple[Criterion, ...]) -> None:
    """Refuses a key twice, an unknown method, a maximum of nothing, maxima that do not sum to the scale."""
    for key in _repeated([each.key for each in criteria]):
        raise Refused("emulation-criterion-twice", key=key)
    for each in criteria:
        if each.method not in METHODS:
            raise Refused("emulation-method-unknown", key=each.key, method=each.method, known=", ".join(METHODS))
        if each.maximum < 1:
            raise Refused("emulation-criterion-empty", key=each.key, maximum=each.maximum)
    if (found := sum(each.maximum for each in criteria)) != scale:
        raise Refused("emulation-scale", found=found, expected=scale)


def check_own(inputs: Inputs, given: OwnScore) -> None:
    """Refuses a stranger, an unknown criterion, one of facts or ballots, and a score above the maximum."""
    _check_score(_criterion(inputs, given.unit, given.key, "self", "cross"), given.score)


def check_cross(inputs: Inputs, given: CrossScore) -> None:
    """As ``check_own``, for criteria of cross-scoring; only a scorer scores, and nobody himself."""
    if given.by not in inputs.scorers:
        raise Refused("emulation-unit-unknown", unit=given.by)
    criterion = _criterion(inputs, given.unit, given.key, "cross")
    if given.by == given.unit:
        raise Refused("emulation-scored-itself", unit=given.unit, key=given.key)
    _check_score(criterion, given.score)


def check_fact(inputs: Inputs, given: Fact) -> None:
    """Refuses a share of nothing, and a part that is more than the whole."""
    _criterion(inputs, given.unit, given.key, "computed")
    _check_share(given.unit, given.key, given.part, given.whole)


def check_vote(inputs: Inputs, given: Vote) -> None:
    """Refuses a count without a valid ballot, and more marks than the ballots could give."""
    _criterion(inputs, given.unit, given.key, "ballot")
    _check_share(given.unit, given.key, given.marks, given.valid * given.most)


def compute(version: int, inputs: Inputs) -> tuple[Place, ...]:
    """Every unit's place, best first, under the formula of that version. Raises ``Refused`` for one not known here."""
    if version not in FORMULAS:
        raise Refused("emulation-formula-unknown", version=version)
    return FORMULAS[version](inputs)


def _first(inputs: Inputs) -> tuple[Place, ...]:
    """Formula 1. *self*: the unit's own score. *cross*: mean of what all other scorers gave. *ballot*: marks against
    what all valid ballots could give. *computed*: part against whole. Total: their sum. Nothing missing is taken for 0.
    """
    _check_all(inputs)
    lines = []
    for unit in inputs.units:
        parts = tuple(_part(inputs, unit, criterion) for criterion in inputs.criteria)
        lines.append((sum(part.score for part in parts), unit, parts))
    totals = [total for total, _, _ in lines]
    lines.sort(key=lambda line: (-line[0], line[1]))
    return tuple(
        Place(unit, 1 + sum(other > total for other in totals), totals.count(total) > 1, total, parts)
        for total, unit, parts in lines
    )


VERSION = 1
FORMULAS: dict[int, Callable[[Inputs], tuple[Place, ...]]] = {1: _first}


def _part(inputs: Inputs, unit: str, criterion: Criterion) -> Part:
    key, maximum = criterion.key, criterion.maximum

    def mine(one: OwnScore | Fact | Vote) -> bool:
        return (one.unit, one.key) == (unit, key)

    if criterion.method == "self":
        scores = [each.score for each in inputs.own if mine(each)]
    elif criterion.method == "cross":
        scores = _crossed(inputs, unit, key)
    elif criterion.method == "ballot":
        scores = [share(each.marks, each.valid * each.most, maximum) for each in inputs.votes if mine(each)]
    else:
        scores = [share(each.part, each.whole, maximum) for each in inputs.facts if mine(each)]
    if not scores:
        raise Missing("emulation-score-missing", unit=unit, key=key)
    return Part(key, share(sum(scores), len(scores), 1), len(scores))


def _crossed(inputs: Inputs, unit: str, key: str) -> list[int]:
    given = {each.by: each.score for each in inputs.cross if (each.unit, each.key) == (unit, key)}
    for by in inputs.scorers:
        if by != unit and by not in given:
            raise Missing("emulation-cross-missing", by=by, unit=unit, key=key)
    return list(given.values())


def _check_all(inputs: Inputs) -> None:
    check_criteria(inputs.scale, inputs.criteria)
    for unit in (*_repeated(inputs.units), *_repeated(inputs.scorers)):
        raise Refused("emulation-unit-twice", unit=unit)
    for own in inputs.own:
        check_own(inputs, own)
    for cross in inputs.cross:
        check_cross(inputs, cross)
    for fact in inputs.facts:
        check_fact(inputs, fact)
    for vote in inputs.votes:
        check_vote(inputs, vote)
    for given in (inputs.own, inputs.facts, inputs.votes):
        _one_source(("", each.unit, each.key) for each in given)
    _one_source((each.by, each.unit, each.key) for each in inputs.cross)


def _criterion(inputs: Inputs, unit: str, key: str, *methods: str) -> Criterion:
    _check_unit(inputs, unit)
    for criterion in inputs.criteria:
        if criterion.key == key:
            if criterion.method not in methods:
                raise Refused("emulation-method-other", key=key, method=criterion.method)
            return criterion
    raise Refused("emulation-criterion-unknown", key=key)


def _check_unit(inputs: Inputs, unit: str) -> None:
    if unit not in inputs.units:
        raise Refused("emulation-unit-unknown", unit=unit)


def _check_score(criterion: Criterion, score: int) -> None:
    if not 0 <= score <= criterion.maximum:
        raise Refused("emulation-score-over", key=criterion.key, score=score, maximum=criterion.maximum)


def _check_share(unit: str, key: str, part: int, whole: int) -> None:
    if not 0 <= part <= whole or whole < 1:
        raise Refused("emulation-fact-impossible", unit=unit, key=key, part=part, whole=whole)


def _one_source(given: Iterable[tuple[str, str, str]]) -> None:
    seen = set()
    for by, unit, key in given:
        if (by, unit, key) in seen:
            raise Conflict("emulation-scored-twice", unit=unit, key=key)
        seen.add((by, unit, key))


def _repeated(names: Sequence[str]) -> list[str]:
    return [name for n, name in enumerate(names) if name in names[:n]]
