"""What a journal takes, and what it says of itself: each thing that it must refuse once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from town import NORTH, SISTER, Town

from antin.errors import AntinError, Conflict, Missing
from antin.journal.journal import Journal, New
from antin.kernel.crypto import tree
from antin.kernel.formats import note, proof
from antin.kernel.formats.epoch import EpochBegun
from antin.kernel.formats.record import HYBRID, QUICK, Enclosed, Record
from antin.kernel.formats.sequences import Sequences
from antin.kernel.formats.shape import encode
from antin.signer import keystore
from antin.signer.signer import STATION, Hand
from antin.station.station import Station


@pytest.fixture
def station(town: Town) -> Iterator[Station]:
    with town.at(NORTH, "cb01", "ld01") as found:
        yield found


def appended(station: Station, type_: str = QUICK, hands: tuple[str, ...] = (), **changes: Any) -> str:
    """The code of the refusal of a record, by the station or two officers; "" where it is taken."""
    value = Record(os.urandom(16), NORTH, 1, "sequences", station.now(), (), encode(Sequences(1, bytes(32))), b"")
    who = [Hand(each, station.officer(each).digest) for each in hands] or [Hand(STATION, station.own.digest)]
    raw = station.signer.sign(type_, encode(replace(value, **changes)), who, station.now())
    before = station.journal.head()
    try:
        station.journal.append([New(raw)])
    except AntinError as error:
        assert station.journal.head() == before
        return error.code
    assert station.journal.head()[0] == before[0] + 1
    return ""


def test_a_record_is_of_this_epoch(station: Station) -> None:
    assert appended(station, epoch=2) == "epoch-other"


def test_a_record_accounts_for_each_use_of_a_key_in_order(station: Station) -> None:
    known = station.journal.last_use(station.own.digest)
    for first, last, code in ((known, known, "use-out-of-order"), (known + 2, known + 2, "use-out-of-order"),
                              (known + 1, known, "use-out-of-order"), (known + 1, known + 3, "")):  # fmt: skip
        try:
            station.journal._use(station.own.digest, first, last)
            assert code == "" and station.journal.last_use(station.own.digest) == last
        except Conflict as error:
            assert error.code == code
            assert station.journal.last_use(station.own.digest) == known


def test_what_a_record_encloses_and_its_own_signature_are_counted(station: Station) -> None:
    known = station.journal.last_use(station.own.digest)
    station.signer.memory.next_uses(station.own.digest)
    missing = (Enclosed(station.own.digest, known + 2, bytes(32)),)
    assert appended(station, encloses=missing) == "use-out-of-order"
    station.journal._use(station.own.digest, known + 1, known + 2)
    assert appended(station) == ""
    assert station.journal.last_use(station.own.digest) == known + 3


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
