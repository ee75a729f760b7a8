"""The desk: one officer at one station, signed in, and somebody who can be asked."""

from __future__ import annotations

from collections.abc import Callable

from antin.errors import AntinError
from antin.frozen import dataclass
from antin.station.station import Station

Ask = Callable[..., bool]
Say = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Desk:
    """``ask(code, **fields)``: a question of the catalogues; where nobody can answer it is answered no.

    ``say(code, **fields)``: the words of a paper that is made here; the bare code where no catalogue is at hand.
    """

    station: Station
    officer: str
    ask: Ask = lambda code, **fields: False
    say: Say = lambda code, **fields: code

    def agree(self, question: str, refusal: AntinError, *, meant: bool = False) -> None:
        """Raises ``refusal`` unless it is ``meant``, or the person agrees to ``question``, asked with the same
        fields."""
        if not meant and not self.ask(question, **refusal.fields):
            raise refusal

    def now(self) -> int:
        """``Station.now``."""
        return self.station.now()
