"""Register of action programmes (chương trình hành động): goals, tasks, progress and its reviews, closed periods."""

REVISION = 1  # raised when a fill or a statement of this book changes: every station then fills it anew
