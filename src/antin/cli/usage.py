"""What stands for a value in a command's own page, in the reader's language: ``TỆP``, ``VĂN BẢN``, ``[TÙY CHỌN]``."""

from __future__ import annotations

import click

from antin.cli.choices import Named
from antin.cli.door import say

NAMES = {"filled": "file", "request": "file", "approval": "file", "evidence": "file", "folder": "folder",
         "dispatch": "document", "to": "receiver", "who": "receiver", "holder": "receiver", "new": "receiver",
         "authority": "code", "codes": "code", "unit": "code", "units": "code", "parent": "code", "before": "number",
         "after": "number", "numbers": "number", "post_key": "key", "office_key": "key", "papers": "id",
         "report_id": "id", "directive": "id", "finding": "id", "meeting": "id", "dispatches": "document",
         "documents": "document", "task": "key", "item": "key", "criterion": "key"}  # fmt: skip


def localized(command: click.Command) -> click.Command:
    """The same command; and every one below a group."""
    command.options_metavar = say("meta-options")
    if isinstance(command, click.Group):
        command.subcommand_metavar = say("meta-command")
        for each in command.commands.values():
            localized(each)
    for param in command.params:
        if param.metavar is None and not isinstance(param.type, click.Choice | Named):
            param.metavar = _metavar(param)
    return command


def _metavar(param: click.Parameter) -> str | None:
    if isinstance(param, click.Argument):
        name = str(param.name).rstrip("_")
        word = say(f"meta-{NAMES.get(name, name)}")
        return f"{word}…" if param.nargs == -1 else word
    if getattr(param, "is_flag", False):
        return None
    if isinstance(param.type, click.Path):
        return say("meta-path")
    return say("meta-number" if isinstance(param.type, click.types.IntParamType | click.IntRange) else "meta-text")
