"""Lies about whose a name is and what counts of it: directories, second bindings, old keys, states and credentials.

Part of the table in tests/liar.py. Where the liar took a key, the row says whose.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from lie import Lie, waiting, write
from town import NORTH, PASS, SISTER, SOUTH, Town

from antin.acts import approve as approving
from antin.acts.approve import approve, revoke
from antin.acts.create_station import FirstOfficer, NewStation, request_agency
from antin.acts.join import join
from antin.acts.renew import renew
from antin.acts.send import check_name
from antin.acts.status import status_record
from antin.errors import AntinError, Refused
from antin.kernel.crypto.locker import CHEAPEST
from antin.kernel.succession import level_key
from antin.station import packets
from antin.station.station import AUTHORITY_KEY
from antin.views.incidents import incidents

DAY = 86_400
Frame = tuple[str, str, bytes]


def _codes(town: Town, code: str) -> set[str]:
    with town.at(code) as station:
        return {str(row["code"]) for row in incidents(station)}


def _published(town: Town) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in (town.relay / "directory").iterdir()}


def _brought_again(kept: dict[Path, bytes]) -> None:
    for path, data in kept.items():
        path.write_bytes(data)


def _bound_elsewhere(town: Town) -> None:
    """A04's key, in the liar's hands, binds NORTH's code to keys of his own, past its own program."""
    plan = NewStation(NORTH, "Giả", "dang-chinh-quyen", professional="A04", relay=str(town.relay))
    first_officer = FirstOfficer("cb01", "Kẻ giả", ("cipher", "officer"), PASS)
    root = bytes.fromhex((town.folder / "root").read_text())[:25]
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        request = request_agency(Path(folder) / "gia", plan, first_officer, root, {"cost": CHEAPEST})
        patch.setattr(approving.check, "check_code", lambda *_: None)
        patch.setattr(approving.check, "check_scope", lambda *_: None)
        with town.at("A04", AUTHORITY_KEY) as station:
            approve(station, request, 365)
    town.sync("A04")


def _named_who_did(town: Town) -> None:
    assert "code-bound-twice" in _codes(town, SOUTH)
    with town.at(SOUTH) as station:
        assert len(station.directory.named(NORTH)) == 1


def _grown(town: Town) -> Path:
    """The part in which A04's journal grows, with records that SOUTH has not read."""
    for _ in range(2):
        town.clock.ahead += 1
        with town.at("A04", AUTHORITY_KEY) as station:
            station.commit([status_record(station)])
    town.sync("A04")
    return town.relay / "directory" / "A04-1"


def _records(path: Path, change: Callable[[list[Frame]], list[Frame]]) -> None:
    """A part made again, its own digest too, with its records changed."""
    parts = packets.read_all(BytesIO(path.read_bytes()), packets.DIRECTORY)
    records = [part for part in parts if part[0] == "record"]
    first_at = parts.index(records[0])
    parts[first_at : first_at + len(records)] = change(records)
    path.write_bytes(packets.write(packets.DIRECTORY, parts))


def _cut_directory(town: Town) -> None:
    path = _grown(town)
    path.write_bytes(path.read_bytes()[:-2000])


def _skip_record(town: Town) -> None:
    _records(_grown(town), lambda records: records[:-1])


def _swap_records(town: Town) -> None:
    _records(_grown(town), lambda records: [*records[:-2], records[-1], records[-2]])


def _misnumber_directory(town: Town) -> None:
    """The part that grows under the number of a full one, and another's part in its place."""
    path = _grown(town)
    (path.parent / "A04-1-000003").write_bytes(path.read_bytes())
    path.write_bytes((path.parent / "A03-1").read_bytes())


def _followed(town: Town) -> None:
    """A04's journal is here to its end, and nobody is accused."""
    with town.at("A04") as station:
        head = station.journal.head()
    with town.at(SOUTH) as station:
        ours = station.directory.mirror.head("antin/A04/1")
        assert ours is not None and (ours.size, ours.root) == head
    assert _codes(town, SOUTH) == set()


def _old_level_key(town: Town) -> None:
    """SOUTH has fresh keys for its levels; the directory of before, which names the old ones alone, comes again."""
    kept = _published(town)
    _renewed(town, SOUTH, "A04")
    town.sync(NORTH)
    _brought_again(kept)
    town.sync(NORTH)
    with town.at(NORTH) as station:
        trusted = station.directory.find(SOUTH)
        rows = station.db.rows("SELECT generation FROM level_keys WHERE code = ? AND level = 2", SOUTH)
        assert {(1,), (2,)} == set(rows)
        newest = station.db.value("SELECT raw FROM level_keys WHERE code = ? AND level = 2 AND generation = 2", SOUTH)
        later = station.now() + 2  # a new key begins when it was made
        assert station.directory.level_key(trusted, 2, later) == level_key(newest, trusted).public
        with pytest.raises(Refused, match="level-key-expired"):
            station.directory.level_key(trusted, 2, later + 500 * DAY)


def _hide_revocation(town: Town) -> None:
    """A03 revoked SISTER and said so; the directory of before comes again, and the newer one is gone."""
    kept = _published(town)
    town.clock.ahead += 2
    with town.at("A03", AUTHORITY_KEY) as station:
        revoke(station, station.directory.find(SISTER), station.now() - 1, "stolen")
        station.commit([status_record(station)])
    town.sync("A03", NORTH)
    _brought_again(kept)
    town.sync(NORTH)
    path = town.pdf("thu.pdf")
    town.signed(NORTH, path)
    with pytest.raises(Refused, match="credential-revoked"):
        town.send(NORTH, path, SISTER)


def _old_credential(town: Town) -> None:
    """NORTH was renewed; its old credential comes again in an envelope, and the approval of before at NORTH itself."""
    with town.at(NORTH) as station:
        old = station.directory.raw(station.own.digest)
    before, after = _renewed(town, NORTH, "A03"), _renewed(town, NORTH, "A03")
    assert before != after
    with town.at(NORTH) as station, contextlib.suppress(AntinError):
        join(station, before)
    town.sync(SOUTH)
    write(waiting(town)[0] if waiting(town) else town.relay / "to" / SOUTH / "9-ffff", [("credential", "", old)])


def _newest_counts(town: Town) -> None:
    """Everybody goes by the last of the three, each of which the one before handed over to."""
    with town.at(NORTH) as station:
        own = station.own.digest
        assert len(station.directory.named(NORTH)) == 3
    with town.at(SOUTH) as station:
        found = station.directory.find(NORTH)
        assert found.digest == own
        check_name(station, found)


def _renewed(town: Town, code: str, authority: str) -> bytes:
    """A renewal whole; the approval that was joined."""
    town.clock.ahead += 2
    with town.at(code, "cb01") as station:
        file = renew(station, ["cb01"])
    with town.at(authority, AUTHORITY_KEY) as station:
        approved = approve(station, file, 730).file
    with town.at(code) as station:
        join(station, approved)
    town.sync(authority, code)
    return approved


NAMES = {
    "bind-elsewhere": Lie("binds the sender's name to other keys, with the key of an authority that may not",
                          _bound_elsewhere, "all: code-bound-twice, by the root's journal; the true one stays", (),
                          ("entered",), then=_named_who_did, broke=("A04",)),
    "cut-directory": Lie("cuts an authority's part short", _cut_directory, "receiver: sets it aside",
                         ("bytes-malformed",), ("entered",), then=_followed),
    "skip-record": Lie("leaves a record out of an authority's part", _skip_record,
                       "receiver: it leads to no checkpoint; accuses nobody", ("not-consistent",), ("entered",),
                       then=_followed),
    "swap-records": Lie("exchanges two records of an authority's part", _swap_records,
                        "receiver: it leads to no checkpoint; accuses nobody", ("not-consistent",), ("entered",),
                        then=_followed),
    "misnumber-directory": Lie("puts an authority's part under another number, another's in its place",
                               _misnumber_directory, "receiver: the checkpoint is another's",
                               ("checkpoint-invalid",), ("entered",), then=_followed),
    "old-level-key": Lie("brings the directory of before the addressee's new level keys again", _old_level_key,
                         "sender: takes the greatest generation, and none past its end"),
    "hide-revocation": Lie("takes a revocation and its status away, and brings the directory of before again",
                           _hide_revocation, "sender: keeps the longer journal", (), ("entered",)),
    "old-credential": Lie("brings the sender's credential of before its renewals again", _old_credential,
                          "all: the newest that the one before handed over to", then=_newest_counts),
}  # fmt: skip
