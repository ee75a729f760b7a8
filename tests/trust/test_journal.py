"""What a journal takes, and what it says of itself: each thing that it must refuse once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from town import NORTH, SISTER, Town

from antin.errors import AntinError, Conflict, Missing
from antin.journal import rows as journal_rows
from antin.journal.deed import Entry
from antin.journal.journal import Journal, New
from antin.journal.own import UsesLost
from antin.kernel.crypto import tree
from antin.kernel.formats import note, proof
from antin.kernel.formats.epoch import EpochBegun, LostUse
from antin.kernel.formats.record import HYBRID, QUICK, Enclosed, Record
from antin.kernel.formats.sequences import Sequences
from antin.kernel.formats.shape import encode
from antin.kernel.formats.signed import Signatory
from antin.kernel.sign import sign_object
from antin.signer import keystore
from antin.signer.signer import Hand
from antin.station.books import DEEDS, definitions
from antin.station.station import Station
from antin.storage.database import Database
from antin.storage.engines import scratch


@pytest.fixture
def station(town: Town) -> Iterator[Station]:
    with town.at(NORTH, "cb01", "ld01") as found:
        yield found


def appended(station: Station, type_: str = QUICK, hands: tuple[str, ...] = (), **changes: Any) -> str:
    """The code of the refusal of a record, by the station or two officers; "" where it is taken."""
    value = Record(os.urandom(16), NORTH, 1, "sequences", station.now(), (), encode(Sequences(1, bytes(32))), b"")
    who = [Hand.of(each, station.officer(each)) for each in hands] or [station.station_hand()]
    with station.turn():
        raw = station.signer.sign(type_, encode(replace(value, **changes)), who, station.now())
    before = station.journal.head()
    try:
        station.journal.append([New(raw)])
    except AntinError as error:
        assert station.journal.head() == before
        return error.code
    assert station.journal.head()[0] == before[0] + 1
    return ""


def anew(station: Station) -> Journal:
    """A journal in a database of its own, with the station's books."""
    db = scratch(":memory:")
    db.script(definitions())
    return Journal(db, NORTH, DEEDS, station.directory)


def written(db: Database) -> list[tuple[Any, ...]]:
    """What a replay must give again: records, hashes, uses, and a book."""
    tables = ("entries", "hashes", "uses", "epochs", "people_officers")
    return [row for table in tables for row in db.rows(f"SELECT * FROM {table} ORDER BY 1, 2")]


def test_the_same_records_make_the_same_journal(station: Station) -> None:
    records = [New(each.raw) for each in journal_rows.read_entries.all(station.db, 0)]
    one = anew(station)
    assert one.head() == (0, tree.EMPTY_ROOT)
    found = one.append(records[:5])
    assert [each.index for each in found] == [0, 1, 2, 3, 4]
    one.append([replace(records[5], secret=(bytes(32), b"words"))])
    assert one.db.rows("SELECT idx FROM secrets") == [(5,)]
    one.append(records[6:])
    assert one.head() == station.journal.head() and written(one.db) == written(station.db)
    books, again = "SELECT * FROM people_officers", anew(station)
    for row in one.db.rows("SELECT * FROM entries"):
        again.db.run("INSERT INTO entries VALUES (?, ?, ?, ?, ?)", *row)
    again.reapply()
    assert again.db.rows(books) == one.db.rows(books) != []


def test_all_or_none_with_what_lies_beside(station: Station) -> None:
    """An effect that fails takes its record with it; the use that was given is accounted for in the next turn."""
    before = station.journal.head()

    def beside(_db: Database, _entry: Entry) -> None:
        raise Missing("record-missing", index=0)

    with pytest.raises(Missing):
        station.commit([station.record("sequences", Sequences(1, bytes(32)), then=[beside])])
    assert station.journal.head() == before
    station.commit([station.record("sequences", Sequences(1, bytes(32)))])
    kinds = [kind for (kind,) in station.db.rows("SELECT kind FROM entries WHERE idx >= ? ORDER BY idx", before[0])]
    assert kinds == ["uses-lost", "sequences"]


def test_all_or_none(station: Station) -> None:
    records = [New(each.raw) for each in journal_rows.read_entries.all(station.db, 0)]
    one = anew(station)
    with pytest.raises(Conflict):
        one.append([*records[:3], records[5]])  # a use of a key is left out
    assert one.head() == (0, tree.EMPTY_ROOT) and one.db.rows("SELECT * FROM entries") == []


def test_a_name_that_was_bound_before_begins_a_later_epoch(station: Station) -> None:
    """The first record says which; a record of another station begins nothing."""
    value = Record(os.urandom(16), NORTH, 3, "sequences", station.now(), (), encode(Sequences(1, bytes(32))), b"")
    one = anew(station)
    for use in (1, 2):
        one.append([New(_signed(station, value, use))])
        value = replace(value, id=os.urandom(16))
    assert one.epoch == 3 and one.origin == f"antin/{NORTH}/3"
    other = anew(station)
    other.code = SISTER
    with pytest.raises(Conflict, match="epoch-other"):
        other.append([New(_signed(station, value, 1))])


def _signed(station: Station, value: Record, use: int) -> bytes:
    key, *_ = keystore.station_keys(station.home / "signer")
    return sign_object(QUICK, station.suite, encode(value), [(key, Signatory(station.own.digest, use))])


def test_a_record_is_of_this_epoch(station: Station) -> None:
    assert appended(station, epoch=2) == "epoch-other"


def test_a_record_accounts_for_each_use_of_a_key_in_order(station: Station) -> None:
    known = station.journal.last_use(station.own.digest)
    for first, last, code in ((known, known, "use-out-of-order"), (known + 2, known + 2, "use-out-of-order"),
                              (known + 1, known, "use-out-of-order"), (known + 1, known + 3, "")):  # fmt: skip
        try:
            station.journal._use([(station.own.digest, first, last)])
            assert code == "" and station.journal.last_use(station.own.digest) == last
        except Conflict as error:
            assert error.code == code
            assert station.journal.last_use(station.own.digest) == known


def test_uses_of_one_record_follow_one_another(station: Station) -> None:
    known, own = station.journal.last_use(station.own.digest), station.own.digest
    for uses in ([(own, known + 1, known + 1)] * 2, [(own, known + 2, known + 2), (own, known + 1, known + 1)]):
        with pytest.raises(Conflict, match="use-out-of-order"):
            station.journal._use(uses)
        assert station.journal.last_use(own) == known
    station.journal._use([(own, known + 1, known + 1), (bytes(32), 1, 1), (own, known + 2, known + 4)])
    assert (station.journal.last_use(own), station.journal.last_use(bytes(32))) == (known + 4, 1)


def test_what_a_record_encloses_and_its_own_signature_are_counted(station: Station) -> None:
    known = station.journal.last_use(station.own.digest)
    station.signer.memory.next_uses(station.own.digest)
    assert appended(station) == "use-out-of-order"  # the use before it is accounted for by nothing
    value = Record(os.urandom(16), NORTH, 1, "sequences", station.now(), (), encode(Sequences(1, bytes(32))), b"")
    with_it = replace(value, encloses=(Enclosed(station.own.digest, known + 1, bytes(32)),))
    with pytest.raises(Conflict, match="use-out-of-order"):
        station.journal.append([New(_signed(station, with_it, known + 1))])
    station.journal.append([New(_signed(station, with_it, known + 2))])
    assert station.journal.last_use(station.own.digest) == known + 2
    value = replace(value, id=os.urandom(16))
    lost = encode(UsesLost((LostUse(station.own.digest, known + 3, known + 5),)))
    station.journal.append([New(_signed(station, replace(value, kind="uses-lost", public=lost), known + 6))])
    assert station.journal.last_use(station.own.digest) == known + 6


@pytest.mark.parametrize(("left", "root", "epoch", "code"), [
    (0, None, 2, ""), (-1, None, 3, ""), (1, None, 2, "epoch-not-here"), (0, bytes(32), 2, "epoch-not-here"),
    (0, None, 1, "epoch-other"),
])  # fmt: skip
def test_an_epoch_begins_at_what_is_left(
    station: Station, left: int, root: bytes | None, epoch: int, code: str
) -> None:
    """Of ``left`` records more or fewer than there are."""
    journal = station.journal
    size = journal.head()[0] + left
    true = journal.head()[1] if left >= 0 else _root(journal, size)
    public = encode(EpochBegun(size, root or true, size, root or true, ()))
    found = appended(station, HYBRID, ("cb01", "ld01"), kind="epoch-begun", epoch=epoch, public=public)
    assert found == code
    assert journal.epoch == (epoch if not code else 1)


def _root(journal: Journal, size: int) -> bytes:
    return tree.root(journal.hash_at, size)


def test_a_head_under_our_name_that_we_had(station: Station) -> None:
    journal = station.journal
    key, size = keystore.journal_key(station.home / "signer"), journal.head()[0]

    def had(size: int, root: bytes, code: str = NORTH, epoch: int = 1) -> bool:
        return journal.contains(note.claim(key.checkpoint(note.origin(code, epoch), size, root, 1)))

    assert had(size, journal.head()[1]) and had(3, _root(journal, 3))
    assert not had(size + 1, journal.head()[1]) and not had(3, bytes(32))
    assert not had(3, _root(journal, 3), SISTER) and not had(3, _root(journal, 3), epoch=2)


def test_a_cosigned_head_is_ours_and_the_first_of_its_size_stays(station: Station) -> None:
    journal = station.journal
    key, size = keystore.journal_key(station.home / "signer"), journal.head()[0]
    raws = [key.checkpoint(journal.origin, size, journal.head()[1], time) for time in (1, 2)]
    other = key.checkpoint(journal.origin, size, bytes(32), 1)
    assert journal.newest_cosigned() is None
    assert [journal.keep_cosigned(raw) for raw in raws] == [size, size]
    assert journal.newest_cosigned() == raws[0]
    with pytest.raises(Conflict, match="journal-forked"):
        journal.keep_cosigned(other)
    assert proof.claim(journal.proof(2)).checkpoint.raw == raws[0]


def test_a_checkpoint_is_signed_once_and_never_for_less(station: Station) -> None:
    journal, signed = station.journal, []
    size = journal.head()[0]

    def sign(origin: str, size: int, root: bytes, path: tuple[bytes, ...]) -> bytes:
        signed.append((origin, size, root, len(path)))
        return b"signed"

    assert journal.checkpoint(sign, size) == journal.newest_checkpoint() and signed == []
    with pytest.raises(Conflict, match="journal-behind-signer"):
        journal.checkpoint(sign, size + 1)
    assert journal.checkpoint(sign, size - 1) == b"signed"  # the signer was set back: it is asked again
    assert signed == [(journal.origin, size, journal.head()[1], signed[0][3])]


def test_what_a_journal_does_not_have(station: Station) -> None:
    journal = station.journal
    size = journal.head()[0]
    for ask in (lambda: journal.raw(size), lambda: journal.proof(size), lambda: journal.hash_at(0, size),
                lambda: journal.epoch_start(2)):  # fmt: skip
        with pytest.raises(Missing):
            ask()
    assert journal.size_of(1) == size and proof.claim(journal.proof(size - 1)).index == size - 1


def test_before_the_first_checkpoint_and_at_it(station: Station) -> None:
    one = anew(station)
    one.append([New(each.raw) for each in journal_rows.read_entries.all(station.db, 0)])
    for ask in (one.newest_checkpoint, lambda: one.proof(0)):
        with pytest.raises(Missing, match="checkpoint-missing"):
            ask()
    key, size = keystore.journal_key(station.home / "signer"), one.head()[0]
    assert one.checkpoint(lambda origin, size, root, _: key.checkpoint(origin, size, root, 1), size - 1)
    assert note.claim(one.newest_checkpoint()).size == size
    assert appended(station) == ""  # a head that has none, and a signer that knows it
    assert station.journal.checkpoint(lambda *_: b"signed", size + 1) == b"signed"


def test_the_earliest_cosigned_head_shows_a_records_age(station: Station) -> None:
    journal, key = station.journal, keystore.journal_key(station.home / "signer")
    raw = key.checkpoint(journal.origin, 3, _root(journal, 3), 1)
    journal.db.run("DELETE FROM checkpoints WHERE size = 3")  # of one that came with others' alone
    assert journal.keep_cosigned(raw) == 3 and journal.newest_cosigned() == raw
    shown = [proof.claim(journal.proof(index)).checkpoint for index in (2, 3)]
    assert shown[0].raw == raw and shown[1].size == journal.head()[0]


def test_what_a_later_epoch_admits_as_lost(station: Station) -> None:
    journal, key = station.journal, keystore.journal_key(station.home / "signer")
    size, root, lost = *journal.head(), bytes(31) + b"\1"
    journal.keep_cosigned(key.checkpoint(journal.origin, size, root, 1))

    def begin(epoch: int, left: int, known: int, known_root: bytes) -> None:
        public = encode(EpochBegun(left, _root(journal, left), known, known_root, ()))
        assert appended(station, HYBRID, ("cb01", "ld01"), kind="epoch-begun", epoch=epoch, public=public) == ""

    def admitted(size: int, root: bytes = lost, code: str = NORTH, epoch: int = 1, by: Journal = journal) -> bool:
        return by.admitted(note.claim(key.checkpoint(note.origin(code, epoch), size, root, 1)))

    assert not admitted(size)
    begin(2, size, size + 2, lost)
    begin(3, size + 1, size + 1, _root(journal, size + 1))
    assert admitted(size + 1) and admitted(size + 2)
    assert not admitted(size + 2, bytes(32)) and not admitted(size + 3)
    assert not admitted(size + 1, code=SISTER) and not admitted(size + 2, epoch=2) and not admitted(1, epoch=3)
    assert [journal.size_of(epoch) for epoch in (1, 2, 3)] == [size, size + 1, size + 2]
    journal.checkpoint(lambda origin, size, root, _: key.checkpoint(origin, size, root, 1), size)
    assert proof.claim(journal.proof(2)).checkpoint.origin == f"antin/{NORTH}/1"
    assert journal.newest_cosigned() is None  # of the epoch that has ended
    value = Record(os.urandom(16), NORTH, 3, "sequences", station.now(), (), encode(Sequences(1, bytes(32))), b"")
    one = anew(station)
    one.append([New(_signed(station, value, 1))])
    assert not admitted(1, by=one)  # it was founded in epoch 3, and admits nothing


def test_a_record_is_proven_under_a_checkpoint_of_its_epoch(station: Station) -> None:
    journal, key = station.journal, keystore.journal_key(station.home / "signer")
    size, root = journal.head()
    public = encode(EpochBegun(size, root, size, root, ()))
    assert appended(station, HYBRID, ("cb01", "ld01"), kind="epoch-begun", epoch=2, public=public) == ""
    journal.checkpoint(lambda origin, size, root, _: key.checkpoint(origin, size, root, 1), size)
    origins = [proof.claim(journal.proof(index)).checkpoint.origin for index in (2, size)]
    assert origins == [f"antin/{NORTH}/1", f"antin/{NORTH}/2"]


def test_a_journal_that_lost_everything_begins_its_epoch_once(station: Station) -> None:
    """Its first record opens it."""
    public = encode(EpochBegun(0, tree.EMPTY_ROOT, 0, tree.EMPTY_ROOT, ()))
    value = Record(os.urandom(16), NORTH, 2, "epoch-begun", station.now(), (), public, b"")
    hands = [Hand.of(each, station.officer(each)) for each in ("cb01", "ld01")]
    with station.turn():
        raw = station.signer.sign(HYBRID, encode(value), hands, station.now())
    one = anew(station)
    one.append([New(raw)])
    assert (one.epoch, one.epoch_start(2), one.head()[0]) == (2, 0, 1)
