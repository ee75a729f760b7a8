"""A judge that is not there: the test is skipped, and the summary counts it."""

from __future__ import annotations

import subprocess
from functools import cache

import pytest


def absent(request: pytest.FixtureRequest, name: str, why: str) -> None:
    """Skips the test, and counts who could not judge it."""
    request.node.user_properties.append(("judge", f"{name}:missing"))
    pytest.skip(f"judge missing: {name} ({why})")


@cache
def may(*command: str) -> bool:
    """Whether this machine lets us do it: tried once. Many containers refuse mounts and namespaces to root too."""
    try:
        return subprocess.run(command, capture_output=True, check=False, timeout=20).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
