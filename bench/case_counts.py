"""(a) Counts: what each main work asks of the books, the disk and the cryptography; the same on every machine."""

from __future__ import annotations

import importlib
from typing import Any

from ground import main, town
from measure import Row, aim

CASE = "counts"
# A whole dispatch with its receipt, among a hundred: what is wanted of each.
WANTED = {"statements, books": 60, "transactions, books": 1, "file syncs": 1, "shapes parsed": 20, "Ed25519 verify": 5,
          "ML-DSA-65 verify": 2, "ML-DSA-44 verify": 1, "ML-DSA-65 sign": 1}  # fmt: skip
WHOLE = "a whole dispatch with its receipt, among many"


def measure(options: dict[str, Any]) -> list[Row]:
    """One row for each work and count."""
    with town(options["folder"]) as place:
        found = importlib.import_module("costs").costs(place)
    rows = []
    for work, cost in found.items():
        for name in sorted({*cost, *(WANTED if work == WHOLE else ())}):
            value = max(0.0, float(cost[name]))
            rows.append(Row(CASE, f"{work}: {name}", "", value, value, value, 1))
            if work == WHOLE and name in WANTED:
                aim(rows[-1], f"≤ {WANTED[name]}", value, WANTED[name], at_most=True)
    return rows


if __name__ == "__main__":
    main(measure)
