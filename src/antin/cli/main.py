"""``antin``: the list of commands; each command's module is imported only when it is called."""

from __future__ import annotations

import importlib
import sys
from typing import Any

import click

from antin import __version__
from antin.cli.door import USAGE, answering, echo, say
from antin.cli.usage import localized
from antin.signer.process import harden

# command: module.function. Order is the order of help.
COMMANDS = {
    "demo": "demo:demo",
    "init": "setup:init",
    "approve": "setup:approve",
    "join": "setup:join",
    "officer": "setup:officer",
    "revoke": "setup:revoke",
    "renew": "succession:renew_",
    "allot": "succession:allot",
    "agree": "succession:agree",
    "status": "setup:status",
    "sign-document": "desk:sign_document",
    "stamp": "desk:stamp",
    "cancel": "desk:cancel",
    "send": "desk:send",
    "inbox": "box:inbox",
    "outbox": "box:outbox",
    "drafts": "box:drafts",
    "show": "box:show",
    "accept": "desk:accept",
    "refuse": "desk:refuse",
    "assign": "desk:assign",
    "answer": "desk:answer",
    "file": "desk:file",
    "unanswered": "box:unanswered",
    "open": "desk:open_",
    "receipts": "box:receipts",
    "form": "form:form",
    "directive": "directive:directive",
    "programme": "programme:programme",
    "progress": "programme:progress",
    "report": "report:report",
    "proposal": "report:proposal",
    "board": "board:board",
    "calendar": "board:calendar",
    "duties": "board:duties",
    "search": "board:search",
    "draft": "draft:draft",
    "emulation": "emulation:emulation",
    "committee": "committee:committee",
    "inspection": "inspection:inspection",
    "escalate": "inspection:escalate",
    "organisation": "organisation:organisation",
    "publish": "papers:publish",
    "take": "papers:take",
    "papers": "papers:papers",
    "sync": "exchange:sync",
    "relay": "relay:relay",
    "bundle": "exchange:bundle",
    "directory": "exchange:directory",
    "books": "proofs:books",
    "journal": "proofs:journal",
    "audit": "proofs:audit",
    "incidents": "proofs:incidents",
    "backup": "loss:backup",
    "restore": "loss:restore",
    "migrate": "move:migrate",
    "recover": "loss:recover",
    "epoch": "loss:epoch",
    "resume": "succession:resume_",
    "clock-back": "succession:clock_back",
    "prove": "proofs:prove",
    "case": "proofs:case",
    "verify": "proofs:verify",
    "keygen": "files:keygen",
    "seal": "files:seal",
    "unseal": "files:unseal",
    "sign": "files:sign",
    "completion": "completion:completion",
}


class LazyGroup(click.Group):
    """Knows its commands by name; loads one when it is called. Help shows the catalogue's short line."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """All that is written is written inside the door."""
        with answering():
            return super().main(*args, **kwargs)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(f"antin.cli.{module}"), name)
        return localized(command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(say("help-commands")):
            formatter.write_dl([(name, say(f"cmd-{name}")) for name in COMMANDS])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            near = [name for name in COMMANDS if name.startswith(args[0][:2])]
            echo(f"antin: {say('command-unknown', name=args[0], near=', '.join(near) or '–')}", err=True)
            raise SystemExit(USAGE)
        return super().resolve_command(ctx, args)


@click.command(cls=LazyGroup, help=say("help-antin"), epilog=say("provider-notice"),
               options_metavar=say("meta-options"), subcommand_metavar=say("meta-command"))  # fmt: skip
@click.option("--lang", type=click.Choice(["vi", "en"]), expose_value=False, help=say("opt-lang"))
@click.version_option(__version__, prog_name="antin")
def main() -> None:
    """The whole program."""
    harden()


if __name__ == "__main__":
    sys.exit(main())
