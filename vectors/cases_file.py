"""Cases of file mode."""

from __future__ import annotations

import io
from collections.abc import Callable

from cases_objects import flip
from people import NOON, Person, seed

from antin.acts import files
from antin.kernel.formats import file
from antin.signer import keyfile
from antin.signer.keystore import OfficerKeys

DOCUMENT = "Một tệp, không cần trạm.\n".encode() * 4


class Memory:
    """Where a sealed file goes."""

    def __init__(self) -> None:
        self.handle = io.BytesIO()
        self.write = self.handle.write


def sealed(to: Person, by: Person | None) -> bytes:
    hands = OfficerKeys(by.signing, by.wrapping) if by else None
    public = keyfile.public_of(OfficerKeys(to.signing, to.wrapping))
    out = Memory()
    files.seal_file([DOCUMENT], [public], hands, out, "tep.txt", NOON, lambda _: None)  # type: ignore[arg-type]
    return out.handle.getvalue()


def seeds(prefix: str, name: str) -> dict[str, bytes]:
    signing, wrapping = seed(f"{name} signing", 64), seed(f"{name} wrapping", 96)
    return {f"{prefix}signing_seed": signing, f"{prefix}wrapping_seed": wrapping}


def make(case: Callable[..., None], people: dict[str, Person]) -> None:
    an, binh = people["officer-a"], people["officer-b"]
    line = file.write_public(keyfile.public_of(OfficerKeys(an.signing, an.wrapping)))
    case("file/public-line", "the public line of a key", "2", "public-line", line=line, **seeds("", "officer-a"),
         **{"result.kid": an.signing.public.kid})  # fmt: skip
    slip = line[:50] + ("A" if line[50] != "A" else "B") + line[51:]
    given = seeds("", "officer-b")
    case("file/public-line-miscopied", "one letter of the line is another", "2", "public-line", "public-key-malformed",
         line=slip)  # fmt: skip
    case("file/public-line-cut", "the end of the line is missing", "2", "public-line", "public-key-malformed",
         line=line[:-7])  # fmt: skip
    signed_, bare = sealed(binh, an), sealed(binh, None)
    case("file/signed", "a file sealed to officer-b and signed by officer-a", "8", "unseal", bytes=signed_, **given,
         **seeds("from_", "officer-a"), **{"result.document": DOCUMENT, "result.name": "tep.txt"})  # fmt: skip
    case("file/signer-not-expected", "signed by another than expected", "8", "unseal", "signer-not-expected",
         bytes=signed_, **given, **seeds("from_", "registrar-a"))  # fmt: skip
    case("file/unsigned", "an unsigned file, any signer or none accepted", "8", "unseal", bytes=bare, **given,
         **{"result.document": DOCUMENT, "result.name": ""})  # fmt: skip
    case("file/unsigned-but-expected", "an unsigned file where a signer is expected", "8", "unseal", "not-signed",
         bytes=bare, **given, **seeds("from_", "officer-a"))  # fmt: skip

    def broken(name: str, tests: str, expect: str, raw: bytes, **keys: bytes) -> None:
        case(f"file/{name}", tests, "2", "unseal", expect, bytes=raw, **(keys or given))

    broken("other-key", "a file for somebody else", "not-for-this-key", bare, **seeds("", "officer-a"))
    broken("other-magic", "another magic", "not-a-sealed-file", b"antinF2\n" + bare[8:])
    broken("wrap-flipped", "one bit of the wrapped content key", "wrap-invalid", flip(bare, 100))
    stream = len(bare) - len(DOCUMENT) - 8 - 16 - 56
    broken("commitment-flipped", "one bit of the commitment", "content-tampered why=tag", flip(bare, stream + 24))
    broken("header-cut", "the end of the file inside the header", "bytes-malformed why=truncated", bare[:200])
    broken("last-byte-missing", "one byte short", "content-tampered why=truncated", bare[:-1])
