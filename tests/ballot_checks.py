"""The vectors' checks of a secret ballot (vectors/README.md)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from antin.kernel import ballot
from antin.kernel.crypto.suite import by_number
from antin.kernel.crypto.wrap import WrappingKey
from antin.kernel.formats.ballot import Ballot, BallotList, Opened, Round, Tally
from antin.kernel.formats.shape import parse

FORMS = {"ballot-round": Round, "ballot": Ballot, "ballot-tally": Tally}


def mix(given: Mapping[str, Any]) -> dict[str, Any]:
    """One member's turn."""
    value, taken = parse(Round, given["round"]), parse(BallotList, given["bytes"])
    key = WrappingKey(by_number(value.suite), given["wrapping_seed"])
    listed = ballot.peel(value, given["position"], taken, lambda _, item, info: key.unwrap(item, info))
    return {"given": ballot.list_digest(listed)}


def count(given: Mapping[str, Any]) -> dict[str, Any]:
    """A last list under all seeds."""
    value, last = parse(Round, given["round"]), parse(BallotList, given["bytes"])
    names = ballot.round_digest(value), ballot.list_digest(last)
    opened = [(each.code, Opened(*names, given[f"seed{n}"])) for n, each in enumerate(value.members, 1)]
    found = ballot.tally(value, last, opened)
    sums = " ".join(str(each.marks) for each in found.sums)
    return {"valid": found.valid, "invalid": found.invalid, "sums": sums}
