"""Text as people type and paste it: one reader for every option and argument that is neither a file nor a number.

What a word processor puts in without showing it (soft hyphen, byte order mark, zero-width space) is dropped, its other
spaces become plain ones, then comes NFC: many Vietnamese keyboards type base letter and mark apart, and the formats
have one spelling only (spec/encoding.md). What is left and unfit is refused by option, place and character.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from typing import Any

import click

from antin.errors import Malformed
from antin.kernel.formats.cbor import clean_text

UNSEEN = dict.fromkeys((0x00AD, 0x200B, 0x2060, 0xFEFF))
# Bytes of UTF-8 that the records hold; by the option's name where one holds less than a paper's text.
MOST = 8_000
LIMITS = {"subject": 500, "number": 60, "name": 200, "officer_name": 200, "revoke reason": 40}
_BYTE = 0xDC00  # how Python carries a byte of the command line that is not UTF-8


def cleaned(text: str, option: str, limit: int = MOST) -> str:
    """Raises ``Malformed`` with the first character that no record may hold, or for more than ``limit`` bytes."""
    text = text.translate(UNSEEN)
    text = "".join(" " if c == "\t" or unicodedata.category(c) == "Zs" else c for c in text)
    text = unicodedata.normalize("NFC", text)
    if clean_text(text):
        size = len(text.encode())
        if size > limit:
            raise Malformed("option-too-long", option=option, letters=len(text), size=size, limit=limit)
        return text
    # A piece of a clean text from its start is clean.
    place = bisect_left(range(1, len(text) + 1), True, key=lambda size: not clean_text(text[:size]))
    raise Malformed("text-unfit", option=option, place=place + 1, character=named(text[place]))


def named(character: str) -> str:
    """``U+0007``, or the byte that was no text."""
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        return f"0x{code - _BYTE:02X}"
    return f"U+{code:04X} {unicodedata.name(character, '')}".rstrip()


def arguments(context: click.Context, given: dict[str, Any]) -> dict[str, Any]:
    """What a command was given, with every text cleaned; names of files stay as they were typed."""
    found = dict(given)
    for param in context.command.params:
        value = given.get(param.name or "")
        if isinstance(param.type, click.Path) or not value:
            continue
        if isinstance(value, str):
            found[str(param.name)] = cleaned(value, label(param), _limit(context.command, param))
        elif isinstance(value, tuple) and all(isinstance(each, str) for each in value):
            found[str(param.name)] = tuple(cleaned(each, label(param)) for each in value)
    return found


def _limit(command: click.Command, param: click.Parameter) -> int:
    return LIMITS.get(f"{command.name} {param.name}", LIMITS.get(str(param.name), MOST))


def label(param: click.Parameter) -> str:
    """``--subject``, or ``FILE`` for an argument."""
    return param.opts[-1] if isinstance(param, click.Option) else param.make_metavar(click.Context(click.Command("-")))
