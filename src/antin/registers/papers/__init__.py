"""Register of papers (phiếu): steering records made here or taken from others, whatever book they fill."""

REVISION = 1  # raised when a fill or a statement of this book changes: every station then fills it anew
