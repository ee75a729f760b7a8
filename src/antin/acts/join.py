"""Join: take the approval home. The root in it is believed only if it is the one that was typed at ``init``."""

from __future__ import annotations

from io import BytesIO

from antin.acts.create_station import declare_lost
from antin.errors import Missing, Unverified
from antin.kernel import succession
from antin.kernel.check import Trusted
from antin.kernel.crypto import suite as suites
from antin.kernel.crypto import wrap
from antin.kernel.formats import credential as cred
from antin.kernel.formats.signed import claim
from antin.registers.keys.records import LevelKeyMade, LevelKeys
from antin.registers.people import rows as people
from antin.registers.people.records import OfficerEnrolled, StationCreated, StationRenewed
from antin.signer.signer import STATION, Hand
from antin.station import link_key, packets, rows
from antin.station.sequencer import Draft, in_turn
from antin.station.station import AUTHORITY_KEY, Station
from antin.storage import durable

_LIMIT = 64 * 1024


@in_turn
def join(station: Station, file: bytes) -> list[str]:
    """Follow the directory in the approval, then enter what it grants. Returns the names that were bound.

    Raises ``Unverified`` when the root is another one, or the approval answers no request of this station.
    """
    frames = packets.read_all(BytesIO(file), packets.APPROVAL)
    _expect_root(station, frames)
    taken = packets.take_directory(station, frames)
    digests = [suites.object_digest(raw) for kind, _, raw in frames if kind == "credential"]
    known = [each for each in map(station.directory.get, dict.fromkeys(digests)) if each is not None]
    mine = [each for each in known if _answers(station, each)]
    if not mine and taken.faults:
        raise taken.faults[0][1]
    if not mine:
        raise Unverified("approval-for-other", code=station.code)
    joined = []
    for trusted in sorted(mine, key=lambda each: each.subject.kind):
        new = _records(station, trusted)
        if new:
            station.commit(new)
            joined.append(trusted.name)
        _forget_request(station, trusted)
    if station.is_authority and station.settings.relay.startswith("https:"):
        link_key.ensure(station)  # now, while its key is unlocked: the first exchange comes without a passphrase
    return joined


def _expect_root(station: Station, frames: list[tuple[str, str, bytes]]) -> None:
    typed = bytes.fromhex(station.settings.root)
    for kind, _, raw in frames:
        digest = suites.object_digest(raw)
        if kind == "credential" and digest[: len(typed)] == typed:
            if digest != typed:
                station.set_root(digest)
            station.directory.keep(raw)
            return
    raise Unverified("root-not-expected")


def _answers(station: Station, trusted: Trusted) -> bool:
    return (station.home / "requests" / trusted.credential.request.hex()).exists() if trusted.issuer else False


def _records(station: Station, trusted: Trusted) -> list[Draft]:
    """What a granted request makes of us; nothing when it was entered before."""
    if trusted.subject.code != station.code:
        raise Missing("station-not-joined", code=station.code)
    if trusted.subject.kind == cred.OFFICER:
        return _officer(station, trusted)
    if not station.joined:
        return _created(station, trusted)
    if trusted.digest == station.own.digest or trusted.credential.epoch != station.own.credential.epoch:
        return []
    declare_lost(station, trusted.digest)
    hand = Hand.of(station.station_hand().holder, trusted)
    return [station.record("station-renewed", StationRenewed(station.code, trusted.digest), [hand])]


def _officer(station: Station, trusted: Trusted) -> list[Draft]:
    subject, row = trusted.subject, people.read_officer.one(station.db, trusted.subject.officer)
    if row is not None and row.credential == trusted.digest:
        return []
    name_file = station.home / "requests" / f"{trusted.credential.request.hex()}.name"
    enrolled = OfficerEnrolled(subject.officer, trusted.digest, subject.roles, subject.clearance.level)
    level = min(1, station.own.subject.clearance.level)
    # An authority has no level keys: the names of its people stay on paper.
    secret = None if station.is_authority else (level, durable.read(name_file, limit=_LIMIT))
    return [station.record("officer-enrolled", enrolled, encloses=_new_uses(station, trusted), secret=secret)]


def _created(station: Station, trusted: Trusted) -> list[Draft]:
    hand = Hand.of(AUTHORITY_KEY if station.is_authority else STATION, trusted)
    if station.signer.memory.newest(station.code) is None:
        # It died before its first record: what it signed then was kept nowhere, and no checkpoint ever covered it.
        station.signer.memory.forget_uses(trusted.digest)
    created = StationCreated(station.code, trusted.digest, bytes.fromhex(station.settings.root))
    epoch = trusted.credential.epoch
    new = [station.record("station-created", created, [hand], encloses=_new_uses(station, trusted), opens_epoch=epoch)]
    raws = [each.raw for each in rows.list_level_keys.all(station.db, station.code, trusted.keys.kid)]
    if raws:
        values = [succession.level_key(raw, trusted) for raw in raws]
        made = LevelKeys(tuple(
            LevelKeyMade(value.level, value.generation, suites.object_digest(raw), wrap.kid(station.suite,
            value.public), value.until)
            for raw, value in zip(raws, values, strict=True)
        ))  # fmt: skip
        new.append(station.record("level-keys", made, [hand], encloses=raws, opens_epoch=epoch))
    return new


def _new_uses(station: Station, trusted: Trusted) -> list[bytes]:
    """The request, unless its signatures were accounted for when it was made (a renewal)."""
    raw = durable.read(station.home / "requests" / trusted.credential.request.hex(), limit=_LIMIT)
    signers = claim(raw, "antin/request/1").signers
    return [raw] if all(each.use > station.journal.last_use(each.credential) for each in signers) else []


def _forget_request(station: Station, trusted: Trusted) -> None:
    path = station.home / "requests" / trusted.credential.request.hex()
    path.unlink(missing_ok=True)
    path.with_name(path.name + ".name").unlink(missing_ok=True)
