"""Names as people type them: without diacritics, by number or by name."""

from __future__ import annotations

from antin.errors import Malformed
from antin.packs.pack import Pack
from antin.spelling import plain


def level(pack: Pack, text: str) -> int:
    """``2``, ``toi-mat`` or ``Tối mật``."""
    return _choose("level", text, {n: pack.level(n).name for n in range(4)})


def precedence(pack: Pack, text: str) -> int:
    """``3``, ``hoa-toc`` or ``Hỏa tốc``."""
    return _choose("precedence", text, {n: pack.precedence(n).name for n in range(5)})


def _choose(what: str, text: str, names: dict[int, str]) -> int:
    for number, name in names.items():
        if text == str(number) or plain(text) == plain(name):
            return number
    raise Malformed(f"{what}-unknown", text=text, known=", ".join(plain(name) for name in names.values()))
