"""Renew: ask to be bound again before, or after, a credential ends, with the same keys or with new ones; the old key
says that it is the same holder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from antin.acts.create_station import LevelMade, declare_lost, keep_requests, make_level_keys, make_request
from antin.errors import Refused, Unavailable
from antin.frozen import dataclass
from antin.journal.deed import Entry
from antin.journal.own import RenewalAsked
from antin.kernel.check import Trusted
from antin.kernel.crypto import suite as suites
from antin.kernel.formats.credential import Subject
from antin.kernel.formats.shape import encode
from antin.kernel.formats.succession import HandoverBody
from antin.registers.keys import rows as keys
from antin.registers.keys.records import LevelKeyMade, LevelKeys
from antin.registers.people import rows as people
from antin.signer.keystore import OfficerKeys
from antin.signer.signer import Hand
from antin.station.sequencer import Draft, in_turn
from antin.station.station import AUTHORITY_KEY, Station
from antin.storage.database import Database

RENEWERS = frozenset({"cipher", "admin"})


@dataclass(frozen=True, slots=True)
class _Holder:
    """Whose credential is continued: its hand of today, what is asked for, and the hand of the keys in that."""

    trusted: Trusted
    hand: Hand
    subject: Subject
    to_come: Hand

    @property
    def number(self) -> str:
        """The officer's number; none for the station itself."""
        return self.trusted.subject.officer


@in_turn
def renew(station: Station, officers: Sequence[str], *, own: bool = True, parent: str | None = None,
          professional: str | None = None, name: str | None = None,
          new_keys: Mapping[str, bytes] | None = None) -> bytes:  # fmt: skip
    """The request file. ``officers`` are signed in, each for his own credential; with ``own`` the station's too, and
    fresh keys for its levels. Name and superiors may change. The keys stay the same; with ``new_keys`` (the passphrase
    of each who is renewed) they are made anew, the old ones hand over to them, and sign until they are bound. The
    journal's keys stay, for others would make another epoch.

    Refuses who was revoked, the station's renewal by whoever is neither cipher nor admin, and the root, which nobody
    binds. Stopped anywhere it may be asked again, and goes on with the keys that were made.
    """
    station.recovering.check()
    if own and not station.own.issuer:
        raise Refused("root-not-renewed", code=station.code)
    actors = [_actor(station, each) for each in officers if each != AUTHORITY_KEY]
    if own and not station.is_authority and not any(RENEWERS & set(each.subject.roles) for each, _ in actors):
        raise Refused("role-missing", who=station.code, kind="", roles=", ".join(sorted(RENEWERS)))
    holders = {hand.holder for _, hand in actors} | ({AUTHORITY_KEY} if own and station.is_authority else set())
    if new_keys is not None and holders - new_keys.keys():  # before any key is made
        raise Unavailable("passphrase-needed", who=min(holders - new_keys.keys()))
    renewed = [_officer(station, *each, new_keys) for each in actors]
    if own:
        old = station.own.subject
        subject = replace(
            old, name=old.name if name is None else name, parent=old.parent if parent is None else parent,
            professional=old.professional if professional is None else professional,
        )  # fmt: skip
        renewed.insert(0, _station(station, subject, new_keys))
    for each in renewed:  # what an interrupted try signed with keys that wait
        declare_lost(station, each.to_come.kid)
    requests: list[tuple[str, bytes]] = []
    level_keys: list[LevelMade] = []

    def asked() -> Draft:
        signed: list[bytes] = []
        requests.extend((_name_of(station, each), _ask(station, each, signed)) for each in renewed)
        digests = tuple(suites.object_digest(raw) for _, raw in requests)
        return station.record("renewal-asked", RenewalAsked(digests), encloses=signed, then=[keep])

    def keep(_db: Database, _entry: Entry) -> None:
        for each in level_keys:
            station.directory.insert_level_key(each.raw, each.value, renewed[0].to_come.kid)

    levels = [partial(_levels, station, renewed, level_keys)] if own and not station.is_authority else []
    station.commit([*levels, asked])
    return keep_requests(station.home, requests, [each.raw for each in level_keys])


def _actor(station: Station, officer: str) -> tuple[Trusted, Hand]:
    trusted = station.officer(officer)
    station.directory.check_cleared(trusted, station.now())  # expired is no reason against a renewal
    hand = Hand.of(officer, trusted)
    station.signer.check_unlocked(hand, station.now())
    return trusted, hand


def _officer(station: Station, trusted: Trusted, hand: Hand, new_keys: Mapping[str, bytes] | None) -> _Holder:
    if new_keys is None:
        return _Holder(trusted, hand, trusted.subject, Hand.bare(hand.holder, hand.kid))
    made = _renewed_officer(station, hand, new_keys)
    subject = replace(trusted.subject, signing=made.signing.public.raw, wrapping=made.wrapping.public)
    return _Holder(trusted, hand, subject, Hand.bare(hand.holder, made.signing.public.kid))


def _station(station: Station, subject: Subject, new_keys: Mapping[str, bytes] | None) -> _Holder:
    hand, own = station.station_hand(), station.own
    if new_keys is None:
        return _Holder(own, hand, subject, Hand.bare(hand.holder, hand.kid))
    if station.is_authority:
        public = _renewed_officer(station, hand, new_keys).signing.public
    else:
        public = station.signer.renew_station(station.suite, hand.kid).public
    return _Holder(own, hand, replace(subject, signing=public.raw), Hand.bare(hand.holder, public.kid))


def _renewed_officer(station: Station, hand: Hand, new_keys: Mapping[str, bytes]) -> OfficerKeys:
    secret = new_keys[hand.holder]
    return station.signer.renew_officer(hand.holder, station.suite, secret, hand.kid, station.now())


def _ask(station: Station, holder: _Holder, signed: list[bytes]) -> bytes:
    now, subject = station.now(), holder.subject
    body = HandoverBody(subject.code, subject.officer, suites.object_digest(encode(subject)), now)
    handover = station.signer.sign("antin/handover/1", encode(body), [holder.hand], now)
    journal = station.signer if subject.journal else None
    root = bytes.fromhex(station.settings.root)[:25]
    raw = make_request(
        station.signer, station.suite, subject, holder.hand.holder, journal, root, now, holder.trusted.digest, handover
    )
    signed += [handover, raw]
    return raw


def _levels(station: Station, renewed: Sequence[_Holder], keys_made: list[LevelMade]) -> Draft:
    now = station.now()
    serving = [row.officer for row in people.list_officers.all(station.db) if row.serving]
    subjects = {each: station.officer(each).subject for each in serving}
    subjects |= {each.number: each.subject for each in renewed if each.number}
    rows = keys.list_levels.all(station.db)
    generation = 1 + max((row.generation for row in rows), default=0)
    # Under the key itself: the credential to come is the one under which others look for them.
    made = make_level_keys(
        station, renewed[0].to_come, station.own.subject.clearance.level, generation,
        {each: subject.wrapping for each, subject in subjects.items()}, now,
        {each: subject.clearance.level for each, subject in subjects.items()},
    )  # fmt: skip
    keys_made += made
    lines = tuple(
        LevelKeyMade(each.value.level, generation, suites.object_digest(each.raw), each.kid, each.value.until)
        for each in made
    )
    return station.record("level-keys", LevelKeys(lines), encloses=[each.raw for each in made])


def _name_of(station: Station, holder: _Holder) -> str:
    """As it stands in the register, for the enrolment to come; nothing at an authority, which keeps no names."""
    if station.is_authority or not holder.number:
        return ""
    row = people.read_officer.one(station.db, holder.number)
    return station.secrets.read(row.idx, holder.number).decode() if row else ""
