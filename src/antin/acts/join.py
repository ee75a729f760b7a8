"""Join: take the approval home. The root in it is believed only if it is the one that was typed at ``init``."""

from __future__ import annotations

from io import BytesIO

from antin.errors import Missing, Unverified
from antin.journal.journal import New
from antin.kernel.check import Trusted
from antin.kernel.crypto import suite as suites
from antin.kernel.formats import credential as cred
from antin.registers.people import apply as people
from antin.registers.people.records import OfficerEnrolled, StationCreated
from antin.signer.signer import STATION, Hand
from antin.station import packets
from antin.station.station import AUTHORITY_KEY, Station
from antin.storage import durable

_LIMIT = 64 * 1024


def join(station: Station, file: bytes) -> list[str]:
    """Follow the directory in the approval, then enter what it grants. Returns the names that were bound.

    Raises ``Unverified`` when the root is another one, or the approval answers no request of this station.
    """
    frames = packets.read_all(BytesIO(file), packets.APPROVAL)
    packets.only(frames, "credential", "record", "checkpoint")
    _expect_root(station, frames)
    packets.take_directory(station, frames)
    digests = [suites.object_digest(raw) for kind, _, raw in frames if kind == "credential"]
    mine = [station.directory[digest] for digest in digests if _answers(station, station.directory[digest])]
    if not mine:
        raise Unverified("approval-for-other", code=station.code)
    joined = []
    for trusted in sorted(mine, key=lambda each: each.subject.kind):
        record = _enter(station, trusted)
        if record is not None:
            station.commit([record])
            joined.append(trusted.name)
        _forget_request(station, trusted)
    return joined


def _expect_root(station: Station, frames: list[tuple[str, str, bytes]]) -> None:
    typed = bytes.fromhex(station.settings.root)
    for kind, _, raw in frames:
        digest = suites.object_digest(raw)
        if kind == "credential" and digest[: len(typed)] == typed:
            if digest != typed:
                station.directory.keep(raw)
                station.set_root(digest)
            return
    raise Unverified("root-not-expected")


def _answers(station: Station, trusted: Trusted) -> bool:
    return (station.home / "requests" / trusted.credential.request.hex()).exists() if trusted.issuer else False


def _enter(station: Station, trusted: Trusted) -> New | None:
    request = durable.read(station.home / "requests" / trusted.credential.request.hex(), limit=_LIMIT)
    if trusted.subject.kind == cred.OFFICER:
        row = station.db.row(people.SQL["read_officer"], trusted.subject.officer)
        known = row is not None and row[0] == trusted.digest
        name_file = station.home / "requests" / f"{trusted.credential.request.hex()}.name"
        subject = trusted.subject
        enrolled = OfficerEnrolled(subject.officer, trusted.digest, subject.roles, subject.clearance.level)
        level = min(1, station.own.subject.clearance.level)
        secret = (level, durable.read(name_file, limit=_LIMIT))
        return None if known else station.record("officer-enrolled", enrolled, encloses=[request], secret=secret)
    if station.joined:
        return None
    hand = Hand(AUTHORITY_KEY if station.is_authority else STATION, trusted.digest)
    created = StationCreated(station.code, trusted.digest, bytes.fromhex(station.settings.root))
    if trusted.subject.code != station.code:
        raise Missing("station-not-joined", code=station.code)
    return station.record("station-created", created, [hand], encloses=[request])


def _forget_request(station: Station, trusted: Trusted) -> None:
    path = station.home / "requests" / trusted.credential.request.hex()
    path.unlink(missing_ok=True)
    path.with_name(path.name + ".name").unlink(missing_ok=True)
