"""Who is who: credentials under the root, entered in a mirrored journal, and whether they count now."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping

from antin.errors import Missing, Refused
from antin.kernel import check
from antin.kernel.check import Trusted
from antin.kernel.crypto import suite as suites
from antin.kernel.formats import credential as cred
from antin.kernel.formats import note, signed
from antin.kernel.formats.shape import parse
from antin.station.mirror import SQL, Mirror
from antin.storage.database import Database

_LONGEST_CHAIN = 4


class Directory(Mapping[bytes, Trusted]):
    """Credentials by digest. A credential is here only if its chain holds and an authority's journal carries it."""

    def __init__(self, db: Database, root: bytes) -> None:
        self._db, self._root, self.mirror = db, root, Mirror(db)
        self._cache: dict[bytes, Trusted] = {}

    def __getitem__(self, digest: bytes) -> Trusted:
        if digest not in self._cache:
            self._cache[digest] = self._load(digest, 0)
        return self._cache[digest]

    def get(self, digest: bytes, default: object = None) -> Trusted | None:  # type: ignore[override]
        """None for an unknown digest; a known but false credential still raises."""
        return self[digest] if self._db.value(SQL["read_object"], digest) is not None else None

    def __iter__(self) -> Iterator[bytes]:
        return (row[0] for row in self._db.rows(SQL["list_credentials"]))

    def __len__(self) -> int:
        return len(self._db.rows(SQL["list_credentials"]))

    def _load(self, digest: bytes, depth: int) -> Trusted:
        raw = self._db.value(SQL["read_object"], digest)
        if raw is None or depth > _LONGEST_CHAIN:
            raise Missing("credential-unknown", digest=digest.hex()[:16])
        if digest == self._root or digest[: len(self._root)] == self._root:
            return check.root(raw, self._root)
        signer = signed.claim(raw, "antin/credential/1").signers[0].credential
        trusted = check.credential(raw, self._cache.get(signer) or self._load(signer, depth + 1))
        entered = self._db.row(SQL["read_directory"], digest)
        if entered is None or entered[0] != trusted.credential.id:
            raise Missing("credential-not-in-directory", who=trusted.name)
        return trusted

    def keep(self, raw: bytes) -> bytes:
        """Store a credential's bytes and index them by name; says nothing of its truth. Returns the digest."""
        digest = suites.object_digest(raw)
        body = signed.claim(raw, "antin/credential/1").unverified_body
        subject = parse(cred.Subject, parse(cred.Credential, body).subject)
        self._db.run(SQL["insert_object"], digest, "credential", raw)
        self._db.run(SQL["insert_credential"], digest, subject.code, subject.officer, subject.kind, subject.name)
        return digest

    def raw(self, digest: bytes) -> bytes:
        """A credential's bytes."""
        found = self._db.value(SQL["read_object"], digest)
        if found is None:
            raise Missing("credential-unknown", digest=digest.hex()[:16])
        return bytes(found)

    def find(self, code: str, officer: str = "") -> Trusted:
        """The newest good credential under a name. Raises ``Missing`` with the nearest names."""
        found = [self[row[0]] for row in self._db.rows(SQL["find_credentials"], code, officer) if self._entered(row[0])]
        if not found:
            known = [row[0] for row in self._db.rows(SQL["list_agencies"]) if row[2] == cred.AGENCY]
            near = difflib.get_close_matches(code, known, 3, 0.5) or known[:3]
            name = f"{code}/{officer}" if officer else code
            raise Missing("addressee-unknown", name=name, nearest=", ".join(near) or "–")
        return max(found, key=lambda each: (self.revoked_since(each) is None, each.credential.not_before))

    def _entered(self, digest: bytes) -> bool:
        return digest[: len(self._root)] == self._root or self._db.row(SQL["read_directory"], digest) is not None

    def revoked_since(self, trusted: Trusted) -> int | None:
        """When the credential was revoked, as far as the mirror knows."""
        entered = self._db.row(SQL["read_directory"], trusted.digest)
        return entered[3] if entered else None

    def check_valid(self, trusted: Trusted, now: int) -> None:
        """Raises ``Refused`` unless the credential and all above it count at ``now``."""
        each: Trusted | None = trusted
        while each is not None:
            check.valid_at(each, now, self.revoked_since(each))
            each = self[each.issuer] if each.issuer else None

    def check_counts(self, trusted: Trusted, claimed: int, witnessed: int) -> None:
        """Whether a signature counts: valid at the time it claims, and not revoked when somebody else first saw it.

        The claimed time proves nothing against a revocation (protocol rule 19); ``witnessed`` is our own record's.
        """
        each: Trusted | None = trusted
        while each is not None:
            check.valid_at(each, claimed)
            since = self.revoked_since(each)
            if since is not None and witnessed >= since:
                raise Refused("credential-revoked", who=each.name)
            each = self[each.issuer] if each.issuer else None

    def check_fresh(self, trusted: Trusted, now: int, max_age: int) -> None:
        """Raises ``Refused`` when what is known of revocations, up to the root, is older than ``max_age`` seconds."""
        each = trusted
        while each.issuer:
            entered = self._db.row(SQL["read_directory"], each.digest)
            head = self.mirror.head(entered[1]) if entered else None
            age = now - head[3] if head else max_age + 1
            if age > max_age:
                raise Refused("directory-too-old", authority=(entered or ("", "?"))[1], hours=age // 3600)
            each = self[each.issuer]

    def point(self, trusted: Trusted) -> tuple[str, int, bytes]:
        """The mirrored checkpoint relied on for a credential: origin, size, root."""
        entered = self._db.row(SQL["read_directory"], trusted.digest)
        head = self.mirror.head(entered[1]) if entered else None
        return (entered[1], head[0], head[1]) if entered and head else ("", 0, b"")

    def authority(self, origin: str) -> Trusted:
        """The authority whose journal is ``origin``."""
        code = note_code(origin)
        found = [self[row[0]] for row in self._db.rows(SQL["find_credentials"], code, "") if self._entered(row[0])]
        for each in found:
            if each.subject.kind == cred.AUTHORITY:
                return each
        raise Missing("authority-unknown", origin=origin)


def note_code(origin: str) -> str:
    """The agency code in a journal's origin."""
    return origin.split("/")[1] if note.ORIGIN.fullmatch(origin) else ""
