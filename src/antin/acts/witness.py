"""Witnessing: an authority cosigns its stations' checkpoints, and a station keeps what comes back.

A receipt under a cosigned checkpoint is *proven*: receiver and sender together can no longer make it up
afterwards (protocol rules 16, 17, 19; spec/checkpoint.md, Witnesses and time).
"""

from __future__ import annotations

from hashlib import sha256

from antin.errors import Unverified
from antin.kernel import check
from antin.kernel.formats import note
from antin.relay.link import Link
from antin.station import packets
from antin.station.mirror import SQL
from antin.station.station import Station

_PRECEDENCE = 5  # sorts after urgent slips, before ordinary ones


def ask(station: Station, link: Link) -> None:
    """Put our newest checkpoint before our authority, unless it was cosigned already."""
    if station.is_authority or not station.joined:
        return
    checkpoint = station.journal.newest_checkpoint()
    authority = station.directory[station.own.issuer]
    if check.cosigned(checkpoint, authority) is None:
        code = authority.subject.code
        link.put(code, _name(station.origin), packets.write(packets.ENVELOPE, packets.own_news(station, code)))


def answer(station: Station, link: Link, frames: list[tuple[str, str, bytes]]) -> int:
    """At an authority: cosign the checkpoints just held (their growth was checked when they were). Returns how many."""
    cosigned = 0
    for kind, origin, raw in frames if station.is_authority else ():
        held = station.db.row(SQL["read_held"], origin) if kind == "checkpoint" else None
        if held is None or held[1] != raw:
            continue  # an older one, or none that we could hold
        claimed = note.claim(raw)
        # Held durably before the line exists: a witness that forgets can be shown two pasts.
        line = station.signer.cosign(station.origin, origin, claimed.size, claimed.root, station.now())
        reply = packets.write(packets.ENVELOPE, [("checkpoint", origin, raw + line)])
        link.put(origin.split("/")[1], _name(station.origin), reply)
        cosigned += 1
    return cosigned


def take(station: Station, raw: bytes) -> None:
    """Our own checkpoint came back: keep it, and send the receipts under it once more, now proven.

    Raises ``Unverified`` when our authority did not cosign it, ``Conflict`` when it is not of our past.
    """
    check.checkpoint(raw, station.own)
    time = check.cosigned(raw, station.directory[station.own.issuer])
    if time is None:
        raise Unverified("checkpoint-invalid", origin=station.origin)
    with station.db.transaction():
        size = station.journal.keep_cosigned(raw)
        station.db.run(SQL["requeue_proven"], size)
        packets.confirmed(station, station.directory[station.own.issuer].subject.code, size)
        station.db.run(SQL["write_clock"], time)


def _name(origin: str) -> str:
    """One envelope for each origin: a newer one replaces an older one that still waits."""
    return f"{_PRECEDENCE}-{sha256(origin.encode()).hexdigest()[:24]}"
