"""Forms: structured input as a TOML file that a person fills in. ``antin form NAME`` prints an empty one, explained."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import click

from antin import packs
from antin.cli.door import echo, emit, guarded, json_option, say
from antin.errors import Missing
from antin.kernel.formats.paper import File
from antin.packs.shape import Limits, table
from antin.station.documents import examine
from antin.storage import durable, foreign, toml

T = TypeVar("T")
FORMS = Path(__file__).parent / "forms"
EXAMPLES = Path(packs.__file__).parent / "examples"
LIMITS = Limits(text=8_000, list=4_000)
_LARGEST = 4 * 1024 * 1024
_FILE = 16 * 1024 * 1024


def read(cls: type[T], path: Path) -> T:
    """A filled-in form as ``cls``. Raises ``Malformed`` with the place of whatever is unknown, missing or mistyped."""
    found = toml.parse(foreign.text(path, limit=_LARGEST), path.name)
    return table(cls, found, path.name, "", LIMITS)


def files(paths: tuple[Path, ...]) -> tuple[File, ...]:
    """Files that travel inside a paper. Refuses what is no regular file, empty, too large, or has a hostile name."""
    found = []
    for path in paths:
        name = examine(path, pdf_only=False).name
        media = {".pdf": "application/pdf", ".txt": "text/plain"}.get(path.suffix.lower(), "application/octet-stream")
        found.append(File(name, media, durable.read(path, limit=_FILE)))
    return tuple(found)


def names() -> list[str]:
    """The forms there are, and the filled-in ones of packs/examples."""
    return sorted(path.stem for folder in (FORMS, EXAMPLES) for path in folder.glob("*.toml"))


def path_of(name: str) -> Path:
    """Where a form lies. Raises ``Missing``."""
    if name not in names():
        raise Missing("form-unknown", name=name, known=", ".join(names()))
    found = FORMS / f"{name}.toml"
    return found if found.exists() else EXAMPLES / f"{name}.toml"


@click.command(help=say("help-form"))
@click.argument("name", required=False)
@json_option
@guarded
def form(name: str | None, as_json: bool) -> None:
    """An empty form, or the list of them."""
    if name is None:
        emit(names()) if as_json else echo("\n".join(names()))
        return
    text = path_of(name).read_text("utf-8")
    emit({"name": name, "form": text}) if as_json else echo(text, nl=False, raw=True)
