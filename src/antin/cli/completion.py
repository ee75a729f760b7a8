"""Shell completion: prints what the shell must source."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from antin.cli.door import echo, guarded, say


@click.command(help=say("help-completion"))
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@guarded
def completion(shell: str) -> None:
    """``eval "$(antin completion bash)"``."""
    kind = get_completion_class(shell)
    assert kind is not None  # the choice above lists only known shells
    root = click.get_current_context().find_root()
    echo(kind(root.command, {}, "antin", "_ANTIN_COMPLETE").source(), raw=True)
