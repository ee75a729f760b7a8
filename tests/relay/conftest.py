"""A town over HTTPS, its relay a real process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from town import Town

from relay.relays import NetTown, net_town


@pytest.fixture
def net(town: Town) -> Iterator[NetTown]:
    """Every station on one relay."""
    with net_town(town) as found:
        yield found
