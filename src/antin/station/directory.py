"""Who is who: credentials under the root, entered in their issuer's mirrored journal, and whether they count.

A credential is here only if its chain holds, its issuer's journal carries it, and the root's journal lets that issuer
bind its code (spec/credential.md, Verification of a credential).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping

from antin.errors import AntinError, Conflict, Missing, Refused
from antin.kernel import check, succession
from antin.kernel.allot import scopes_of
from antin.kernel.check import Trusted
from antin.kernel.crypto import suite as suites
from antin.kernel.formats import credential as cred
from antin.kernel.formats import note, signed
from antin.kernel.formats.shape import parse
from antin.kernel.formats.succession import LevelKey
from antin.station import rows
from antin.station.mirror import Mirror
from antin.station.names import Names
from antin.station.rows import AgencyBefore, Entry
from antin.storage.database import Database

_LONGEST_CHAIN = 4


class Directory(Mapping[bytes, Trusted]):
    """Proven credentials by digest."""

    def __init__(self, db: Database, root: bytes) -> None:
        self._db, self._root, self.mirror = db, root, Mirror(db)
        self.names = Names(db, self.mirror)
        self._cache: dict[bytes, Trusted] = {}
        self._level_keys: dict[tuple[bytes, bytes], bytes] = {}

    def __getitem__(self, digest: bytes) -> Trusted:
        if digest not in self._cache:
            self._cache[digest] = self.prove(self.raw(digest), {}, 0)
        return self._cache[digest]

    def get(self, digest: bytes, default: object = None) -> Trusted | None:  # type: ignore[override]
        """None for an unknown digest; a known but false credential still raises."""
        known = digest in self._cache or rows.read_object.one(self._db, digest) is not None
        return self[digest] if known else None

    def __iter__(self) -> Iterator[bytes]:
        return (row.digest for row in rows.list_credentials.all(self._db))

    def __len__(self) -> int:
        return len(rows.list_credentials.all(self._db))

    def set_root(self, root: bytes) -> None:
        """The whole digest of what was known by its beginning; whoever holds this directory holds that one then."""
        self._root = root
        self.forget()

    def forget(self) -> None:
        """A mirror has grown: what was proven is proven again."""
        self._cache.clear()
        self._level_keys.clear()

    def prove(self, raw: bytes, beside: Mapping[bytes, bytes], depth: int) -> Trusted:
        """A credential's bytes, judged; issuers are looked for here and ``beside``. Raises what it deserves."""
        digest = suites.object_digest(raw)
        if digest[: len(self._root)] == self._root:
            return check.root(raw, self._root)
        signer = signed.claim(raw, "antin/credential/1").signers[0].credential
        if depth > _LONGEST_CHAIN:
            raise Missing("credential-unknown", digest=signer.hex()[:16])
        issuer = self._cache.get(signer) or self.prove(beside.get(signer) or self.raw(signer), beside, depth + 1)
        trusted = check.credential(raw, issuer)
        entry, subject = self.entry(trusted, issuer), trusted.subject
        shown = "" if subject.kind == cred.OFFICER else subject.code
        made = (trusted.credential.id, shown, subject.kind, trusted.credential.epoch, trusted.credential.previous)
        if entry is None or (entry.id, entry.code, entry.kind, entry.epoch, entry.previous) != made:
            raise Missing("credential-not-in-directory", who=trusted.name)
        self.names.check(issuer, subject, entry.bound)
        return trusted

    def entry(self, trusted: Trusted, issuer: Trusted | None = None) -> Entry | None:
        """Its line in its issuer's journal, and in nobody else's."""
        if not trusted.issuer:
            return None
        code = (issuer or self[trusted.issuer]).subject.code
        return rows.read_directory.one(self._db, trusted.digest, f"antin/{code}/%")

    def scopes(self, authority: str) -> tuple[str, ...]:
        """The codes that an authority may bind, as the root's journal says."""
        return scopes_of(self.owners(), authority)

    def owners(self) -> dict[str, str]:
        """Which authority the root gave each code or prefix to."""
        return self.names.owners()

    # -- keeping -----------------------------------------------------------------------------------------------------

    def put_aside(self, raw: bytes) -> bytes:
        """Keep a credential's bytes until they can be proven; nobody is shown them. Returns the digest."""
        digest = suites.object_digest(raw)
        self._db.run(rows.SQL["insert_object"], digest, "credential", raw)
        return digest

    def keep(self, raw: bytes, beside: Mapping[bytes, bytes] | None = None) -> Trusted:
        """Prove a credential and list it under its name. Raises what a false one deserves; then nothing is kept."""
        trusted = self._cache.get(suites.object_digest(raw)) or self.prove(raw, beside or {}, 0)
        self.put_aside(raw)
        subject = trusted.subject
        self._db.run(
            rows.SQL["insert_credential"], trusted.digest, subject.code, subject.officer, subject.kind, subject.name
        )
        self._cache[trusted.digest] = trusted
        return trusted

    def keep_issued(self) -> None:
        """What was put aside and can be proven by now: of a crash between an approval's record and its mirror."""
        for each in rows.list_issued.all(self._db):
            try:
                self.keep(each.raw)
            except AntinError:
                continue

    def beside(self, raws: Iterable[bytes]) -> Beside:
        """These credentials, which somebody sent along, together with the known ones."""
        return Beside(self, {suites.object_digest(raw): raw for raw in raws})

    def keep_level_key(self, raw: bytes) -> LevelKey:
        """An agency's level key, under its own credential. Raises ``Conflict`` for two of one generation."""
        value = parse(LevelKey, signed.claim(raw, "antin/level-key/1").unverified_body)
        station = self.find(value.station)
        kid = station.keys.kid
        if rows.read_level_key.one(self._db, value.station, kid, value.level, value.generation) != raw:
            value = succession.level_key(raw, station)  # the bytes that lie here were judged when they came
        return self.insert_level_key(raw, value, kid, published=True)

    def insert_level_key(self, raw: bytes, value: LevelKey, kid: bytes, *, published: bool = False) -> LevelKey:
        """Beside the signing key under which it counts. Raises what ``exclude_level_key`` raises."""
        self.exclude_level_key(raw, value, kid)
        self._db.run(
            rows.SQL["insert_level_key"], value.station, kid, value.level, value.generation, value.not_before,
            value.until, raw, int(published),
        )  # fmt: skip
        return value

    def exclude_level_key(self, raw: bytes, value: LevelKey, kid: bytes) -> None:
        """Raises ``Conflict`` for a key of a generation that has another one here."""
        known = rows.read_level_key.one(self._db, value.station, kid, value.level, value.generation)
        if known is not None and known != raw:
            raise Conflict("level-key-differs", code=value.station, level=value.level,
                           evidence={"held": known, "shown": raw})  # fmt: skip

    def level_key(self, trusted: Trusted, level: int, now: int, *, ended: bool = False) -> bytes:
        """The newest wrapping key of an agency for one level; ``ended``: whatever its term, for one's own books.

        Raises ``Refused``: it has none and may not hold such papers, or the newest one is past its end.
        """
        row = rows.newest_level_key.one(self._db, trusted.subject.code, trusted.keys.kid, level, now)
        if row is None:
            raise Refused("level-not-held", who=trusted.name, level=level)
        if row.until < now and not ended:
            raise Refused("level-key-expired", who=trusted.name, level=level)
        if (trusted.digest, row.raw) not in self._level_keys:
            self._level_keys[trusted.digest, row.raw] = succession.level_key(row.raw, trusted).public
        return self._level_keys[trusted.digest, row.raw]

    def raw(self, digest: bytes) -> bytes:
        """A credential's bytes."""
        found = rows.read_object.one(self._db, digest)
        if found is None:
            raise Missing("credential-unknown", digest=digest.hex()[:16])
        return found

    # -- finding -----------------------------------------------------------------------------------------------------

    def find(self, code: str, officer: str = "") -> Trusted:
        """The good credential that is newest under a name, of the one authority that may bind it now.

        Raises ``Missing`` with the nearest names.
        """
        found = [each for each in self._named(code, officer) if self._owned(each)]
        if not found:
            known = [each.code for each in rows.list_agencies.all(self._db) if each.kind == cred.AGENCY]
            near = difflib.get_close_matches(code, known, 3, 0.5) or known[:3]
            name = f"{code}/{officer}" if officer else code
            raise Missing("addressee-unknown", name=name, nearest=", ".join(near) or "–")
        return max(found, key=lambda each: (self.revoked_since(each) is None, *_age(each)))

    def journal_of(self, origin: str) -> Trusted:
        """The credential whose journal keys sign an epoch: the newest that begins no later. Raises ``Missing``."""
        code = note_code(origin)
        found = [each for each in self._named(code, "") if code and each.credential.epoch <= note.epoch_of(origin)]
        if not found:
            raise Missing("addressee-unknown", name=code, nearest="–")
        return max(found, key=_age)

    def first_known(self, code: str) -> bytes | None:
        """The credential for which a name stood when we first heard of it; the newest of those that came together."""
        known = [each for each in rows.find_entries.all(self._db, code) if self.get(each.digest) is not None]
        seen = min((each.seen for each in known), default=0)
        return next((each.digest for each in reversed(known) if each.seen == seen), None)

    def named(self, code: str, officer: str = "") -> list[Trusted]:
        """All proven credentials of an agency or authority, or of an officer, the oldest first."""
        return sorted(self._named(code, officer), key=_age)

    def _named(self, code: str, officer: str) -> list[Trusted]:
        found = []
        for digest in rows.find_credentials.all(self._db, code, officer):
            try:
                found.append(self[digest])
            except AntinError:  # it was proven when it was listed, and its code moved to another authority since
                continue
        return found

    def _owned(self, trusted: Trusted) -> bool:
        if not trusted.issuer:
            return True
        issuer = self[trusted.issuer]
        try:
            check.check_code(issuer, trusted.subject, self.scopes(issuer.subject.code))
        except Refused:
            return False
        return True

    def authority(self, origin: str) -> Trusted:
        """The authority whose journal is ``origin``; only the root binds authorities."""
        found = self.journal_of(origin)
        if found.subject.kind != cred.AUTHORITY:
            raise Missing("authority-unknown", origin=origin)
        return found

    def misbound(self, origin: str) -> Iterator[Conflict]:
        """Entries of an authority for codes that the root had given to another by then: each convicts it."""
        if len(self._root) == 32:
            root = self[self._root]
            of_root = note.origin(root.subject.code, root.credential.epoch)
            yield from self.names.misbound(note_code(origin), origin, of_root)

    # -- whether it counts -------------------------------------------------------------------------------------------

    def revoked_since(self, trusted: Trusted) -> int | None:
        """Since when it is revoked, as far as the mirror knows: itself, or for an officer also his agency."""
        entry = self.entry(trusted)
        if entry is None:
            return None
        since = [] if entry.revoked is None else [entry.revoked]
        agency = self._agency_of(trusted, entry)
        since += [agency.revoked] if agency and agency.revoked is not None else []
        return min(since, default=None)

    def stands_under(self, digest: bytes) -> list[bytes]:
        """A credential, and for an agency's officer also the agency as it stood in the journal before him."""
        trusted = self[digest]
        entry = self.entry(trusted)
        agency = None if entry is None else self._agency_of(trusted, entry)
        return [digest] if agency is None else [digest, agency.digest]

    def _agency_of(self, trusted: Trusted, entry: Entry) -> AgencyBefore | None:
        if trusted.subject.kind != cred.OFFICER:
            return None
        return rows.agency_before.one(self._db, entry.origin, trusted.subject.code, entry.idx)

    def check_valid(self, trusted: Trusted, now: int) -> None:
        """Raises ``Refused`` unless the credential and all above it count at ``now``."""
        for each in self._chain(trusted):
            check.valid_at(self._in_term(each, trusted, now), now, self.revoked_since(each))

    def check_cleared(self, trusted: Trusted, now: int) -> None:
        """Whoever reads what he holds need not be within his term; he must not be revoked."""
        for each in self._chain(trusted):
            since = self.revoked_since(each)
            if since is not None and now >= since:
                raise Refused("credential-revoked", who=each.name)

    def check_counts(self, trusted: Trusted, claimed: int, witnessed: int, tolerance: int) -> None:
        """Whether a signature counts: within its term at the time it claims, not made ahead of the time at which
        somebody else first saw it, and not revoked by then.

        The claimed time proves nothing against a revocation (protocol rule 19); ``witnessed`` is a third party's or
        our own.
        """
        if claimed > witnessed + tolerance:
            raise Refused("record-ahead-of-time", claims=claimed, now=witnessed)
        for each in self._chain(trusted):
            check.valid_at(self._in_term(each, trusted, claimed), claimed)
            since = self.revoked_since(each)
            if since is not None and witnessed >= since:
                raise Refused("credential-revoked", who=each.name)

    def _in_term(self, each: Trusted, of: Trusted, time: int) -> Trusted:
        """One of a chain; an authority whose credential has ended binds on under that which it handed over to."""
        if each is of or each.credential.not_after >= time:
            return each
        heirs = [heir for heir in self.named(each.subject.code) if heir.credential.not_after >= time]
        return next((heir for heir in heirs if self.continues(heir, each.digest)), each)

    def _chain(self, trusted: Trusted) -> Iterator[Trusted]:
        yield trusted
        while trusted.issuer:
            trusted = self[trusted.issuer]
            yield trusted

    def check_fresh(self, trusted: Trusted, now: int, max_age: int) -> None:
        """Raises ``Refused`` when what is known of revocations, up to the root, is older than ``max_age`` seconds."""
        for each in self._chain(trusted):
            if not each.issuer:
                return
            entry = self.entry(each)
            head = self.mirror.head(entry.origin) if entry else None
            age = now - head.time if head else max_age + 1
            if age > max_age:
                raise Refused("directory-too-old", authority=entry.origin if entry else "?", hours=age // 3600)

    def continues(self, trusted: Trusted, before: bytes) -> bool:
        """Whether the holder of ``before`` himself handed over to ``trusted``, step by step."""
        while trusted.digest != before:
            earlier = self.get(trusted.credential.previous) if trusted.credential.previous else None
            if earlier is None or not succession.handed_over(trusted, earlier):
                return False
            trusted = earlier
        return True

    def contested(self, trusted: Trusted, now: int) -> bool:
        """Whether another stands under this name whom its authority bound too, who counts now, and did not hand over to
        this one: an honest authority binds a name twice only after it revoked the first, or its end."""
        return any(
            each.credential.not_after >= now
            and self.revoked_since(each) is None
            and self._owned(each)
            and not self.continues(trusted, each.digest)
            for each in self._named(trusted.subject.code, trusted.subject.officer)
        )

    def point(self, trusted: Trusted) -> tuple[str, int, bytes]:
        """The mirrored checkpoint relied on for a credential: origin, size, root."""
        entry = self.entry(trusted)
        head = self.mirror.head(entry.origin) if entry else None
        return (entry.origin, head.size, head.root) if entry and head else ("", 0, b"")


class Beside(Mapping[bytes, Trusted]):
    """The directory, and credentials that came with an envelope or a document: in memory until they are used."""

    def __init__(self, directory: Directory, raws: Mapping[bytes, bytes]) -> None:
        self._directory, self._raws, self._proven = directory, raws, dict[bytes, Trusted]()

    def __getitem__(self, digest: bytes) -> Trusted:
        if digest not in self._proven:
            known = self._directory.get(digest)
            if known is None and digest not in self._raws:
                raise Missing("credential-unknown", digest=digest.hex()[:16])
            self._proven[digest] = known or self._directory.prove(self._raws[digest], self._raws, 0)
        return self._proven[digest]

    def get(self, digest: bytes, default: object = None) -> Trusted | None:  # type: ignore[override]
        """None for an unknown digest; a known but false credential still raises."""
        try:
            return self[digest]
        except Missing as error:
            if error.code != "credential-unknown":
                raise
            return None

    def __iter__(self) -> Iterator[bytes]:
        return iter({**self._raws, **dict.fromkeys(self._directory, b"")})

    def __len__(self) -> int:
        return len(set(self._raws) | set(self._directory))

    def proven(self, digests: Iterable[bytes]) -> tuple[bytes, ...]:
        """The bytes of those among ``digests`` that came along and were proven: worth keeping."""
        return tuple(self._raws[each] for each in sorted(digests) if each in self._raws and each in self._proven)


def _age(trusted: Trusted) -> tuple[int, int]:
    return trusted.credential.epoch, trusted.credential.not_before


def note_code(origin: str) -> str:
    """The agency code in a journal's origin."""
    return origin.split("/")[1] if note.ORIGIN.fullmatch(origin) else ""
