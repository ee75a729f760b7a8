"""Files that a person names for the program to write: one way for all.

with outputs(Path("a.pdf"), Path("a.docx"), replace=replace) as (pdf, docx):   tried before anything is recorded
    pdf.write(…)                                                              named together when the block ends
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from antin.errors import Malformed
from antin.storage.durable import Output

STREAM = Path("-")


@contextmanager
def outputs(*targets: Path, replace: bool = False) -> Iterator[list[Output]]:
    """Open outputs; all of them appear when the block ends well, and none when it does not.

    Raises ``Conflict`` for a file that is there without ``replace``, ``Malformed`` for what is no file, for ``-`` and
    for one name twice, ``Missing`` for a folder that is not there.
    """
    if STREAM in targets:
        raise Malformed("output-not-stream")
    if len({each.absolute() for each in targets}) < len(targets):
        raise Malformed("output-twice", path=targets[0])
    with ExitStack() as stack:
        opened = []
        for each in targets:
            output = Output(each, replace=replace)
            stack.callback(output.close)
            opened.append(output)
        yield opened
        _publish(opened)


def _publish(opened: list[Output]) -> None:
    """All bytes are on the disk before the first name is given."""
    for output in opened:
        output.settle()
    for number, output in enumerate(opened):
        try:
            output.publish()
        except BaseException:
            for other in opened[:number]:
                other.take_back()
            raise
