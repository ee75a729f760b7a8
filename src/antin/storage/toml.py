"""TOML that a person may have written: what is wrong is said by line and column, in the reader's own language."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from antin.errors import Malformed

_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")


def parse(text: str, file: str) -> dict[str, Any]:
    """The tables of ``text``. Raises ``Malformed`` for anything but TOML, a number too long, brackets too deep."""
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        place = _PLACE.search(str(error))
        line, column = place.groups() if place else (text.count("\n") + 1, 1)
        raise Malformed("toml-malformed", file=file, line=line, column=column) from None
