"""One spelling for what people write in several."""

from __future__ import annotations

import re
import unicodedata


def plain(text: str) -> str:
    """Lower case without diacritics, words joined by hyphens: ``Tối mật`` → ``toi-mat``."""
    base = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    return re.sub(r"[^a-z0-9]+", "-", "".join(c for c in base if not unicodedata.combining(c)).lower()).strip("-")
