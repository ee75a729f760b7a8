"""The door: language, errors into sentences and exit codes, tables, JSON, passphrases.

Everything for a person goes to standard output; errors, hints and progress to standard error.
"""

from __future__ import annotations

import errno
import gettext
import importlib
import io
import json
import os
import shutil
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import wraps
from pathlib import Path
from typing import Any

import click

from antin import spelling
from antin.cli import typed
from antin.errors import AntinError, Malformed, Missing, Unavailable
from antin.looks import DAMAGED, as_facts
from antin.retry import after
from antin.storage import foreign
from antin.storage.refusal import words_for
from antin.words import LANGUAGES, LOCALE, Words, plain

_PASSPHRASE_FILE = 64 * 1024
_NARROWEST, _READABLE = 8, 14
USAGE, INTERNAL, INTERRUPTED, PIPE_CLOSED = 2, 1, 130, 141


def language() -> str:
    """``--lang`` anywhere on the line, else ``ANTIN_LANG``, else Vietnamese."""
    words = sys.argv
    for n, word in enumerate(words):
        if word.startswith("--lang="):
            return _known(word.removeprefix("--lang="))
        if word == "--lang" and n + 1 < len(words):
            return _known(words[n + 1])
    return _known(os.environ.get("ANTIN_LANG", "vi"))


def _known(lang: str) -> str:
    return lang if lang in LANGUAGES else "vi"


say = Words(language())
# click asks gettext's global domain for its own few sentences ("Usage:", "Missing option …").
os.environ["LANGUAGE"] = say.lang
gettext.bindtextdomain("click", LOCALE / "click")
gettext.textdomain("click")


def home_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--home``: the station's folder."""
    return click.option("--home", envvar="ANTIN_HOME", type=click.Path(path_type=Path), help=say("opt-home"))(command)


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--json``: for programs."""
    return click.option("--json", "as_json", is_flag=True, help=say("opt-json"))(command)


def officer_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--as OFFICER`` and where the passphrase comes from."""
    command = click.option("--as", "officer", envvar="ANTIN_OFFICER", default="", help=say("opt-as"))(command)
    return passphrase_option(command)


def passphrase_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--passphrase-file``."""
    return click.option(
        "--passphrase-file", envvar="ANTIN_PASSPHRASE_FILE", type=click.Path(path_type=Path), help=say("opt-passphrase")
    )(command)


def lang_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--lang`` is read before click starts; here it is only accepted and explained."""
    return click.option("--lang", type=click.Choice(LANGUAGES), expose_value=False, help=say("opt-lang"))(command)


class AnswerLost(Unavailable):
    """Standard output took no answer: what the command did stands, and must not be done again for want of one."""

    exit_code = 10


def guarded(command: Callable[..., Any]) -> Callable[..., Any]:
    """Every command's outermost layer: texts are cleaned on the way in, and an error of ours becomes words, a code and
    an exit code; no traceback."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        as_json = bool(kwargs.get("as_json"))
        try:
            return command(*args, **typed.arguments(click.get_current_context(), kwargs))
        except AntinError as error:
            report(error, as_json=as_json)
            raise SystemExit(error.exit_code) from None
        except (KeyboardInterrupt, click.Abort):
            echo(say("interrupted"), err=True)
            raise SystemExit(INTERRUPTED) from None
        except BrokenPipeError:
            raise SystemExit(PIPE_CLOSED) from None
        except (click.ClickException, click.exceptions.Exit):
            raise
        except OSError as error:
            refusal = words_for(error, error.filename or "-")
            report(refusal, as_json=as_json)
            raise SystemExit(refusal.exit_code) from None
        except Exception as error:
            if os.environ.get("ANTIN_DEBUG"):
                raise
            echo("antin: " + say("internal-error", kind=type(error).__name__), err=True)
            raise SystemExit(INTERNAL) from None

    return lang_option(run)


@contextmanager
def answering() -> Iterator[None]:
    """Around the whole program: the last flush happens here, and an answer that cannot be shown is said as that.

    Letters that the terminal's character set lacks are spelt out. A reader who left early is told nothing.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        try:
            yield
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except BrokenPipeError:
        drop_output()
        raise SystemExit(PIPE_CLOSED) from None
    except OSError as error:
        lost = _lost(error)
        drop_output()
        report(lost, as_json=False)
        raise SystemExit(lost.exit_code) from None
    except SystemExit as end:
        if type(sys.stdout).__name__.endswith("PacifyFlushWrapper"):  # click met the closed pipe first
            raise SystemExit(PIPE_CLOSED) from None
        if end.code in (AnswerLost.exit_code, PIPE_CLOSED):
            drop_output()
        raise


def _lost(error: OSError) -> AnswerLost:
    return AnswerLost("answer-not-shown", why=os.strerror(error.errno or errno.EIO))


def drop_output() -> None:
    """What is still buffered goes nowhere, or the interpreter fails at its end with an exit code of its own."""
    with suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def echo(text: str = "", *, err: bool = False, nl: bool = True, raw: bool = False) -> None:
    """A line for a person, shown as it is stored but for what would move or hide other lines.

    ``raw``: our own file, to the last tab. Raises ``AnswerLost`` when standard output takes none; an error nobody can
    be told of is let go.
    """
    shown = text if raw else "\n".join(plain(line, styled=True) for line in text.split("\n"))
    if err:
        with suppress(OSError, ValueError):
            click.echo(shown, err=True, nl=nl)
        return
    try:
        if sys.stdout is None:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        click.echo(shown, nl=nl)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _lost(error) from None


def report(error: AntinError, *, as_json: bool) -> None:
    """An error as a person or a program reads it."""
    sentence, hint = say.error(spoken(error))
    if as_json and not isinstance(error, AnswerLost):
        fields = {name: _plain(value) for name, value in error.fields.items()}
        try:
            emit({"error": {"code": error.code, "sentence": sentence, "hint": hint, "fields": fields,
                            "retry": after(error)}})  # fmt: skip
        except (AnswerLost, OSError):  # a refusal that nobody could be shown is a refusal still
            drop_output()
        return
    echo(f"antin: {sentence} [{error.code}]", err=True)
    if hint:
        echo(f"       → {hint}", err=True)


def leave(failed: list[tuple[str, AntinError]], as_json: bool) -> None:
    """Of several, one that fails keeps no other back; the first of them is the command's result."""
    for each, why in () if as_json else failed:
        echo(f"{each}:", err=True)
        report(why, as_json=False)
    if failed:
        raise SystemExit(failed[0][1].exit_code)


def spoken(error: AntinError) -> AntinError:
    """The same error with its fields as a person reads them."""
    return type(error)(error.code, evidence=None, **said(error.fields))


def said(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a sentence with the names of states, and times as they stand in a register."""
    found, state, time = dict(fields), f"state-{fields.get('state')}", fields.get("time")
    if say.has(state):
        found["state"] = say(state)
    if isinstance(time, int):
        found["time"] = importlib.import_module("antin.views.local_time").local(time)  # only where one is told
    return found


def emit(value: object) -> None:
    """One JSON document on standard output; what a terminal does not print is written as JSON escapes it."""
    text = json.dumps(as_facts(value), ensure_ascii=False, default=_plain)
    echo("".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in text), raw=True)


def interactive() -> bool:
    """Whether somebody sits there to answer."""
    return bool(sys.stdin and sys.stdin.isatty())


def agreed(question: str, *, assumed: bool = False) -> bool:
    """A question, answered ``c``/``có``/``y`` or ``k``/``không``/``n``; without a terminal ``assumed``."""
    if not interactive():
        return assumed
    while True:
        said = spelling.plain(click.prompt(f"{question} {say('yes-or-no')}", prompt_suffix=" ", err=True))
        if said in ("c", "co", "y", "yes"):
            return True
        if said in ("k", "khong", "n", "no"):
            return False


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return value.hex()
    return value if isinstance(value, bool | int | str | None) else str(value)


def need_home(home: Path | None) -> Path:
    """The station's folder. Raises ``Missing`` when nobody said which."""
    if home is None:
        raise Missing("home-unsaid")
    return home


def width(text: str) -> int:
    """Columns that a text takes on a terminal (combining marks take none)."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def table(rows: Sequence[Sequence[str]], head: Sequence[str]) -> None:
    """A table that fits its content, and the terminal where there is one; an empty column is left out."""
    if not rows:
        echo(say("nothing-here"))
        return
    shown = [[plain(cell) for cell in row] for row in rows]
    head, shown = _without_blank(head, shown)
    widths = _fitted([max(width(r[n]) for r in [head, *shown]) for n in range(len(head))])
    for n, row in enumerate([head, *shown]):
        line = "  ".join(_padded(cell, w) for cell, w in zip(row, widths, strict=True)).rstrip()
        echo(click.style(line, bold=True) if n == 0 else line)


def _without_blank(head: Sequence[str], rows: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    """A column in which nothing stands takes no room."""
    kept = [n for n in range(len(head)) if any(row[n] for row in rows)]
    return [head[n] for n in kept], [[row[n] for n in kept] for row in rows]


def _fitted(widths: list[int]) -> list[int]:
    """On a terminal the last column gives way, it is the free text; then the widest. A file gets everything."""
    if not sys.stdout or not sys.stdout.isatty():
        return widths
    room = shutil.get_terminal_size().columns - 2 * (len(widths) - 1)
    widths = list(widths)
    while sum(widths) > room and max(widths) > _NARROWEST:
        text = len(widths) - 1
        widths[text if widths[text] > _READABLE else max(range(text + 1), key=lambda n: widths[n])] -= 1
    return widths


def _padded(cell: str, size: int) -> str:
    """Exactly ``size`` columns; what was cut ends in an ellipsis."""
    if width(cell) <= size:
        return cell + " " * (size - width(cell))
    while width(cell) > size - 1:
        cell = cell[:-1]
    return cell + "…" + " " * (size - 1 - width(cell))


def passphrase(file: Path | None, who: str, *, new: bool = False) -> bytes:
    """From a file's first line, or asked for without echo (a new one twice, at least 8 characters)."""
    if file is not None:
        text = foreign.text(file, limit=_PASSPHRASE_FILE).split("\n")[0].rstrip("\r")
    elif interactive():
        text = click.prompt(
            say("ask-passphrase-new" if new else "ask-passphrase", who=who),
            hide_input=True,
            confirmation_prompt=new,
            err=True,
        )
    else:
        raise Unavailable("passphrase-needed", who=who)
    text = unicodedata.normalize("NFC", text)
    odd = next((place for place, c in enumerate(text, 1) if not c.isprintable()), 0)
    if odd:  # a NUL or an escape was never typed, and nobody can type it again
        raise Malformed("passphrase-not-text", path=file or "–", place=odd)
    if new and len(text) < 8:
        raise Malformed("passphrase-too-short")
    return text.encode()


def shown(text: str) -> str:
    """Words of a record for a person: hidden from whoever may not read them, said to be damaged where they are."""
    return say("damaged") if DAMAGED in text else text or say("hidden")


@contextmanager
def progress(size: int | None, label: str) -> Iterator[Callable[[int], None]]:
    """A progress bar on a terminal for what is large; silence elsewhere, and where nobody knows how large it is."""
    if size is None or size < 8 * 1024 * 1024 or not sys.stderr.isatty():
        yield lambda _: None
        return
    bar: Any = click.progressbar(length=size, label=label, file=sys.stderr)
    with bar:
        yield bar.update
