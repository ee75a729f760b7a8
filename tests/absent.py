"""A judge that is not there: the test is skipped, and the summary counts it."""

from __future__ import annotations

import pytest


def absent(request: pytest.FixtureRequest, name: str, why: str) -> None:
    """Skips the test, and counts who could not judge it."""
    request.node.user_properties.append(("judge", f"{name}:missing"))
    pytest.skip(f"judge missing: {name} ({why})")
