"""Register of escalations (đôn đốc): what was due and not done, and who was told, once for each step."""

REVISION = 1  # raised when a fill or a statement of this book changes: every station then fills it anew
