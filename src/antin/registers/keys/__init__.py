"""An authority's register of credentials: issued, revoked, and the daily status over all of them."""

REVISION = 1  # raised when a fill or a statement of this book changes: every station then fills it anew
