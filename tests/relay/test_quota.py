"""Quotas for each sender and class: a flood never blocks hỏa tốc nor another sender, and nobody loses what he has."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from town import NORTH, PDF, SISTER, SOUTH, Town

from antin.errors import Malformed, Refused
from antin.relay import settings as relay_settings
from antin.relay.quota import Ledger
from antin.relay.settings import FORMAT, RelaySettings
from antin.relay.store import Store, tag_of
from relay.relays import NetTown, net_town


def waiting(net: NetTown, sender: str) -> list[str]:
    return sorted(p.name for p in (net.relay / "to" / SOUTH).glob(f"*-{tag_of(sender)}"))


def spool(net: NetTown, count: int, precedence: int) -> None:
    for n in range(count):
        path = net.pdf(f"vb-{precedence}-{n}.pdf", PDF + bytes([precedence, n]))
        net.signed(NORTH, path, 1)
        net.send(NORTH, path, SOUTH, precedence=precedence)


def test_a_flood_leaves_room_for_the_urgent_and_is_kept_at_home(town: Town) -> None:
    with net_town(town, ordinary_envelopes=3, urgent_envelopes=3) as net:
        spool(net, 5, 0)
        report = net.sync(NORTH)
        assert [error.code for error in report.stuck.values()] and len(waiting(net, NORTH)) <= 3
        assert {error.code for error in report.stuck.values()} == {"quota-exceeded"}
        spool(net, 2, 3)
        net.sync(NORTH)
        assert len([name for name in waiting(net, NORTH) if name.startswith("6-")]) == 2
        net.link(SISTER).put(SOUTH, "9-00", b"another sender")
        for _ in range(4):  # SOUTH takes, room comes back, the rest follows: nothing was lost
            net.sync(SOUTH, NORTH)
        with net.at(SOUTH) as station:
            assert station.db.value("SELECT count(*) FROM dispatch_in") == 7
            assert station.db.rows("SELECT first, last FROM dispatch_ranges ORDER BY last") == [(1, 2), (1, 5)]
        net.audit()


def test_bytes_count_with_the_blob_that_was_claimed(tmp_path: Path) -> None:
    settings = RelaySettings(FORMAT, "00" * 25, ordinary_mib=1, urgent_mib=1, free_mib=0)
    store = Store(tmp_path, settings)
    store.put(NORTH, SOUTH, "9-01", bytes(900_000))
    with pytest.raises(Refused, match="quota-exceeded"):
        store.put(NORTH, SOUTH, "9-02", bytes(200_000))
    store.put(NORTH, SOUTH, "9-01", bytes(1_000_000))  # in place of the first: not both count
    store.put(NORTH, SOUTH, "7-01", bytes(900_000))  # urgent has its own
    store.put(SISTER, SOUTH, "9-02", bytes(200_000))  # and so has another sender
    again = Store(tmp_path, settings)  # the folder is the truth
    assert again.ledger.waiting == store.ledger.waiting
    with pytest.raises(Refused, match="quota-exceeded"):
        again.put(NORTH, SOUTH, "9-02", bytes(200_000))
    again.take_away(SOUTH, f"9-01-{tag_of(NORTH)}", aside=False)
    again.put(NORTH, SOUTH, "9-02", bytes(200_000))


def test_a_full_disk_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    store = Store(tmp_path, RelaySettings(FORMAT, "00" * 25, free_mib=10**9))
    with pytest.raises(Refused, match="relay-full"):
        store.put(NORTH, SOUTH, "9-01", b"x")
    assert not list(tmp_path.rglob("9-01*"))


def test_what_nobody_fetched_expires(tmp_path: Path) -> None:
    now = [1e9 + 0.0]
    store = Store(tmp_path, RelaySettings(FORMAT, "00" * 25, keep_days=1, free_mib=0), lambda: now[0])
    store.put(NORTH, SOUTH, "9-01", b"x")
    assert store.sweep() == 0 and store.link.waiting(SOUTH)
    import time

    now[0] = time.time() + 2 * 86400
    assert store.sweep() == 1 and not store.link.waiting(SOUTH)
    assert not any(each.envelopes for each in store.ledger.waiting.values())


def test_urgent_begins_at_two() -> None:
    ledger = Ledger(RelaySettings(FORMAT, "", ordinary_envelopes=0, urgent_envelopes=1))
    for precedence in (0, 1):
        with pytest.raises(Refused):
            ledger.check("t", precedence, 0, envelopes=1)
    for precedence in (2, 3, 4):
        ledger.check("t", precedence, 0, envelopes=1)


WRONG = ["port = 'x'", "port = 70000", "unknown = 1", "keep_days = -1", "root = 'zz'", "port = ["]


@pytest.mark.parametrize("line", WRONG)
def test_settings_that_are_none_do_not_start(tmp_path: Path, line: str) -> None:
    relay_settings.save(tmp_path, RelaySettings(FORMAT, "ab" * 25))
    assert relay_settings.load(tmp_path).port == 8443
    key = line.partition(" ")[0]
    kept = [each for each in (tmp_path / "relay.toml").read_text().splitlines() if not each.startswith(f"{key} ")]
    (tmp_path / "relay.toml").write_text("\n".join([*kept, line]))
    with pytest.raises(Malformed, match="toml-malformed" if line == "port = [" else "settings-malformed"):
        relay_settings.load(tmp_path)


def test_the_commands(net: NetTown, tmp_path: Path) -> None:
    def antin(*words: str, code: int = 0) -> dict:
        command = [sys.executable, "-m", "antin", "relay", *words, "--json", "--lang", "en"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == code and "Traceback" not in done.stderr, done
        return json.loads(done.stdout)

    spool(net, 1, 0)
    net.sync(NORTH)
    found = antin("status", "--home", str(net.relay))
    assert {"code": SOUTH, "envelopes": len(waiting(net, NORTH)) + len(waiting(net, "A04"))} in found["boxes"]
    assert found["directories"] == ["A00-1", "A03-1", "A04-1"] and found["blobs"] == 1 and not found["damaged"]
    (net.relay / "directory" / "A03-1").write_bytes(b"spoilt")
    assert antin("status", "--home", str(net.relay))["damaged"][0]["code"] == "A03-1"
    from antin.cli.read import write_fingerprint

    root = write_fingerprint(bytes.fromhex((net.folder / "root").read_text()))
    home = tmp_path / "relay"
    made = antin("init", "--home", str(home), "--root", root, "--host", "127.0.0.1")
    assert made["address"].startswith("https://127.0.0.1:8443/#")
    assert (home / "relay.key").stat().st_mode & 0o777 == 0o600
    assert antin("status", "--home", str(home))["address"] == made["address"]
    assert antin("init", "--home", str(home), "--root", root, code=7)["error"]["code"] == "relay-exists-here"
    assert antin("serve", "--home", str(tmp_path / "none"), code=6)["error"]["code"] == "relay-missing"
    taken = net.server.address.split(":")[2].split("/")[0]
    text = (home / "relay.toml").read_text().replace("8443", taken)
    (home / "relay.toml").write_text(text)
    assert antin("serve", "--home", str(home), code=8)["error"]["code"] == "relay-port-taken"
