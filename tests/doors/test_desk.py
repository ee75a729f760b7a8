"""A clerk's day at the command line: drafts seen, chosen and withdrawn; duplicates asked about; several at once; the
box by urgency; states said with who and when; dates as they are printed."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from doors.program import Done, Program, made
from town import NORTH, PDF, SOUTH, Town

from antin.cli import choices, read
from antin.cli.door import say
from antin.errors import Malformed
from antin.kernel.formats.credential import ROLES
from antin.packs.pack import Pack

DESCRIBED = ("--kind", "cong-van", "--level", "mat", "--number", "7/CV-VB", "--subject", "Về việc thử")


@pytest.fixture
def own(town: Town, tmp_path: Path) -> Program:
    return made(town, tmp_path)


def sent(own: Program, *, precedence: str = "0", data: bytes = PDF) -> Path:
    path = own.town.pdf(f"{os.urandom(4).hex()}.pdf", data + os.urandom(8).hex().encode())
    own.town.signed(NORTH, path, 1)
    assert own.run("send", str(path), "--to", SOUTH, "--precedence", precedence, "--as", "vt01", home=NORTH).code == 0
    return path


def test_a_draft_is_seen_chosen_and_withdrawn(own: Program) -> None:
    path = own.town.pdf()
    assert own.run("sign-document", str(path), *DESCRIBED, "--as", "ld01", home=NORTH).code == 0
    again = own.run("sign-document", str(path), *DESCRIBED, "--as", "ld01", home=NORTH)
    assert (again.code, "document-signed-before" in again.err, "vb-1" in again.err) == (7, True, True)
    assert own.run("sign-document", str(path), *DESCRIBED, "--again", "--as", "ld01", home=NORTH).code == 0
    refused = own.run("send", str(path), "--to", SOUTH, "--as", "vt01", home=NORTH)
    assert "antin stamp vb-2" in refused.err
    assert "Về việc thử" in own.run("drafts", "--as", "vt01", home=NORTH).out
    assert "Về việc thử" not in own.run("drafts", home=NORTH).out
    assert "7/CV-VB" in own.run("show", "vb-1", "--as", "vt01", home=NORTH).out
    assert own.run("stamp", "vb-1", "--as", "vt01", home=NORTH).code == 0
    assert own.run("cancel", "vb-2", "--reason", "Ký nhầm", "--as", "ld01", home=NORTH).code == 0
    assert "document-cancelled" in own.run("stamp", "vb-2", "--as", "vt01", home=NORTH).err
    assert "Ký nhầm" in own.run("show", "vb-2", "--as", "vt01", home=NORTH).out
    wrong = own.run("send", str(path), "--to", SOUTH, "--draft", "vb-2", "--as", "vt01", home=NORTH)
    assert (wrong.code, "document-cancelled" in wrong.err) == (7, True)
    other = own.town.pdf("khac.pdf", PDF + b"2")
    wrong = own.run("send", str(other), "--to", SOUTH, "--draft", "vb-1", "--as", "vt01", home=NORTH)
    assert "draft-of-other-document" in wrong.err
    assert own.run("send", str(path), "--to", SOUTH, "--draft", "vb-1", "--as", "vt01", home=NORTH).code == 0
    own.town.audit()


def test_the_stamped_one_of_two_goes(own: Program) -> None:
    path = own.town.pdf()
    own.town.signed(NORTH, path, 1)
    assert own.run("sign-document", str(path), *DESCRIBED, "--as", "ld01", home=NORTH).code == 0  # another number
    assert own.run("send", str(path), "--to", SOUTH, "--as", "vt01", home=NORTH).code == 0


def test_nothing_is_sent_twice_without_a_word(own: Program) -> None:
    path = sent(own)
    again = own.run("send", str(path), "--to", SOUTH, "--as", "vt01", home=NORTH)
    assert (again.code, "di-1" in again.err) == (7, True)
    assert own.run("send", str(path), "--to", "A03.16", "--as", "vt01", home=NORTH).code == 0
    assert own.run("send", str(path), "--to", SOUTH, "--again", "--as", "vt01", home=NORTH).code == 0
    with own.town.at(NORTH) as station:
        assert station.db.value("SELECT count(*) FROM dispatch_out WHERE addressee = ?", SOUTH) == 2


def test_several_at_once(own: Program, tmp_path: Path) -> None:
    for _ in range(3):
        sent(own)
    own.town.sync(NORTH, SOUTH)
    done = own.run("accept", "den-1", "den-2", "den-9", "--as", "vt01", home=SOUTH)
    assert done.code == 6
    assert "den-9" in done.err
    assert done.out.count("\n") == 2
    assert own.run("open", "den-1", "den-2", "-o", str(tmp_path / "khong"), "--as", "cb01", home=SOUTH).code == 4
    (tmp_path / "vao").mkdir()
    done = own.run("open", "den-1", "den-3", "-o", str(tmp_path / "vao"), "--as", "cb01", "--json", home=SOUTH)
    assert [each["id"] for each in json.loads(done.out)["opened"]] == ["den-1", "den-3"]
    assert sorted(each.name for each in (tmp_path / "vao").iterdir()) == ["den-1.pdf", "den-3.pdf"]
    late = own.run("refuse", "den-1", "--reason", "sai nơi nhận", "--as", "vt01", home=SOUTH)
    assert (late.code, f"{SOUTH}/cb01" in late.err, say("state-opened") in late.err) == (7, True, True)
    own.town.audit()


def test_the_box_shows_the_urgent_first(own: Program) -> None:
    for precedence in ("0", "3", "1"):
        sent(own, precedence=precedence)
    own.town.sync(NORTH, SOUTH)
    rows = json.loads(own.run("inbox", "--json", home=SOUTH).out)
    assert [row["precedence"] for row in rows] == [3, 1, 0]
    assert {row["level"] for row in rows} == {1}
    own.run("accept", rows[0]["id"], "--as", "vt01", home=SOUTH)
    for words, count in ((["--precedence", "khan"], 2), (["--state", "da-den"], 2), (["--from", "A04"], 0),
                         (["--waiting"], 3), (["--to", "cb01"], 0)):  # fmt: skip
        assert len(json.loads(own.run("inbox", *words, "--json", home=SOUTH).out)) == count, words


def test_who_is_not_cleared_is_given_nothing(own: Program) -> None:
    path = own.town.pdf()
    own.town.signed(NORTH, path, 3, "")
    own.town.send(NORTH, path, SOUTH)
    own.town.sync(NORTH, SOUTH)
    done = own.run("assign", "den-1", "cb02", "--as", "vt01", home=SOUTH)
    assert (done.code, "clearance-too-low" in done.err) == (3, True)
    with own.town.at(SOUTH) as station:
        assert station.db.value("SELECT count(*) FROM dispatch_assignments") == 0


@pytest.mark.parametrize("words", [
    ("--until", "01/01/2020"), ("--until", "2020-01-01"), ("--until", "20261201"), ("--until", "2026-W49"),
    ("--until", "31/02/2027"), ("--number", ""), ("--subject", " "),
], ids=" ".join)  # fmt: skip
def test_what_cannot_be_meant_is_refused(own: Program, words: tuple[str, ...]) -> None:
    described = [each for n, each in enumerate(DESCRIBED) if words[0] not in DESCRIBED[max(0, n - 1) : n + 1]]
    done = own.run("sign-document", str(own.town.pdf()), *described, *words, "--as", "ld01", home=NORTH)
    assert done.code == 4, done.err


@pytest.mark.parametrize(("text", "seconds"), [
    ("01/12/2026", 1796144399), ("1/12/2026", 1796144399), ("2026-12-01", 1796144399), ("01/12/2026 08:00", 1796086800),
    ("08:00 01/12/2026", 1796086800), ("2026-12-01T08:00", 1796086800), ("2026-12-01 08:00:30", 1796086830),
    ("2026-12-01T08:00:00Z", 1796112000), ("2026-12-01T08:00+07:00", 1796086800),
])  # fmt: skip
def test_dates_are_read_as_they_are_printed(text: str, seconds: int) -> None:
    assert read.moment(text) == seconds


@pytest.mark.parametrize("text", ["12/2026", "2026-12", "1.12.2026", "01/12/26", "01-12-2026", "2026-12-01T25:00",
                                  "30/02/2027", "2026-11-01-41:00", "",
                                  "hôm nay", "2026-12-01T08", "٠١/١٢/٢٠٢٦"])  # fmt: skip
def test_no_other_spelling_of_a_date_is_guessed_at(text: str) -> None:
    with pytest.raises(Malformed, match="date-malformed"):
        read.moment(text)


def test_names_with_and_without_diacritics() -> None:
    for text, role in (("văn thư", "registrar"), ("van-thu", "registrar"), ("registrar", "registrar"),
                       ("Lãnh Đạo", "leader"), ("CƠ YẾU", "cipher")):  # fmt: skip
        assert choices.chosen("role", ROLES, text) == role
    with pytest.raises(Malformed, match="choice-unknown"):
        choices.chosen("role", ROLES, "giám đốc")


def test_every_kind_is_found_by_its_name_without_diacritics() -> None:
    from antin.packs import load
    from antin.spelling import plain

    pack: Pack = load("vn-2026")
    for code, kind in pack.kinds().items():
        assert pack.kind_code(plain(kind.name)) == pack.kind_code(kind.name.upper()) == code


def test_the_cipher_officer_adds_the_next_one_unsaid(own: Program, tmp_path: Path) -> None:
    """As long as there is one: between two a person chooses."""

    def add(new: str, home: str, *more: str) -> Done:
        out = ("-o", str(tmp_path / f"{new}.request"))
        return own.run("officer", "add", new, "--level", "mat", *out, *more, home=home)

    assert add("cb07", NORTH).code == 0  # beside a leader, a registrar and an officer
    assert add("kt01", "A03").code == 0  # an authority's own key
    assert add("cb08", NORTH, "--roles", "cipher").code == 0
    for step in (("approve", "cb08.request", "A03"), ("join", "cb08.approval", NORTH)):
        assert own.run(step[0], str(tmp_path / step[1]), home=step[2]).code == 0
    several = add("cb09", NORTH)
    assert (several.code, "who-acts" in several.err, "cb01, cb08" in several.err) == (4, True, True), several
    assert add("cb09", NORTH, "--as", "cb08").code == 0


def test_evidence_names_its_level_and_gives_programs_the_number(own: Program, tmp_path: Path) -> None:
    sent(own)
    evidence = tmp_path / "e.bundle"
    assert own.run("prove", "di-1", "-o", str(evidence), "--as", "vt01", home=NORTH).code == 0
    root = read.write_fingerprint(bytes.fromhex((own.town.folder / "root").read_text()))
    judged = own.bare("verify", str(evidence), "--root", root)
    assert f"; {say('level-1')}; " in judged.out.replace(": ", "; ")
    given = json.loads(own.bare("verify", str(evidence), "--root", root, "--json").out)
    assert [each["facts"]["level"] for each in given["findings"] if each["code"] == "statement-holds"] == [1]
