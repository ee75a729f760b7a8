"""``antin emulation``: what is declared; closing, computing again, and one campaign whole. The ballot is in
``cli/ballot.py``."""

from __future__ import annotations

from pathlib import Path

import click

from antin.acts import ballot as ballots
from antin.acts import emulation as acts
from antin.acts.emulation_facts import Fact
from antin.cli import form, read
from antin.cli.ballot import ballot
from antin.cli.bind import group
from antin.cli.door import echo, emit, say, shown, table
from antin.cli.outputs import replace_option
from antin.cli.seat import Seat, seated
from antin.commands.emulation import COMMANDS
from antin.errors import Conflict
from antin.frozen import dataclass
from antin.looks import as_facts
from antin.storage.outputs import outputs
from antin.views import emulation as views
from antin.views.local_time import local


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


emulation = group("emulation", COMMANDS)
emulation.add_command(ballot)


@emulation.command("close", help=say("help-emulation-close"))
@click.argument("id_")
@click.option("--facts", "filled", type=click.Path(path_type=Path), help=say("opt-emulation-facts"))
@click.option("--without", "without", multiple=True, help=say("opt-emulation-without"))
@seated
def close(seat: Seat, id_: str, filled: Path | None, without: tuple[str, ...]) -> None:
    """Scores are computed and frozen."""
    lines = form.read(Facts, filled).fact if filled else ()
    with seat.acting() as desk:
        computed: dict[str, dict[str, Fact]] = {}
        for each in lines:
            if each.unit in computed.setdefault(each.key, {}):
                raise Conflict("emulation-scored-twice", unit=each.unit, key=each.key)
            records = acts.papers_of(desk.station, each.papers)
            computed[each.key][each.unit] = Fact(each.part, each.whole, records)
        out = [read.agency_code(code) for code in without]
        places = acts.close(desk.station, desk.officer, id_, computed, out)
    if seat.as_json:
        rows = [{"unit": p.unit, "rank": p.rank, "tied": p.tied, "total": p.total} for p in places]
        emit({"id": id_, "places": rows})
        return
    echo(say("emulation-close-done", id=id_))
    columns = ("rank", "member", "total")
    table([[str(p.rank), p.unit, points(p.total)] for p in places], [say(f"col-{n}") for n in columns])


def points(thousandths: int) -> str:
    """Thousandths as points: 801.250."""
    return f"{thousandths // 1000}.{thousandths % 1000:03d}"


@emulation.command("recompute", help=say("help-emulation-recompute"))
@click.argument("id_")
@seated
def recompute(seat: Seat, id_: str) -> None:
    """Frozen figures beside those of now."""
    with seat.reading() as station:
        found = views.recompute(station, id_)
        # Ballots lie sealed: only whoever is signed in counts them again.
        counted = ballots.recounts(station, seat.officer, id_) if seat.officer else None
    if seat.as_json:
        emit({**as_facts(found), "ballots": counted})
    else:
        lines = [
            [row.unit, str(row.rank), points(row.total), str(row.rank_now), points(row.total_now),
             say("recomputed-same" if row.same else "recomputed-other")]
            for row in found.places
        ]  # fmt: skip
        columns = ("member", "rank", "total", "rank_now", "total_now", "verdict")
        table(lines, [say(f"col-{name}") for name in columns])
        echo(say("emulation-recomputed", formula=found.formula, size=found.size, inputs=found.inputs[:16]))
        _say_recounts(counted)
    if not found.same or any((counted or {}).values()):
        raise SystemExit(5)


def _say_recounts(found: dict[int, str] | None) -> None:
    if found is None:
        echo(say("emulation-not-recounted"))
        return
    for number, code in found.items():
        echo(say("emulation-recounted-other", number=number, code=code) if code else
                   say("emulation-recounted", number=number))  # fmt: skip


@emulation.command("show", help=say("help-emulation-show"))
@click.argument("id_")
@click.option("-o", "--output", type=click.Path(path_type=Path), help=say("opt-emulation-output"))
@replace_option
@seated
def show(seat: Seat, id_: str, output: Path | None, replace: bool) -> None:
    """One campaign: all signatures over the one pledge, sheets, ballots, places, awards, activities."""
    with seat.reading() as station:
        row = views.campaign(station, id_, seat.officer)
        if output:
            with outputs(output, replace=replace) as [document]:
                document.write(acts.pledge_file(station, seat.officer, id_).data)
    if seat.as_json:
        emit({**as_facts(row), "saved": str(output or "")})
        return
    echo(click.style(f"{row.id} {row.title or say('hidden')}", bold=True))
    for line in row.summary:
        echo(f"  – {line}")
    echo(say("emulation-block", head=row.head, deputy=row.deputy, year=row.year))
    echo(say("emulation-signatures" if row.complete else "emulation-unsigned", digest=row.pledge))
    _show_members(row)
    _show_scale(row)
    _show_results(row)
    if output:
        echo(say("saved", path=output))


def _show_members(row: views.Whole) -> None:
    lines = [
        [each.code, say(f"member-{each.state}"), each.officer, local(each.signed), each.signature[:16],
         *("✓" if here else "–" for here in (each.own, each.cross))]
        for each in row.members
    ]  # fmt: skip
    columns = ("member", "state", "signer", "signed", "signature", "own", "cross")
    table(lines, [say(f"col-{name}") for name in columns])


def _show_scale(row: views.Whole) -> None:
    lines = [[each.key, say(f"method-{each.method}"), points(each.maximum), shown(each.title)]
             for each in row.criteria]  # fmt: skip
    table(lines, [say(f"col-{name}") for name in ("criterion", "method", "maximum", "title")])


def _show_results(row: views.Whole) -> None:
    for round_ in row.rounds:
        sums = ", ".join(f"{code} {marks}" for code, marks in round_.sums.items())
        state = say(f"round-{round_.state}")
        echo(say("emulation-round", number=round_.number, key=round_.key, state=state, sums=sums or "–"))
    for place in row.places:
        echo(f"{place.rank:>3}. {place.unit:<12} {points(place.total)}{' =' if place.tied else ''}")
    for award in row.awards:
        echo(say("emulation-awarded", unit=award.unit, rank=award.rank, award=shown(award.award)))
    for each in row.activities:
        echo(f"{local(each.held, '%d/%m/%Y')}  {shown(each.title)}  {', '.join(each.members)}")
