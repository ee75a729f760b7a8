"""Words for people: looks a code up in the gettext catalogues of one language.

The catalogues are keyed by code (``clearance-too-low``) instead of by an English sentence, so that both
languages are complete and neither is the other's fallback; ``CODE.hint`` says what to do next.
Each room may bring its own domain file; all are chained here.
"""

from __future__ import annotations

import gettext
import re
from functools import cache
from pathlib import Path

from antin.errors import AntinError

LOCALE = Path(__file__).parent / "locale"
LANGUAGES = ("vi", "en")


class Words:
    """Sentences of one language. Unknown codes come back as themselves, never as an exception."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._catalogue = _catalogue(lang)

    def __call__(self, code: str, /, **fields: object) -> str:
        """The sentence of ``code`` with its fields filled in."""
        sentence = self._catalogue.gettext(code)
        return sentence.format_map(_Shown({name: plain(value) for name, value in fields.items()}))

    def has(self, code: str) -> bool:
        """Whether the catalogue knows the code."""
        return self._catalogue.gettext(code) != code

    def error(self, error: AntinError) -> tuple[str, str]:
        """Sentence and hint ("" when there is none) of an error."""
        hint = f"{error.code}.hint"
        return self(error.code, **error.fields), self(hint, **error.fields) if self.has(hint) else ""


class _Shown(dict[str, str]):
    """A field that nobody gave is a dash: no raw placeholder ever reaches a person."""

    def __missing__(self, name: str) -> str:
        return "–"


def plain(value: object, *, styled: bool = False) -> str:
    """A value as a person may see it: no control or direction-changing characters from hostile names.

    ``styled``: bold on and off are ours, and do no harm.
    """
    text = value.hex() if isinstance(value, bytes) else str(value)
    if text.isprintable():
        return text
    if styled:
        return "".join(each if _BOLD.fullmatch(each) else plain(each) for each in _BOLD.split(text))
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)


_BOLD = re.compile("(\x1b\\[[01]m)")


@cache
def _catalogue(lang: str) -> gettext.NullTranslations:
    chain: gettext.NullTranslations | None = None
    for file in sorted((LOCALE / lang / "LC_MESSAGES").glob("*.mo")):
        with file.open("rb") as handle:
            found = gettext.GNUTranslations(handle)
        if chain is None:
            chain = found
        else:
            chain.add_fallback(found)
    return chain or gettext.NullTranslations()
