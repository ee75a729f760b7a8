"""Key files of file mode: a secret line in a file, a public line to hand out."""

from __future__ import annotations

import os
from pathlib import Path

from antin.errors import AntinError, Malformed
from antin.kernel.crypto.public_key import PublicKeys
from antin.kernel.crypto.suite import Suite, by_number
from antin.kernel.formats import file
from antin.kernel.formats.file import FilePublic
from antin.kernel.formats.shape import encode, parse
from antin.signer.keystore import Hands, Seeds, hands_of
from antin.storage import durable

_LIMIT = 64 * 1024


def create(path: Path, suite: Suite, created: str) -> str:
    """Write a new key file (mode 0600) and return its public line. Refuses to overwrite."""
    seeds = Seeds(suite.number, os.urandom(suite.signing_seed), os.urandom(suite.wrapping_seed))
    public = file.write_public(public_of(hands_of(seeds)))
    output = durable.Output(path)
    try:
        output.write(f"# created: {created}\n# public: {public}\n{file.write_secret(encode(seeds))}\n".encode())
        output.publish()
    finally:
        output.close()
    return public


def load(path: Path) -> Hands:
    """The keys in a key file. Raises ``Malformed`` for anything else."""
    try:
        text = durable.read(path, limit=_LIMIT).decode()
        return hands_of(parse(Seeds, file.read_secret(text)))
    except UnicodeDecodeError:
        raise Malformed("key-file-malformed") from None
    except AntinError as error:
        raise error if error.code.startswith("file") else Malformed("key-file-malformed") from None


def public_of(hands: Hands) -> FilePublic:
    """The public half."""
    suite = hands.signing.suite
    return FilePublic(suite.number, hands.signing.public.raw, hands.wrapping.public)


def read_recipient(text: str) -> FilePublic:
    """A public line, or a file that has one (a key file, or a list's first line)."""
    if text.startswith(file.PUBLIC_PREFIX):
        return file.read_public(text.strip())
    raw = durable.read(Path(text), limit=_LIMIT)
    for line in raw.decode("utf-8", "replace").splitlines():
        found = line.removeprefix("# public:").strip()
        if found.startswith(file.PUBLIC_PREFIX):
            return file.read_public(found)
    raise Malformed("public-key-malformed")


def kid(public: FilePublic) -> bytes:
    """What the signing key is called."""
    return PublicKeys(by_number(public.suite).number, public.signing).kid
