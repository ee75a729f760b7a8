"""Fields that many commands share."""

from __future__ import annotations

from typing import Annotated

from antin.kernel.formats.paper import File
from antin.looks import Given, Look, Text
from antin.packs import names
from antin.station.desk import Desk

Documents = Annotated[tuple[File, ...], Look("file"), Given("--document", "opt-directive-document")]
Reason = Annotated[Text, Given(help="opt-withdraw-reason", named=True)]
Period = Annotated[Text, Given(help="opt-period")]


def graded(desk: Desk, level: str, precedence: str) -> tuple[int, int]:
    """Level and precedence as a form has them, by number or name."""
    return names.level(desk.station.pack, level), names.precedence(desk.station.pack, precedence)
