"""What commands share about files that they write: ``--replace``, standard output, the name of an answer.

An existing file needs ``--replace``; a folder, link, pipe or device is never replaced; ``-`` is standard output where
a command says so, and refused elsewhere (``storage/outputs.py``).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from antin.cli.door import drop_output, say
from antin.errors import AntinError, Malformed
from antin.storage.durable import Output


def replace_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--replace``: an existing file may be overwritten."""
    return click.option("--replace", is_flag=True, help=say("opt-replace"))(command)


def following(path: Path, ending: str, other: str) -> Path:
    """The name of what answers a file: its own ending changed, any other kept, for it may be a date."""
    name = path.name.removesuffix(ending) or path.name
    return path.with_name(name + other)


@contextmanager
def streamed(name: str, folder: Path, *, replace: bool = False) -> Iterator[tuple[Output, Callable[[], None]]]:
    """An output that may be ``-``, and what delivers it: settles the file, or copies it to standard output.

    The block calls that once, before it records that the file was given out.
    """
    if name == "-":
        if sys.stdout is None or sys.stdout.isatty():
            raise Malformed("binary-to-terminal")
        output = Output(folder / "-", replace=True)

        def deliver() -> None:
            try:
                output.copy_to(sys.stdout.buffer)  # a reader who leaves before its end was not given the file
            except AntinError:  # said as what it is; the rest in the buffer would be taken for an answer that was lost
                drop_output()
                raise
    else:
        output = Output(Path(name), replace=replace)
        deliver = output.settle
    try:
        yield output, deliver
        if name != "-":
            output.publish()
    finally:
        output.close()
