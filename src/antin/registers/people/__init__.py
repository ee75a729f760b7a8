"""Register of the station and its officers."""

REVISION = 1  # raised when a fill or a statement of this book changes: every station then fills it anew
