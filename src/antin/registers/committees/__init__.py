"""Register of committees (ban chỉ đạo, tổ biên tập, cơ quan thường trực): members, assignments, meetings, copies."""

REVISION = 1  # raised when a fill or a statement of this book changes: every station then fills it anew
