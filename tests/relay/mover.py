"""A station that exchanges, slowly enough to be killed in the middle: ``mover.py TOWN CODE``; run by test_transfer.py.

Says after each chunk how many bytes went; ``done`` at the end.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from antin.errors import AntinError
from relay.relays import NetTown


def main() -> None:
    town, moved = NetTown(Path(sys.argv[1])), 0

    def tell(size: int) -> None:
        nonlocal moved
        moved += size
        print(moved, flush=True)
        time.sleep(0.01)

    try:
        town.exchange(sys.argv[2], tell=tell)
    except AntinError as error:
        print(f"error {error}", flush=True)
        return
    print("done", flush=True)


if __name__ == "__main__":
    main()
