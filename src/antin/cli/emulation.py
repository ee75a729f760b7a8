"""``antin emulation``: campaigns, pledge, scores, closing, awards, activities. The ballot is in ``cli/ballot.py``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from antin.acts import ballot as ballots
from antin.acts import emulation as acts
from antin.acts.emulation_facts import Fact
from antin.cli import form, read
from antin.cli.ballot import ballot
from antin.cli.choices import Named
from antin.cli.door import echo, emit, say, shown, table
from antin.cli.form import files
from antin.cli.outputs import replace_option
from antin.cli.papers import acting, done
from antin.cli.seat import at_desk, reading
from antin.errors import Conflict, Malformed
from antin.packs import names
from antin.station.days import day_of
from antin.storage import durable
from antin.storage.outputs import outputs
from antin.views import emulation as views
from antin.views.local_time import local

_PLEDGE = 16 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class FactLine:
    """A line of the form ``emulation-facts``."""

    key: str
    unit: str
    part: int
    whole: int
    papers: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The form."""

    fact: tuple[FactLine, ...] = ()


@click.group(help=say("help-emulation"))
def emulation() -> None:
    """Emulation."""


emulation.add_command(ballot)


@emulation.command("open", help=say("help-emulation-open"))
@click.argument("filled", type=click.Path(path_type=Path))
@click.option("--pledge", "document", required=True, type=click.Path(path_type=Path), help=say("opt-emulation-pledge"))
@acting
def open_(filled: Path, document: Path, officer: str, passphrase_file: Path | None, home: Path | None,
          as_json: bool) -> None:  # fmt: skip
    """The block head opens a campaign."""
    plan = form.read(acts.Plan, filled)
    with at_desk(home, officer, passphrase_file) as (station, who):
        level, urgency = names.level(station.pack, plan.level), names.precedence(station.pack, plan.precedence)
        id_ = acts.open_campaign(station, who, plan, files((document,))[0], level, urgency)
    done(as_json, "emulation-open-done", id=id_)


@emulation.command("pledge", help=say("help-emulation-pledge"))
@click.argument("id_")
@click.option("--document", type=click.Path(path_type=Path), help=say("opt-emulation-read"))
@acting
def pledge(id_: str, document: Path | None, officer: str, passphrase_file: Path | None, home: Path | None,
           as_json: bool) -> None:  # fmt: skip
    """A leader signs the one document."""
    data = durable.read(document, limit=_PLEDGE) if document else None
    with at_desk(home, officer, passphrase_file) as (station, who):
        acts.sign_pledge(station, who, id_, data)
    done(as_json, "emulation-pledge-done", id=id_)


@emulation.command("score", help=say("help-emulation-score"))
@click.argument("id_")
@click.argument("filled", type=click.Path(path_type=Path))
@acting
def score(id_: str, filled: Path, officer: str, passphrase_file: Path | None, home: Path | None,
          as_json: bool) -> None:  # fmt: skip
    """Own scores, and those of the others."""
    scores = form.read(acts.Scores, filled)
    with at_desk(home, officer, passphrase_file) as (station, who):
        kinds = acts.score(station, who, id_, scores)
    if as_json:
        emit({"id": id_, "kinds": kinds})
    else:
        echo(say("emulation-score-done", id=id_, sheets=", ".join(say(f"kind-{kind}") for kind in kinds)))


@emulation.command("close", help=say("help-emulation-close"))
@click.argument("id_")
@click.option("--facts", "filled", type=click.Path(path_type=Path), help=say("opt-emulation-facts"))
@click.option("--without", "without", multiple=True, help=say("opt-emulation-without"))
@acting
def close(id_: str, filled: Path | None, without: tuple[str, ...], officer: str, passphrase_file: Path | None,
          home: Path | None, as_json: bool) -> None:  # fmt: skip
    """Scores are computed and frozen."""
    lines = form.read(Facts, filled).fact if filled else ()
    with at_desk(home, officer, passphrase_file) as (station, who):
        computed: dict[str, dict[str, Fact]] = {}
        for each in lines:
            if each.unit in computed.setdefault(each.key, {}):
                raise Conflict("emulation-scored-twice", unit=each.unit, key=each.key)
            records = acts.papers_of(station, each.papers)
            computed[each.key][each.unit] = Fact(each.part, each.whole, records)
        places = acts.close(station, who, id_, computed, [read.agency_code(code) for code in without])
    if as_json:
        rows = [{"unit": p.unit, "rank": p.rank, "tied": p.tied, "total": p.total} for p in places]
        emit({"id": id_, "places": rows})
        return
    echo(say("emulation-close-done", id=id_))
    table(
        [[str(p.rank), p.unit, points(p.total)] for p in places], [say(f"col-{n}") for n in ("rank", "member", "total")]
    )


@emulation.command("contest", help=say("help-emulation-contest"))
@click.argument("id_")
@click.argument("unit")
@click.option("--sheet", "kind", type=Named("sheet", ("own", "cross")), required=True, help=say("opt-emulation-sheet"))
@acting
def contest(id_: str, unit: str, kind: str, officer: str, passphrase_file: Path | None, home: Path | None,
            as_json: bool) -> None:  # fmt: skip
    """Show all members the two sheets of a unit."""
    code = read.agency_code(unit)
    with at_desk(home, officer, passphrase_file) as (station, who):
        acts.contest(station, who, id_, code, kind)
    done(as_json, "emulation-contest-done", id=id_, unit=code)


def points(thousandths: int) -> str:
    """Thousandths as points: 801.250."""
    return f"{thousandths // 1000}.{thousandths % 1000:03d}"


@emulation.command("recompute", help=say("help-emulation-recompute"))
@click.argument("id_")
@acting
def recompute(id_: str, officer: str, passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:
    """Frozen figures beside those of now."""
    with reading(home, officer, passphrase_file) as station:
        found = views.recompute(station, id_)
        # Ballots lie sealed: only whoever is signed in counts them again.
        found["ballots"] = ballots.recounts(station, officer, id_) if officer else None
    if as_json:
        emit(found)
    else:
        lines = [
            [row["unit"], str(row["rank"]), points(row["total"]), str(row["rank_now"]), points(row["total_now"]),
             say("recomputed-same" if row["same"] else "recomputed-other")]
            for row in found["places"]
        ]  # fmt: skip
        columns = ("member", "rank", "total", "rank_now", "total_now", "verdict")
        table(lines, [say(f"col-{name}") for name in columns])
        where = {"formula": found["formula"], "size": found["size"], "inputs": found["inputs"][:16]}
        echo(say("emulation-recomputed", **where))
        _say_recounts(found["ballots"])
    if not found["same"] or any((found["ballots"] or {}).values()):
        raise SystemExit(5)


def _say_recounts(found: dict[int, str] | None) -> None:
    if found is None:
        echo(say("emulation-not-recounted"))
        return
    for number, code in found.items():
        echo(say("emulation-recounted-other", number=number, code=code) if code else
                   say("emulation-recounted", number=number))  # fmt: skip


@emulation.command("award", help=say("help-emulation-award"))
@click.argument("id_")
@click.option("--to", "lines", multiple=True, required=True, help=say("opt-award-to"))
@click.option("--number", default="", help=say("opt-award-number"))
@click.option("--title", "name", default="", help=say("opt-award-title"))
@acting
def award(id_: str, lines: tuple[str, ...], number: str, name: str, officer: str, passphrase_file: Path | None,
          home: Path | None, as_json: bool) -> None:  # fmt: skip
    """The list of awards."""
    awards = [pair(line) for line in lines]
    with at_desk(home, officer, passphrase_file) as (station, who):
        acts.award(station, who, id_, awards, number, name)
    done(as_json, "emulation-award-done", id=id_, units=[unit for unit, _ in awards])


def pair(text: str) -> tuple[str, str]:
    """``A03=Cờ thi đua``: a unit and what it gets. Raises ``Malformed``."""
    unit, equals, what = text.partition("=")
    if not equals or not what.strip():
        raise Malformed("pair-malformed", text=text)
    return read.agency_code(unit), what.strip()


@emulation.command("activity", help=say("help-emulation-activity"))
@click.argument("id_")
@click.option("--held", required=True, help=say("opt-activity-held"))
@click.option("--title", "name", required=True, help=say("opt-activity-title"))
@click.option("--place", default="", help=say("opt-activity-place"))
@click.option("--member", "members", multiple=True, help=say("opt-activity-member"))
@acting
def activity(id_: str, held: str, name: str, place: str, members: tuple[str, ...], officer: str,
             passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:  # fmt: skip
    """A games day, an exchange."""
    day, codes = day_of(read.moment(held)), [read.agency_code(code) for code in members]
    with at_desk(home, officer, passphrase_file) as (station, who):
        acts.hold_activity(station, who, id_, day, codes, name, place)
    done(as_json, "emulation-activity-done", id=id_)


@emulation.command("list", help=say("help-emulation-list"))
@acting
def list_(officer: str, passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:
    """All campaigns."""
    with reading(home, officer, passphrase_file) as station:
        rows = views.campaigns(station, officer)
    lines = [
        [row["id"], str(row["year"]), row["head"], local(row["closes"], "%d/%m/%Y"),
         say(f"campaign-state-{row['state']}"), shown(row["title"])]
        for row in rows
    ]  # fmt: skip
    columns = ("id", "year", "block_head", "closes", "state", "title")
    emit(rows) if as_json else table(lines, [say(f"col-{name}") for name in columns])


@emulation.command("show", help=say("help-emulation-show"))
@click.argument("id_")
@click.option("-o", "--output", type=click.Path(path_type=Path), help=say("opt-emulation-output"))
@replace_option
@acting
def show(id_: str, output: Path | None, replace: bool, officer: str, passphrase_file: Path | None, home: Path | None,
         as_json: bool) -> None:  # fmt: skip
    """One campaign: all signatures over the one pledge, sheets, ballots, places, awards, activities."""
    with reading(home, officer, passphrase_file) as station:
        row = views.campaign(station, id_, officer)
        if output:
            with outputs(output, replace=replace) as [document]:
                document.write(acts.pledge_file(station, officer, id_).data)
    if as_json:
        emit({**row, "saved": str(output or "")})
        return
    echo(click.style(f"{row['id']} {row['title'] or say('hidden')}", bold=True))
    for line in row["summary"]:
        echo(f"  – {line}")
    echo(say("emulation-block", head=row["head"], deputy=row["deputy"], year=row["year"]))
    echo(say("emulation-signatures" if row["complete"] else "emulation-unsigned", digest=row["pledge"]))
    _show_members(row)
    _show_scale(row)
    _show_results(row)
    if output:
        echo(say("saved", path=output))


def _show_members(row: views.Row) -> None:
    lines = [
        [each["code"], say(f"member-{each['state']}"), each["officer"], local(each["signed"]), each["signature"][:16],
         *("✓" if each[kind] else "–" for kind in ("own", "cross"))]
        for each in row["members"]
    ]  # fmt: skip
    columns = ("member", "state", "signer", "signed", "signature", "own", "cross")
    table(lines, [say(f"col-{name}") for name in columns])


def _show_scale(row: views.Row) -> None:
    lines = [[c["key"], say(f"method-{c['method']}"), points(c["maximum"]), shown(c["title"])]
             for c in row["criteria"]]  # fmt: skip
    table(lines, [say(f"col-{name}") for name in ("criterion", "method", "maximum", "title")])


def _show_results(row: views.Row) -> None:
    for each in row["rounds"]:
        sums = ", ".join(f"{code} {marks}" for code, marks in each["sums"].items())
        state = say(f"round-{each['state']}")
        echo(say("emulation-round", number=each["number"], key=each["key"], state=state, sums=sums or "–"))
    for each in row["places"]:
        echo(f"{each['rank']:>3}. {each['unit']:<12} {points(each['total'])}{' =' if each['tied'] else ''}")
    for each in row["awards"]:
        award = shown(each["award"])
        echo(say("emulation-awarded", unit=each["unit"], rank=each["rank"], award=award))
    for each in row["activities"]:
        name = shown(each["title"])
        echo(f"{local(each['held'], '%d/%m/%Y')}  {name}  {', '.join(each['members'])}")
