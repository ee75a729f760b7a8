"""What an office does all day: publish what waits, exchange, take what came in."""

from __future__ import annotations

from town import AGENCIES, Town

from antin.acts import papers
from antin.acts.papers import Taken
from antin.errors import AntinError
from antin.storage.durable import Output

CLERK = "vt01"


def publish(town: Town, code: str, officer: str = CLERK) -> list[str]:
    """Everything that waits; the dispatches."""
    with town.at(code, officer) as station:
        return [each for number in papers.waiting(station) for each in papers.publish(station, officer, number)]


def take(town: Town, code: str, officer: str = CLERK) -> list[Taken | AntinError]:
    """Everything not opened yet: what entered the books, or why not."""
    found: list[Taken | AntinError] = []
    with town.at(code, officer) as station:
        for each in papers.pending(station, officer):
            output = Output(town.folder / "taken.tmp")
            try:
                taken = papers.take(station, officer, each, output)
                assert isinstance(taken, Taken)
                found.append(taken)
            except AntinError as error:
                found.append(error)
            finally:
                output.close()
    return found


def rounds(town: Town, *codes: str) -> dict[str, list[Taken | AntinError]]:
    """Publish everywhere, exchange, take everywhere."""
    codes = codes or tuple(AGENCIES)
    for code in codes:
        publish(town, code)
    town.sync(*codes, *codes)
    return {code: take(town, code) for code in codes}


def codes_of(results: list[Taken | AntinError]) -> list[str]:
    """Kinds of what was taken, codes of what was refused."""
    return [each.kind if isinstance(each, Taken) else each.code for each in results]
