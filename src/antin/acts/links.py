"""The link that an address names: a folder, or a relay over HTTPS."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from antin.errors import Missing
from antin.relay.folder import FolderLink
from antin.relay.https import HttpsLink
from antin.relay.wire import Wire, read_address
from antin.station import link_key
from antin.station.station import Station


def is_network(address: str) -> bool:
    """Whether an address names a relay over the network rather than a folder."""
    return "://" in address


@contextmanager
def link_of(station: Station, address: str = "") -> Iterator[FolderLink | HttpsLink]:
    """The link of ``address``, or of the station's setting; let go of at the end.

    Raises ``Missing`` when none is said, ``Unavailable`` when it is not there or an authority has yet to vouch for
    its link key.
    """
    address = address or station.settings.relay
    if not address:
        raise Missing("relay-unsaid")
    if not is_network(address):
        yield FolderLink(Path(address))
        return
    where = read_address(address)
    link = HttpsLink(Wire(where, *link_key.current(station)))
    try:
        yield link
    finally:
        link.close()
