"""What the layouts are given: every key known, every value of its kind, every text inert and visible.

Printed paper (``printing``) and editable text (``editable``) take the same data.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from antin.errors import Malformed
from antin.interop.printable import drawn

UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")  # Unicode categories that hide or turn what a person reads
NO_XML = "\ufffe\uffff"  # no text of XML may hold these, and editable text is XML

Field = tuple[Callable[[Any, str], Any], Any]  # how a value is checked, and what stands for "not given"
REQUIRED = object()
RECORD = "record"  # the cell of a row that names the record it comes from


def _text(value: Any, key: str) -> str:
    """NFC; whatever would hide or turn it on paper, and what no font of ours draws, is spelt out."""
    if not isinstance(value, str):
        raise Malformed("print-value", key=key, wanted="str")
    text = unicodedata.normalize("NFC", value)
    return "".join(c if _shows(c) else f"\\u{ord(c):04x}" for c in text)


def _shows(letter: str) -> bool:
    return drawn(letter) and unicodedata.category(letter) not in UNSEEN and letter not in NO_XML


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
        raise Malformed("print-value", key=key, wanted="list of {key, title, width, numeric}")
    return [_column(column, key) for column in value]


def _column(value: Any, key: str) -> dict[str, Any]:
    width, numeric = (value.get("width", 1), value.get("numeric", False)) if isinstance(value, Mapping) else (0, False)
    if type(width) is not int or width < 1:
        raise Malformed("print-value", key=key, wanted="{key, title, width ≥ 1}")
    column = {name: _text(value.get(name), f"{key}.{name}") for name in ("key", "title")}
    if column["key"] == RECORD:
        raise Malformed("print-value", key=f"{key}.key", wanted=f"≠ {RECORD}")
    return column | {"width": width, "numeric": _flag(numeric, f"{key}.numeric")}


def _rows(value: Any, key: str) -> list[dict[str, str]]:
    if not isinstance(value, list | tuple):
        raise Malformed("print-value", key=key, wanted="list of {key: str}")
    return [_row(row, key) for row in value]


def _row(value: Any, key: str) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise Malformed("print-value", key=key, wanted="{key: str}")
    return {_text(name, key): _text(cell, f"{key}.{name}") for name, cell in value.items()}


def _journal(value: Any, key: str) -> dict[str, str]:
    if not isinstance(value, Mapping) or not {"origin", "size", "root"} <= value.keys():
        raise Malformed("print-value", key=key, wanted="{origin, size, root}")
    return {name: _text(str(value[name]), f"{key}.{name}") for name in ("origin", "size", "root")}


def _each(shape: Mapping[str, Field]) -> Callable[[Any, str], list[dict[str, Any]]]:
    """A list of such shapes."""

    def check(value: Any, key: str) -> list[dict[str, Any]]:
        if not isinstance(value, list | tuple) or not all(isinstance(item, Mapping) for item in value):
            raise Malformed("print-value", key=key, wanted=f"list of {{{', '.join(shape)}}}")
        return [_filled(shape, item, f"{key}[{n}].") for n, item in enumerate(value, 1)]

    return check


# Decree 30/2020, Annex I: what stands above and below the text of any official paper.
OFFICIAL: dict[str, Field] = {
    "parent": (_text, ""),  # cơ quan chủ quản
    "agency": (_text, REQUIRED),
    "number": (_text, ""),  # số, ký hiệu, without "Số: "
    "place": (_text, REQUIRED),
    "date": (_day, REQUIRED),
    "subject": (_text, ""),
    "addressees": (_texts, ()),  # Kính gửi
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
LETTER: Mapping[str, Field] = {
    **OFFICIAL,
    "kind": (_text, ""),  # tên loại; "" prints a công văn, with the subject under the number
    "body": (_texts, REQUIRED),  # paragraphs
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
SECTION: Mapping[str, Field] = {
    "title": (_text, REQUIRED),  # printed in capitals after I, II, …
    "body": (_texts, ()),  # paragraphs; "- " and "+ " begin lines of a list; none: the paper says that there is nothing
}
TABLE: Mapping[str, Field] = {
    "title": (_text, REQUIRED),
    "columns": (_columns, REQUIRED),
    "rows": (_rows, REQUIRED),  # the key "record" names the record that the row comes from, printed small
    "total": (_row, {}),  # a last row in bold, not counted
}
REPORT: Mapping[str, Field] = {
    **OFFICIAL,
    "kind": (_text, "Báo cáo"),
    "period": (_text, ""),  # "Số liệu từ ngày 15/12/2025 đến ngày 14/6/2026"
    "introduction": (_texts, ()),  # before part I
    "sections": (_each(SECTION), REQUIRED),
    "annex": (_text, "Phụ lục số liệu"),  # "" prints none, and then there may be no tables
    "tables": (_each(TABLE), ()),
    "notes": (_texts, ()),  # at the end: what is unverified, and the like
    "journal": (_journal, REQUIRED),  # at the foot of each page
}
SHAPES = {"letter": LETTER, "book": BOOK, "report": REPORT}


def complete(kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """All that the layout of a kind reads; refuses unknown and missing keys and values of another type by name."""
    if kind not in SHAPES:
        raise Malformed("print-kind", key=kind, known=", ".join(SHAPES))
    full = _filled(SHAPES[kind], data)
    if full.get("tables") and not full["annex"]:
        raise Malformed("print-value", key="annex", wanted="≠ “”")
    return full


def _filled(shape: Mapping[str, Field], data: Mapping[str, Any], where: str = "") -> dict[str, Any]:
    for key in data:
        if key not in shape:
            raise Malformed("print-key-unknown", key=f"{where}{key}", known=", ".join(shape))
    full: dict[str, Any] = {}
    for key, (check, default) in shape.items():
        value = data.get(key, default)
        if value is None or value is REQUIRED:
            raise Malformed("print-key-missing", key=f"{where}{key}")
        full[key] = check(value, f"{where}{key}")
    return full
