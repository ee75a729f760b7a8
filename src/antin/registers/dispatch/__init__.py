"""Register of dispatches: what went out and came in, in which state, with which receipts."""

REVISION = 1  # raised when a fill or a statement of this book changes: every station then fills it anew
