"""The station vouches for its link key, once, in its journal; requests to relays then cost no use number."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from antin.errors import Missing, Unavailable
from antin.kernel.crypto import suite as suites
from antin.kernel.crypto.link_key import LinkKey
from antin.kernel.formats import signed
from antin.kernel.formats.link import LINK_KEY, Hello, LinkKeyBody
from antin.kernel.formats.shape import encode
from antin.registers.keys import records
from antin.registers.keys import rows as keys
from antin.signer import link_key as file
from antin.station import rows
from antin.station.effects import KeepObject
from antin.station.standing import status_of

if TYPE_CHECKING:
    from antin.station.station import Station

_DAYS, _RENEW_DAYS = 365, 30


def current(station: Station) -> tuple[LinkKey, Hello]:
    """The link key and the hello that introduces it, made anew when there is none that lasts.

    Raises ``Missing`` before the station has joined, ``Unavailable`` at an authority whose key is locked: it vouches
    when it signs in the next time.
    """
    if not station.joined:
        raise Missing("station-not-joined", code=station.code)
    try:
        ensure(station)
    except Unavailable as error:
        raise Unavailable("link-key-missing", code=station.code) if error.code == "key-locked" else error from None
    key, row = file.load(station.signer.folder), keys.newest_link.one(station.db)
    if key is None or row is None or key.public != row.key:
        raise Unavailable("link-key-missing", code=station.code)
    chain, each = [station.own], station.own
    while each.issuer:
        each = station.directory[each.issuer]
        chain.append(each)
    raws = tuple(station.directory.raw(trusted.digest) for trusted in reversed(chain))
    authority = station.directory[station.own.issuer] if station.own.issuer else None
    standing = encode(status_of(station, authority)) if authority is not None and authority.issuer else b""
    return key, Hello(rows.read_object.sure(station.db, row.vouching), raws, standing)


def ensure(station: Station) -> None:
    """Make and vouch for a link key, unless the one here is vouched for by today's credential and still lasts."""
    if not station.joined or _lasts(station):
        return
    station.recovering.check()
    now = station.now()
    station.signer.check_unlocked(station.station_hand(), now)  # before any key file is made
    public = file.create(station.signer.folder).public
    until = min(now + _DAYS * 86400, station.own.credential.not_after)
    since = station.own.credential.not_before  # not our clock's now: a relay whose clock is behind would refuse
    body = LinkKeyBody(os.urandom(16), station.code, station.journal.epoch, public, since, until)
    with station.turn():
        raw = station.signer.sign(LINK_KEY, encode(body), [station.station_hand()], now)
        digest = suites.object_digest(raw)
        vouched, beside = records.LinkKey(body.id, digest, public, until), [KeepObject(digest, "link-key", raw)]
        station.commit([station.record("link-key", vouched, encloses=[raw], then=beside)])


def _lasts(station: Station) -> bool:
    key, row = file.load(station.signer.folder), keys.newest_link.one(station.db)
    if key is None or row is None or key.public != row.key:
        return False
    vouching = signed.claim(rows.read_object.sure(station.db, row.vouching), LINK_KEY)
    soon = min(station.now() + _RENEW_DAYS * 86400, station.own.credential.not_after)
    return vouching.signers[0].credential == station.own.digest and row.not_after >= soon
