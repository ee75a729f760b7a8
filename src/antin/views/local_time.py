"""Times as they stand in a Vietnamese register; apart from the books, so that a small command need not load them."""

from __future__ import annotations

from datetime import UTC, datetime

from antin.zone import VIETNAM

_LAST = 253_402_300_799 - 7 * 3_600  # formats hold seven hours more than Vietnam's last year


def local(time: int | None, form: str = "%d/%m/%Y %H:%M") -> str:
    """A time as it stands in a Vietnamese register."""
    return datetime.fromtimestamp(min(time, _LAST), UTC).astimezone(VIETNAM).strftime(form) if time else ""
