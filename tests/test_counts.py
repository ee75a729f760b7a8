"""What the main works cost, held by ceilings: counts are the same on every machine (``costs.py``, ``tally.py``)."""

from __future__ import annotations

import pytest
from costs import costs
from tally import Tally
from town import Town, copy

WHOLE = "a whole dispatch with its receipt, among many"
# For each work what it may cost at most. What the protocol needs at the least stands in docs/benchmarks.md.
CEILINGS: dict[str, dict[str, float]] = {
    "send to one": {"statements, books": 55, "transactions, books": 2, "file syncs": 0, "Ed25519 sign": 5,
                    "ML-DSA-65 sign": 1, "ML-DSA-44 sign": 1, "HPKE wraps": 3, "HPKE opens": 3, "shapes parsed": 36},
    "send to 100": {"statements, books": 145, "transactions, books": 2, "file syncs": 0, "Ed25519 sign": 103,
                    "ML-DSA-65 sign": 1, "ML-DSA-44 sign": 1, "HPKE wraps": 101, "shapes parsed": 26},
    "put": {"statements, books": 110, "file syncs": 5, "shapes parsed": 20},
    "receive": {"statements, books": 148, "file syncs": 5, "ML-DSA-44 verify": 4, "shapes parsed": 38},
    "accept": {"statements, books": 40, "transactions, books": 2, "Ed25519 sign": 2, "shapes parsed": 20},
    "open": {"statements, books": 89, "transactions, books": 4, "Ed25519 sign": 4, "HPKE opens": 2, "file syncs": 2},
    "take the receipt": {"statements, books": 124, "file syncs": 2, "ML-DSA-44 verify": 3, "shapes parsed": 34},
    "publish to two": {"statements, books": 84, "transactions, books": 2, "Ed25519 sign": 7, "ML-DSA-65 sign": 1,
                       "HPKE wraps": 4, "shapes parsed": 45},
    "take": {"statements, books": 137, "Ed25519 sign": 7, "ML-DSA-44 sign": 3, "shapes parsed": 64},
    "acknowledge": {"statements, books": 33, "transactions, books": 2, "Ed25519 sign": 2, "shapes parsed": 12},
    WHOLE: {
        "statements, books": 52, "statements, memory": 0.5, "transactions, books": 0, "transactions, memory": 0.1,
        "file syncs": 0, "Ed25519 sign": 6, "Ed25519 verify": 5, "ML-DSA-65 verify": 0, "ML-DSA-44 verify": 0,
        "ML-DSA-65 sign": 1, "ML-DSA-44 sign": 0, "HPKE wraps": 3, "HPKE opens": 2, "shapes parsed": 28,
        "shapes encoded": 29,
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def counted(founded: object, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Tally]:

    return costs(copy(founded, tmp_path_factory.mktemp("costs") / "town"))  # type: ignore[arg-type]


@pytest.mark.parametrize("work", CEILINGS)
def test_a_work_costs_no_more(counted: dict[str, Tally], work: str) -> None:
    cost = counted[work]
    # A little room: how many hashes of the tree a proof asks for depends on where the journal stands.
    over = {name: (cost[name], most) for name, most in CEILINGS[work].items() if cost[name] > most * 1.03 + 0.11}
    assert not over


def test_the_tally_sees_what_is_done(counted: dict[str, Tally]) -> None:
    """A count of nothing would hold every ceiling."""
    for work, ceiling in CEILINGS.items():
        if work != WHOLE:
            assert all(counted[work][name] for name, most in ceiling.items() if most), work


def test_counts_are_the_same_again(town: Town, counted: dict[str, Tally]) -> None:
    again, before = costs(town)["send to one"], counted["send to one"]
    for name in ("Ed25519 sign", "ML-DSA-65 sign", "ML-DSA-44 sign", "HPKE wraps", "transactions, books"):
        assert again[name] == before[name] > 0
