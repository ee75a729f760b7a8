"""The relay: init, serve, status."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from antin.cli import read
from antin.cli.door import echo, emit, guarded, home_option, json_option, need_home, say
from antin.errors import Conflict
from antin.interop import relay_certificate
from antin.relay import listen, store
from antin.relay import settings as settings_file
from antin.relay.directories import Directories
from antin.relay.settings import FORMAT, RelaySettings
from antin.storage import durable

_MIB = 1024 * 1024


@click.group(help=say("help-relay"))
def relay() -> None:
    """The relay."""


@relay.command("init", help=say("help-relay-init"))
@click.option("--root", "root", required=True, help=say("opt-fingerprint"))
@click.option("--host", default="0.0.0.0", show_default=True, help=say("opt-relay-host"))
@click.option("--port", type=click.IntRange(1, 65535), default=8443, show_default=True, help=say("opt-relay-port"))
@home_option
@json_option
@guarded
def init(root: str, host: str, port: int, home: Path | None, as_json: bool) -> None:
    """A folder, a key, a certificate, settings."""
    home, fingerprint = need_home(home), read.fingerprint(root)
    for name in (settings_file.FILE, listen.KEY, listen.CERTIFICATE, "station.toml"):
        if (home / name).exists():
            raise Conflict("relay-exists-here", path=home)
    with durable.translated(home):
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
    key, certificate, digest = relay_certificate.create(host, time.time())
    durable.write(home / listen.KEY, key)
    durable.write(home / listen.CERTIFICATE, certificate, mode=0o644)
    # Last: a folder with settings is a whole relay.
    settings_file.save(home, RelaySettings(FORMAT, fingerprint.hex(), host, port))
    address = listen.address(host, port, digest)
    emit({"address": address}) if as_json else echo(say("relay-made", address=address))


@relay.command("serve", help=say("help-relay-serve"))
@home_option
@json_option
@guarded
def serve(home: Path | None, as_json: bool) -> None:
    """Until SIGTERM or SIGINT."""
    home = need_home(home)
    settings = settings_file.load(home)
    address = listen.address(settings.host, settings.port, listen.fingerprint(home))
    with listen.listen(settings) as listening:
        emit({"listening": address}) if as_json else echo(say("relay-listens", address=address))
        listen.serve(home, settings, listening)


@relay.command("status", help=say("help-relay-status"))
@home_option
@json_option
@guarded
def status(home: Path | None, as_json: bool) -> None:
    """What waits there, from the folder alone: it may run or not."""
    home = need_home(home)
    settings = settings_file.load(home)
    held = store.Store(home, settings)
    directories = Directories(held.link, bytes.fromhex(settings.root))
    boxes = [{"code": code, "envelopes": count} for code, count in store.boxes(home)]
    senders = [
        {"sender": tag, "urgent": urgent, "envelopes": each.envelopes, "bytes": each.bytes}
        for (tag, urgent), each in sorted(held.ledger.waiting.items())
    ]
    found: dict[str, Any] = {
        "address": listen.address(settings.host, settings.port, listen.fingerprint(home)),
        "boxes": boxes, "senders": senders, "blobs": len(list(home.glob("blobs/[0-9a-f]*"))),
        "partial": len(list(home.glob("partial/*/*.part"))), "directories": sorted(held.link.directories()),
        "damaged": [{"code": code, "error": error.code} for code, error in directories.damaged],
    }  # fmt: skip
    emit(found) if as_json else _say_status(found)


def _say_status(found: dict[str, Any]) -> None:
    echo(say("relay-status", address=found["address"], blobs=found["blobs"], partial=found["partial"],
                   directories=", ".join(map(str, found["directories"])) or "–"))  # fmt: skip
    for box in found["boxes"]:
        echo(f"  {box['code']:<16} {box['envelopes']}")
    for each in found["damaged"]:
        echo(f"  {say('relay-directory-damaged', **each)}", err=True)
