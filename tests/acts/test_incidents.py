"""Incidents: stolen and revoked keys, foreign and forked directories, restored stations, missing dispatches."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import engine
import pytest
from town import NORTH, PASS, PDF, SISTER, SOUTH, Town, bind, found, into

from antin.acts.approve import revoke
from antin.acts.carry import read_bundle, write_bundle
from antin.acts.create_station import FirstOfficer, request_officer
from antin.acts.receive import receive
from antin.acts.sign_document import sign_document
from antin.acts.stamp import stamp
from antin.acts.status import hours_since, keep_current, status_record
from antin.errors import Refused, Unverified
from antin.journal.audit import audit
from antin.kernel.formats.fields import Facts, Label
from antin.kernel.formats.sequences import SequencesProof
from antin.kernel.formats.shape import encode, parse
from antin.station import packets
from antin.station.books import TABLES
from antin.station.news import news
from antin.station.sequences import take as take_sequences
from antin.station.station import AUTHORITY_KEY
from antin.views.incidents import incidents


def test_a_revoked_author_cannot_date_himself_back(town: Town, tmp_path: Path) -> None:
    """He seals today and claims yesterday: what counts is when our own journal first saw it."""
    path = town.pdf()
    town.signed(NORTH, path)
    with town.at(NORTH) as station:
        author = station.officer("vt01")
    town.clock.ahead = 100
    with town.at("A03", AUTHORITY_KEY) as station:
        revoke(station, author, station.now() - 50, "key-stolen")
    town.clock.ahead = 20  # his station never hears of it, and its clock is behind
    town.send(NORTH, path, SOUTH)
    town.sync(NORTH)
    town.clock.ahead = 200
    town.sync("A03", SOUTH)
    with pytest.raises(Refused, match="credential-revoked"):
        town.open(SOUTH, "cb01", "den-1", tmp_path / "out.pdf")
    assert not (tmp_path / "out.pdf").exists()
    town.audit()


def test_what_arrived_before_the_revocation_still_counts(town: Town, tmp_path: Path) -> None:
    town.dispatch()
    town.sync(SOUTH)
    town.clock.ahead = 100
    with town.at("A03", AUTHORITY_KEY) as station:
        pass
    with town.at(NORTH) as station:
        author = station.officer("vt01")
    with town.at("A03", AUTHORITY_KEY) as station:
        revoke(station, author, station.now(), "left")
    town.sync("A03", SOUTH)
    town.open(SOUTH, "cb01", "den-1", tmp_path / "out.pdf")
    town.audit()


def test_the_signer_does_not_stamp(town: Town) -> None:
    both = FirstOfficer("lv01", "x", ("leader", "registrar"), PASS)
    with town.at(NORTH, "cb01") as station:
        request = request_officer(station, "cb01", both, 3)
    bind(town, "A03", NORTH, request)
    path = town.pdf()
    with town.at(NORTH, "lv01") as station:
        facts = Facts("KH", "", station.now(), "", path.name, "application/pdf")
        id_ = sign_document(station, "lv01", path, facts, Label(1, 0, (), (), 0))
        with pytest.raises(Refused, match="same-hand-twice"):
            stamp(station, "lv01", id_)
    with town.at(NORTH) as station:
        assert [row["code"] for row in incidents(station)] == ["same-hand-twice"]


def test_a_directory_of_another_root(town: Town, tmp_path: Path) -> None:
    other = found(tmp_path / "other")
    with other.at("A03") as station:
        foreign = packets.write(packets.APPROVAL, packets.directory_frames(station))
    with town.at(NORTH) as station:
        before = station.db.rows("SELECT origin, size FROM mirror_heads")
        taken = packets.take_directory(station, packets.read_directory(foreign))
        assert taken.new == 0 and {name for name, _ in taken.faults} == {"antin/A00/1", "antin/A03/1", "antin/A04/1"}
        assert station.db.rows("SELECT origin, size FROM mirror_heads") == before
    town.audit()


def test_an_authority_that_shows_two_journals(town: Town, tmp_path: Path) -> None:
    """It issues to one, takes it back in a copy, and issues to another: who saw the first notices."""
    twin = Town(tmp_path / "twin")
    engine.twin(town.home("A03"), twin.home("A03"))
    for each in (town, twin):
        with each.at("A03", AUTHORITY_KEY) as station:
            for _ in range(2 if each is twin else 1):
                station.commit([status_record(station)])
    town.sync("A03", NORTH)
    twin.relay.mkdir()
    twin.sync("A03")
    shutil.copy(twin.relay / "directory" / "A03-1", town.relay / "directory" / "A03-1")
    report = town.sync(NORTH)
    assert [error.code for _, error in report.aside] == ["journal-forked"]
    with town.at(NORTH) as station:
        assert station.db.rows("SELECT about, code FROM dispatch_conflicts") == [("antin/A03/1", "journal-forked")]
        assert [row["what"] for row in incidents(station)] == ["conflict"]


def test_missing_sequences_are_shown(town: Town) -> None:
    town.dispatch(name="a.pdf")
    for lost in (town.relay / "to" / SOUTH).iterdir():
        lost.unlink()
    town.dispatch(name="b.pdf", data=PDF + b"b")
    town.sync(SOUTH)
    with town.at(SOUTH) as station:
        assert [(row["what"], row["who"], row["code"]) for row in incidents(station)] == [("missing", NORTH, "0/1")]
    town.sync(NORTH, again=True)
    town.sync(SOUTH)
    with town.at(SOUTH) as station:
        assert incidents(station) == []
    town.audit()


def test_a_secret_part_that_vanished_is_found(town: Town) -> None:
    town.dispatch()
    with town.at(NORTH) as station:
        index = station.db.value("SELECT max(idx) FROM secrets")
        station.db.run("DELETE FROM secrets WHERE idx = ?", index)
        report = audit(station.journal, station.own, TABLES)
    assert [(where, error.code) for where, error in report.findings] == [(f"record {index}", "secret-missing")]


def test_a_table_changed_by_hand_is_found(town: Town) -> None:
    town.dispatch()
    with town.at(NORTH) as station:
        station.db.run("UPDATE dispatch_out SET state = 'opened' WHERE n = 1")
        report = audit(station.journal, station.own, TABLES)
    assert [(where, error.code) for where, error in report.findings] == [("table dispatch_out", "register-differs")]


def test_a_record_changed_by_hand_is_found(town: Town) -> None:
    town.dispatch()
    with town.at(NORTH) as station:
        raw = bytearray(station.journal.raw(3))
        raw[len(raw) // 2] ^= 1
        station.db.run("UPDATE entries SET raw = ? WHERE idx = 3", bytes(raw))
        report = audit(station.journal, station.own, TABLES)
    wrong = {where: error.code for where, error in report.findings}
    assert {"record 3", "head", "checkpoint 4"} <= set(wrong)


def test_an_authoritys_status_is_kept_current(town: Town) -> None:
    """With its passphrase at hand, once a day; without, it is said how old the last one is."""
    with town.at("A03") as station:
        assert hours_since(station) is None and not keep_current(station, b"not even asked")
        before = station.journal.head()[0]
    town.clock.ahead = 21 * 3600
    with town.at("A03") as station:
        assert hours_since(station) == 21
        with pytest.raises(Unverified, match="passphrase-wrong"):
            keep_current(station, b"wrong")
        assert keep_current(station, PASS) and not keep_current(station, PASS)
        assert hours_since(station) is None
        newest = station.journal.raw(station.journal.head()[0] - 1)
        assert b"status" in newest and station.journal.head()[0] == before + 1
    with town.at(NORTH) as station:
        assert hours_since(station) is None
    town.audit()


def test_a_missing_tail_is_shown(town: Town) -> None:
    """The last of three is dropped; what the next envelope of any kind says of the sequences gives it away."""
    for name in ("a.pdf", "b.pdf"):
        town.dispatch(name=name, data=PDF + name.encode())
        town.sync(SOUTH, NORTH)
    town.dispatch(name="c.pdf", data=PDF + b"c", precedence=3)
    for lost in (town.relay / "to" / SOUTH).iterdir():
        lost.unlink()
    with town.at(NORTH) as station:
        said = [*news(station, SOUTH)]
        third = [*news(station, SISTER)]
    assert [name for _, name, _ in third if name == "sequences"] == []  # SISTER was never sent anything
    with town.at(SOUTH) as station:
        receive(station, said, lambda _: None)
        missing = [(row["what"], row["who"], row["code"]) for row in incidents(station)]
        assert missing == [("missing", NORTH, "3/1")]
        ((at, spoilt),) = [(n, raw) for n, (_, name, raw) in enumerate(said) if name == "sequences"]
        for wrong in (spoilt[:-1], spoilt[:300] + bytes([spoilt[300] ^ 1]) + spoilt[301:]):
            receive(station, [*said[:at], ("record", "sequences", wrong), *said[at + 1 :]], lambda _: None)
        with pytest.raises(Unverified, match="not-about-this-dispatch"):
            proof = parse(SequencesProof, spoilt)
            other = replace(proof, leaf=replace(proof.leaf, addressee=SISTER))
            take_sequences(station, encode(other))
        with pytest.raises(Unverified, match="proof-invalid"):
            more = replace(proof.leaf, lasts=(*proof.leaf.lasts[:-1], replace(proof.leaf.lasts[-1], sequence=99)))
            take_sequences(station, encode(replace(proof, leaf=more)))
        assert [row["code"] for row in incidents(station)] == ["3/1"]
    town.sync(NORTH, again=True)
    town.sync(SOUTH)
    with town.at(SOUTH) as station:
        assert incidents(station) == []
    town.audit()


def test_one_record_states_the_sequences_of_all(town: Town) -> None:
    path = town.pdf()
    town.signed(NORTH, path)
    town.send(NORTH, path, SOUTH, SISTER)
    town.sync(NORTH, NORTH, SOUTH, SISTER, NORTH, NORTH)
    with town.at(NORTH) as station:
        kinds = [row[0] for row in station.db.rows("SELECT kind FROM entries")]
        assert kinds.count("sequences") == 1
    with town.at(SISTER) as station:
        assert station.db.rows("SELECT sender, precedence, last FROM lasts") == [(NORTH, 0, 1)]
    town.audit()


def test_a_revocation_travels_with_every_bundle(town: Town, tmp_path: Path) -> None:
    """SOUTH has no line: a stick from NORTH, which is no authority, brings what NORTH mirrors."""
    with town.at(NORTH) as station:
        author = station.officer("vt01")
    with town.at("A03", AUTHORITY_KEY) as station:
        revoke(station, author, station.now(), "left")
    town.sync("A03", NORTH)
    with town.at(NORTH) as station:
        into(tmp_path / "stick", lambda output: write_bundle(station, SOUTH, output))
    with town.at(SOUTH) as station:
        before = station.directory.mirror.head("antin/A03/1")
        report = read_bundle(station, tmp_path / "stick")
        after = station.directory.mirror.head("antin/A03/1")
        assert report.aside == [] and before is not None and after is not None and after.size == before.size + 2
        rows = station.db.rows("SELECT digest FROM directory WHERE revoked IS NOT NULL")
        assert rows == [(author.digest,)]
    town.audit()
