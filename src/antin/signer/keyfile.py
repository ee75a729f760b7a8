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
from antin.signer.keystore import OfficerKeys, Seeds, hands_of
from antin.storage import durable, foreign

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


def load(path: Path) -> OfficerKeys:
    """The keys in a key file. Raises ``Malformed`` for anything else."""
    try:
        return hands_of(parse(Seeds, file.read_secret(foreign.text(path, limit=_LIMIT))))
    except AntinError as error:
        raise error if error.code.startswith(("file", "text")) else Malformed("key-file-malformed") from None


def public_of(hands: OfficerKeys) -> FilePublic:
    """The public half."""
    suite = hands.signing.suite
    return FilePublic(suite.number, hands.signing.public.raw, hands.wrapping.public)


def read_recipients(text: str) -> list[FilePublic]:
    """A public line, or all that a file has: a key file its own, a list one a line, ``#`` begins a remark.

    Refuses a list with a line that is none, by its number: who is left out in silence cannot open.
    """
    if text.startswith(file.PUBLIC_PREFIX):
        return [file.read_public(text.strip())]
    found = []
    for number, line in enumerate(foreign.text(Path(text), limit=_LIMIT).splitlines(), 1):
        said = line.removeprefix("# public:").strip()
        if said.startswith(file.PUBLIC_PREFIX):
            found.append(file.read_public(said))
        elif said and not said.startswith(("#", file.SECRET_PREFIX)):
            raise Malformed("public-line-malformed", path=text, line=number)
    if not found:
        raise Malformed("public-key-malformed")
    return found


def read_signer(text: str) -> FilePublic:
    """The one whose signature is expected. Refuses a list of several."""
    found = read_recipients(text)
    if len(found) != 1:
        raise Malformed("signer-not-one", path=text, count=len(found))
    return found[0]


def kid(public: FilePublic) -> bytes:
    """What the signing key is called."""
    return PublicKeys(by_number(public.suite).number, public.signing).kid
