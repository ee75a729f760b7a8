"""Every text that any command takes × what people paste: cleaned, or refused by option, place and character; no fault
of the program, no raw placeholder, and nothing recorded."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest
from doors.program import Program

from antin.cli import typed
from antin.cli.choices import Named
from antin.cli.main import COMMANDS, main
from antin.errors import Malformed
from antin.kernel.formats.cbor import clean_text

PASTED = {
    "soft hyphen": ("Quy\u00adết định", "Quyết định"),
    "byte order mark": ("\ufeffQuyết định", "Quyết định"),
    "zero-width space": ("Quyết\u200b định", "Quyết định"),
    "no-break space": ("Quyết\u00a0định", "Quyết định"),
    "tab": ("Quyết\tđịnh", "Quyết định"),
    "decomposed": ("Quye\u0302\u0301t d\u0323i\u0323nh", "Quyết ḍịnh"),
    "mark after what is dropped": ("e\u00ad\u0301", "é"),
    "another script": ("ພາສາລາວ 中文 ไทย", "ພາສາລາວ 中文 ไทย"),
}
UNFIT = {
    "escape": ("Bút\x1b[31m phê", 4, "U+001B"),
    "line": ("dòng một\ndòng hai", 9, "U+000A"),
    "direction": ("ab\u202ecd", 3, "U+202E"),
    "joiner": ("a\u200db", 2, "U+200D"),
    "private": ("\ue000", 1, "U+E000"),
    "byte": ("caf\udce9", 4, "0xE9"),
    "newer Unicode": ("\U0001fae8", 1, "U+1FAE8"),
    "only a mark": ("\u0301a", 1, "U+0301"),
}


def commands(
    group: click.Command = main, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    if not isinstance(group, click.Group):
        yield path, group
        return
    for name in group.list_commands(click.Context(group)) if path else COMMANDS:
        below = group.get_command(click.Context(group), name)
        assert below is not None
        yield from commands(below, (*path, name))


def texts(command: click.Command) -> list[click.Parameter]:
    return [each for each in command.params if isinstance(each.type, click.types.StringParamType)]


PLACES = [(path, command, each) for path, command in commands() for each in texts(command)]


def line(path: tuple[str, ...], command: click.Command, at: click.Parameter, value: str) -> list[str]:
    """A call with that text in its place, and something harmless in every other that is needed."""
    words = list(path)
    for each in command.params:
        text = value if each is at else sample(each)
        if isinstance(each, click.Option):
            words += [each.opts[-1], text] if each is at or each.required else []
        elif each is at or each.required:
            words.append(text)
    return words


def sample(param: click.Parameter) -> str:
    kind = param.type
    if isinstance(kind, Named | click.Choice):
        return str((kind.codes if isinstance(kind, Named) else kind.choices)[0])
    return "1" if isinstance(kind, click.types.IntParamType | click.IntRange) else "x"


@pytest.mark.parametrize(
    ("path", "command", "at"), PLACES, ids=lambda each: getattr(each, "name", None) or " ".join(each)
)
def test_no_text_is_a_fault(
    program: Program, path: tuple[str, ...], command: click.Command, at: click.Parameter
) -> None:
    for value in (*(one for one, *_ in UNFIT.values()), "ậ" * 10_000):
        words = line(path, command, at, value)
        home = "A03.15"
        done = (
            program.run(*words, home=home)
            if any(each.name == "home" for each in command.params)
            else program.bare(*words)
        )
        said = done.err + done.out
        assert done.code not in (0, 1), (words[:4], said)
        assert not re.search(r"\{[a-z_]*\}", said), said
        assert "bytes-malformed" not in said, said
        assert "Traceback" not in said


@pytest.mark.parametrize("what", PASTED)
def test_what_a_word_processor_hides_is_dropped(what: str) -> None:
    given, meant = PASTED[what]
    assert typed.cleaned(given, "--subject") == meant
    assert clean_text(meant)


@pytest.mark.parametrize("what", UNFIT)
def test_what_is_unfit_is_named(what: str) -> None:
    given, place, character = UNFIT[what]
    with pytest.raises(Malformed) as raised:
        typed.cleaned(given, "--subject")
    fields = raised.value.fields
    assert (fields["option"], fields["place"]) == ("--subject", place)
    assert str(fields["character"]).startswith(character)
