"""What a reader does with a checkpoint, step by step (spec/witness.md), under whoever has all keys of the journal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from town import NORTH, SISTER, SOUTH, Town

from antin.errors import AntinError, Conflict
from antin.kernel import check
from antin.kernel.crypto import merkle, tree
from antin.kernel.crypto.journal_key import JournalKey
from antin.kernel.formats import note
from antin.kernel.formats.epoch import EpochAccepted, EpochBegun
from antin.kernel.formats.shape import encode
from antin.signer import keystore
from antin.station import rows
from antin.station.checkpoints import Proofs, bare, check_plausible, proves_itself, with_line
from antin.station.station import Station

LINKED, HEARD = True, False
FORKED, FORGETS = "journal-forked", "epoch-forgets"


@dataclass
class Reader:
    """SOUTH, which has never heard of NORTH's journal, and NORTH's keys in the hands of a liar."""

    station: Station
    key: JournalKey
    witness: JournalKey

    def hashes(self, fork: int | None = None) -> tree.Hashes:
        """A journal of forty records; another one from the record ``fork`` on."""
        leaves = [b"%d %d" % (n, fork is not None and n >= fork) for n in range(40)]
        return tree.memory_hashes(map(merkle.leaf_hash, leaves))

    def root(self, size: int, fork: int | None = None) -> bytes:
        return tree.root(self.hashes(fork), size)

    def point(self, size: int, *, fork: int | None = None, epoch: int = 1, ahead: int = 0, seen: bool = False) -> bytes:
        origin, time = note.origin(NORTH, epoch), self.station.here() + ahead
        raw = self.key.checkpoint(origin, size, self.root(size, fork), time)
        line = self.witness.cosignature("antin/A03/1", origin, size, self.root(size, fork), time) if seen else b""
        return raw + line

    def proofs(self, *pairs: tuple[int, int], fork: int | None = None, epoch: int = 1) -> Proofs:
        hashes = self.hashes(fork)
        return {(note.origin(NORTH, epoch), old, new): tree.consistency(hashes, old, new) for old, new in pairs}

    def take(self, raw: bytes, proofs: Proofs | None = None, via: str = NORTH) -> bool | str:
        """Whether it was linked, or the code of the refusal."""
        try:
            return self.station.checkpoints.take(raw, proofs or {}, via, self.station.here())
        except AntinError as error:
            return error.code

    def state(self) -> tuple[int, list[int], list[int]]:
        """Size held, sizes heard, sizes kept, of the newest epoch."""
        held = self.station.checkpoints.newest_of(NORTH)
        heard = [note.claim(raw).size for raw in self.station.checkpoints.heard(NORTH)]
        kept = self.station.db.rows("SELECT size FROM kept WHERE origin LIKE ? ORDER BY size", f"antin/{NORTH}/%")
        return held.size if held else 0, heard, [size for (size,) in kept]


@pytest.fixture
def reader(town: Town) -> Iterator[Reader]:
    key, witness = (keystore.journal_key(town.home(code) / "signer") for code in (NORTH, "A03"))
    with town.at(SOUTH) as station:
        yield Reader(station, key, witness)


def test_the_first_is_held_and_the_same_again(reader: Reader) -> None:
    assert reader.take(reader.point(5)) is LINKED and reader.take(reader.point(5)) is LINKED
    assert reader.state() == (5, [], [5])
    assert reader.take(reader.point(5, ahead=100)) is LINKED
    times = reader.station.db.rows("SELECT time FROM kept WHERE origin = ?", note.origin(NORTH, 1))
    assert times[0][0] >= reader.station.here() + 90  # so long it was no longer yet


def test_what_is_proven_to_extend_is_held_and_links_what_was_heard(reader: Reader) -> None:
    assert reader.take(reader.point(5)) is LINKED
    for wrong in ({}, reader.proofs((5, 8), fork=1), reader.proofs((4, 8)), reader.proofs((5, 8), epoch=2)):
        assert reader.take(reader.point(8), wrong) is HEARD
    assert reader.state() == (5, [8], [5])
    assert reader.take(reader.point(9), reader.proofs((5, 9))) is LINKED
    assert reader.state() == (9, [8], [5, 9])  # nothing proves that 9 extends 8
    assert reader.take(reader.point(10), reader.proofs((9, 10), (8, 10))) is LINKED
    assert reader.state() == (10, [], [5, 9, 10])


@pytest.mark.parametrize("first", ["held", "heard"])
def test_two_of_one_size_are_a_fork(reader: Reader, first: str) -> None:
    reader.take(reader.point(8 if first == "held" else 5))
    if first == "heard":
        assert reader.take(reader.point(8)) is HEARD
    assert reader.take(reader.point(8, fork=6)) == FORKED
    assert reader.take(reader.point(8, fork=6), via=SISTER) == FORKED  # whoever shows it
    assert reader.take(reader.point(9, fork=6)) is HEARD  # of another size: not proven, and no fork


def test_a_late_one_counts_by_the_proofs_of_the_newer(reader: Reader) -> None:
    reader.take(reader.point(5))
    assert reader.take(reader.point(8), reader.proofs((5, 8), (6, 8))) is LINKED
    assert reader.take(reader.point(5)) is LINKED and reader.take(reader.point(6)) is LINKED
    assert reader.state()[:2] == (8, [])
    assert reader.take(reader.point(7)) is HEARD and reader.take(reader.point(6, fork=1)) is HEARD
    assert reader.state()[:2] == (8, [6, 7])
    assert reader.take(reader.point(4), via="") is HEARD
    assert reader.state()[:2] == (8, [6, 7])  # from a medium of nobody's: nothing new
    assert reader.take(reader.point(4, seen=True), via=SISTER) is HEARD
    assert reader.state()[:2] == (8, [4, 6, 7])  # its authority saw that past


def test_the_proofs_kept_are_those_of_the_newest_held(reader: Reader) -> None:
    """Of this journal and up to this size alone; what came for the one before is gone with it."""
    other = {(note.origin(SISTER, 1), 6, 8): tree.consistency(reader.hashes(), 6, 8)}
    reader.station.db.run(rows.SQL["insert_link"], note.origin(SISTER, 1), 6, b"")  # of what is held of that one
    reader.take(reader.point(5))
    assert reader.take(reader.point(8), {**reader.proofs((5, 8), (5, 9)), **other}) is LINKED
    assert reader.take(reader.point(6)) is HEARD and reader.take(reader.point(5)) is LINKED
    assert reader.take(reader.point(9), reader.proofs((8, 9), (5, 9))) is LINKED
    assert reader.take(reader.point(5)) is LINKED and reader.take(reader.point(8)) is LINKED
    assert reader.take(reader.point(10), reader.proofs((9, 10))) is LINKED
    assert reader.take(reader.point(5)) is HEARD


def test_a_flood_between_the_oldest_and_the_newest_is_forgotten(reader: Reader) -> None:
    for size in range(1, 41):
        reader.take(reader.point(size))
    assert reader.state()[1] == [*range(2, 18), *range(25, 41)]


def test_the_last_second_of_the_tolerance(reader: Reader) -> None:
    point = check.checkpoint(reader.point(5), reader.station.directory.find(NORTH))
    check_plausible(replace(point, time=1300), 1000, 300)
    with pytest.raises(Conflict, match="checkpoint-ahead"):
        check_plausible(replace(point, time=1301), 1000, 300)


def test_how_long_a_journal_was_before_a_record(reader: Reader) -> None:
    reader.take(reader.point(5))
    reader.take(reader.point(8), reader.proofs((5, 8)))
    origin, checkpoints = note.origin(NORTH, 1), reader.station.checkpoints
    found = [checkpoints.kept_before(origin, index) for index in (4, 7)]
    assert found[0] is None and found[1] is not None and note.claim(found[1][0]).size == 5


def test_what_others_say_counts_when_the_authority_has_seen_it(reader: Reader) -> None:
    assert reader.take(reader.point(5), via=SISTER) is HEARD and reader.state() == (0, [], [])
    assert reader.take(reader.point(5, seen=True), via=SISTER) is LINKED and reader.state() == (5, [], [5])
    assert reader.take(reader.point(8, seen=True), via=SISTER) is HEARD and reader.state()[:2] == (5, [8])
    assert reader.take(reader.point(8, seen=True), reader.proofs((5, 8)), via=SISTER) is HEARD  # as long as known
    assert reader.state()[:2] == (5, [8])
    vouched = reader.station.checkpoints.vouched(note.origin(NORTH, 1))
    assert vouched is not None and note.claim(vouched).size == 8
    assert reader.take(reader.point(8), reader.proofs((5, 8)), via="") is LINKED


def test_a_time_ahead_of_our_clock(reader: Reader) -> None:
    tolerance = reader.station.tolerance()
    assert reader.take(reader.point(5, ahead=tolerance + 60)) == "checkpoint-ahead"
    assert reader.state() == (0, [], [])
    assert reader.take(reader.point(5, ahead=tolerance - 60)) is LINKED


def test_whose_journal_it_is(reader: Reader) -> None:
    assert reader.take(reader.point(5, epoch=2)) == "epoch-not-accepted"
    stranger = reader.key.checkpoint("antin/A09.1/1", 5, bytes(32), 1)
    assert reader.take(stranger) == "addressee-unknown"
    assert reader.take(reader.witness.checkpoint(f"antin/{NORTH}/1", 5, bytes(32), 1)) == "checkpoint-invalid"


def test_nobody_vouches_for_the_root(town: Town, reader: Reader) -> None:
    """Before its journal is mirrored."""
    reader.station.db.run("DELETE FROM mirror_heads WHERE origin = 'antin/A00/1'")
    key = keystore.journal_key(town.home("A00") / "signer")
    raw = key.checkpoint("antin/A00/1", 5, bytes(32), reader.station.here())
    assert reader.take(raw, via=SISTER) is HEARD and reader.take(raw, via="A00") is LINKED


def test_a_mirrored_journal_is_judged_by_the_mirror(reader: Reader) -> None:
    origin, mirror = "antin/A03/1", reader.station.directory.mirror
    head = mirror.head(origin)
    assert head is not None
    now = reader.station.here()

    def take(size: int, root: bytes) -> bool | str:
        return reader.take(reader.witness.checkpoint(origin, size, root, now), via="A03")

    for size in (head.size, head.size - 3):
        assert take(size, mirror.root_at(origin, size)) is LINKED and take(size, bytes(32)) == FORKED
    heard = "SELECT size FROM heard WHERE origin = ?"
    assert reader.station.db.rows(heard, origin) == []
    assert take(head.size + 1, bytes(32)) is LINKED  # our mirror is behind: nobody lies yet
    assert reader.station.db.rows(heard, origin) == [(head.size + 1,)]
    reader.station.checkpoints.settle_mirrored(origin)
    assert reader.station.db.rows(heard, origin) == [(head.size + 1,)]


def test_a_mirror_that_has_grown_settles_what_was_heard(reader: Reader) -> None:
    origin, mirror, now = "antin/A03/1", reader.station.directory.mirror, reader.station.here()
    head = mirror.head(origin)
    assert head is not None

    def hear(origin: str, size: int, root: bytes) -> list[int]:
        raw = reader.witness.checkpoint(origin, size, root, now)
        reader.station.db.run(rows.SQL["insert_heard"], origin, size, root, raw, NORTH, now)
        reader.station.checkpoints.settle_mirrored(origin)
        return [each for (each,) in reader.station.db.rows("SELECT size FROM heard WHERE origin = ?", origin)]

    for size in (head.size, head.size - 2):
        assert hear(origin, size, mirror.root_at(origin, size)) == []
        with pytest.raises(Conflict, match=FORKED):
            hear(origin, size, bytes(32))
        reader.station.db.run("DELETE FROM heard")
    assert hear(note.origin(NORTH, 1), 3, bytes(32)) == [3]  # nobody mirrors that one


def accepted(reader: Reader, restored: int, known: int, authority: str = "A03") -> EpochAccepted:
    """An authority accepts epoch 2, which admits as lost what lies between the two sizes; as the mirror enters it."""
    public = EpochAccepted(NORTH, 2, restored, reader.root(restored), known, reader.root(known), bytes(32))
    reader.station.db.run(rows.SQL["insert_epoch_accepted"], f"antin/{authority}/1", NORTH, 2, encode(public))
    return public


@pytest.mark.parametrize(("held", "fork", "linked", "outcome"), [
    (6, None, False, LINKED), (5, None, False, LINKED), (7, None, False, FORGETS), (6, 5, False, FORGETS),
    (4, None, True, LINKED), (4, None, False, HEARD), (0, None, False, LINKED), (3, 1, True, HEARD),
])  # fmt: skip
def test_the_first_of_a_new_epoch_forgets_nothing_that_we_hold(
    reader: Reader, held: int, fork: int | None, linked: bool, outcome: bool | str
) -> None:
    """It admits that records 4 and 5 are lost."""
    if held:
        assert reader.take(reader.point(held, fork=fork)) is LINKED
    accepted(reader, 4, 6)
    assert reader.station.checkpoints.epoch(NORTH) == 2
    assert reader.take(reader.point(9, epoch=2), reader.proofs((held, 9), epoch=2) if linked else {}) == outcome
    assert reader.state()[0] == (9 if outcome is LINKED else held)
    if outcome is LINKED:
        assert reader.take(reader.point(10, epoch=2), reader.proofs((9, 10), epoch=2)) is LINKED
        assert reader.state()[0] == 10
        reader.station.db.run("DELETE FROM epochs_accepted")
        assert reader.state()[0] == held  # it counts no more


def test_no_authority_makes_an_epoch_that_no_journal_can_bear(reader: Reader) -> None:
    public = accepted(reader, 4, 6)
    for code, epoch in ((NORTH, 2**53 - 1), ("A00", 2)):
        raw = encode(replace(public, code=code, epoch=epoch))
        reader.station.db.run(rows.SQL["insert_epoch_accepted"], "antin/A03/1", code, epoch, raw)
    assert reader.station.checkpoints.epoch(NORTH) == 2 and reader.station.checkpoints.epoch("A00") == 1


@pytest.mark.parametrize(("size", "fork", "outcome"), [
    (6, None, LINKED), (4, 1, LINKED), (7, None, FORGETS), (6, 5, FORGETS),
])  # fmt: skip
def test_what_comes_of_an_old_epoch(reader: Reader, size: int, fork: int | None, outcome: bool | str) -> None:
    """Late, or a copy that runs on in it: that one shows by going beyond what was admitted as lost."""
    accepted(reader, 4, 6)
    assert reader.take(reader.point(7)) is LINKED  # nothing is held of the new one yet
    assert reader.take(reader.point(9, epoch=2)) is LINKED
    assert reader.take(reader.point(size, fork=fork)) == outcome
    assert reader.state() == (9, [], [9])


def test_another_authoritys_word_on_an_epoch_counts_for_nothing(reader: Reader) -> None:
    accepted(reader, 4, 6, "A04")
    assert reader.station.checkpoints.epoch(NORTH) == 1
    assert reader.take(reader.point(9, epoch=2)) == "epoch-not-accepted"


def test_a_credential_that_binds_the_name_anew_begins_an_epoch(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    own = reader.station.directory.find(NORTH)
    anew = replace(own, credential=replace(own.credential, epoch=3))
    monkeypatch.setattr(reader.station.directory, "named", lambda _: [own, anew])
    assert reader.station.checkpoints.newest_epoch(NORTH) == 3


def test_an_epoch_accepted_before_the_keys_were_bound_anew_is_of_another_journal(reader: Reader) -> None:
    public, own = accepted(reader, 4, 6), reader.station.directory.find(NORTH)
    within = reader.station.checkpoints._accepted_within
    assert within(NORTH, own) == public
    for epoch in (2, 3):
        assert within(NORTH, replace(own, credential=replace(own.credential, epoch=epoch))) is None


def test_what_a_station_would_forget_by_beginning_anew(reader: Reader) -> None:
    assert reader.take(reader.point(6)) is LINKED
    said = EpochBegun(4, reader.root(4), 6, reader.root(6), ())
    for known, root, forgets in ((6, reader.root(6), False), (7, reader.root(7), False), (5, reader.root(5), True),
                                 (6, reader.root(6, 5), True)):  # fmt: skip
        found = reader.station.checkpoints.forgotten(NORTH, replace(said, known_size=known, known_root=root))
        assert (found is not None) == forgets
    assert reader.station.checkpoints.forgotten(SISTER, said) is None


def test_two_checkpoints_that_convict_their_journal_alone(reader: Reader) -> None:
    directory, one, two = reader.station.directory, reader.point(6), reader.point(6, fork=2)
    assert proves_itself(one, two, directory)
    false = reader.witness.checkpoint(note.origin(NORTH, 1), 6, bytes(32), 1)
    elsewhere = reader.key.checkpoint(note.origin(SISTER, 1), 6, bytes(32), 1)
    for other in (one, reader.point(7, fork=2), reader.point(6, fork=2, epoch=2), false, elsewhere, b"x"):
        assert not proves_itself(one, other, directory) and not proves_itself(other, one, directory)


def test_what_is_kept_of_a_checkpoint_are_its_own_lines(reader: Reader) -> None:
    assert bare(reader.point(6, seen=True)).count(b"\n") == 6
    directory = reader.station.directory
    witness = directory.authority("antin/A03/1")
    raw, other = reader.point(6, seen=True), reader.key.cosignature("antin/A04/1", "x", 6, bytes(32), 1)
    assert with_line(bare(raw) + other + raw[len(bare(raw)) :], witness) == raw


def test_what_excludes_a_checkpoint(reader: Reader) -> None:
    """One held, heard, or kept of before; of a size that nobody knows, only a proof would say something."""
    checkpoints = reader.station.checkpoints
    reader.take(reader.point(5))
    reader.take(reader.point(8), reader.proofs((5, 8)))
    reader.take(reader.point(9))

    def excluded(size: int, fork: int | None) -> str:
        raw = reader.point(size, fork=fork)
        try:
            checkpoints.exclude(check.checkpoint(raw, reader.station.directory.journal_of(note.origin(NORTH, 1))))
        except AntinError as error:
            return error.code
        return ""

    for size in (5, 8, 9):
        assert (excluded(size, None), excluded(size, 1)) == ("", FORKED)
    assert excluded(7, 1) == ""
