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
from antin.station.station import Station


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


def look(station: Station) -> None:
    """Before an authority signs for others: what lies at its link of its own journal. Nothing where it has no link."""
    if station.is_authority and station.settings.relay:
        link = link_of(station)
        try:
            publishing.look(station, link)
        finally:
            let_go(link)
