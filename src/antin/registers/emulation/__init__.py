"""Register of emulation: criteria, scores, ballots and the formula that makes a ranking of them."""

REVISION = 1  # raised when a fill or a statement of this book changes: every station then fills it anew
