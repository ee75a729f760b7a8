"""The door: language, errors into sentences and exit codes, tables, JSON, passphrases.

Everything for a person goes to standard output; errors, hints and progress to standard error.
"""

from __future__ import annotations

import codecs
import gettext
import json
import os
import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import click

from antin.errors import AntinError, Malformed, Missing, Unavailable
from antin.storage import foreign
from antin.storage.refusal import words_for
from antin.words import LANGUAGES, LOCALE, Words

_PASSPHRASE_FILE = 64 * 1024
USAGE, INTERNAL, INTERRUPTED = 2, 1, 130


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


def guarded(command: Callable[..., Any]) -> Callable[..., Any]:
    """Every command's outermost layer: an error of ours becomes words, a code and an exit code; no traceback."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except AntinError as error:
            report(error, as_json=bool(kwargs.get("as_json")))
            raise SystemExit(error.exit_code) from None
        except KeyboardInterrupt:
            click.echo(say("interrupted"), err=True)
            raise SystemExit(INTERRUPTED) from None
        except BrokenPipeError:
            sys.stderr.close()
            raise SystemExit(INTERNAL) from None
        except (click.ClickException, click.exceptions.Exit):
            raise
        except OSError as error:
            refusal = words_for(error, error.filename or "-")
            report(refusal, as_json=False)
            raise SystemExit(refusal.exit_code) from None
        except Exception as error:
            if os.environ.get("ANTIN_DEBUG"):
                raise
            click.echo("antin: " + say("internal-error", kind=type(error).__name__), err=True)
            raise SystemExit(INTERNAL) from None

    return lang_option(run)


def report(error: AntinError, *, as_json: bool) -> None:
    """An error as a person or a program reads it."""
    sentence, hint = say.error(error)
    if as_json:
        fields = {name: _plain(value) for name, value in error.fields.items()}
        emit({"error": {"code": error.code, "sentence": sentence, "hint": hint, "fields": fields}})
        return
    click.echo(f"antin: {sentence} [{error.code}]", err=True)
    if hint:
        click.echo(f"       → {hint}", err=True)


def emit(value: object) -> None:
    """One JSON document on standard output."""
    click.echo(json.dumps(value, ensure_ascii=False, default=_plain))


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
    """A table that fits its content; the last column is never padded."""
    if not rows:
        click.echo(say("nothing-here"))
        return
    widths = [max(width(r[n]) for r in [head, *rows]) for n in range(len(head))]
    for n, row in enumerate([head, *rows]):
        line = "  ".join(cell + " " * (w - width(cell)) for cell, w in zip(row, widths, strict=True)).rstrip()
        click.echo(click.style(line, bold=True) if n == 0 else line)


def passphrase(file: Path | None, who: str, *, new: bool = False) -> bytes:
    """From a file's first line, or asked for without echo (a new one twice, at least 8 characters)."""
    if file is not None:
        data = foreign.read(file, limit=_PASSPHRASE_FILE).split(b"\n")[0].rstrip(b"\r").removeprefix(codecs.BOM_UTF8)
    elif sys.stdin.isatty():
        data = click.prompt(say("ask-passphrase", who=who), hide_input=True, confirmation_prompt=new, err=True).encode()
    else:
        raise Unavailable("passphrase-needed", who=who)
    try:
        text = unicodedata.normalize("NFC", data.decode())
    except UnicodeDecodeError:  # read leniently, files that differ in these bytes would be one passphrase
        raise Malformed("passphrase-not-text", path=file) from None
    if new and len(text) < 8:
        raise Malformed("passphrase-too-short")
    return text.encode()


@contextmanager
def progress(size: int | None, label: str) -> Iterator[Callable[[int], None]]:
    """A progress bar on a terminal, silence elsewhere."""
    if not sys.stderr.isatty() or (size is not None and size < 8 * 1024 * 1024):
        yield lambda _: None
        return
    bar: Any = click.progressbar(length=size, label=label, file=sys.stderr)
    with bar:
        yield bar.update
