"""Create a station: the national root, or anything that asks an authority to be bound (a request)."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from antin.errors import Conflict, Malformed, Refused
from antin.frozen import dataclass
from antin.journal.own import UsesLost
from antin.kernel.crypto import suite as suites
from antin.kernel.crypto import wrap
from antin.kernel.crypto.public_key import PublicKeys
from antin.kernel.crypto.suite import Suite
from antin.kernel.formats import credential as cred
from antin.kernel.formats.credential import Credential, Subject
from antin.kernel.formats.epoch import LostUse
from antin.kernel.formats.fields import Clearance
from antin.kernel.formats.request import Request
from antin.kernel.formats.shape import encode, parse
from antin.kernel.formats.signed import claim
from antin.kernel.formats.succession import LevelKey
from antin.packs import load as load_pack
from antin.registers.keys import rows as keys
from antin.registers.people import rows as people
from antin.registers.people.records import StationCreated
from antin.signer import keystore
from antin.signer.keystore import OfficerKeys
from antin.signer.signer import STATION, Hand, Signer
from antin.station import kept, packets
from antin.station import settings as settings_file
from antin.station.lock import present
from antin.station.sequencer import in_turn
from antin.station.settings import FORMAT, Settings
from antin.station.station import AUTHORITY_KEY, Station
from antin.storage import durable
from antin.storage.database import READY
from antin.storage.engines import is_url, open_database

ROOT_YEARS, NAME_LIMIT, _REQUEST = 20, 200, 64 * 1024
_YEAR = 365 * 86400


@dataclass(frozen=True, slots=True)
class NewStation:
    """What a new station is to be. ``level`` is the highest it may hold."""

    code: str
    name: str
    branch: str = ""
    parent: str = ""
    professional: str = ""
    level: int = 3
    suite: int = suites.DEFAULT.number
    pack: str = "vn-2026"
    relay: str = ""
    database: str = ""


@dataclass(frozen=True, slots=True)
class FirstOfficer:
    """Who holds the keys at the beginning: at an agency the head of cipher, at an authority its issuing key."""

    officer: str
    name: str
    roles: tuple[str, ...]
    passphrase: bytes


def create_root(home: Path, plan: NewStation, passphrase: bytes, station_args: dict[str, object]) -> bytes:
    """The national root: a self-signed credential and a journal. Returns the root's digest (its fingerprint)."""
    suite = suites.by_number(plan.suite)
    _settle(home, plan, "authority", "00" * 25)
    with _founding(home, station_args) as station:
        now = station.now()
        hands = station.signer.create_officer(AUTHORITY_KEY, suite, passphrase, now)
        journal = keystore.create_journal(station.signer.folder)
        subject = _subject(cred.AUTHORITY, plan, hands.signing.public, journal.public)
        body = Credential(os.urandom(16), encode(subject), now, now + ROOT_YEARS * _YEAR, b"", b"", b"", 1)
        raw = station.signer.sign(
            "antin/credential/1", encode(body), [Hand.bare(AUTHORITY_KEY, hands.signing.public.kid)], now
        )
        digest = suites.object_digest(raw)
        station.set_root(digest)
        station.directory.keep(raw)
        hand = Hand(AUTHORITY_KEY, digest, hands.signing.public.kid)
        created = StationCreated(plan.code, digest, digest)
        station.commit([station.record("station-created", created, [hand], encloses=[raw])])
        return digest


@contextmanager
def _founding(home: Path, station_args: dict[str, object]) -> Iterator[Station]:
    """A station whose first keys are made, in one turn: nobody else opens it half-made."""
    with present(home):
        station = Station(home, **station_args)  # type: ignore[arg-type]
        try:
            with station.turn():
                yield station
        finally:
            station.close()


def request_authority(
    home: Path, plan: NewStation, passphrase: bytes, root: bytes, station_args: dict[str, object]
) -> bytes:
    """A branch authority that asks the root to be bound. Returns the request file's bytes."""
    suite = suites.by_number(plan.suite)
    _settle(home, plan, "authority", root.hex())
    with _founding(home, station_args) as station:
        now = station.now()
        hands = station.signer.create_officer(AUTHORITY_KEY, suite, passphrase, now)
        journal = keystore.create_journal(station.signer.folder)
        subject = _subject(cred.AUTHORITY, plan, hands.signing.public, journal.public)
        raw = make_request(station.signer, suite, subject, AUTHORITY_KEY, journal, root, now)
        return keep_requests(home, [("", raw)])


def request_agency(
    home: Path, plan: NewStation, first: FirstOfficer, root: bytes, station_args: dict[str, object]
) -> bytes:
    """An agency and its first officer, who holds the keys of all its levels. Returns the request file's bytes."""
    suite = suites.by_number(plan.suite)
    _settle(home, plan, "agency", root.hex())
    with _founding(home, station_args) as station:
        now = station.now()
        hands = station.signer.create_officer(first.officer, suite, first.passphrase, now)
        signing, journal = keystore.create_station(station.signer.folder, suite)
        agency = _subject(cred.AGENCY, plan, signing.public, journal.public)
        officer = officer_subject(plan.code, plan.branch, first.officer, first.roles, plan.level, hands)
        asked = [
            ("", make_request(station.signer, suite, agency, STATION, journal, root, now)),
            (first.name, make_request(station.signer, suite, officer, first.officer, None, root, now)),
        ]
        holder = Hand.bare(STATION, signing.public.kid)
        made = make_level_keys(station, holder, plan.level, 1, {first.officer: hands.wrapping.public}, now)
        with station.db.transaction():
            for each in made:
                station.directory.insert_level_key(each.raw, each.value, signing.public.kid)
        return keep_requests(home, asked, [each.raw for each in made])


@in_turn
def request_officer(station: Station, giver: str, new: FirstOfficer, level: int) -> bytes:
    """One more officer; ``giver`` (who is signed in) wraps the keys of the levels he may open to him.

    Stopped anywhere it may be run again with the same passphrase, and goes on with the keys that were made. Refuses
    one who is enrolled already, and a key file under another passphrase.
    """
    if not (station.is_authority and giver == AUTHORITY_KEY):
        station.acting(giver, frozenset({"cipher", "admin"}))
    else:  # an authority's first officer: its key speaks for it
        station.signer.check_unlocked(station.station_hand(), station.now())
    now, suite = station.now(), station.suite
    kids = [each.kid for each in keys.list_levels.all(station.db) if each.level <= level]
    if not all(station.signer.holds_level(giver, kid) for kid in kids):  # before any key file is made
        raise Refused("level-key-not-held", officer=giver)
    if people.read_officer.one(station.db, new.officer) is not None:
        raise Refused("key-exists", path=station.signer.folder / "officers" / f"{new.officer}.key")
    hands = station.signer.resume_officer(new.officer, suite, new.passphrase, now)
    station.signer.take_levels(new.officer, kids)
    for kid in kids:
        station.signer.give_level(giver, kid, new.officer, hands.wrapping.public, now)
    subject = officer_subject(station.code, station.settings.branch, new.officer, new.roles, level, hands)
    raw = _pending(station.home, subject)
    if raw is None:
        declare_lost(station, hands.signing.public.kid)
        root = bytes.fromhex(station.settings.root)[:25]
        raw = make_request(station.signer, suite, subject, new.officer, None, root, now)
    return keep_requests(station.home, [(new.name, raw)])


def _pending(home: Path, subject: Subject) -> bytes | None:
    """The request that an earlier try for just this left, if it came so far; one for something else is forgotten."""
    found = None
    for path in sorted((home / "requests").glob("[0-9a-f]*")):
        if path.suffix:
            continue
        raw = durable.read(path, limit=_REQUEST)
        asked = parse(Subject, parse(Request, claim(raw, "antin/request/1").unverified_body).subject)
        if asked == subject:
            found = raw
        elif (asked.code, asked.officer) == (subject.code, subject.officer):
            with durable.translated(path):
                path.unlink()
                path.with_name(path.name + ".name").unlink(missing_ok=True)
    return found


def declare_lost(station: Station, credential: bytes) -> None:
    """Uses in what was signed and never kept: a request under a key, a renewal under a credential to come. The journal
    counts them before the next one; ``recover`` knows only the credentials that are the station's already."""
    last, known = station.signer.memory.last_use(credential), station.journal.last_use(credential)
    if last > known:
        station.commit([station.record("uses-lost", UsesLost((LostUse(credential, known + 1, last),)))])


def officer_subject(
    code: str, branch: str, officer: str, roles: tuple[str, ...], level: int, hands: OfficerKeys
) -> Subject:
    """An officer's subject: number, agency, roles, clearance; no name."""
    clearance, signing = Clearance(level, ()), hands.signing.public.raw
    return Subject(
        cred.OFFICER, code, officer, "", branch, "", "", roles, clearance, signing, b"", hands.wrapping.public
    )


def _settle(home: Path, plan: NewStation, kind: str, root: str) -> None:
    if (home / settings_file.FILE).exists() or (home / kept.FILE).exists():
        raise Conflict("station-exists-here", path=home)
    if plan.database and not is_url(plan.database):
        raise Malformed("database-url-malformed", url=plan.database)
    # Refuse what cannot become a subject, and a pack that cannot be read, before a folder is made.
    load_pack(plan.pack)
    suite = suites.by_number(plan.suite)
    bare = PublicKeys(suite.number, bytes(suite.classical_public + suite.pq_public))
    encode(_subject(cred.AUTHORITY, plan, bare, b""))
    with durable.translated(home):
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        home.chmod(0o700)  # a folder that was there may be open to all
    settings = Settings(FORMAT, kind, plan.code, plan.name, plan.branch, plan.suite, root, plan.pack, plan.relay,
                        database=plan.database)  # fmt: skip
    db = open_database(kept.place(home, plan.database), create=True)
    try:
        db.belong(kept.owner(settings), READY)
    finally:
        db.close()
    settings_file.save(home, settings)


def _subject(kind: int, plan: NewStation, signing: PublicKeys, journal: bytes) -> Subject:
    return Subject(
        kind, plan.code, "", plan.name, plan.branch, plan.parent, plan.professional, (), Clearance(plan.level, ()),
        signing.raw, journal, b"",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class LevelMade:
    """A level key as it is published, and the kid of the wrapping key in it."""

    raw: bytes
    value: LevelKey
    kid: bytes


def make_level_keys(station: Station, hand: Hand, level: int, generation: int, officers: Mapping[str, bytes],
                    now: int, cleared: Mapping[str, int] | None = None) -> list[LevelMade]:  # fmt: skip
    """Fresh keys for the levels 0 … ``level``, signed by the station; each wrapped to the officers ``cleared`` for it
    (all where nothing is said). ``officers``: their wrapping keys."""
    found = []
    for each in range(level + 1):
        seed, key = keystore.create_level(station.suite)
        for officer, public in officers.items():
            if cleared is None or cleared[officer] >= each:
                keystore.give_level(station.signer.folder, seed, key, officer, public)
        until = now + station.pack.policy.level_key_days * 86400
        value = LevelKey(station.code, each, generation, key.public, now, until)
        raw = station.signer.sign("antin/level-key/1", encode(value), [hand], now)
        found.append(LevelMade(raw, value, wrap.kid(station.suite, key.public)))
    return found


class Possessor(Protocol):
    """Who can prove to hold a journal's two keys."""

    def possession(self, subject: bytes) -> tuple[bytes, bytes]:
        """Two signatures over the subject."""


def make_request(signer: Signer, suite: Suite, subject: Subject, holder: str, journal: Possessor | None, root: bytes,
                 now: int, previous: bytes = b"", handover: bytes = b"") -> bytes:  # fmt: skip
    """A signed request. ``previous`` and ``handover``: the credential that it continues, and that one's word for it."""
    raw_subject = encode(subject)
    proofs = journal.possession(raw_subject) if journal else ()
    body = Request(os.urandom(16), raw_subject, root.ljust(32, b"\0"), previous, handover, proofs, now)
    kid = PublicKeys(suite.number, subject.signing).kid
    return signer.sign("antin/request/1", encode(body), [Hand.bare(holder, kid)], now)


def keep_requests(home: Path, requests: list[tuple[str, bytes]], level_keys: Sequence[bytes] = ()) -> bytes:
    """The request file. Kept until the approval comes back: it must echo these digests, and the names stay at home."""
    for name, raw in requests:
        digest = suites.object_digest(raw).hex()
        durable.write(home / "requests" / f"{digest}.name", name[:NAME_LIMIT].encode())
        durable.write(home / "requests" / digest, raw)
    frames = [("request", "", raw) for _, raw in requests]
    return packets.write(packets.REQUEST, [*frames, *(("level-key", "", raw) for raw in level_keys)])
