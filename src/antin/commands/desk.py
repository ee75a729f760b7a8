"""The desk: cancel what was signed, refuse what came, say that a sending answers it; agree that a name is another's."""

from __future__ import annotations

from typing import Annotated

from antin.acts import accept as acts
from antin.acts import send
from antin.acts.cancel import cancel
from antin.commands.command import Command, Facts
from antin.frozen import dataclass
from antin.looks import Agency, Given, Look, Reference, Text
from antin.station.desk import Desk


@dataclass(frozen=True, slots=True)
class Cancel:
    """What was signed is not to be sent."""

    document: Annotated[Reference, Given(metavar="vb-…")]
    reason: Annotated[Text, Given(help="opt-cancel-reason", named=True)]

    def do(self, desk: Desk) -> Facts:
        """The number of the document, and who cancelled it."""
        cancel(desk.station, desk.officer, self.document, self.reason)
        return {"id": self.document, "officer": desk.officer}


@dataclass(frozen=True, slots=True)
class Refuse:
    """A dispatch goes back to its sender."""

    dispatch: Reference
    reason: Annotated[str, Look("choice", "refuse-reason", acts.REASONS), Given(help="opt-refuse-reason", named=True)]

    def do(self, desk: Desk) -> Facts:
        """The number of the dispatch, and who refused it."""
        acts.refuse(desk.station, desk.officer, self.dispatch, self.reason)
        return {"id": self.dispatch, "officer": desk.officer}


@dataclass(frozen=True, slots=True)
class Answer:
    """What we sent answers what came."""

    dispatch: Annotated[Reference, Given(metavar="den-…")]
    sending: Annotated[Reference, Given(metavar="di-…")]

    def do(self, desk: Desk) -> Facts:
        """Both numbers."""
        acts.answer_with(desk.station, desk.officer, self.dispatch, self.sending)
        return {"id": self.dispatch, "answer": self.sending}


@dataclass(frozen=True, slots=True)
class Agree:
    """An officer agrees that a code stands for another credential now."""

    code: Agency

    def do(self, desk: Desk) -> Facts:
        """The code, and the name and digest of its credential."""
        send.agree(desk.station, desk.officer, self.code)
        trusted = desk.station.directory.find(self.code)
        return {"code": self.code, "name": trusted.subject.name, "digest": trusted.digest.hex()[:16]}


CANCEL = Command("cancel", Cancel, "cancel-done")
REFUSE = Command("refuse", Refuse, "refuse-done")
ANSWER = Command("answer", Answer, "answer-done")
AGREE = Command("agree", Agree, "agree-done")
COMMANDS = (CANCEL, REFUSE, ANSWER, AGREE)
