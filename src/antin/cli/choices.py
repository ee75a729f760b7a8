"""A closed list that a person chooses from: by its code, by its name in either language, with or without diacritics."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import click

from antin.cli.door import say
from antin.errors import Malformed
from antin.spelling import plain
from antin.words import LANGUAGES, Words


class Named(click.ParamType):  # type: ignore[type-arg]  # only the newest click can say of what
    """Codes whose names stand in the catalogues as ``FAMILY-CODE``."""

    name = "choice"

    def __init__(self, family: str, codes: Sequence[str]) -> None:
        self.family, self.codes = family, tuple(codes)

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """As a person writes them: ``sai-noi-nhan|trung|…``."""
        return "|".join(plain(say(f"{self.family}-{code}")) for code in self.codes)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The code. Fails with the names there are."""
        try:
            return chosen(self.family, self.codes, str(value))
        except Malformed as error:
            self.fail(say.error(error)[0], param, ctx)


def chosen(family: str, codes: Sequence[str], text: str) -> str:
    """Raises ``Malformed`` for a name that none of ``codes`` bears."""
    found = _spellings(family, tuple(codes)).get(plain(text))
    if found is None:
        known = ", ".join(say(f"{family}-{code}") for code in codes)
        raise Malformed("choice-unknown", text=text, known=known)
    return found


@cache
def _spellings(family: str, codes: tuple[str, ...]) -> dict[str, str]:
    words = [Words(lang) for lang in LANGUAGES]
    names = {plain(each(f"{family}-{code}")): code for code in codes for each in words}
    return {**names, **{plain(code): code for code in codes}}
