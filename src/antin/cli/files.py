"""Files alone: keygen, seal, unseal, sign. ``-`` is standard input or output."""

from __future__ import annotations

import sys
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from antin.cli.door import echo, emit, guarded, json_option, progress, say
from antin.cli.late import Late
from antin.cli.outputs import replace_option, streamed
from antin.errors import Malformed
from antin.station.documents import read_all
from antin.storage import durable
from antin.storage.durable import Output
from antin.views.local_time import local

if TYPE_CHECKING:
    from antin.acts import files
    from antin.kernel.crypto import suite as suites
    from antin.kernel.formats import file as file_format
    from antin.kernel.formats.file import FilePublic
    from antin.signer import keyfile
else:
    files, keyfile = Late("antin.acts.files"), Late("antin.signer.keyfile")
    suites, file_format = Late("antin.kernel.crypto.suite"), Late("antin.kernel.formats.file")

_SIGNATURE_LIMIT = 64 * 1024
NAME = click.Path(allow_dash=True)  # of a file, as its bytes are: nothing cleans it


@contextmanager
def source_of(name: str) -> Iterator[tuple[BinaryIO, int | None, str]]:
    """A readable stream, its size if known, and the name it goes by."""
    if name == "-":
        yield sys.stdin.buffer, None, "-"
        return
    path = Path(name)
    with durable.translated(path):
        if path.is_dir():
            raise Malformed("file-not-regular", path=path)
        handle = path.open("rb")
    with handle:
        base = "".join(c for c in unicodedata.normalize("NFC", path.name) if c.isprintable())[:60] or "-"
        yield handle, path.stat().st_size, base


@contextmanager
def target_of(name: str, replace: bool) -> Iterator[Output]:
    """An unlinked output; named or piped only when the block ends well."""
    with streamed(name, Path(), replace=replace) as (output, deliver):
        yield output
        deliver()


@click.command(help=say("help-keygen"))
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help=say("opt-key-out"))
@click.option("--suite", type=click.IntRange(1, 2), default=1, help=say("opt-suite"))
@json_option
@guarded
def keygen(output: Path, suite: int, as_json: bool) -> None:
    """A new key file."""
    created = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    public = keyfile.create(output, suites.by_number(suite), created)
    emit({"output": str(output), "public": public}) if as_json else echo(public)


@click.command(help=say("help-seal"))
@click.argument("file", type=NAME)
@click.option("-r", "--recipient", "recipients", type=NAME, multiple=True, required=True, help=say("opt-recipient"))
@click.option("-s", "--signer", type=click.Path(path_type=Path), help=say("opt-signer"))
@click.option("-o", "--output", type=NAME, default="-", help=say("opt-out"))
@replace_option
@json_option
@guarded
def seal(
    file: str, recipients: tuple[str, ...], signer: Path | None, output: str, replace: bool, as_json: bool
) -> None:
    """Seal a file."""
    public = [key for each in recipients for key in keyfile.read_recipients(each)]
    hands = keyfile.load(signer) if signer else None
    with (
        source_of(file) as (handle, size, name),
        target_of(output, replace) as target,
        progress(size, say("sealing")) as tell,
    ):
        files.seal_file(read_all(handle), public, hands, target, name, int(time.time()), tell)
    if as_json and output != "-":
        emit({"output": output, "recipients": len(public), "signed": signer is not None})


@click.command(help=say("help-unseal"))
@click.argument("file", type=NAME)
@click.option("-i", "--identity", type=click.Path(path_type=Path), required=True, help=say("opt-identity"))
@click.option("--from", "sender", type=NAME, help=say("opt-from"))
@click.option("--any-signer", is_flag=True, help=say("opt-any-signer"))
@click.option("-o", "--output", type=NAME, default="-", help=say("opt-out"))
@replace_option
@json_option
@guarded
def unseal(file: str, identity: Path, sender: str | None, any_signer: bool, output: str, replace: bool,
           as_json: bool) -> None:  # fmt: skip
    """Unseal a file."""
    expected = expected_signer(sender, any_signer)
    hands = keyfile.load(identity)
    with (
        source_of(file) as (handle, size, _),
        target_of(output, replace) as target,
        progress(size, say("opening")) as tell,
    ):
        vouched = files.unseal_file(handle, hands, expected, target, tell)
    say_signer(vouched, as_json and output != "-")


@click.command(help=say("help-sign"))
@click.argument("file", type=NAME)
@click.option("-s", "--signer", type=click.Path(path_type=Path), required=True, help=say("opt-signer"))
@click.option("-o", "--output", type=NAME, required=True, help=say("opt-signature-out"))
@replace_option
@json_option
@guarded
def sign(file: str, signer: Path, output: str, replace: bool, as_json: bool) -> None:
    """A detached signature."""
    hands = keyfile.load(signer)
    with (
        source_of(file) as (handle, size, name),
        target_of(output, replace) as target,
        progress(size, say("signing")) as tell,
    ):
        pieces = (tell(len(piece)) or piece for piece in read_all(handle))
        target.write(files.sign_file(pieces, hands, name, int(time.time())))
    if as_json and output != "-":
        emit({"output": output})


def verify_detached(evidence: str, signature: Path, sender: str | None, any_signer: bool, as_json: bool) -> None:
    """``antin verify FILE --signature SIG``."""
    expected = expected_signer(sender, any_signer)
    raw = durable.read(signature, limit=_SIGNATURE_LIMIT)
    with source_of(evidence) as (handle, _, _):
        vouched = files.verify_file(read_all(handle), raw, expected)
    say_signer(vouched, as_json)


def expected_signer(sender: str | None, any_signer: bool) -> FilePublic | None:
    """Whose signature is expected must be said (protocol rule 8)."""
    if (sender is None) == (not any_signer):
        raise Malformed("signer-unsaid")
    return keyfile.read_signer(sender) if sender else None


def say_signer(vouched: files.Vouched, as_json: bool) -> None:
    """Who signed, on standard error, so that pipes stay clean."""
    statement = vouched.statement
    public = file_format.write_public(vouched.signer) if vouched.signer else ""
    if as_json:
        emit({"signed": bool(statement), "by": public, "time": statement.time if statement else None})
    elif statement is None:
        echo(say("file-unsigned"), err=True)
    else:
        echo(say("file-signed", by=public[:40] + "…", time=local(statement.time)), err=True)
