"""The main job, end to end on real stations; each test ends with the audit of every journal."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from town import NORTH, PDF, SISTER, SOUTH, Town, into

from antin.acts import carry
from antin.acts.accept import assign, refuse
from antin.acts.prove import prove
from antin.acts.send import Address, Wish, send
from antin.errors import AntinError, Conflict, Refused
from antin.station import packets
from antin.verify import INVALID, NOT_PROVEN, VALID, verify
from antin.views import books, dispatches


def states(town: Town) -> list[tuple[str, str]]:
    with town.at(NORTH) as station:
        return [(row.id, row.state) for row in dispatches.outbox(station)]


def test_a_document_goes_and_its_receipts_come_back(town: Town, tmp_path: Path) -> None:
    path = town.dispatch()
    town.sync(SOUTH)
    with town.at(SOUTH, "vt01") as station:
        assign(station, "vt01", "den-1", "cb01", "Xử lý ngay")
    opened = town.open(SOUTH, "cb01", "den-1", tmp_path / "out.pdf")
    assert (tmp_path / "out.pdf").read_bytes() == path.read_bytes()
    assert (tmp_path / "out.pdf").stat().st_mode & 0o777 == 0o600
    assert opened.author.name == f"{NORTH}/vt01"
    assert [value.act for value, _ in opened.attached] == ["sign", "stamp"]
    town.sync(SOUTH, NORTH)
    assert states(town) == [("di-1", "opened")]
    with town.at(NORTH) as station:
        assert [each.result for each in dispatches.receipts(station, "di-1")] == ["arrived", "accepted", "opened"]
    town.audit()


def test_evidence_holds_offline_and_falls_with_another_root(town: Town, tmp_path: Path) -> None:
    town.dispatch()
    town.sync(SOUTH)
    town.open(SOUTH, "cb01", "den-1", tmp_path / "out.pdf")
    town.sync(SOUTH, NORTH)
    root = bytes.fromhex((town.folder / "root").read_text())
    town.clock.ahead = 2
    with town.at(NORTH) as station:
        report = verify(BytesIO(prove(station, "di-1")), root[:25])
        assert report.verdict == NOT_PROVEN
        assert "revocation-not-proven" in {each.code for each in report.findings}
    town.state()
    with town.at(NORTH, "vt01") as station:
        whole, digests = prove(station, "di-1", "vt01"), prove(station, "di-1")
    with town.at(SOUTH, "cb01") as station:
        theirs = prove(station, "den-1", "cb01")
    for evidence in (whole, digests, theirs):
        report = verify(BytesIO(evidence), root[:25])
        assert report.verdict == VALID, report.findings
        assert {each.code for each in report.findings if each.verdict == NOT_PROVEN} <= {"receipt-claimed"}
        assert verify(BytesIO(evidence), bytes(25)).verdict == INVALID
    for evidence in (whole, theirs):
        assert verify(BytesIO(evidence), root[:25], lambda: [PDF]).verdict == VALID
        report = verify(BytesIO(evidence), root[:25], lambda: [PDF + b" "])
        assert {each.code for each in report.findings if each.verdict == INVALID} >= {"document-differs"}
    assert "Về việc thử".encode() in whole
    assert "Về việc thử".encode() not in digests
    town.audit()


def test_one_sealing_serves_many_and_one_more_than_a_record_holds(town: Town) -> None:
    path = town.pdf()
    town.signed(NORTH, path)
    ids = town.send(NORTH, path, SOUTH, SISTER)
    assert ids == ["di-1", "di-2"]
    town.sync(NORTH)
    assert len(list((town.relay / "blobs").iterdir())) == 1
    town.sync(SOUTH, SISTER, NORTH)
    assert [state for _, state in states(town)] == ["arrived", "arrived"]
    assert list((town.relay / "blobs").iterdir()) == []
    town.audit()


def test_more_addressees_than_one_record_holds(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("antin.acts.send.SLIPS_PER_RECORD", 1)
    path = town.pdf()
    town.signed(NORTH, path)
    town.send(NORTH, path, SISTER, SOUTH)
    town.sync(NORTH, SOUTH)
    town.open(SOUTH, "cb01", "den-1", tmp_path / "out.pdf")
    town.sync(SOUTH, NORTH)
    town.clock.ahead = 2
    town.state()
    root = bytes.fromhex((town.folder / "root").read_text())[:25]
    with town.at(NORTH, "vt01") as station:
        assert station.db.value("SELECT count(*) FROM entries WHERE kind = 'addressed'") == 2
        for id_ in ("di-1", "di-2"):
            report = verify(BytesIO(prove(station, id_, "vt01")), root)
            assert report.verdict == VALID, report.findings
    town.audit()


def test_named_officer_inside_the_branch(town: Town, tmp_path: Path) -> None:
    path = town.pdf()
    town.signed(NORTH, path)
    with pytest.raises(AntinError, match="addressee-unknown"):
        town.send(NORTH, path, f"{SISTER}/ld01")
    with town.at(SISTER) as station:
        card = packets.card(station, "ld01")
    with town.at(NORTH) as station:
        packets.take_directory(station, packets.read_directory(card))
    town.send(NORTH, path, f"{SISTER}/ld01")
    town.sync(NORTH, SISTER)
    with pytest.raises(Refused, match="named-only"):
        town.open(SISTER, "cb01", "den-1", tmp_path / "no.pdf")
    town.open(SISTER, "ld01", "den-1", tmp_path / "yes.pdf")
    assert (tmp_path / "yes.pdf").read_bytes() == PDF
    with town.at(SISTER) as station:
        assert station.db.value("SELECT code FROM dispatch_refusals") == "named-only"
    town.audit()


def test_officers_of_another_branch_are_not_seen(town: Town) -> None:
    with town.at(SOUTH) as station:
        seen = station.db.rows("SELECT code, officer FROM credentials WHERE code = ? AND officer != ''", NORTH)
        frames = packets.read_all(
            BytesIO(packets.write(packets.DIRECTORY, packets.directory_frames(station))), packets.DIRECTORY
        )
    assert seen == []
    assert not [raw for _, _, raw in frames if b"vt01" in raw]
    path = town.pdf()
    town.signed(NORTH, path)
    with pytest.raises(AntinError, match="addressee-unknown"), town.at(NORTH, "vt01") as station:
        send(station, "vt01", path, Wish([Address(SOUTH, "vt01")], 0))


def test_a_bundle_on_a_stick_carries_both_ways(town: Town, tmp_path: Path) -> None:
    path = town.pdf()
    town.signed(NORTH, path)
    town.send(NORTH, path, SOUTH)
    stick = tmp_path / "stick.bundle"
    with town.at(NORTH) as station:
        assert into(stick, lambda output: carry.write_bundle(station, SOUTH, output)) == 1
    for expected in ("entered", "already"):
        with town.at(SOUTH) as station:
            report = carry.read_bundle(station, stick)
        assert ([each.state for each in report.outcomes], report.aside) == ([expected], [])
    town.open(SOUTH, "cb01", "den-1", tmp_path / "out.pdf")
    back = tmp_path / "back.bundle"
    with town.at(SOUTH) as station:
        assert into(back, lambda output: carry.write_bundle(station, NORTH, output)) == 3
    with town.at(NORTH) as station:
        carry.read_bundle(station, back)
    assert states(town) == [("di-1", "opened")]
    town.audit()


def test_the_same_envelope_twice_has_one_effect(town: Town) -> None:
    town.dispatch()
    (envelope,) = (town.relay / "to" / SOUTH).iterdir()
    again = envelope.read_bytes()
    town.sync(SOUTH)
    envelope.write_bytes(again)
    report = town.sync(SOUTH)
    assert [each.state for each in report.outcomes] == ["already"]
    with town.at(SOUTH) as station:
        assert station.db.value("SELECT count(*) FROM dispatch_in") == 1
        assert station.db.rows("SELECT first, last FROM dispatch_ranges") == [(1, 1)]
    town.audit()


def test_a_lost_envelope_and_lost_receipts_are_made_good(town: Town) -> None:
    town.dispatch()
    for lost in (town.relay / "to" / SOUTH).iterdir():
        lost.unlink()
    town.sync(NORTH, again=True)
    town.sync(SOUTH)
    for lost in (town.relay / "to" / NORTH).iterdir():
        lost.unlink()
    town.sync(NORTH, again=True)  # nobody answered: the slip goes once more
    town.sync(SOUTH)  # known: its receipts go once more
    town.sync(NORTH)
    assert states(town) == [("di-1", "arrived")]
    town.audit()


def test_urgent_goes_first(town: Town) -> None:
    town.dispatch(name="a.pdf")
    town.dispatch(name="b.pdf", data=PDF + b"b", precedence=3)
    report = town.sync(SOUTH)
    assert [each.name for each in report.outcomes] == [f"{NORTH}/3/1", f"{NORTH}/0/1"]
    town.audit()


def test_a_refusal_tells_the_sender_the_coarse_reason_only(town: Town) -> None:
    town.dispatch()
    town.sync(SOUTH)
    with town.at(SOUTH, "vt01") as station:
        refuse(station, "vt01", "den-1", "wrong-addressee")
    town.sync(SOUTH, NORTH)
    with town.at(NORTH) as station:
        assert [each.reason for each in dispatches.receipts(station, "di-1")] == ["", "wrong-addressee"]
    with pytest.raises(Conflict, match="state-forbids"):
        town.open(SOUTH, "cb01", "den-1", town.folder / "no.pdf")
    town.audit()


def test_top_secret_keeps_no_subject_anywhere(town: Town) -> None:
    with pytest.raises(Refused, match="subject-at-top-secret"):
        town.signed(NORTH, town.pdf(), 3, "Trích yếu không được ghi")
    town.dispatch(level=3)
    with town.at(NORTH) as station, pytest.raises(Conflict, match="table-refuses"):
        station.db.run("UPDATE dispatch_sent SET has_subject = 1")
    town.audit()


def test_books_show_subjects_only_to_the_cleared(town: Town) -> None:
    town.dispatch()
    with town.at(NORTH, "vt01", "cb02") as station:
        cleared, low, nobody = (books.book(station, "di", who)["rows"][0]["subject"] for who in ("vt01", "cb02", ""))
    assert (cleared, low, nobody) == ("Kế hoạch Về việc thử", "", "")


def test_who_runs_the_machine_reads_nothing(town: Town) -> None:
    """The admin has every file of both stations and no passphrase: no title, no content, no officer's name."""
    path = town.dispatch()
    town.sync(SOUTH)
    path.unlink()
    for home in (town.home(NORTH), town.home(SOUTH)):
        everything = b"".join(file.read_bytes() for file in home.rglob("*") if file.is_file())
        assert "Về việc thử".encode() not in everything
        assert PDF[300:400] not in everything


def test_changed_tables_are_filled_again_from_the_journal(town: Town, tmp_path: Path) -> None:
    """As after an upgrade: the registers are dropped and rebuilt by replay; nothing else changes."""
    town.dispatch()
    town.sync(SOUTH)
    with town.at(SOUTH) as station:
        before = station.db.rows("SELECT * FROM dispatch_in")
        station.db.run("ALTER TABLE dispatch_in ADD COLUMN colour TEXT")
        station.db.run("UPDATE registers SET form = x'00'")
    with town.at(SOUTH) as station:
        assert station.db.rows("SELECT * FROM dispatch_in") == before
    town.open(SOUTH, "cb01", "den-1", tmp_path / "out.pdf")
    town.audit()


def test_a_spoilt_or_lost_blob_heals_by_the_timer_alone(town: Town) -> None:
    """Found by the model: the envelope waits for a blob that nobody would have put again."""
    town.dispatch(name="a.pdf")
    (lost,) = (town.relay / "blobs").iterdir()
    lost.unlink()
    town.dispatch(name="b.pdf", data=PDF + b"b")
    (spoilt,) = (town.relay / "blobs").iterdir()
    spoilt.write_bytes(bytes(spoilt.stat().st_size))
    town.sync(SOUTH, NORTH, SOUTH)
    assert states(town) == [("di-1", "spooled"), ("di-2", "spooled")]
    town.clock.ahead = 16 * 60
    town.sync(NORTH, SOUTH, NORTH)
    assert states(town) == [("di-1", "arrived"), ("di-2", "arrived")]
    town.audit()


def test_a_lost_receipt_of_a_later_result_is_asked_for(town: Town, tmp_path: Path) -> None:
    """Found by the model: the first receipt must not end the asking."""
    town.dispatch()
    town.sync(SOUTH, NORTH)
    town.open(SOUTH, "cb01", "den-1", tmp_path / "out.pdf")
    town.sync(SOUTH)
    for lost in (town.relay / "to" / NORTH).iterdir():
        lost.unlink()
    town.sync(NORTH, SOUTH, NORTH)
    assert states(town) == [("di-1", "arrived")]
    town.clock.ahead = 25 * 3600
    town.sync("A00", "A03", "A04", NORTH, SOUTH, NORTH)
    assert states(town) == [("di-1", "opened")]
    with town.at(NORTH) as station:
        assert station.db.value("SELECT count(*) FROM outbox WHERE done = 0") == 0
    town.audit()
