"""``antin report`` and ``antin proposal``: reviews from facts, contributions; proposals to their answer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from antin.acts import review as acts
from antin.cli import form, read
from antin.cli.choices import Named
from antin.cli.door import emit, say, shown, table
from antin.cli.form import files
from antin.cli.outputs import following, replace_option
from antin.cli.papers import acting, done
from antin.cli.seat import at_desk, reading
from antin.errors import Missing
from antin.interop import editable, printing
from antin.kernel.formats.paper import File
from antin.registers.reviews.records import OUTCOMES
from antin.station.station import Station
from antin.storage.outputs import outputs
from antin.views import papers as paper_views
from antin.views import review as views
from antin.views.local_time import local


@dataclass(frozen=True, kw_only=True)
class Part:
    """What a person adds to one part of the outline: a paragraph each; "- " begins a list line."""

    key: str
    text: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Narrative:
    """Who signs, and the words that no register can know."""

    number: str = ""
    place: str
    signer_title: str
    signer_name: str
    parent: str = ""
    part: tuple[Part, ...] = ()


@click.group(help=say("help-report"))
def report() -> None:
    """Reviews."""


@click.group(help=say("help-proposal"))
def proposal() -> None:
    """Proposals."""


def compose(
    station: Station, who: str, name: str, period: str, told: Narrative
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Facts, and the paper's data."""
    found = views.facts(station, name, who, period)
    signer = {"number": told.number, "place": told.place, "title": told.signer_title, "name": told.signer_name}
    narrative = {part.key: part.text for part in told.part}
    return found, views.paper(station, say, found, narrative, signer, told.parent)


@report.command("draft", help=say("help-report-draft"))
@click.argument("directive")
@click.argument("filled", type=click.Path(path_type=Path))
@click.option("--period", default="", help=say("opt-period"))
@click.option("-o", "--output", type=click.Path(path_type=Path), default=Path("bao-cao"), help=say("opt-report-out"))
@replace_option
@acting
def draft(directive: str, filled: Path, period: str, output: Path, replace: bool, officer: str,
          passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:  # fmt: skip
    """PDF and text to edit; nothing is recorded."""
    told = form.read(Narrative, filled)
    paths = [following(output, ".pdf", ".pdf"), following(following(output, ".pdf", ""), ".docx", ".docx")]
    with outputs(*paths, replace=replace) as [pdf, docx]:
        with at_desk(home, officer, passphrase_file) as (station, who):
            _, data = compose(station, who, directive, period, told)
        pdf.write(printing.report(data))
        docx.write(editable.report(data))
    done(as_json, "report-draft-done", files=[str(path) for path in paths])


@report.command("sign", help=say("help-report-sign"))
@click.argument("directive")
@click.argument("filled", type=click.Path(path_type=Path))
@click.option("--period", default="", help=say("opt-period"))
@click.option("--to", multiple=True, help=say("opt-report-to"))
@click.option("--document", type=click.Path(path_type=Path), help=say("opt-report-document"))
@acting
def sign(directive: str, filled: Path, period: str, to: tuple[str, ...], document: Path | None, officer: str,
         passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:  # fmt: skip
    """A leader signs; the paper waits to be published."""
    told = form.read(Narrative, filled)
    with at_desk(home, officer, passphrase_file) as (station, who):
        found, data = compose(station, who, directive, period, told)
        pdf = files((document,)) if document else (File("bao-cao.pdf", "application/pdf", printing.report(data)),)
        texts = {"number": told.number, "title": f"{data['kind']} {data['subject']}"[:500]}
        codes = [read.agency_code(code) for code in to]
        id_ = acts.sign(station, who, directive, found["period"], codes, texts, pdf, found)
    done(as_json, "report-sign-done", id=id_, period=found["period"])


@report.command("list", help=say("help-report-list"))
@acting
def list_(officer: str, passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:
    """All reviews."""
    with reading(home, officer, passphrase_file) as station:
        rows = views.reviews(station, officer)
    lines = [[row["id"], row["station"], row["period"], local(row["time"]), shown(row["title"])] for row in rows]
    emit(rows) if as_json else table(lines, [say(f"col-{n}") for n in ("id", "station", "period", "time", "title")])


@report.command("save", help=say("help-report-save"))
@click.argument("id_")
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False), required=True,
              help=say("opt-directive-files"))  # fmt: skip
@acting
def save(id_: str, output: Path, officer: str, passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:
    """The files of a review."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        row = next((each for each in views.reviews(station) if each["id"] == id_), None)
        if row is None:
            raise Missing("review-unknown", id=id_)
        saved = paper_views.save(station, row["record"], who, output)
    done(as_json, "saved", path=[str(path) for path in saved])


@report.command("contribute", help=say("help-report-contribute"))
@click.argument("directive")
@click.argument("documents", nargs=-1, type=click.Path(path_type=Path))
@click.option("--title", required=True, help=say("opt-contribution-title"))
@acting
def contribute(directive: str, documents: tuple[Path, ...], title: str, officer: str, passphrase_file: Path | None,
               home: Path | None, as_json: bool) -> None:  # fmt: skip
    """Tham luận."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        acts.contribute(station, who, directive, title, files(documents))
    done(as_json, "report-contribute-done", id=directive)


@report.command("commend", help=say("help-report-commend"))
@click.argument("directive")
@click.argument("units", nargs=-1, required=True)
@click.option("--for", "reason", required=True, help=say("opt-commend-for"))
@acting
def commend(directive: str, units: tuple[str, ...], reason: str, officer: str, passphrase_file: Path | None,
            home: Path | None, as_json: bool) -> None:  # fmt: skip
    """Biểu dương."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        codes = [read.agency_code(code) for code in units]
        acts.commend(station, who, directive, codes, reason)
    done(as_json, "report-commend-done", id=directive, units=codes)


@report.command("others", help=say("help-report-others"))
@acting
def others(officer: str, passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:
    """Contributions and commendations."""
    with reading(home, officer, passphrase_file) as station:
        given, praised = views.contributions(station, officer), views.commendations(station, officer)
    if as_json:
        emit({"contributions": given, "commendations": praised})
        return
    lines = [[row["id"], row["station"], "", local(row["time"]), shown(row["title"])] for row in given]
    lines += [[row["id"], row["station"], row["unit"], local(row["time"]), shown(row["title"])] for row in praised]
    table(lines, [say(f"col-{n}") for n in ("id", "station", "unit", "time", "title")])


@proposal.command("make", help=say("help-proposal-make"))
@click.argument("directive")
@click.argument("to")
@click.argument("text")
@click.option("--carries", default="", help=say("opt-proposal-carries"))
@acting
def make(directive: str, to: str, text: str, carries: str, officer: str, passphrase_file: Path | None,
         home: Path | None, as_json: bool) -> None:  # fmt: skip
    """Kiến nghị."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        id_ = acts.propose(station, who, directive, read.agency_code(to), text, carries)
    done(as_json, "proposal-make-done", id=id_, to=to)


@proposal.command("assign", help=say("help-proposal-assign"))
@click.argument("id_")
@click.argument("to")
@acting
def assign(id_: str, to: str, officer: str, passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:
    """Somebody answers for it."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        acts.assign(station, who, id_, to)
    done(as_json, "proposal-assign-done", id=id_, officer=to)


@proposal.command("answer", help=say("help-proposal-answer"))
@click.argument("id_")
@click.argument("outcome", type=Named("proposal", OUTCOMES))
@click.argument("text")
@click.option("--to", "forwarded", default="", help=say("opt-proposal-forwarded"))
@acting
def answer(id_: str, outcome: str, text: str, forwarded: str, officer: str, passphrase_file: Path | None,
           home: Path | None, as_json: bool) -> None:  # fmt: skip
    """What becomes of it."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        acts.answer(station, who, id_, outcome, text, forwarded and read.agency_code(forwarded))
    done(as_json, "proposal-answer-done", id=id_, outcome=outcome if as_json else say(f"proposal-{outcome}"))


@proposal.command("list", help=say("help-proposal-list"))
@click.option("--open", "unanswered", is_flag=True, help=say("opt-proposal-open"))
@acting
def list_proposals(unanswered: bool, officer: str, passphrase_file: Path | None, home: Path | None,
                   as_json: bool) -> None:  # fmt: skip
    """None is lost."""
    with reading(home, officer, passphrase_file) as station:
        rows = [row for row in views.proposals(station, officer) if not unanswered or row["answered"] is None]
    lines = [
        [row["id"], row["station"], row["owner"], row["officer"], say(f"proposal-{row['state']}"), local(row["time"]),
         local(row["answered"]), shown(row["title"])]
        for row in rows
    ]  # fmt: skip
    columns = ("id", "station", "owner", "officer", "state", "time", "answered", "title")
    emit(rows) if as_json else table(lines, [say(f"col-{name}") for name in columns])
