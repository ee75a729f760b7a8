"""The people of the vectors: fixed seeds, their credentials, and how a case is written."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from antin.kernel.crypto import suite as suites
from antin.kernel.crypto.journal_key import JournalKey
from antin.kernel.crypto.signing_key import SigningKey
from antin.kernel.crypto.suite import Suite, by_number
from antin.kernel.crypto.wrap import WrappingKey
from antin.kernel.formats.credential import Credential, Subject
from antin.kernel.formats.fields import Clearance
from antin.kernel.formats.shape import encode
from antin.kernel.formats.signed import Signatory
from antin.kernel.formats.succession import HandoverBody
from antin.kernel.sign import sign_object

HERE = Path(__file__).resolve().parent
NOON = 1_772_000_000
LATER = NOON + 2 * 365 * 86400


def seed(name: str, size: int) -> bytes:
    """SHAKE256("antin vectors: NAME"): fixed, published, and of no use outside these files."""
    return hashlib.shake_256(b"antin vectors: " + name.encode()).digest(size)


@dataclass
class Person:
    """A holder of keys, and his credential."""

    name: str
    suite: Suite
    subject: Subject
    raw: bytes = b""

    @property
    def signing(self) -> SigningKey:
        return SigningKey(self.suite, seed(self.name + " signing", self.suite.signing_seed))

    @property
    def wrapping(self) -> WrappingKey:
        return WrappingKey(self.suite, seed(self.name + " wrapping", self.suite.wrapping_seed))

    @property
    def journal(self) -> JournalKey:
        return JournalKey(seed(self.name + " journal", 64))

    @property
    def digest(self) -> bytes:
        return suites.object_digest(self.raw)

    def sign(self, type_: str, body: bytes, use: int = 1) -> bytes:
        return sign_object(type_, self.suite, body, [(self.signing, Signatory(self.digest, use))])


def person(name: str, kind: int, code: str, officer: str = "", *, branch: str = "he-1", level: int = 2,
           roles: tuple[str, ...] = (), suite: int = 1) -> Person:  # fmt: skip
    found = Person(name, by_number(suite), None)  # type: ignore[arg-type]
    found.subject = Subject(
        kind, code, officer, "" if officer else name, branch, "", "", roles, Clearance(level, ()),
        found.signing.public.raw, b"" if officer else found.journal.public,
        found.wrapping.public if officer else b"",
    )  # fmt: skip
    return found


def bind(whom: Person, issuer: Person | None, *, subject: bytes = b"", after: int = LATER, previous: bytes = b"",
         handover: bytes = b"", epoch: int | None = None) -> bytes:  # fmt: skip
    """A credential for ``whom``; its own signature for a root."""
    first = 0 if whom.subject.officer else 1
    body = encode(Credential(seed(whom.name + " id", 16), subject or encode(whom.subject), NOON, after, b"", previous,
                             handover, first if epoch is None else epoch))  # fmt: skip
    by = issuer or whom
    signer = Signatory(issuer.digest if issuer else whom.signing.public.kid, 1)
    return sign_object("antin/credential/1", by.suite, body, [(by.signing, signer)])


def everyone(*, fresh: bool) -> dict[str, Person]:
    """Root, authority, two agencies with officers; and a root with one officer and agency of the second suite."""
    root = person("root", 1, "A00", branch="", level=3)
    authority = person("authority", 1, "G10", level=3)
    a, b = person("agency-a", 2, "G10.1", level=3), person("agency-b", 2, "G10.2", level=3)
    an = person("officer-a", 3, "G10.1", "an", roles=("officer", "leader"))
    anh = person("registrar-a", 3, "G10.1", "anh", roles=("registrar",), level=1)
    ca = person("cipher-a", 3, "G10.1", "ca", roles=("cipher",))
    binh = person("officer-b", 3, "G10.2", "binh", roles=("officer",))
    root2 = person("root-2", 1, "B00", branch="", level=3, suite=2)
    a2 = person("agency-2", 2, "B00.1", level=3, suite=2)
    chi = person("officer-2", 3, "B00.1", "chi", level=3, roles=("officer", "leader"), suite=2)
    later = [person(f"officer-b-{n}", 3, "G10.2", "binh", roles=("officer",)) for n in range(2, 6)]
    for whom, issuer in ((root, None), (authority, root), (a, authority), (b, authority), (an, authority),
                         (anh, authority), (ca, authority), (binh, authority), (root2, None), (a2, root2),
                         (chi, root2)):  # fmt: skip
        whom.raw = bind(whom, issuer) if fresh else _kept(whom.name)
    for each in later:
        each.raw = succeeding(each, binh, authority) if fresh else _kept(each.name)
    return {each.name: each for each in (root, authority, a, b, an, anh, ca, binh, root2, a2, chi, *later)}


def succeeding(heir: Person, before: Person, authority: Person) -> bytes:
    """The credential of who follows ``before``: with his word, without, with one for others, with a false one."""
    subject = encode(heir.subject)
    named = hashlib.sha256(b"others" if heir.name.endswith("4") else subject).digest()
    body = encode(HandoverBody("G10.2", "binh", named, NOON))
    signer = heir if heir.name.endswith("5") else before
    hand = (signer.signing, Signatory(before.digest, 9))
    word = b"" if heir.name.endswith("3") else sign_object("antin/handover/1", before.suite, body, [hand])
    return bind(heir, authority, previous=before.digest, handover=word)


def _kept(name: str) -> bytes:
    text = (HERE / "shared.txt").read_text("utf-8").replace("\n ", "")
    line = next(each for each in text.splitlines() if each.startswith(f"{name}: base64 "))
    return base64.b64decode(line.split(" ")[2])


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return _wrap("hashes " + b"".join(value).hex())
    if isinstance(value, bytes):
        return _wrap("hex " + value.hex() if len(value) <= 600 else "base64 " + base64.b64encode(value).decode())
    return _wrap(str(value)) if len(str(value)) > 1000 else str(value)


def _wrap(text: str, width: int = 100) -> str:
    return "\n ".join(text[n : n + width] for n in range(0, len(text), width))


def write(path: str, tests: str, rule: str, check: str, expect: str, fields: dict[str, Any]) -> None:
    """One case, one file."""
    head = {"name": path, "format": path.split("/")[0], "tests": tests, "rule": rule, "check": check, "expect": expect}
    lines = [f"{key}: {_text(value)}" for key, value in {**head, **fields}.items()]
    out = HERE / f"{path}.txt"
    out.parent.mkdir(exist_ok=True)
    out.write_text("\n".join(lines) + "\n", "utf-8")


def write_shared(people: dict[str, Person]) -> None:
    lines = ["# Credentials that the cases name. Seeds: vectors/README.md."]
    lines += [f"{each.name}: {_text(each.raw)}" for each in people.values()]
    (HERE / "shared.txt").write_text("\n".join(lines) + "\n", "utf-8")
