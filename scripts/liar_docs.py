"""Writes docs/liar.md from the table of lies in tests/liar.py."""

from __future__ import annotations

import sys
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HOUSE / "tests"))

HEAD = """# What the liar can do

Whoever holds the folder between two stations may lie in these ways; each is done for real in
`tests/faults/test_liar.py`, which also checks that nothing wrong has an effect, that the dispatch arrives exactly once
when the liar stops, and that every journal audits afterwards. Who has the keys of a station too is found out in
`tests/faults/test_twins.py`. What he can still do is in [THREATS](../THREATS.md).

| lie | what he does | who notices, how | code | what the receiver's next exchange says |
|---|---|---|---|---|
"""


def page() -> str:
    """The whole page."""
    from liar import LIES  # noqa: PLC0415  # tests/ is on the path only now

    rows = [
        f"| `{name}` | {lie.does} | {lie.noticed} | {', '.join(f'`{c}`' for c in dict.fromkeys(lie.codes)) or '–'} "
        f"| {', '.join(lie.states) or ('waits' if lie.waits else '–')} |"
        for name, lie in LIES.items()
    ]
    return HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    (HOUSE / "docs/liar.md").write_text(page(), "utf-8")
