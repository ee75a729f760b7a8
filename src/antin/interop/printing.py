"""Paper: official letters and reviews in the layout of Decree 30/2020, and registers to print, sign and bind.

The layouts are Typst files beside this one. What they print is handed over as JSON and stays text: it is never
read as markup, whatever it says. Only the fonts inside the `typst` wheel are used, and no package is fetched,
so the same data gives the same bytes on every machine with the same wheel.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import typst

from antin.errors import Malformed, Unavailable
from antin.interop import sheets

LAYOUTS = Path(__file__).parent / "typst"
MAX_PPI = 600


def letter(data: Mapping[str, Any]) -> bytes:
    """PDF of an official letter; the keys are those of ``sheets.LETTER``."""
    return _pages("letter", data, "pdf")[0]


def book(data: Mapping[str, Any]) -> bytes:
    """PDF of a register; the keys are those of ``sheets.BOOK``."""
    return _pages("book", data, "pdf")[0]


def report(data: Mapping[str, Any]) -> bytes:
    """PDF of a review with its annex of figures; the keys are those of ``sheets.REPORT``."""
    return _pages("report", data, "pdf")[0]


def page_images(kind: str, data: Mapping[str, Any], ppi: int = 110) -> list[bytes]:
    """PNG of each page of a ``letter``, ``book`` or ``report``."""
    if not 1 <= ppi <= MAX_PPI:
        raise Malformed("print-value", key="ppi", wanted=f"1–{MAX_PPI}")
    return _pages(kind, data, "png", ppi)


def _pages(kind: str, data: Mapping[str, Any], form: Literal["pdf", "png"], ppi: int = 110) -> list[bytes]:
    inputs = {"data": json.dumps(sheets.complete(kind, data), ensure_ascii=False)}
    try:
        made: bytes | list[bytes] = typst.compile(
            str(LAYOUTS / f"{kind}.typ"),
            root=str(LAYOUTS),
            ignore_system_fonts=True,
            format=form,
            ppi=ppi,
            sys_inputs=inputs,
            timestamp=0,
        )
    except (RuntimeError, OSError) as error:
        raise Unavailable("print-failed", reason=str(error)[:200]) from error
    return made if isinstance(made, list) else [made]
