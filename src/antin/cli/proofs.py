"""Proofs: books to print, the journal, its audit, evidence and its verification."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import click

from antin.cli import read
from antin.cli.bind import done
from antin.cli.door import echo, emit, guarded, json_option, say, table
from antin.cli.outputs import replace_option
from antin.cli.seat import Place, Seat, placed, seated
from antin.errors import Malformed, Unverified
from antin.inspector import CaseReport
from antin.inspector import judge as judging
from antin.journal import rows as journal_rows
from antin.journal.tiles import export
from antin.kernel.formats import file
from antin.station import documents
from antin.station.audit import audit as auditing
from antin.storage import foreign
from antin.storage.outputs import outputs
from antin.verify import INVALID, VALID, Finding
from antin.verify import verify as verifying
from antin.views import books as views
from antin.views import incidents as events
from antin.views.local_time import local

NOT_PROVEN_EXIT = 9


@click.command(help=say("help-books"))
@click.argument("book", type=click.Choice(views.BOOKS))
@click.option("-o", "--output", type=click.Path(path_type=Path), help=say("opt-pdf-out"))
@replace_option
@seated
def books(seat: Seat, book: str, output: Path | None, replace: bool) -> None:
    """A register to print, sign and bind."""
    with seat.reading(write=bool(seat.officer)) as station:
        data = views.book(station, book, seat.officer)
    data["notes"] = [say(note) for note in data["notes"]]
    for row in data["rows"]:
        if "receipt" in row and not seat.as_json:
            row["receipt"] = say(f"state-{row['receipt']}")
    if seat.as_json:
        emit(data)
        return
    if output is None:
        table([[row.get(c["key"], "") for c in data["columns"]] for row in data["rows"]],
              [c["title"] for c in data["columns"]])  # fmt: skip
        return
    # Typst is 20 MB: imported only where a PDF is made.
    printing = importlib.import_module("antin.interop.printing")
    with outputs(output, replace=replace) as [file]:
        file.write(printing.book(data))
    echo(say("book-printed", output=output))


@click.group(help=say("help-journal"), invoke_without_command=True)
@click.option("--last", default=20, type=click.IntRange(1, 10_000), show_default=True, help=say("opt-last"))
@placed
def journal(place: Place, last: int) -> None:
    """The newest records, unless a subcommand follows."""
    if click.get_current_context().invoked_subcommand is not None:
        return
    with place.open(write=False) as station:
        size, root = station.journal.head()
        newest = journal_rows.list_entries.all(station.db, last)[::-1]
        origin = station.origin
    if place.as_json:
        emit({"origin": origin, "size": size, "root": root.hex(),
              "records": [{"index": each.idx, "kind": each.kind, "time": each.time} for each in newest]})  # fmt: skip
        return
    echo(f"{origin}  {size}  {root.hex()[:16]}…")
    table([[str(each.idx), local(each.time), say(f"kind-{each.kind}")] for each in newest],
          [say("col-index"), say("col-time"), say("col-record")])  # fmt: skip


@journal.command("tiles", help=say("help-journal-tiles"))
@click.argument("folder", type=click.Path(path_type=Path))
@placed
def journal_tiles(place: Place, folder: Path) -> None:
    """The journal as static files, for any server of files."""
    with place.open(write=False) as station:
        made = export(station.journal, folder, records=station.is_authority)
    done(place.as_json, "journal-tiles-done", {"folder": str(folder), "origin": made.origin, "size": made.size,
         "root": made.root.hex(), "written": made.written, "kept": made.kept})  # fmt: skip


@click.command(help=say("help-audit"))
@seated
def audit(seat: Seat) -> None:
    """Read everything again: the journal from its first byte, and what stands beside it."""

    def tell(done: int, size: int) -> None:
        if sys.stderr.isatty() and not seat.as_json and size > 2000:
            sys.stderr.write(f"\r{done}/{size}")

    with seat.reading() as station:
        report = auditing(station, tell, seat.officer)
    if seat.as_json:
        found, refused = ([{"where": w, "code": e.code, "sentence": say.error(e)[0]} for w, e in each]
                          for each in (report.findings, report.refused))  # fmt: skip
        emit({"ok": report.ok, "size": report.size, "checkpoints": report.checkpoints, "tables": report.tables,
              "secrets": report.secrets, "findings": found, "refused": refused})  # fmt: skip
    else:
        echo(say("audit-done" if report.ok else "audit-failed", size=report.size,
                       checkpoints=report.checkpoints, tables=report.tables))  # fmt: skip
        for where, error in report.findings:
            echo(f"  {where}: {say.error(error)[0]} [{error.code}]")
        if report.refused:
            echo(say("audit-refused", count=len(report.refused)))
        for where, error in report.refused:
            echo(f"  {where}: {say.error(error)[0]} [{error.code}]")
    if not report.ok:
        raise SystemExit(5)


@click.command(help=say("help-incidents"))
@placed
def incidents(place: Place) -> None:
    """Refused rights, conflicts with their evidence, and sequences that are missing."""
    with place.open(write=False) as station:
        rows = events.incidents(station)
    lines = [[local(r["time"]), say(f"incident-{r['what']}"), r["who"], _act(r["act"]), r["code"], r["evidence"]]
             for r in rows]  # fmt: skip
    columns = ("time", "incident", "who", "act", "code", "evidence")
    place.list(rows, lines, columns)


def _act(act: str) -> str:
    """What somebody tried: an act of the desk, or a steering act by its kind."""
    return say(f"act-{act}") if say.has(f"act-{act}") else say(f"kind-{act}") if act else ""


@click.command(help=say("help-prove"))
@click.argument("dispatch")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help=say("opt-evidence-out"))
@replace_option
@seated
def prove(seat: Seat, dispatch: str, output: Path, replace: bool) -> None:
    """Evidence in one file."""
    proving = importlib.import_module("antin.acts.prove")
    with outputs(output, replace=replace) as [file], seat.reading(write=True) as station:
        data = proving.prove(station, dispatch, seat.officer)
        file.write(data)
        root = bytes.fromhex(station.settings.root)
    line = f"antin verify {output} --root {read.write_fingerprint(root)}"
    # Whoever makes evidence learns at once what it will be worth, while the way to better is still open.
    report = verifying(BytesIO(data), root[: read.FINGERPRINT_BYTES])
    if seat.as_json:
        emit({"output": str(output), "verify": line, "verdict": report.verdict})
        return
    echo(say("prove-done" if seat.officer else "prove-done-digests", output=output))
    echo(f"  {line}")
    if report.verdict != VALID:
        echo(f"  {say(f'verdict-{report.verdict}')}", err=True)
        lacking = [each for each in report.findings if each.verdict == report.verdict and each.what == "status"]
        for code in sorted({each.code for each in lacking}):
            alike = [each for each in lacking if each.code == code]
            who = ", ".join(sorted({each.who for each in alike}))
            echo(f"  {who}: {say(_finding(alike[0]), **alike[0].facts)}", err=True)


@click.command(help=say("help-verify"))
@click.argument("evidence", type=click.Path(allow_dash=True))
@click.option("--root", help=say("opt-fingerprint"))
@click.option("--document", type=click.Path(path_type=Path), help=say("opt-document"))
@click.option("--signature", type=click.Path(path_type=Path), help=say("opt-signature"))
@click.option("--from", "sender", type=click.Path(), help=say("opt-from"))
@click.option("--any-signer", is_flag=True, help=say("opt-any-signer"))
@json_option
@guarded
def verify(evidence: str, root: str | None, document: Path | None, signature: Path | None, sender: str | None,
           any_signer: bool, as_json: bool) -> None:  # fmt: skip
    """Judge evidence against the root, or a file against a detached signature."""
    if signature is not None:
        files = importlib.import_module("antin.cli.files")
        files.verify_detached(evidence, signature, sender, any_signer, as_json)
        return
    if root is None:
        raise Malformed("fingerprint-needed")
    path = Path(evidence)
    with foreign.opened(path) as handle:
        if handle.read(len(file.MAGIC)) == file.MAGIC:
            raise Malformed("sealed-file-not-evidence")
        handle.seek(0)
        if b"antin/frame/1" not in handle.read(_HEAD):
            raise Malformed("not-evidence", path=path)
        handle.seek(0)
        if _is_case(handle):
            report: Any = judging(handle, read.fingerprint(root))
        else:
            report = verifying(handle, read.fingerprint(root), _pieces(document))
    say_findings(report, as_json, "case" if isinstance(report, CaseReport) else "verdict")
    if report.verdict != VALID:
        raise SystemExit(Unverified.exit_code if report.verdict == INVALID else NOT_PROVEN_EXIT)


def _is_case(handle: BinaryIO) -> bool:
    """What the bundle says it is for; the reader checks it."""
    head = handle.read(_HEAD)
    handle.seek(0)
    return b"ebegindcase" in head


_HEAD = 64


@click.command(help=say("help-case"))
@click.argument("directive")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help=say("opt-evidence-out"))
@replace_option
@placed
def case(place: Place, directive: str, output: Path, replace: bool) -> None:
    """All records about one directive, for an inspector."""
    building = importlib.import_module("antin.acts.case")
    with outputs(output, replace=replace) as [file], place.open(write=False) as station:
        file.write(building.case(station, directive))
        fingerprint = read.write_fingerprint(bytes.fromhex(station.settings.root))
    line = f"antin verify {output} --root {fingerprint}"
    if place.as_json:
        emit({"output": str(output), "verify": line})
    else:
        echo(say("case-done", output=output))
        echo(f"  {line}")


def _pieces(document: Path | None) -> Callable[[], Iterator[bytes]] | None:
    if document is None:
        return None
    examined = documents.examine(document, pdf_only=False)
    return lambda: documents.pieces(examined)


def say_findings(report: Any, as_json: bool, family: str = "verdict") -> None:
    """Every finding on a line, the verdict last."""
    if as_json:
        emit({"verdict": report.verdict, "findings": [_as_dict(each) for each in report.findings]})
        return
    marks = {"valid": "✓", "invalid": "✗", "not-proven": "?"}
    # Under another root nothing else that follows says anything.
    strangers = [each for each in report.findings if each.code == "root-not-expected"]
    for each in strangers or report.findings:
        facts = {name: local(v) if name in _TIMES and isinstance(v, int) else v for name, v in each.facts.items()}
        if "about" in facts:
            facts["about"] = say(f"what-{facts['about']}")
        if "kind" in facts:
            facts["kind"] = say(f"kind-{facts['kind']}")
        if "level" in facts:  # the verifier gives the number: a name is a matter of language
            facts["level"] = say(f"level-{facts['level']}")
        what = say(f"what-{each.what}") if say.has(f"what-{each.what}") else say(f"kind-{each.what}")
        who = f" {each.who}" if each.who else ""
        echo(f"{marks[each.verdict]} {what}{who}: {say(_finding(each), **facts)}")
    echo(click.style(say(f"{family}-{report.verdict}"), bold=True))


def _finding(each: Finding) -> str:
    return f"finding-{each.code}" if say.has(f"finding-{each.code}") else each.code


_TIMES = ("time", "until", "as_of", "since", "kept")


def _as_dict(finding: Finding) -> dict[str, Any]:
    facts = {k: v if isinstance(v, int | str | bool) else str(v) for k, v in finding.facts.items()}
    return {"what": finding.what, "who": finding.who, "verdict": finding.verdict, "code": finding.code, "facts": facts}
