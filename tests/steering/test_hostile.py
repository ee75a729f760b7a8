"""Genuine correspondents with a changed program, and forms that ask for what cannot be kept: nothing else suffers."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from lawless import lawless
from town import NORTH, PASS, SOUTH, Town

from antin.acts import directive, papers, review
from antin.acts.case import case
from antin.cli.main import main
from antin.journal.audit import audit
from antin.kernel.formats import paper
from antin.kernel.formats.paper import head
from antin.registers.directives import records as d
from antin.registers.reviews.records import ReviewMade
from antin.station import packets
from antin.station.books import TABLES
from antin.station.station import Station
from steering.hands import codes_of, rounds
from steering.test_directives import PLAN as DIRECTIVE
from steering.test_directives import issue

YEAR_9999 = 253_402_300_799  # the last second of UTC's last year: in Vietnam a year later


def forge(station: Station, kind: str, public: Any, officer: str = "ld01", words: bytes = paper.words({})) -> None:
    """What a changed program records: a genuine record that no rule of its own books has seen."""
    _, hand = station.acting(officer)
    with lawless(station, kind, listed=True):
        station.commit([station.record(kind, public, [hand], secret=(public.head.level, words))])


def run(town: Town, code: str, *words: str) -> Any:
    return CliRunner().invoke(main, [*words, "--home", str(town.home(code))])


def test_a_directive_of_an_unknown_kind_at_the_end_of_time_hides_no_other(town: Town) -> None:
    issue(town)
    rounds(town)
    with town.at(NORTH, "ld01") as station:
        strange = d.DirectiveIssued(head((SOUTH,), 1, 4), "ZZ", YEAR_9999, YEAR_9999, YEAR_9999, YEAR_9999, "", (
            d.Basis(b"b" * 32, "YY", 1, True, ()),))  # fmt: skip
        forge(station, "directive-issued", strange)
    rounds(town)
    for words in (("directive", "list"), ("directive", "show", "cd-2"), ("board", "cd-2"), ("calendar",)):
        done = run(town, SOUTH, *words)
        assert done.exit_code == 0, (words, done.output)
    assert "ZZ" in run(town, SOUTH, "directive", "list").output


def test_a_review_with_other_figures_than_it_signed_is_refused(town: Town) -> None:
    issue(town, replace(DIRECTIVE, calendar="nua-nam"))
    rounds(town)
    with town.at(NORTH) as station:
        id_ = station.db.value("SELECT id FROM directives_directives")
    signed = review.figures_file({"done": 100})
    for n, files in enumerate(((), (review.figures_file({"done": 900}),), (signed,))):
        made = ReviewMade(head((NORTH,), 1, 0), id_, f"{2026 + n}-nam", "tong-ket", sha256(signed.data).digest(), 1, ())
        with town.at(SOUTH, "ld01") as station:
            forge(station, "review-made", made, words=paper.words({}, files))
    assert codes_of(rounds(town)[NORTH]) == ["review-figures-other", "review-figures-other", "review-made"]
    with town.at(NORTH) as station:
        assert audit(station.journal, station.own, TABLES).ok


def test_a_case_holds_judgements_answers_and_what_became_of_findings(town: Town) -> None:
    """Whatever is about the directive at second hand: a judgement names a report, an answer a proposal."""
    issue(town)
    rounds(town)
    with town.at(SOUTH, "ld01") as station:
        review.propose(station, "ld01", "cd-1", NORTH, "Bổ sung thiết bị")
    rounds(town)
    with town.at(NORTH, "ld01") as station:
        review.answer(station, "ld01", "kn-1", "accepted", "Quý I")
        issue_other = replace(DIRECTIVE, number="13/KH-VB")
        directive.issue(station, "ld01", issue_other, 1, 0)
        kinds = [name for kind, name, _ in packets.read_all(BytesIO(case(station, "cd-1")), packets.CASE)
                 if kind == "record" and name != "credential-issued"]  # fmt: skip
    assert kinds == ["directive-issued", "proposal-made", "paper-taken", "proposal-answered"]


def test_a_paper_that_cannot_leave_keeps_no_other_back(town: Town, tmp_path: Path) -> None:
    issue(town, level=2)
    issue(town, replace(DIRECTIVE, number="13/KH-VB"), level=1)
    secret = tmp_path / "mk"
    secret.write_bytes(PASS + b"\n")
    who = ("--as", "cb02", "--passphrase-file", str(secret))  # cleared for level 1
    done = run(town, NORTH, "publish", "--json", *who)
    told = json.loads(done.stdout)
    assert list(told["published"]) == ["ph-2"] and done.exit_code != 0
    assert [(each["id"], each["code"]) for each in told["refused"]] == [("ph-1", "level-key-not-held")]
    done = run(town, NORTH, "publish", *who)
    assert done.exit_code != 0 and "level-key-not-held" in done.output
    with town.at(NORTH) as station:
        assert papers.waiting(station) == [1]
