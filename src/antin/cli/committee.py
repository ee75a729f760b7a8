"""``antin committee``: found, change, assign, meet; papers handed out at a meeting and recalled."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import click

from antin.acts import committee as acts
from antin.cli import form, read
from antin.cli.choices import Named
from antin.cli.desk import at_desk, reading
from antin.cli.door import echo, emit, say, shown, table
from antin.cli.papers import acting, done, files
from antin.errors import Malformed
from antin.packs import names
from antin.registers.committees.records import FORMS, ROLES
from antin.views import committees as views
from antin.views.local_time import local

DAY = "%d/%m/%Y"


@click.group(help=say("help-committee"))
def committee() -> None:
    """Committees."""


@committee.command("found", help=say("help-committee-found"))
@click.argument("directive")
@click.argument("filled", type=click.Path(path_type=Path))
@click.option("--document", "documents", multiple=True, type=click.Path(path_type=Path),
              help=say("opt-directive-document"))  # fmt: skip
@acting
def found(directive: str, filled: Path, documents: tuple[Path, ...], officer: str, passphrase_file: Path | None,
          home: Path | None, as_json: bool) -> None:  # fmt: skip
    """A leader founds one under a directive."""
    plan = form.read(acts.Plan, filled)
    with at_desk(home, officer, passphrase_file) as (station, who):
        level, urgency = names.level(station.pack, plan.level), names.precedence(station.pack, plan.precedence)
        id_ = acts.found(station, who, directive, plan, level, urgency, files(documents))
    done(as_json, "committee-found-done", id=id_)


def seat(text: str) -> tuple[str, str]:
    """``A03.15`` or ``A03.15/cb01``."""
    found = read.address(text)
    return found.code, found.officer


def _member(text: str) -> acts.MemberForm:
    where, _, rest = text.partition("=")
    role, _, name = rest.partition("=")
    if role not in ROLES:
        raise Malformed("committee-member-said", text=text, roles=", ".join(ROLES))
    agency, who = seat(where)
    return acts.MemberForm(agency=agency, officer=who, role=cast(Any, role), name=name)


@committee.command("change", help=say("help-committee-change"))
@click.argument("id_")
@click.option("--add", multiple=True, help=say("opt-committee-add"))
@click.option("--leave", multiple=True, help=say("opt-committee-leave"))
@click.option("--reason", default="", help=say("opt-committee-reason"))
@acting
def change(id_: str, add: tuple[str, ...], leave: tuple[str, ...], reason: str, officer: str,
           passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:  # fmt: skip
    """Members come and go."""
    coming, going = [_member(each) for each in add], [seat(each) for each in leave]
    with at_desk(home, officer, passphrase_file) as (station, who):
        acts.change(station, who, id_, add=coming, leave=going, reason=reason)
    done(as_json, "committee-change-done", id=id_)


@committee.command("assign", help=say("help-committee-assign"))
@click.argument("id_")
@click.argument("key")
@click.option("--to", required=True, help=say("opt-committee-seat"))
@click.option("--due", required=True, help=say("opt-committee-due"))
@click.option("--what", required=True, help=say("opt-committee-what"))
@acting
def assign(id_: str, key: str, to: str, due: str, what: str, officer: str, passphrase_file: Path | None,
           home: Path | None, as_json: bool) -> None:  # fmt: skip
    """What a member answers for."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        acts.assign(station, who, id_, key, seat(to), read.moment(due), what)
    done(as_json, "committee-assign-done", id=id_, key=key)


@committee.command("done", help=say("help-committee-done"))
@click.argument("id_")
@click.argument("key")
@click.option("--remark", default="", help=say("opt-remark"))
@acting
def done_(id_: str, key: str, remark: str, officer: str, passphrase_file: Path | None, home: Path | None,
          as_json: bool) -> None:  # fmt: skip
    """An assignment is done."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        acts.finish(station, who, id_, key, remark)
    done(as_json, "committee-done-done", id=id_, key=key)


@committee.command("meet", help=say("help-committee-meet"))
@click.argument("id_")
@click.option("--held", help=say("opt-study-held"))
@click.option("--form", "how", type=Named("meeting-form", FORMS), default=FORMS[0], show_default=True,
              help=say("opt-study-form"))  # fmt: skip
@click.option("--present", multiple=True, required=True, help=say("opt-committee-present"))
@click.option("--place", default="", help=say("opt-study-place"))
@click.option("--agenda", multiple=True, help=say("opt-committee-agenda"))
@click.option("--minutes", multiple=True, help=say("opt-committee-minutes"))
@click.option("--document", "documents", multiple=True, type=click.Path(path_type=Path),
              help=say("opt-directive-document"))  # fmt: skip
@acting
def meet(id_: str, held: str | None, how: str, documents: tuple[Path, ...], officer: str,
         passphrase_file: Path | None, home: Path | None, as_json: bool, **what: Any) -> None:  # fmt: skip
    """A meeting, with its minutes."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        meeting = acts.Meeting(
            held=read.moment(held) if held else station.now(), form=how, present=tuple(map(seat, what["present"])),
            place=what["place"], agenda=what["agenda"],
            minutes=what["minutes"],
        )  # fmt: skip
        meeting_id = acts.meet(station, who, id_, meeting, files(documents))
    done(as_json, "committee-meet-done", id=meeting_id, committee=id_)


@committee.command("hand-out", help=say("help-committee-hand-out"))
@click.argument("meeting")
@click.argument("document", type=click.Path(path_type=Path))
@click.option("--to", multiple=True, required=True, help=say("opt-committee-to"))
@click.option("--title", default="", help=say("opt-committee-title"))
@click.option("--level", help=say("opt-committee-level"))
@acting
def hand_out(meeting: str, document: Path, to: tuple[str, ...], title: str, level: str | None, officer: str,
             passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:  # fmt: skip
    """Numbered copies."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        grade = names.level(station.pack, level) if level else None
        id_, numbers = acts.hand_out(station, who, meeting, document, list(map(seat, to)), title, grade)
    done(as_json, "committee-hand-out-done", id=id_, copies=numbers if as_json else [str(each) for each in numbers])


@committee.command("recall", help=say("help-committee-recall"))
@click.argument("id_")
@click.argument("numbers", nargs=-1, type=click.IntRange(1, 9_999))
@click.option("--all", "everything", is_flag=True, help=say("opt-committee-recall-all"))
@acting
def recall(id_: str, numbers: tuple[int, ...], everything: bool, officer: str, passphrase_file: Path | None,
           home: Path | None, as_json: bool) -> None:  # fmt: skip
    """Copies came back."""
    if bool(numbers) == everything:
        raise Malformed("recall-what")
    with at_desk(home, officer, passphrase_file) as (station, who):
        back, out = acts.recall(station, who, id_, numbers)
    if as_json:
        emit({"id": id_, "returned": back, "out": out})
    else:
        still = ", ".join(map(str, out)) or "–"
        done(as_json, "committee-recall-done", id=id_, returned=", ".join(map(str, back)), out=still)


@committee.command("list", help=say("help-committee-list"))
@acting
def list_(officer: str, passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:
    """All of them."""
    with reading(home, officer, passphrase_file) as station:
        rows = views.committees(station, officer)
    lines = [
        [row["id"], say(f"committee-kind-{row['kind']}"), row["station"], row["directive"],
         local(row["decided"], DAY), str(row["members"]), shown(row["title"])]
        for row in rows
    ]  # fmt: skip
    columns = ("id", "kind", "station", "directive", "decided", "members", "title")
    emit(rows) if as_json else table(lines, [say(f"col-{name}") for name in columns])


@committee.command("show", help=say("help-committee-show"))
@click.argument("id_")
@acting
def show(id_: str, officer: str, passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:
    """One whole."""
    with reading(home, officer, passphrase_file) as station:
        row = views.committee(station, id_, officer)
    if as_json:
        emit(row)
        return
    echo(click.style(f"{row['id']} {row['title'] or say('hidden')}", bold=True))
    lines = [
        [f"{each['agency']}/{each['officer']}".rstrip("/"), say(f"committee-role-{each['role']}"),
         say(f"committee-member-{each['state']}"), local(each["since"], DAY), local(each["until"], DAY), each["name"]]
        for each in row["seats"]
    ]  # fmt: skip
    table(lines, [say(f"col-{name}") for name in ("member", "role", "state", "since", "until", "name")])
    if row["assignments"]:
        echo("")
        lines = [
            [each["key"], f"{each['agency']}/{each['officer']}".rstrip("/"), local(each["due"], DAY),
             say(f"assignment-{each['state']}"), each["title"]]
            for each in row["assignments"]
        ]  # fmt: skip
        table(lines, [say(f"col-{name}") for name in ("task", "member", "due", "state", "title")])
    for each in row["meetings"]:
        quorum = say("quorum-there") if each["quorum"] else say("quorum-missing")
        echo(f"\n{each['id']}  {local(each['held'])}  {each['place']}".rstrip())
        echo(f"  {len(each['present'])}/{each['members']} {quorum}: {', '.join(each['present'])}")
        for line in (*each["agenda"], *each["minutes"]):
            echo(f"  – {line}")


@committee.command("papers", help=say("help-committee-papers"))
@click.option("--all", "everything", is_flag=True, help=say("opt-committee-papers-all"))
@acting
def papers(everything: bool, officer: str, passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:
    """Which copies are still out."""
    with reading(home, officer, passphrase_file) as station:
        rows = views.copies(station, officer, everything=everything)
    lines = [
        [row["id"], str(row["number"]), row["meeting"], f"{row['agency']}/{row['officer']}".rstrip("/"),
         local(row["time"]), say(f"copy-{row['state']}"), local(row["returned"]), shown(row["title"])]
        for row in rows
    ]  # fmt: skip
    columns = ("id", "copy", "meeting", "receiver", "time", "state", "returned", "title")
    emit(rows) if as_json else table(lines, [say(f"col-{name}") for name in columns])
