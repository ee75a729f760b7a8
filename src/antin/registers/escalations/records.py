"""Kind ``escalated``. The words name the thing that is due."""

from __future__ import annotations

from typing import Annotated

from antin.frozen import dataclass
from antin.kernel.formats.fields import Code, Time
from antin.kernel.formats.paper import PUBLIC_LIMIT, Name, PaperHead
from antin.kernel.formats.shape import Pattern, shape

ACKNOWLEDGE, STUDY, FINDING, TASK = "acknowledge", "study", "finding", "task"
REMINDER, DUTY, SUPERIOR = "reminder", "duty", "superior"


@shape("antin/escalated/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class Escalated:
    """``about``: the record under which it is due (directive, finding, programme); ``key``: the task, if any."""

    head: PaperHead
    what: Annotated[str, Pattern("acknowledge|study|finding|task")]
    about: Name
    key: Annotated[str, Pattern(r"[a-z0-9][a-z0-9-]{0,39}|")]
    unit: Code
    step: Annotated[str, Pattern("reminder|duty|superior")]
    due: Time
