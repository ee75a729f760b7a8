"""The states of a dispatch as two tables of names; docs/state-machines/dispatch.dot draws the same words."""

from __future__ import annotations

# As the sender knows it. A receipt may overtake an earlier one on another road, so later states absorb earlier news.
OUTGOING = {
    ("spooled", "arrived"): "arrived",
    ("spooled", "accepted"): "accepted",
    ("spooled", "opened"): "opened",
    ("spooled", "refused"): "refused",
    ("spooled", "expired"): "expired",
    ("arrived", "accepted"): "accepted",
    ("arrived", "opened"): "opened",
    ("arrived", "refused"): "refused",
    ("arrived", "expired"): "expired",
    ("accepted", "opened"): "opened",
    ("accepted", "refused"): "refused",
    ("accepted", "expired"): "expired",
    ("accepted", "arrived"): "accepted",
    ("opened", "arrived"): "opened",
    ("opened", "accepted"): "opened",
    ("refused", "arrived"): "refused",
    ("refused", "accepted"): "refused",
    ("expired", "arrived"): "expired",
    ("expired", "accepted"): "expired",
}

FINAL = ("opened", "refused", "expired")  # no later result is to be asked for

# As the addressee drives it.
INCOMING = {
    ("", "arrived"): "arrived",
    ("arrived", "accepted"): "accepted",
    ("arrived", "refused"): "refused",
    ("accepted", "opened"): "opened",
    ("accepted", "refused"): "refused",
    ("opened", "opened"): "opened",
    ("arrived", "expired"): "expired",
    ("accepted", "expired"): "expired",
}
