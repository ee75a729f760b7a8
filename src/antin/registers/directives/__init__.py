"""Register of directives (chỉ thị, nghị quyết, quyết định, kế hoạch): issued, acknowledged, studied."""

REVISION = 1  # raised when a fill or a statement of this book changes: every station then fills it anew
