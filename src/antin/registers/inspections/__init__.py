"""Register of inspections (kiểm tra): planned, findings made, answered and followed until closed."""

REVISION = 1  # raised when a fill or a statement of this book changes: every station then fills it anew
