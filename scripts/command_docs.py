"""Writes docs/integrator/commands.md and commands.schema.json from the declared commands; a test compares."""

from __future__ import annotations

import ast
import inspect
import json
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from textwrap import dedent
from typing import Any

from antin import commands
from antin.commands import describe
from antin.commands.command import Command, Listing
from antin.looks import Field

FOLDER = Path(__file__).resolve().parent.parent / "docs/integrator"
HEAD = """# Declared commands

Made by `scripts/command_docs.py` from `src/antin/commands/`; do not edit. Each can be said by any door; a terminal
makes an argument of what must be said and an option of what may be, unless its help says otherwise.
`commands.schema.json` has the same as JSON Schema, with what a listing answers.

| command | what it does | must be said | may be said | answers |
|---|---|---|---|---|
"""


def declared() -> list[Command | Listing]:
    """All of them, by name."""
    found = (import_module(f"antin.commands.{each.name}") for each in iter_modules(commands.__path__))
    return sorted((one for each in found for one in getattr(each, "COMMANDS", ())), key=lambda one: one.name)


def answers(command: Command | Listing) -> str:
    """Names of what is answered, as far as they can be read off."""
    if isinstance(command, Listing):
        return "[" + ", ".join(f"`{name}`" for name in describe.of(command.row)["properties"]) + "]"
    of: Any = command.of
    found: dict[str, None] = {}
    for node in ast.walk(ast.parse(dedent(inspect.getsource(of.do)))):
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Dict):
            found |= {str(key.value) if isinstance(key, ast.Constant) else "…": None for key in node.value.keys}
    return ", ".join(f"`{name}`" for name in found)


def said(field: Field) -> str:
    """``name`` look, with ``…`` for several."""
    name = field.name.rstrip("_")
    return f"`{name}` {field.look.kind}{' …' if field.many else ''}"


def page() -> str:
    """The whole page."""
    lines = []
    for each in declared():
        must = ", ".join(said(field) for field in each.fields if field.required)
        may = ", ".join(said(field) for field in each.fields if not field.required)
        what = inspect.getdoc(each.of) or ""
        lines.append(f"| `{each.name}` | {what.splitlines()[0]} | {must} | {may} | {answers(each)} |")
    return HEAD + "\n".join(lines) + "\n"


def schema() -> str:
    """One schema for each command: ``say``, and ``answer`` where it is a listing."""
    found = {
        each.name: {"say": describe.of(each.of)}
        | ({"answer": {"type": "array", "items": describe.of(each.row)}} if isinstance(each, Listing) else {})
        for each in declared()
    }
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": found}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    (FOLDER / "commands.md").write_text(page(), "utf-8")
    (FOLDER / "commands.schema.json").write_text(schema(), "utf-8")
