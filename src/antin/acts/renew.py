"""Renew: ask to be bound again before, or after, a credential ends; the old key says that it is the same holder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from antin.acts.create_station import LevelMade, keep_requests, make_level_keys, make_request
from antin.errors import Refused
from antin.journal.deed import Entry
from antin.journal.own import RenewalAsked
from antin.kernel.check import Trusted
from antin.kernel.crypto import suite as suites
from antin.kernel.formats.shape import encode
from antin.kernel.formats.succession import HandoverBody
from antin.registers.keys import rows as keys
from antin.registers.keys.records import LevelKeyMade, LevelKeys
from antin.registers.people import rows as people
from antin.signer.signer import Hand
from antin.station.sequencer import Draft, in_turn
from antin.station.station import AUTHORITY_KEY, Station
from antin.storage.database import Database

RENEWERS = frozenset({"cipher", "admin"})


@in_turn
def renew(station: Station, officers: Sequence[str], *, own: bool = True, parent: str | None = None,
          professional: str | None = None, name: str | None = None) -> bytes:  # fmt: skip
    """The request file. ``officers`` are signed in, each for his own credential; with ``own`` the station's too, and
    fresh keys for its levels. The keys stay the same; name and superiors may change.

    Refuses who was revoked, the station's renewal by whoever is neither cipher nor admin, and the root, which nobody
    binds.
    """
    station.recovering.check()
    if own and not station.own.issuer:
        raise Refused("root-not-renewed", code=station.code)
    actors = [_actor(station, each) for each in officers if each != AUTHORITY_KEY]
    if own and not station.is_authority and not any(RENEWERS & set(each.subject.roles) for each, _ in actors):
        raise Refused("role-missing", who=station.code, kind="", roles=", ".join(sorted(RENEWERS)))
    requests: list[tuple[str, bytes]] = []
    level_keys: list[LevelMade] = []

    def asked() -> Draft:
        signed: list[bytes] = []
        if own:
            old = station.own.subject
            subject = replace(
                old, name=old.name if name is None else name, parent=old.parent if parent is None else parent,
                professional=old.professional if professional is None else professional,
            )  # fmt: skip
            requests.append(("", _ask(station, replace(station.own, subject=subject), station.station_hand(), signed)))
        for trusted, hand in actors:
            requests.append((_name_of(station, trusted, hand.holder), _ask(station, trusted, hand, signed)))
        digests = tuple(suites.object_digest(raw) for _, raw in requests)
        return station.record("renewal-asked", RenewalAsked(digests), encloses=signed, then=[keep])

    def keep(_db: Database, _entry: Entry) -> None:
        for each in level_keys:
            station.directory.insert_level_key(each.raw, each.value, station.own.keys.kid)

    levels = [partial(_levels, station, level_keys)] if own and not station.is_authority else []
    station.commit([*levels, asked])
    return keep_requests(station.home, requests, [each.raw for each in level_keys])


def _actor(station: Station, officer: str) -> tuple[Trusted, Hand]:
    trusted = station.officer(officer)
    station.directory.check_cleared(trusted, station.now())  # expired is no reason against a renewal
    station.signer.hands(officer, station.now())
    return trusted, Hand(officer, trusted.digest)


def _ask(station: Station, trusted: Trusted, hand: Hand, signed: list[bytes]) -> bytes:
    now, subject = station.now(), trusted.subject
    body = HandoverBody(subject.code, subject.officer, suites.object_digest(encode(subject)), now)
    handover = station.signer.sign("antin/handover/1", encode(body), [hand], now)
    journal = station.signer if subject.journal else None
    root = bytes.fromhex(station.settings.root)[:25]
    raw = make_request(
        station.signer, station.suite, subject, hand.holder, journal, root, now, trusted.digest, handover
    )
    signed += [handover, raw]
    return raw


def _levels(station: Station, keys_made: list[LevelMade]) -> Draft:
    now = station.now()
    serving = [row.officer for row in people.list_officers.all(station.db) if row.serving]
    trusted = {each: station.officer(each).subject for each in serving}
    rows = keys.list_levels.all(station.db)
    generation = 1 + max((row.generation for row in rows), default=0)
    # Under the key itself: the credential to come is the one under which others look for them.
    hand = Hand(station.station_hand().holder, station.own.keys.kid)
    made = make_level_keys(
        station, hand, station.own.subject.clearance.level, generation,
        {each: subject.wrapping for each, subject in trusted.items()}, now,
        {each: subject.clearance.level for each, subject in trusted.items()},
    )  # fmt: skip
    keys_made += made
    lines = tuple(
        LevelKeyMade(each.value.level, generation, suites.object_digest(each.raw), each.kid, each.value.until)
        for each in made
    )
    return station.record("level-keys", LevelKeys(lines), encloses=[each.raw for each in made])


def _name_of(station: Station, trusted: Trusted, officer: str) -> str:
    """As it stands in the register, for the enrolment to come; nothing at an authority, which keeps no names."""
    if station.is_authority:
        return ""
    row = people.read_officer.one(station.db, trusted.subject.officer)
    return station.secrets.read(row.idx, officer).decode() if row else ""
