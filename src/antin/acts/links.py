"""The link that an address names: a folder, or a relay over HTTPS."""

from __future__ import annotations

from pathlib import Path

from antin.acts import publishing
from antin.errors import Missing
from antin.relay.folder import FolderLink
from antin.relay.https import HttpsLink
from antin.relay.link import Link
from antin.relay.wire import Wire, read_address
from antin.station import link_key
from antin.station.station import Station, opened


def is_network(address: str) -> bool:
    """Whether an address names a relay over the network rather than a folder."""
    return "://" in address


def link_of(station: Station, address: str = "") -> FolderLink | HttpsLink:
    """The link of ``address``, or of the station's setting. A line to a relay opens with the first request.

    Raises ``Missing`` when none is said, ``Unavailable`` when a folder is not there or an authority has yet to vouch
    for its link key.
    """
    address = address or station.settings.relay
    if not address:
        raise Missing("relay-unsaid")
    if not is_network(address):
        return FolderLink(Path(address))
    return HttpsLink(Wire(read_address(address), *link_key.current(station)))


def let_go(link: Link) -> None:
    """Close a line; a folder has none."""
    if isinstance(link, HttpsLink):
        link.close()


def before_signing(home: Path) -> dict[str, bytes] | None:
    """``own_at_link`` for a command that opens its station, and locks it, afterwards."""
    with opened(home, write=False) as station:
        return own_at_link(station)


def own_at_link(station: Station) -> dict[str, bytes] | None:
    """Before an authority signs for others: what lies at its link of its own journal and is not known here. ``None``
    where it has no link. The network is waited for, so nobody holds the station's lock meanwhile."""
    if not station.is_authority or not station.settings.relay:
        return None
    link = link_of(station)
    try:
        return publishing.unread(station, link)
    finally:
        let_go(link)
