"""Rules of reviews and proposals."""

from __future__ import annotations

# A proposal, at either end; docs/state-machines/review.dot draws the same words.
PROPOSAL = {
    ("", "made"): "open",
    ("open", "assigned"): "assigned",
    ("assigned", "assigned"): "assigned",
    ("open", "accepted"): "accepted",
    ("assigned", "accepted"): "accepted",
    ("forwarded", "accepted"): "accepted",
    ("open", "declined"): "declined",
    ("assigned", "declined"): "declined",
    ("forwarded", "declined"): "declined",
    ("open", "forwarded"): "forwarded",
    ("assigned", "forwarded"): "forwarded",
    ("forwarded", "assigned"): "forwarded",
}
ANSWERED = frozenset({"accepted", "declined"})
