"""State machines as tables of names, {(state, event): next state}; docs/state-machines draws the same words."""

from __future__ import annotations

from collections.abc import Mapping

from antin.errors import Conflict


def step(table: Mapping[tuple[str, str], str], state: str, event: str) -> str:
    """The next state. Raises ``Conflict`` for an event that the state does not take."""
    if (state, event) not in table:
        raise Conflict("state-forbids", state=state, event=event)
    return table[state, event]
