"""Paper: an official letter in the layout of Decree 30/2020, and registers to print, sign and bind.

The layouts are Typst files beside this one. What they print is handed over as JSON and stays text: it is never
read as markup, whatever it says. Only the fonts inside the `typst` wheel are used, and no package is fetched,
so the same data gives the same bytes on every machine with the same wheel.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal

import typst

from antin.errors import Malformed, Unavailable

LAYOUTS = Path(__file__).parent / "typst"
UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")  # Unicode categories that hide or turn what a person reads
MAX_PPI = 600

Field = tuple[Callable[[Any, str], Any], Any]  # how a value is checked, and what stands for "not given"
REQUIRED = object()


def _text(value: Any, key: str) -> str:
    """NFC, and whatever would hide or turn it on paper spelt out."""
    if not isinstance(value, str):
        raise Malformed("print-value", key=key, wanted="str")
    text = unicodedata.normalize("NFC", value)
    return "".join(f"\\u{ord(c):04x}" if unicodedata.category(c) in UNSEEN else c for c in text)


def _texts(value: Any, key: str) -> list[str]:
    if not isinstance(value, list | tuple):
        raise Malformed("print-value", key=key, wanted="list of str")
    return [_text(item, key) for item in value]


def _flag(value: Any, key: str) -> bool:
    if not isinstance(value, bool):
        raise Malformed("print-value", key=key, wanted="bool")
    return value


def _day(value: Any, key: str) -> str:
    """ISO, "2026-11-22"; "" where a date may be left out."""
    try:
        return value and date.fromisoformat(value).isoformat()
    except (TypeError, ValueError) as error:
        raise Malformed("print-value", key=key, wanted="2026-11-22") from error


def _columns(value: Any, key: str) -> list[dict[str, Any]]:
    if not isinstance(value, list | tuple) or not value:
        raise Malformed("print-value", key=key, wanted="list of {key, title, width}")
    return [_column(column, key) for column in value]


def _column(value: Any, key: str) -> dict[str, Any]:
    width = value.get("width", 1) if isinstance(value, Mapping) else None
    if type(width) is not int or width < 1:
        raise Malformed("print-value", key=key, wanted="{key, title, width ≥ 1}")
    return {"width": width} | {name: _text(value.get(name), f"{key}.{name}") for name in ("key", "title")}


def _rows(value: Any, key: str) -> list[dict[str, str]]:
    if not isinstance(value, list | tuple) or not all(isinstance(row, Mapping) for row in value):
        raise Malformed("print-value", key=key, wanted="list of {key: str}")
    return [{name: _text(cell, f"{key}.{name}") for name, cell in row.items()} for row in value]


def _journal(value: Any, key: str) -> dict[str, str]:
    if not isinstance(value, Mapping) or not {"origin", "size", "root"} <= value.keys():
        raise Malformed("print-value", key=key, wanted="{origin, size, root}")
    return {name: _text(str(value[name]), f"{key}.{name}") for name in ("origin", "size", "root")}


LETTER: Mapping[str, Field] = {
    "parent": (_text, ""),  # cơ quan chủ quản
    "agency": (_text, REQUIRED),
    "number": (_text, ""),  # số, ký hiệu, without "Số: "
    "place": (_text, REQUIRED),
    "date": (_day, REQUIRED),
    "kind": (_text, ""),  # tên loại; "" prints a công văn, with the subject under the number
    "subject": (_text, ""),
    "addressees": (_texts, ()),  # Kính gửi
    "body": (_texts, REQUIRED),  # paragraphs
    "recipients": (_texts, ()),  # Nơi nhận
    "authority": (_texts, ()),  # lines above the title: "TM. ỦY BAN", "KT. GIÁM ĐỐC"
    "signer_title": (_text, REQUIRED),
    "signer_name": (_text, REQUIRED),
    "level_mark": (_text, ""),  # box 10a
    "precedence_mark": (_text, ""),  # box 10b
    "deadline": (_text, ""),  # under 10b, for hỏa tốc hẹn giờ
    "caveats": (_texts, ()),  # box 11
    "copies": (_text, ""),  # number of copies, drafter, permission to copy: under Nơi nhận
    "example": (_flag, False),  # "TÀI LIỆU THÍ DỤ" on each page
}
BOOK: Mapping[str, Field] = {
    "parent": (_text, ""),
    "agency": (_text, REQUIRED),
    "title": (_text, REQUIRED),
    "form": (_text, ""),  # "Mẫu 14"
    "period": (_text, ""),
    "columns": (_columns, REQUIRED),
    "rows": (_rows, REQUIRED),  # a key without a cell stays empty
    "signatures": (_texts, ()),  # who signs the book
    "notes": (_texts, ()),  # what is unverified, and the like
    "place": (_text, ""),
    "date": (_day, ""),
    "level_mark": (_text, ""),
    "journal": (_journal, REQUIRED),  # at the foot of each page
    "example": (_flag, False),
}
SHAPES = {"letter": LETTER, "book": BOOK}


def letter(data: Mapping[str, Any]) -> bytes:
    """PDF of an official letter; the keys are those of ``LETTER``."""
    return _pages("letter", data, "pdf")[0]


def book(data: Mapping[str, Any]) -> bytes:
    """PDF of a register; the keys are those of ``BOOK``."""
    return _pages("book", data, "pdf")[0]


def page_images(kind: str, data: Mapping[str, Any], ppi: int = 110) -> list[bytes]:
    """PNG of each page of a ``letter`` or ``book``."""
    if not 1 <= ppi <= MAX_PPI:
        raise Malformed("print-value", key="ppi", wanted=f"1–{MAX_PPI}")
    return _pages(kind, data, "png", ppi)


def _pages(kind: str, data: Mapping[str, Any], form: Literal["pdf", "png"], ppi: int = 110) -> list[bytes]:
    if kind not in SHAPES:
        raise Malformed("print-kind", key=kind, known=", ".join(SHAPES))
    inputs = {"data": json.dumps(_complete(SHAPES[kind], data), ensure_ascii=False)}
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


def _complete(shape: Mapping[str, Field], data: Mapping[str, Any]) -> dict[str, Any]:
    for key in data:
        if key not in shape:
            raise Malformed("print-key-unknown", key=key, known=", ".join(shape))
    full: dict[str, Any] = {}
    for key, (check, default) in shape.items():
        value = data.get(key, default)
        if value is None or value is REQUIRED:
            raise Malformed("print-key-missing", key=key)
        full[key] = check(value, key)
    return full
