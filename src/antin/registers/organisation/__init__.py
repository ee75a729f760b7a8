"""Register of organisation (tổ chức bộ máy): offices and posts of this agency, and where units stand."""

REVISION = 1  # raised when a fill or a statement of this book changes: every station then fills it anew
