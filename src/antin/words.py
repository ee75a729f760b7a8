"""Words for people: looks a code up in the gettext catalogues of one language.

The catalogues are keyed by code (``clearance-too-low``) instead of by an English sentence, so that both
languages are complete and neither is the other's fallback; ``CODE.hint`` says what to do next.
Each room may bring its own domain file; all are chained here.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from struct import unpack_from

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
        sentence = self._catalogue[code.encode()].decode() if self.has(code) else code
        return sentence.format_map(_Shown({name: plain(value) for name, value in fields.items()}))

    def has(self, code: str) -> bool:
        """Whether the catalogue knows the code."""
        return code.encode() in self._catalogue

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
def _catalogue(lang: str) -> dict[bytes, bytes]:
    """Sentences by code, as they stand in the files: of thousands a command says a few. Of two the first file's counts.

    A ``.mo`` file: four numbers of head, then for each code its length and place, then the same for each sentence.
    """
    found: dict[bytes, bytes] = {}
    for file in sorted((LOCALE / lang / "LC_MESSAGES").glob("*.mo"), reverse=True):
        raw = file.read_bytes()
        _, _, count, *places = unpack_from("<5I", raw)
        (sizes, codes), (lengths, sentences) = (_halves(unpack_from(f"<{2 * count}I", raw, at)) for at in places)
        for size, code, length, sentence in zip(sizes, codes, lengths, sentences, strict=True):
            found[raw[code : code + size]] = raw[sentence : sentence + length]
    return found


def _halves(pairs: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    return pairs[::2], pairs[1::2]
