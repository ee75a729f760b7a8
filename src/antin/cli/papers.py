"""Papers at the desk: publish what was decided, take what came in, list both."""

from __future__ import annotations

from pathlib import Path

import click

from antin.acts import papers as acts
from antin.cli.door import (
    echo,
    emit,
    leave,
    progress,
    say,
    shown,
    table,
)
from antin.cli.read import agency_code
from antin.cli.seat import Seat, seated
from antin.errors import AntinError, Malformed
from antin.frozen import dataclass
from antin.station.drafts import number_of
from antin.station.station import Station
from antin.storage.durable import Output
from antin.views import papers as views
from antin.views.local_time import local


@click.command(help=say("help-publish"))
@click.argument("papers", nargs=-1)
@click.option("--to", multiple=True, help=say("opt-publish-to"))
@seated
def publish(seat: Seat, papers: tuple[str, ...], to: tuple[str, ...]) -> None:
    """Send what waits."""
    with seat.acting() as desk:
        numbers = [number_of(each, "ph") for each in papers] or acts.waiting(desk.station)
        codes = [agency_code(code) for code in to]
        sent = {}
        failed: list[tuple[str, AntinError]] = []
        with progress(len(numbers), say("publishing")) as tell:
            for number in numbers:
                try:
                    sent[f"ph-{number}"] = acts.publish(desk.station, desk.officer, number, codes)
                except AntinError as error:
                    if len(numbers) == 1:
                        raise
                    failed.append((f"ph-{number}", error))
                tell(1)
    if seat.as_json:
        emit({"published": sent, "refused": [{"id": each, "code": why.code} for each, why in failed]})
    else:
        table([[paper, ", ".join(ids)] for paper, ids in sent.items()], [say("col-paper"), say("col-dispatches")])
        if sent:
            echo("  " + say("next-sync-send"))
    leave(failed, seat.as_json)


@dataclass(frozen=True, slots=True)
class Brought:
    """What came out of a dispatch: a ``paper`` in the books, or an ordinary document in a ``file``."""

    id: str
    paper: str
    kind: str
    station: str
    file: str
    title: str


@click.command(help=say("help-take"))
@click.argument("dispatches", nargs=-1)
@click.option("--all", "everything", is_flag=True, help=say("opt-take-all"))
@click.option("--into", type=click.Path(path_type=Path, file_okay=False), help=say("opt-take-into"))
@seated
def take(seat: Seat, dispatches: tuple[str, ...], everything: bool, into: Path | None) -> None:
    """Enter papers in the books."""
    if bool(dispatches) == everything:
        raise Malformed("take-what")
    if everything and into is None:
        raise Malformed("take-into-needed")
    with seat.acting() as desk:
        station, who = desk.station, desk.officer
        wanted = list(dispatches) or acts.pending(station, who)
        rows: list[Brought] = []
        failed: list[tuple[str, AntinError]] = []
        alone = len(wanted) == 1
        while wanted:
            for each in wanted:
                failed = [(other, why) for other, why in failed if other != each]
                try:
                    rows.append(_take_one(station, who, each, into))
                except AntinError as error:
                    if alone:
                        raise
                    failed.append((each, error))
            # What was refused for want of a paper that this run brought is tried once more.
            before, wanted = wanted, acts.ready(station) if everything else []
            wanted, alone = [] if wanted == before else wanted, False
    if seat.as_json:
        emit({"taken": rows, "refused": [{"id": each, "code": why.code} for each, why in failed]})
    else:
        lines = [[row.id, row.paper or row.file, _kind(row.kind), row.station, row.title] for row in rows]
        table(lines, [say(f"col-{name}") for name in ("id", "paper", "kind", "sender", "title")])
    leave(failed, seat.as_json)


def _kind(kind: str) -> str:
    return say(f"kind-{kind}") if kind else say("ordinary-document")


def _take_one(station: Station, who: str, dispatch: str, into: Path | None) -> Brought:
    """A paper goes into the books; an ordinary document into the folder, under its dispatch's number."""
    if into is not None:
        into.mkdir(parents=True, exist_ok=True)
    target = into / f"{dispatch}.pdf" if into else station.home / "taken.tmp"
    output = Output(target)
    try:
        found = acts.take(station, who, dispatch, output)
        if isinstance(found, acts.Taken):
            texts = {each.key: each.text for each in found.words.texts}
            return Brought(dispatch, found.id, found.kind, found.station, "", views.title(texts))
        if into is None:
            raise Malformed("paper-not", id=dispatch)
        output.publish()
        facts = found.statement.facts
        return Brought(
            dispatch, "", "", found.statement.station, str(target), f"{facts.number} {facts.subject}".strip()
        )
    finally:
        output.close()


@click.command(help=say("help-papers"))
@click.option("--refused", is_flag=True, help=say("opt-papers-refused"))
@seated
def papers(seat: Seat, refused: bool) -> None:
    """All papers, or those that a rule refused."""
    with seat.reading() as station:
        if refused:
            _refused(seat, station)
            return
        rows = views.papers(station, seat.officer)
    lines = [
        [row.id, say(f"kind-{row.kind}"), row.station, row.officer, local(row.time), say(f"paper-{row.state}"),
         shown(row.title)]
        for row in rows
    ]  # fmt: skip
    columns = ("id", "kind", "station", "officer", "time", "state", "title")
    seat.list(rows, lines, columns)


def _refused(seat: Seat, station: Station) -> None:
    rows = views.refused(station)
    lines = [[local(row.time), say(f"kind-{row.kind}"), row.sender, row.code] for row in rows]
    columns = ("time", "kind", "sender", "reason")
    seat.list(rows, lines, columns)
