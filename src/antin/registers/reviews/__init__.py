"""Register of reviews (sơ kết, tổng kết), contributions, proposals (kiến nghị) and commendations (biểu dương)."""

REVISION = 1  # raised when a fill or a statement of this book changes: every station then fills it anew
