"""Makes every vector again, with fresh randomness where the library draws it (vectors/README.md).

    python vectors/generate.py                     everything, credentials too
    python vectors/generate.py sealed slip/valid   these alone, under the credentials that stand in shared.txt

The committed files are the truth; run this only when a format changes, and read what changed.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from typing import Any

import cases_ballot
import cases_bytes
import cases_file
import cases_link
import cases_log
import cases_loss
import cases_objects
import cases_sealed
import cases_tiles
from people import HERE, everyone, write, write_shared

Case = Callable[..., None]


def main() -> None:
    wanted = tuple(sys.argv[1:])
    people = everyone(fresh=not wanted)
    if not wanted:
        for folder in HERE.iterdir():
            if folder.is_dir():
                shutil.rmtree(folder)
        write_shared(people)

    def case(path: str, tests: str, rule: str, check: str, expect: str = "ok", /, **fields: Any) -> None:
        if not wanted or path.startswith(wanted):
            write(path, tests, rule, check, expect, fields)

    for module in (cases_bytes, cases_objects, cases_sealed, cases_log, cases_loss, cases_tiles, cases_file,
                   cases_link, cases_ballot):  # fmt: skip
        module.make(case, people)


if __name__ == "__main__":
    main()
