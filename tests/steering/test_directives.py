"""A directive goes out, is acknowledged, studied, read and reported; and all that must not be possible on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from lawless import lawless
from town import NORTH, PDF, SISTER, SOUTH, Town

from antin.acts import directive, papers
from antin.errors import AntinError, Conflict, Malformed, Missing, Refused, Unavailable
from antin.kernel.formats import paper
from antin.kernel.formats.paper import File, head
from antin.kernel.formats.shape import encode, parse
from antin.registers.directives import records as r
from antin.registers.directives import rules
from antin.station.station import Station
from antin.storage.durable import Output
from antin.views import directives as views
from antin.views import papers as paper_views
from steering.hands import codes_of, publish, rounds, take

DAY = date(2026, 11, 20)
CT41 = directive.Document(key="ct41", kind="CT", number="41-CT/TW", issued=date(2004, 7, 1), issuer="Ban Bí thư")
QD1071 = directive.Document(key="qd1071", kind="QĐ", number="1071/QĐ-TTg", issued=date(2017, 7, 20), rests_on=("ct41",))
PLAN = directive.DirectiveForm(
    kind="KH", number="12/KH-VB", title="Kế hoạch sơ kết sáu tháng", signed=DAY, to=(SOUTH, SISTER),
    acknowledge_by=date(2036, 11, 28), study_by=date(2036, 12, 10), basis=("qd1071",), document=(CT41, QD1071),
    summary=("Quán triệt đến từng cán bộ.",),
)  # fmt: skip


def issue(town: Town, plan: directive.DirectiveForm = PLAN, level: int = 1, files: tuple[File, ...] = ()) -> str:
    with town.at(NORTH, "ld01") as station:
        return directive.issue(station, "ld01", plan, level, 3, files)


def session(station: Station, **what: Any) -> directive.Session:
    given = {"held": station.now(), "form": "both", "invited": 40, "in_person": ("cb01",), "online": ("vt01",),
             "others_in_person": 30}  # fmt: skip
    return directive.Session(**{**given, **what})


def test_from_issue_to_study(town: Town) -> None:
    assert issue(town, files=(File("ke-hoach.pdf", "application/pdf", PDF),)) == "cd-1"
    assert publish(town, NORTH) == ["di-1", "di-2"]
    town.sync(NORTH, SOUTH, SISTER)
    assert codes_of(take(town, SOUTH)) == codes_of(take(town, SISTER)) == ["directive-issued"]
    with town.at(SOUTH, "cb01", "vt01", "cb02") as station:
        shown = views.directive(station, "cd-1", "cb01")
        assert shown.title == "12/KH-VB Kế hoạch sơ kết sáu tháng" and shown.summary == list(PLAN.summary)
        assert [each.number for each in shown.basis] == ["1071/QĐ-TTg", "41-CT/TW"]  # back to the first
        assert [each.direct for each in shown.basis] == [True, False]
        (saved,) = paper_views.save(station, shown.record, "cb01", town.folder / "tep")
        assert saved.read_bytes() == PDF
        assert not views.directive(station, "cd-1").title  # nobody signed in: structure, no words
        directive.acknowledge(station, "cb01", "cd-1")
        directive.hold_study(station, "cb01", "cd-1", session(station))
        directive.read(station, "vt01", "cd-1")
        directive.read(station, "cb02", "cd-1")
        assert directive.report_study(station, "cb01", "cd-1") == {
            "sessions": 1, "invited": 40, "in_person": 31, "online": 1, "officers": 4, "read": 2}  # fmt: skip
    assert codes_of(rounds(town, SOUTH, NORTH)[NORTH]) == ["directive-acknowledged", "study-reported"]
    with town.at(NORTH) as station:
        units = station.db.rows("SELECT code, state, read FROM directives_units ORDER BY code")
    assert units == [(SISTER, "addressed", 0), (SOUTH, "studied", 2)]
    assert town.audit() > 0


def test_a_line_of_basis_goes_on_through_a_directive_received(town: Town) -> None:
    issue(town)
    rounds(town)
    below = replace(PLAN, number="03/KH-SN", to=(SISTER,), basis=("cd-1",), document=(), acknowledge_by=None)
    with town.at(SOUTH, "ld01") as station:
        directive.issue(station, "ld01", below, 1, 0)
    rounds(town)
    with town.at(SISTER, "cb01") as station:
        numbers = [each.number for each in views.directive(station, "cd-2", "cb01").basis]
    assert numbers == ["12/KH-VB", "1071/QĐ-TTg", "41-CT/TW"]
    town.audit()


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "circle": ({"document": (replace(CT41, rests_on=("qd1071",), issued=date(2017, 7, 20)), QD1071)}, "basis-circular"),
    "itself": ({"document": (replace(CT41, rests_on=("ct41",)), QD1071)}, "basis-circular"),
    "younger-basis": ({"document": (replace(CT41, issued=date(2018, 1, 1)), QD1071)}, "basis-younger"),
    "younger-than-itself": ({"signed": date(2017, 1, 1)}, "basis-younger"),
    "unknown-key": ({"basis": ("qd999",)}, "basis-unknown"),
    "unknown-directive": ({"basis": ("cd-9",)}, "directive-unknown"),
    "key-twice": ({"document": (CT41, CT41)}, "basis-unclear"),
    "nothing-direct": ({"basis": ()}, "basis-unclear"),
    "dates": ({"study_by": date(2026, 11, 21)}, "dates-out-of-order"),
    "date-before-signing": ({"acknowledge_by": date(2026, 11, 1)}, "dates-out-of-order"),
    "unknown-kind": ({"kind": "XYZ"}, "pack-kind-unknown"),
    "unknown-unit": ({"to": ("A09.99",)}, "addressee-unknown"),
    "nobody": ({"to": ()}, "directive-without-units"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_directive_is_refused_and_nothing_is_written(town: Town, name: str) -> None:
    change, code = BAD[name]
    with town.at(NORTH) as station:
        before = station.journal.head()
    with pytest.raises(AntinError) as caught:
        issue(town, replace(PLAN, **change))
    assert caught.value.code == code
    with town.at(NORTH) as station:
        assert station.journal.head() == before
    town.audit()


def test_who_may_not(town: Town) -> None:
    with town.at(NORTH, "vt01", "cb02") as station, pytest.raises(Refused, match="role-missing"):
        directive.issue(station, "vt01", PLAN, 1, 0)
    issue(town, level=2)
    rounds(town)
    with town.at(SOUTH, "cb02", "cb01", "ld01") as station:
        with pytest.raises(Refused, match="clearance-too-low"):  # cb02 may read no more than Mật
            directive.acknowledge(station, "cb02", "cd-1")
        assert views.directive(station, "cd-1", "cb02").title == ""
        with pytest.raises(Refused, match="directive-of-other"):
            directive.withdraw(station, "ld01", "cd-1", "vì sao")
        refused = station.db.rows("SELECT act, who, code FROM dispatch_refusals ORDER BY idx")
    assert ("directive-acknowledged", "cb02", "clearance-too-low") in refused
    town.audit()


def test_states_hold(town: Town) -> None:
    issue(town)
    rounds(town)
    with town.at(SOUTH, "cb01") as station:
        directive.acknowledge(station, "cb01", "cd-1")
        with pytest.raises(Conflict, match="state-forbids"):
            directive.acknowledge(station, "cb01", "cd-1")
        with pytest.raises(Malformed, match="study-figures"):
            directive.report_study(station, "cb01", "cd-1")
        directive.read(station, "cb01", "cd-1")
        with pytest.raises(Conflict, match="directive-read-already"):
            directive.read(station, "cb01", "cd-1")
    with town.at(NORTH, "ld01", "cb01") as station:
        with pytest.raises(Refused, match="unit-not-addressed"):
            directive.acknowledge(station, "cb01", "cd-1")
        directive.withdraw(station, "ld01", "cd-1", "thay bằng kế hoạch mới")
        with pytest.raises(Conflict, match="state-forbids"):
            directive.withdraw(station, "ld01", "cd-1", "hai lần")
    rounds(town)
    with town.at(SOUTH, "cb01") as station, pytest.raises(Conflict, match="directive-withdrawn"):
        directive.hold_study(station, "cb01", "cd-1", session(station))
    town.audit()


SESSIONS: dict[str, tuple[dict[str, Any], str]] = {
    "twice": ({"online": ("cb01",)}, "study-attendance"),
    "nobody": ({"in_person": (), "online": (), "others_in_person": 0}, "study-attendance"),
    "form": ({"form": "online"}, "study-attendance"),
    "to-come": ({"held": 4_000_000_000}, "study-date"),
    "before": ({"held": 1_000_000_000}, "study-date"),
    "stranger": ({"in_person": ("zz99",)}, "officer-unknown"),
}


@pytest.mark.parametrize("name", SESSIONS)
def test_a_bad_session_is_refused(town: Town, name: str) -> None:
    issue(town)
    rounds(town)
    change, code = SESSIONS[name]
    with town.at(SOUTH, "cb01") as station, pytest.raises(AntinError) as caught:
        directive.hold_study(station, "cb01", "cd-1", session(station, **change))
    assert caught.value.code == code
    town.audit()


# -- papers on the way -------------------------------------------------------------------------------------------------


def opened(town: Town, level: int = 1) -> paper.Paper:
    """The issued directive's paper, as it leaves."""
    issue(town, level=level)
    with town.at(NORTH, "vt01") as station:
        return parse(paper.Paper, papers.published_bytes(station, "vt01", 1)[0])


def send_bytes(town: Town, data: bytes, to: str = SOUTH) -> None:
    """Any bytes under the media type of a paper: what a changed program could send."""
    path = town.folder / "ph-9.phieu"
    path.write_bytes(data)
    with town.at(NORTH, "vt01") as station:
        facts = papers.Facts("PB", "", station.now(), "", path.name, paper.MEDIA_TYPE)
        wish = papers.Wish([papers.Address(to)], 0, 0, papers.Label(1, 0, (), (), 0), facts, pdf_only=False)
        papers.send(station, "vt01", path, wish)
    town.sync(NORTH, to)


def changed(value: paper.Paper, how: str) -> bytes:
    if how == "words":
        return encode(replace(value, opened=value.opened[:32] + paper.words({"title": "khác"})))
    if how == "record":
        return encode(replace(value, record=value.record[:-1] + bytes([value.record[-1] ^ 1])))
    if how == "proof":
        return encode(replace(value, proof=value.proof.replace(b"index ", b"index 1", 1)))
    if how == "cut":
        return encode(value)[:-7]
    return b"%PDF-1.7 nothing of the kind"


@pytest.mark.parametrize("how", ["words", "record", "proof", "cut", "garbage"])
def test_a_changed_paper_enters_no_book(town: Town, how: str) -> None:
    send_bytes(town, changed(opened(town), how))
    (error,) = take(town, SOUTH)
    assert isinstance(error, AntinError)
    with town.at(SOUTH) as station:
        assert views.directives(station) == []
    town.audit()


def test_a_paper_is_taken_once_and_by_its_addressee(town: Town) -> None:
    value = opened(town)
    send_bytes(town, encode(value))
    send_bytes(town, encode(value))
    assert codes_of(take(town, SOUTH)) == ["directive-issued", "paper-known"]
    with town.at(NORTH, "ld01") as station:  # addressed to SISTER alone, brought to SOUTH
        directive.issue(station, "ld01", replace(PLAN, number="13/KH-VB", to=(SISTER,)), 1, 0)
        with pytest.raises(Refused, match="paper-for-other"):
            station.sign_in("vt01", b"mat-khau-thu")
            papers.publish(station, "vt01", 2, [SOUTH])
        other = papers.published_bytes(station, "vt01", 2)[0]
    send_bytes(town, other)
    assert codes_of(take(town, SOUTH)) == ["paper-for-other"]
    town.audit()


def test_an_ordinary_document_stays_one(town: Town) -> None:
    town.dispatch()
    town.sync(SOUTH)
    with town.at(SOUTH, "cb01") as station:
        output = Output(town.folder / "thuong.pdf")
        found = papers.take(station, "cb01", "den-1", output)
        output.publish()
    assert not isinstance(found, papers.Taken) and (town.folder / "thuong.pdf").read_bytes() == PDF
    town.audit()


def test_what_a_rule_refuses_is_kept_in_sight(town: Town) -> None:
    """A unit that was not asked acknowledges all the same: genuine, and refused."""
    issue(town, replace(PLAN, to=(SISTER,)))
    with town.at(NORTH) as station:
        id_ = station.db.value("SELECT id FROM directives_directives")
    with town.at(SOUTH, "cb01") as station:  # a changed program: its own books refuse it, so it writes past them
        public = r.DirectiveAcknowledged(head((NORTH,), 1, 0), id_)
        _, hand = station.acting("cb01")
        with lawless(station, "directive-acknowledged"):
            new = station.record("directive-acknowledged", public, [hand], secret=(1, paper.words({})))
            station.commit([new])
            raw = station.journal.raw(station.journal.head()[0] - 1)
            data = encode(paper.Paper(raw, station.secrets.opened(station.journal.head()[0] - 1, "cb01"),
                                      station.journal.proof(station.journal.head()[0] - 1),
                                      (station.directory.raw(station.officer("cb01").digest),)))  # fmt: skip
        path = Path(town.folder / "x.phieu")
        path.write_bytes(data)
        facts = papers.Facts("PB", "", station.now(), "", "x.phieu", paper.MEDIA_TYPE)
        wish = papers.Wish([papers.Address(NORTH)], 0, 0, papers.Label(1, 0, (), (), 0), facts, pdf_only=False)
        papers.send(station, "cb01", path, wish)
    town.sync(SOUTH, NORTH)
    assert codes_of(take(town, NORTH)) == ["unit-not-addressed"]
    with town.at(NORTH) as station:
        (row,) = paper_views.refused(station)
        assert (row.code, row.sender, row.kind) == ("unit-not-addressed", SOUTH, "directive-acknowledged")


def test_a_back_dated_record_is_exposed_by_a_kept_checkpoint(town: Town) -> None:
    issue(town)
    rounds(town)
    town.clock.ahead = 86_400
    issue(town, replace(PLAN, number="13/KH-VB"))  # SOUTH's journal goes on, and signs checkpoints that NORTH keeps
    rounds(town)
    with town.at(SOUTH, "cb01") as station:
        # A station that lies about the time: its own greatest verified time is wiped, its clock turned back.
        station.db.run("DELETE FROM clock")
        station._clock = lambda: town.clock() - 86_000
        directive.acknowledge(station, "cb01", "cd-1")
    publish(town, SOUTH)
    town.sync(SOUTH, NORTH)
    assert codes_of(take(town, NORTH)) == ["record-back-dated"]
    with town.at(NORTH) as station:
        kept = [row[2] for row in station.db.rows("SELECT * FROM dispatch_conflicts")]
        assert kept == ["record-back-dated"]
        assert station.db.value("SELECT acknowledged FROM directives_units WHERE code = ?", SOUTH) is None
    town.audit()


# -- rules -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("done", "by", "now", "how"), [
    (None, 0, 5, "none"), (None, 10, 5, "waiting"), (None, 10, 10, "waiting"), (None, 10, 11, "missing"),
    (10, 10, 99, "on-time"), (11, 10, 99, "late"), (11, 0, 99, "on-time"),
])  # fmt: skip
def test_standing(done: int | None, by: int, now: int, how: str) -> None:
    assert rules.standing(done, by, now) == how


def test_paragraphs_that_cannot_travel_are_refused() -> None:
    with pytest.raises(Malformed, match="text-too-long"):
        paper.words({"title": "ă" * 5_000})
    with pytest.raises(Malformed):
        paper.words({"title": "a\u202eb"})
    with pytest.raises(Malformed):
        paper.read_words(encode(paper.PaperWords((paper.Text("b", "x"), paper.Text("a", "y")), ())))
    with pytest.raises(Malformed):
        paper.head(tuple(f"A01.{n}" for n in range(3_501)), 0, 0)


def test_no_word_of_a_secret_paper_touches_the_disk(town: Town) -> None:
    issue(town, level=2)
    rounds(town)
    needle = "Kế hoạch sơ kết sáu tháng".encode()
    for path in town.folder.rglob("*"):
        if path.is_file():
            assert needle not in path.read_bytes(), path


def test_a_take_that_was_stopped_goes_on(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed after the document was opened and before its record: the paper is looked at again, a letter is not."""
    issue(town)
    publish(town, NORTH)
    town.dispatch(name="thuong.pdf")
    town.sync(NORTH, SOUTH)
    town.open(SOUTH, "cb01", "den-2", town.folder / "thuong-da-mo.pdf")

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(papers, "_enter", stopped)
    with pytest.raises(KeyboardInterrupt):
        take(town, SOUTH)
    monkeypatch.undo()
    with town.at(SOUTH, "vt01") as station:
        assert papers.pending(station, "vt01") == ["den-1"] and views.directives(station) == []
    assert codes_of(take(town, SOUTH)) == ["directive-issued"]
    assert take(town, SOUTH) == []
    town.audit()


def test_published_twice_on_purpose_enters_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    issue(town)
    monkeypatch.setattr(papers, "PaperPublished", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        publish(town, NORTH)
    monkeypatch.undo()
    assert publish(town, NORTH) == ["di-1", "di-2"]  # what was stopped has left nothing behind
    with town.at(NORTH, "vt01") as station:
        papers.publish(station, "vt01", 1, (SOUTH,))
    town.sync(NORTH, SOUTH)
    assert codes_of(take(town, SOUTH)) == ["directive-issued", "paper-known"]
    town.audit()


def test_a_full_disk_loses_nothing(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    issue(town)
    publish(town, NORTH)
    town.sync(NORTH, SOUTH)
    real = Station.commit
    full = [True]

    def commit(station: Station, new: Any) -> Any:
        if full and any(each.kind == "paper-taken" for each in new):
            full.clear()
            raise Unavailable("disk-full", path=station.home)
        return real(station, new)

    monkeypatch.setattr(Station, "commit", commit)
    assert codes_of(take(town, SOUTH)) == ["disk-full"]
    assert codes_of(take(town, SOUTH)) == ["directive-issued"]
    town.audit()


def test_an_unknown_paper(town: Town) -> None:
    with town.at(NORTH, "vt01") as station, pytest.raises(Missing, match="paper-unknown"):
        papers.publish(station, "vt01", 9)
