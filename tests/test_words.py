"""Every code has its sentence in both languages, with fields that the code really passes."""

from __future__ import annotations

import ast
import inspect
import runpy
import string
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from io import BytesIO
from pathlib import Path
from pkgutil import iter_modules
from textwrap import dedent
from typing import Any

import click
import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from antin import commands, retry
from antin.cli.choices import Named
from antin.cli.main import COMMANDS, LazyGroup, main
from antin.commands.command import Command, Listing
from antin.errors import Missing, Refused, Unavailable
from antin.journal.own import OWN
from antin.kernel.formats.credential import ROLES
from antin.kernel.formats.receipt import RESULTS
from antin.looks import fields_of
from antin.registers.directives import rules as directives
from antin.registers.dispatch.states import INCOMING, OUTGOING
from antin.registers.drafting import rules as drafting
from antin.registers.emulation import rules as emulation
from antin.registers.emulation.formula import METHODS
from antin.station.books import DEEDS
from antin.verify import INVALID, NOT_PROVEN, VALID
from antin.views.dispatches import Draft, Incoming, Outgoing
from antin.words import LANGUAGES, LOCALE

SCRIPT = Path(__file__).resolve().parent.parent / "scripts/words.py"
SOURCE = LOCALE.parent
PARENTS = {"Refused", "Malformed", "Unverified", "Missing", "Conflict", "Unavailable", "AnswerLost"}
SAYERS = {"say", "words", "done", "_done", "_say_next"}
ACTS = ("sign", "stamp")
REFUSABLE = ("sign-in", "sign-document", "stamp", "cancel", "send", "accept", "refuse", "assign", "open")
INCIDENTS = ("refused", "conflict", "unproven", "not-cosigned", "missing")
NO_HINT = {"already-received"}  # the demonstration's own, shown among its attacks
FILLED_LATER = {"bytes-malformed"}  # the decoder does not know the format's name; shape.parse adds it
BUILT = {"f'{what}-unknown'": ["level-unknown", "precedence-unknown"]}


@cache
def nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text("utf-8"), str(path))))


@cache
def catalogue(lang: str) -> dict[str, str]:
    files = sorted((LOCALE / lang / "LC_MESSAGES").glob("*.po"))
    messages = [m for f in files for m in read_po(BytesIO(f.read_bytes()), locale=lang, abort_invalid=True) if m.id]
    found = {str(m.id): str(m.string) for m in messages}
    assert len(found) == len(messages), "a code stands twice"
    return found


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def texts(node: ast.AST | None) -> list[str]:
    """The strings that a code may be: a constant, either branch of a choice, the members of a built one."""
    if isinstance(node, ast.IfExp):
        return texts(node.body) + texts(node.orelse)
    if isinstance(node, ast.JoinedStr):
        return BUILT.get(ast.unparse(node), [])
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def calls(names: set[str], top: Path = SOURCE) -> list[ast.Call]:
    found = [n for path in [top, *sorted(top.rglob("*.py"))] if path.is_file() for n in nodes(path)]
    return [n for n in found if isinstance(n, ast.Call) and n.args
            and getattr(n.func, "id", getattr(n.func, "attr", "")) in names]  # fmt: skip


@cache
def constants() -> set[str]:
    return {t for path in SOURCE.rglob("*.py") for n in nodes(path) if isinstance(n, ast.Constant) for t in texts(n)}


def raised() -> set[str]:
    return {code for call in calls(PARENTS) for code in texts(call.args[0])}


def passed() -> dict[str, list[set[str]]]:
    """Code → the fields that each raise or say passes, where they can be read off."""
    found: dict[str, list[set[str]]] = defaultdict(list)
    for call in calls(PARENTS | SAYERS):
        for code in [text for each in call.args for text in texts(each)]:
            if all(k.arg for k in call.keywords):
                keys = {text for each in call.args if isinstance(each, ast.Dict) for key in each.keys
                        for text in texts(key)}  # fmt: skip
                found[code].append({str(k.arg) for k in call.keywords} | keys)
    return found


def columns() -> set[str]:
    """Names in the tuples that heads are made of, and the keys of rows that ``show`` prints."""
    parts: list[ast.expr] = []
    for n in [n for path in sorted((SOURCE / "cli").glob("*.py")) for n in nodes(path)]:
        named = isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) in ("names", "columns")
        if named and isinstance(n.value, ast.Tuple):
            parts += n.value.elts
        if isinstance(n, ast.ListComp) and "col-" in ast.unparse(n) and isinstance(n.generators[0].iter, ast.Tuple):
            parts += n.generators[0].iter.elts
    shown = {field.name.rstrip("_") for row in (Incoming, Outgoing, Draft) for field in fields_of(row)}
    return {text for part in parts for text in texts(part)} | heads("col") | shown


def heads(family: str) -> set[str]:
    """Names of the columns of declared listings whose words are of ``family``."""
    listings = [each for each in declared() if isinstance(each, Listing) and each.heads == family]
    return {field.given.name or field.name for each in listings for field in each.columns}


def findings() -> set[str]:
    whats = {"credential-issued", "record", "receipt", "attached", "sent", "addressed", *RESULTS, *ACTS}
    codes = {f"{act}-holds" for act in ACTS} | {"credential-revoked", "record-back-dated"}
    for call in calls({"add", "Finding"}, SOURCE / "verify") + calls({"add", "Finding"}, SOURCE / "inspector"):
        whats |= set(texts(call.args[0]))
        codes |= {t for each in call.args[2:] for t in texts(each)} - raised()
    return {f"what-{what}" for what in whats} | {f"finding-{code}" for code in codes}


def said() -> set[str]:
    codes = {code for call in calls(SAYERS) for each in call.args for code in texts(each)}
    states = {s for table in (INCOMING, OUTGOING) for pair in table for s in pair if s} | {"assigned"}
    families = {"cmd": COMMANDS, "directive-state": {"issued", *directives.DIRECTIVE.values()},
                "kind": {*DEEDS, *OWN}, "state": states, "col": columns(),
                "campaign-state": {"open", *emulation.CAMPAIGN.values()}, "round": {"open", *emulation.ROUND.values()},
                "member": {"invited", *emulation.MEMBER.values()}, "method": METHODS,
                "draft-head": heads("draft-head"), "draft-state": {"open", *drafting.DRAFT.values()},
                "version": {"circulated", *drafting.VERSION.values()},
                "role": ROLES, "lost": ("signer", "echo", "restore"),
                "act": {*ACTS, *REFUSABLE}, "incident": INCIDENTS,
                "verdict": (VALID, INVALID, NOT_PROVEN), "case": (VALID, INVALID, NOT_PROVEN)}  # fmt: skip
    families |= {each.type.family: each.type.codes for command in every_command() for each in command.params
                 if isinstance(each.type, Named)}  # fmt: skip
    built = {f"{family}-{name}" for family, names in families.items() for name in names}
    codes |= {f"help-{each.name.replace(' ', '-')}" for each in declared()}
    return codes | built | findings() | {code for code in constants() if code.startswith("next-")}


def declared() -> list[Command | Listing]:
    """Every declared command and listing."""
    found = (import_module(f"antin.commands.{each.name}") for each in iter_modules(commands.__path__))
    return [one for each in found for one in getattr(each, "COMMANDS", ())]


def every_command() -> Iterator[click.Command]:
    """Every command, and every one below it."""
    waiting = [LazyGroup.get_command(main, click.Context(main), name) for name in COMMANDS]
    while waiting:
        command = waiting.pop()
        assert command is not None
        yield command
        waiting += command.commands.values() if isinstance(command, click.Group) else ()


def prefixes() -> set[str]:
    """``col-`` in ``say(f"col-{name}")``: a word of such a family is used if its name is written somewhere."""
    parts = [each.values for call in calls(SAYERS) for each in call.args if isinstance(each, ast.JoinedStr)]
    rows = [each.row for each in declared() if isinstance(each, Listing)]
    families = {field.look.family for row in rows for field in fields_of(row)} - {""}
    worded = {text for call in calls({"Word"}) for text in texts(call.args[0])}
    return {str(first.value) for first, *_ in parts if isinstance(first, ast.Constant)} | {
        f"{each}-" for each in families | worded
    }


def used(code: str, known: set[str], built: set[str], written: set[str]) -> bool:
    name = code.partition(".")[0]
    return name in known or any(name.startswith(each) and name.removeprefix(each) in written for each in built)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_code_has_its_sentence(lang: str) -> None:
    words = {code for code, sentence in catalogue(lang).items() if sentence}
    assert sorted((raised() | said()) - words) == []
    assert sorted(code for code in raised() - NO_HINT if f"{code}.hint" not in words) == []


def test_sentences_agree_and_their_fields_are_passed() -> None:
    vi, en, given = catalogue("vi"), catalogue("en"), passed()
    assert sorted(set(vi) ^ set(en)) == []
    assert [code for code in vi if fields(vi[code]) != fields(en[code])] == []
    short = {code for code in vi for some in given[code.removesuffix(".hint")] if fields(vi[code]) - some}
    assert short <= FILLED_LATER


@pytest.mark.parametrize(
    "command", [each for each in declared() if isinstance(each, Command)], ids=lambda each: each.name
)
def test_a_declared_command_answers_what_its_sentence_says(command: Command) -> None:
    of: Any = command.of
    body = ast.parse(dedent(inspect.getsource(of.do)))
    answers = [each.value for each in ast.walk(body) if isinstance(each, ast.Return)]
    assert answers
    for each in answers:
        assert isinstance(each, ast.Dict), "a dictionary that can be read off"
        keys = {key.value if isinstance(key, ast.Constant) else None for key in each.keys}  # None: ** of an act's
        assert None in keys or fields(catalogue("vi")[command.says]) <= keys


def test_no_word_is_unused() -> None:
    known, built = constants() | raised() | said(), prefixes()
    words = [code for code in catalogue("vi") if not code.startswith("demo-")]
    assert sorted(code for code in words if not used(code, known, built, constants())) == []


@pytest.mark.parametrize("source", sorted(LOCALE.rglob("*.po")), ids=lambda p: f"{p.parent.parent.name}-{p.stem}")
def test_compiled_words_are_fresh(source: Path) -> None:
    words, compiled = read_po(BytesIO(source.read_bytes()), locale=source.parent.parent.name), BytesIO()
    words.creation_date = words.revision_date = runpy.run_path(str(SCRIPT))["STILL"]
    write_mo(compiled, words)
    assert compiled.getvalue() == source.with_suffix(".mo").read_bytes(), "run `make words`"


def test_what_to_do_next_is_said_of_codes_that_there_are() -> None:
    """One table for exchanges and for whoever calls: no code in it is a typing error."""
    named = retry.PATIENT | retry.LINE | retry._AT_ONCE | retry._DONE | retry._OTHERS_LATER
    assert sorted(named - set(catalogue("vi"))) == []
    assert (
        retry.after(Unavailable("station-busy")) == retry.NOW and retry.after(Unavailable("disk-full")) == retry.LATER
    )
    assert retry.after(Unavailable("recorded-not-signed", index=1, why="")) == retry.NEVER
    assert retry.after(Missing("checkpoint-unlinked")) == retry.LATER
    assert retry.after(Refused("role-missing")) == retry.NEVER
