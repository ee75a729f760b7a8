"""Register of drafting (soạn thảo văn bản): drafts circulated, commented clause by clause, resolved, compared."""

REVISION = 1  # raised when a fill or a statement of this book changes: every station then fills it anew
