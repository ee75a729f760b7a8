"""``antin report`` and ``antin proposal``: what is declared, the drafts and files of reviews, and what units gave."""

from __future__ import annotations

from pathlib import Path

import click

from antin.cli import form
from antin.cli.bind import group
from antin.cli.door import echo, emit, say, shown, table
from antin.cli.outputs import following, replace_option
from antin.cli.seat import Seat, seated
from antin.commands.report import COMMANDS, Narrative, compose
from antin.errors import Missing
from antin.interop import editable, printing
from antin.storage.outputs import outputs
from antin.views import papers as paper_views
from antin.views import review as views
from antin.views.local_time import local

report = group("report", COMMANDS)
proposal = group("proposal", COMMANDS)


@report.command("draft", help=say("help-report-draft"))
@click.argument("directive")
@click.argument("filled", type=click.Path(path_type=Path))
@click.option("--period", default="", help=say("opt-period"))
@click.option("-o", "--output", type=click.Path(path_type=Path), default=Path("bao-cao"), help=say("opt-report-out"))
@replace_option
@seated
def draft(seat: Seat, directive: str, filled: Path, period: str, output: Path, replace: bool) -> None:
    """PDF and text to edit; nothing is recorded."""
    told = form.read(Narrative, filled)
    paths = [following(output, ".pdf", ".pdf"), following(following(output, ".pdf", ""), ".docx", ".docx")]
    with outputs(*paths, replace=replace) as [pdf, docx]:
        with seat.acting() as desk:
            _, data = compose(desk, directive, period, told)
        pdf.write(printing.report(data))
        docx.write(editable.report(data))
    files = [str(path) for path in paths]
    emit({"files": files}) if seat.as_json else echo(say("report-draft-done", files=", ".join(files)))


@report.command("save", help=say("help-report-save"))
@click.argument("id_")
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False), required=True,
              help=say("opt-directive-files"))  # fmt: skip
@seated
def save(seat: Seat, id_: str, output: Path) -> None:
    """The files of a review."""
    with seat.acting() as desk:
        row = next((each for each in views.reviews(desk.station) if each.id == id_), None)
        if row is None:
            raise Missing("review-unknown", id=id_)
        saved = [str(path) for path in paper_views.save(desk.station, row.record, desk.officer, output)]
    emit({"path": saved}) if seat.as_json else echo(say("saved", path=", ".join(saved)))


@report.command("others", help=say("help-report-others"))
@seated
def others(seat: Seat) -> None:
    """Contributions and commendations."""
    with seat.reading() as station:
        given, praised = views.contributions(station, seat.officer), views.commendations(station, seat.officer)
    if seat.as_json:
        emit({"contributions": given, "commendations": praised})
        return
    lines = [[row.id, row.station, "", local(row.time), shown(row.title)] for row in given]
    lines += [[row.id, row.station, row.unit, local(row.time), shown(row.title)] for row in praised]
    table(lines, [say(f"col-{n}") for n in ("id", "station", "unit", "time", "title")])
