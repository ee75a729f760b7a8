"""Register of documents signed and stamped here, before they are sent."""

REVISION = 1  # raised when a fill or a statement of this book changes: every station then fills it anew
