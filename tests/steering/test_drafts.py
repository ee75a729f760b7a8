"""A draft goes round, is commented, answered, circulated again and closed; and what must not be possible on the way."""

from __future__ import annotations

import importlib
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from town import NORTH, PASS, SISTER, SOUTH, Town

from antin.acts import draft
from antin.acts.draft import Answer, Comment
from antin.acts.papers import record_act
from antin.cli import draft as cli
from antin.cli import form, seat
from antin.commands import draft as commands
from antin.errors import AntinError, Conflict, Malformed, Missing, Refused
from antin.kernel.formats.paper import File, head, words
from antin.registers.drafting import clauses, rules
from antin.registers.drafting import records as r
from antin.station.days import day_of
from antin.views import drafts as views
from steering.hands import codes_of, rounds

TEXT = """THÔNG TƯ (thí dụ)
Điều 1. Phạm vi
Thông tư này quy định việc gửi văn bản.
Điều 5 của Luật này quy định thêm.
## Điều 2. Thời hạn
Trả lời trong 10 ngày.
Điều 2a: Ngoại lệ
Không có.
Điều 3
Hiệu lực từ ngày ký.
"""
SECOND = TEXT.replace("10 ngày.", "05 ngày.").replace("Điều 2a: Ngoại lệ\nKhông có.\n", "") + "Điều 4. Thi hành\nx\n"
AGREE, AMEND = Comment(clause="1", kind="agree"), Comment(clause="2", kind="amend", text="Đề nghị 05 ngày.")
ANSWER = Answer(unit=SOUTH, clause="2", verdict="accepted", text="Đã sửa.")


def circulate(town: Town, text: str = TEXT, code: str = NORTH, **change: Any) -> str:
    with town.at(code, "ld01") as station:
        plan = draft.DraftForm(number="01/DT", title="Dự thảo Thông tư", to=(SISTER, SOUTH),
                          closes=day_of(station.now()) + timedelta(1))  # fmt: skip
        file = File("du-thao.txt", "text/plain", text.encode())
        return draft.circulate(station, "ld01", replace(plan, **change), file, 1, 0)


def comment(town: Town, code: str, *comments: Comment) -> None:
    with town.at(code, "cb01") as station:
        draft.comment(station, "cb01", "dt-1", comments)


def resolve(town: Town, *answers: Answer, code: str = NORTH) -> dict[str, int]:
    with town.at(code, "ld01") as station:
        return draft.resolve(station, "ld01", "dt-1", answers)


def test_from_first_version_to_issue(town: Town) -> None:
    assert circulate(town) == "dt-1"
    rounds(town)
    comment(town, SOUTH, AGREE, AMEND)
    comment(town, SISTER, Comment(clause="2a", kind="object", text="Bỏ điều này."))
    assert codes_of(rounds(town)[NORTH]) == ["draft-commented", "draft-commented"]
    with pytest.raises(Refused, match="draft-unresolved"):
        circulate(town, SECOND, draft="dt-1")
    why = Answer(unit=SISTER, clause="2a", verdict="explained", text="Cần cho vùng xa.")
    assert resolve(town, ANSWER, why) == {"accepted": 2, "explained": 1}
    rounds(town)
    for code in (NORTH, SISTER, SOUTH):  # everybody reads the same table, word for word
        with town.at(code, "ld01") as station:
            table = views.table(station, "dt-1", "ld01")
            assert [(x.clause, x.unit, x.kind, x.verdict, x.comment, x.answer) for x in table] == [
                ("1", SOUTH, "agree", "accepted", "", ""),
                ("2", SOUTH, "amend", "accepted", "Đề nghị 05 ngày.", "Đã sửa."),
                ("2a", SISTER, "object", "explained", "Bỏ điều này.", "Cần cho vùng xa.")]  # fmt: skip
            assert not any(x.comment for x in views.table(station, "dt-1"))
    assert circulate(town, SECOND, draft="dt-1") == "dt-1"
    rounds(town)
    with town.at(SOUTH, "cb01") as station:
        changes = {each.number: each for each in draft.compare(station, "cb01", "dt-1", 1, 2)}
        assert {n: each.state for n, each in changes.items()} == {
            "1": "same", "2": "changed", "2a": "removed", "3": "same", "4": "added"}  # fmt: skip
        assert ("removed", "10") in changes["2"].parts and ("added", "05") in changes["2"].parts
        assert draft.comment(station, "cb01", "dt-1", [AMEND]) == 2  # a new version, a new word
    rounds(town)
    with town.at(NORTH, "ld01") as station, pytest.raises(Refused, match="draft-unresolved"):
        draft.close(station, "ld01", "dt-1", "issued")
    resolve(town, ANSWER)
    with town.at(NORTH, "ld01") as station:
        draft.close(station, "ld01", "dt-1", "issued")
        with pytest.raises(Conflict, match="draft-closed"):
            draft.close(station, "ld01", "dt-1", "dropped")
    rounds(town)
    with town.at(SOUTH, "cb01") as station:
        assert views.drafts(station, "cb01")[0].state == "issued"
        with pytest.raises(Conflict, match="draft-closed"):
            draft.comment(station, "cb01", "dt-1", [AGREE])
    assert town.audit() > 0


BAD: dict[str, tuple[str, dict[str, Any], str]] = {
    "no-clauses": ("Không có điều nào.", {}, "draft-without-clauses"),
    "twice": ("Điều 1. a\nĐiều 1. b", {}, "draft-clause-twice"),
    "nobody": (TEXT, {"to": ()}, "draft-without-units"),
    "unknown-unit": (TEXT, {"to": ("A09.99",)}, "addressee-unknown"),
    "over": (TEXT, {"closes": date(2020, 1, 1)}, "dates-out-of-order"),
    "unknown-draft": (TEXT, {"draft": "dt-9"}, "draft-unknown"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_draft_is_refused(town: Town, name: str) -> None:
    text, change, code = BAD[name]
    with pytest.raises(AntinError) as caught:
        circulate(town, text, **change)
    assert caught.value.code == code
    town.audit()


def test_comments_and_answers_that_are_refused(town: Town) -> None:
    circulate(town)
    rounds(town)
    wrong: list[tuple[tuple[Comment, ...], str]] = [
        ((AGREE, AGREE), "draft-commented-twice"), ((replace(AGREE, clause="9"),), "draft-clause-unknown"),
        ((replace(AMEND, text=" "),), "draft-words-missing"), ((), "bytes-malformed"),
    ]  # fmt: skip
    for given, code in wrong:
        with pytest.raises(AntinError) as caught:
            comment(town, SOUTH, *given)
        assert caught.value.code == code
    with pytest.raises(Refused, match="unit-not-addressed"):
        comment(town, NORTH, AGREE)
    comment(town, SOUTH, AMEND)
    with pytest.raises(Conflict, match="draft-commented-twice"):
        comment(town, SOUTH, AGREE, AMEND)
    with town.at(SOUTH, "ld01") as station, pytest.raises(Refused, match="draft-of-other"):
        draft.close(station, "ld01", "dt-1", "dropped")
    rounds(town)
    bad: list[tuple[tuple[Answer, ...], str]] = [
        ((), "draft-unanswered"), ((ANSWER, ANSWER), "draft-answered-twice"),
        ((ANSWER, replace(ANSWER, unit=SISTER)), "draft-comment-unknown"),
        ((replace(ANSWER, verdict="explained", text=""),), "draft-words-missing"),
    ]  # fmt: skip
    for answers, code in bad:
        with pytest.raises(AntinError) as caught:
            resolve(town, *answers)
        assert caught.value.code == code
    resolve(town, ANSWER)
    with pytest.raises(Conflict, match=r"draft-answered-twice|state-forbids"):
        resolve(town, ANSWER)
    comment(town, SISTER, AMEND)  # it has not heard of the answers yet
    assert codes_of(rounds(town)[NORTH]) == ["draft-resolved"]
    town.audit()


def test_a_late_comment_is_taken_and_marked(town: Town) -> None:
    circulate(town)
    rounds(town)
    comment(town, SISTER, AGREE)
    town.clock.ahead = 2 * 86_400
    comment(town, SOUTH, AMEND)
    rounds(town)
    with town.at(NORTH, "ld01") as station:
        units = views.draft(station, "dt-1").versions[0].units
        assert units == [views.Unit(SISTER, True, False), views.Unit(SOUTH, True, True)]
        wrong = r.DraftCirculated(head((SOUTH,), 1, 0), b"", 2, station.now() + 9, bytes(32), ("1",))
        with pytest.raises(Conflict, match="draft-version-order"):
            record_act(station, "ld01", "draft-circulated", wrong, 1, words({}))
        with pytest.raises(Missing, match="draft-version-unknown"):
            draft.text_of(station, "ld01", "dt-1", 7)
    town.audit()


def test_answers_in_several_records(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(r, "MOST_ANSWERS", 1)
    circulate(town)
    rounds(town)
    comment(town, SOUTH, AGREE, AMEND)
    rounds(town)
    resolve(town, ANSWER)
    assert codes_of(rounds(town)[SISTER]) == ["comments-resolved", "comments-resolved"]
    with town.at(SISTER, "ld01") as station:
        assert [each.answer for each in views.table(station, "dt-1", "ld01")] == ["", "Đã sửa."]
        assert views.draft(station, "dt-1").version_state == "resolved"
    town.audit()


def test_at_the_keyboard(town: Town, monkeypatch: pytest.MonkeyPatch, judge: Any) -> None:
    pypdf = judge("pypdf")
    stations = importlib.import_module("antin.station.station")
    monkeypatch.setattr(seat, "opened", lambda home, write=True: stations.opened(home, write=write, clock_=town.clock))
    answer = f'[[answer]]\nunit="{SOUTH}"\nclause="2"\nverdict="explained"\ntext="Đã cân nhắc."\n'
    plan = f'title = "Dự thảo"\nto = ["{SOUTH}"]\ncloses = 2036-01-01\nlevel = "mat"\n'
    said = '[[comment]]\nclause="2"\nkind="amend"\ntext="Sửa."\n'
    files = {"mk": PASS.decode(), "du-thao.txt": TEXT, "a.toml": answer, "g.toml": said, "d.toml": plan}
    for name, text in files.items():
        (town.folder / name).write_text(text, "utf-8")

    def run(code: str, who: str, *given: str) -> str:
        paths = [str(town.folder / each) if each in files else each for each in given]
        options = ["--home", str(town.home(code)), "--as", who, "--passphrase-file", str(town.folder / "mk")]
        done = CliRunner().invoke(cli.draft, [*paths, *options])
        assert done.exit_code == 0, done.output
        return done.output

    assert "dt-1" in run(NORTH, "ld01", "circulate", "d.toml", "--text", "du-thao.txt")
    rounds(town)
    run(SOUTH, "cb01", "comment", "dt-1", "g.toml")
    rounds(town)
    run(NORTH, "ld01", "resolve", "dt-1", "a.toml")
    target = town.folder / "bang.pdf"
    run(NORTH, "ld01", "table", "dt-1", "-o", str(target))
    printed = "".join(page.extract_text() for page in pypdf.PdfReader(target).pages)
    assert "Đã cân nhắc." in printed and SOUTH in printed
    assert "Đã cân nhắc." in run(NORTH, "ld01", "table", "dt-1")
    assert "Sửa." in run(NORTH, "ld01", "table", "dt-1", "--json")
    (town.folder / "d.toml").write_text(plan + 'draft = "dt-1"\n', "utf-8")
    (town.folder / "du-thao.txt").write_text(SECOND, "utf-8")
    run(NORTH, "ld01", "circulate", "d.toml", "--text", "du-thao.txt", "--json")
    assert "[-10-] {+05+}" in run(NORTH, "ld01", "compare", "dt-1", "1", "2")
    assert '"changed"' in run(NORTH, "ld01", "compare", "dt-1", "1", "2", "--json")
    assert SOUTH in run(NORTH, "ld01", "show", "dt-1") and "Dự thảo" in run(NORTH, "ld01", "list")
    run(NORTH, "ld01", "close", "dt-1", "--outcome", "dropped")
    town.audit()


@pytest.mark.parametrize(
    ("name", "cls"), [("draft", draft.DraftForm), ("comments", commands.Comments), ("answers", commands.Answers)]
)
def test_the_printed_forms_are_read(name: str, cls: type) -> None:
    assert form.read(cls, form.FORMS / f"{name}.toml")


def test_clauses() -> None:
    found = clauses.read(TEXT.encode())
    assert [(each.number, each.heading) for each in found] == [
        ("1", "Phạm vi"), ("2", "Thời hạn"), ("2a", "Ngoại lệ"), ("3", "")]  # fmt: skip
    assert "Điều 5 của Luật này" in found[0].text  # a reference at the start of a line begins no clause
    with pytest.raises(Malformed, match="draft-not-text"):
        clauses.read(b"\xff\xfe")
    with pytest.raises(Malformed, match="draft-without-clauses"):
        clauses.read("\n".join(f"Điều {n}. x" for n in range(1, 402)).encode())
    assert [each.number for each in clauses.compare(found, found[2:])] == ["1", "2", "2a", "3"]


def test_each_comment_is_answered_once() -> None:
    comments = [("A", "1"), ("B", "1")]
    rules.check_answers(comments, [("A", "1")], [("B", "1")], last=True)
    rules.check_answers(comments, [], [("B", "1")], last=False)
    with pytest.raises(Malformed, match="draft-unanswered"):
        rules.check_answers(comments, [], [("B", "1")], last=True)
