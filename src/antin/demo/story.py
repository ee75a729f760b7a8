"""The story: a plan goes to four branches, is studied, answered, reported, reviewed. A line is cut, one unit is late,
one lies; and an inspector proves all of it offline from one file."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, field
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from antin.acts import directive as directives
from antin.acts import papers
from antin.acts import programme as programmes
from antin.acts import review as reviews
from antin.acts.carry import read_bundle, write_bundle
from antin.acts.case import case
from antin.acts.escalate import escalate
from antin.acts.prove import prove
from antin.demo import looks, texts
from antin.demo.cast import (
    AGENCIES,
    ARMY,
    BRANCHES,
    FOREIGN,
    OFFICE,
    OFFICERS,
    PARTY,
    POLICE,
    RECEIVER,
    SENDER,
    UNITS,
    Stage,
    found,
    state_all,
)
from antin.demo.teller import Teller
from antin.errors import Conflict, Refused, Unverified
from antin.inspector import judge
from antin.interop import editable, printing
from antin.kernel.formats.paper import File
from antin.packs import load
from antin.station.audit import audit
from antin.station.days import day_of, end_of
from antin.station.station import Station
from antin.storage import durable
from antin.storage.outputs import outputs
from antin.verify import INVALID, VALID, verify
from antin.views import board as boards
from antin.views import directives as directive_views
from antin.views import duties
from antin.views import papers as paper_views
from antin.views import review as review_views
from antin.views.local_time import local
from antin.words import Words

LEVEL, PRECEDENCE, NUMBER = texts.LEVEL, texts.PRECEDENCE, texts.NUMBER
DIRECTIVE, PROGRAMME = "cd-1", "ct-1"
_DAY = 86_400
VIETNAMESE = Words("vi")  # official papers speak it in either language of the story
SUBJECT = texts.SUBJECT


@dataclass
class Plot:
    """What the story carries from step to step."""

    stage: Stage
    root: bytes = b""
    today: date = date.min
    period: str = ""
    pdf: Path = Path()
    evidence: bytes = b""
    dispatch: str = ""
    review: dict[str, Any] = field(default_factory=dict)
    lie: str = ""

    def on_day(self, days: float) -> None:
        """Set the clock ``days`` before now."""
        self.stage.clock.ahead = -days * _DAY

    def overdue(self, hours: float) -> None:
        """Set the clock so many hours after the plan was to be acknowledged."""
        due = end_of(texts.directive(self.today).acknowledge_by)
        self.stage.clock.ahead = due + hours * 3_600 - time.time()


def tell(teller: Teller, plot: Plot) -> None:
    """The whole story; raises where a step fails."""
    for step in (_found, _write, _issue, _publish, _receive, _clearance, _study, _usb, _late, _escalate, _report,
                 _back_date, _review, _prove, _audit):  # fmt: skip
        step(teller, plot)


def _found(teller: Teller, plot: Plot) -> None:
    plot.today = day_of(int(plot.stage.clock()))
    plot.period = load("vn-2026").period(texts.CALENDAR, plot.today).key
    plot.on_day(6)
    with teller.step("found") as facts:
        plot.root = found(plot.stage)
        facts.update(branches=len(BRANCHES), agencies=len(AGENCIES), officers=sum(map(len, OFFICERS.values())))


def _write(teller: Teller, plot: Plot) -> None:
    with teller.step("write") as facts:
        plot.pdf = plot.stage.folder / "ke-hoach.pdf"
        data = printing.letter(texts.letter_of(local(int(plot.stage.clock()), "%Y-%m-%d")))
        durable.write(plot.pdf, data)
        facts.update(number=NUMBER, size=len(data))


def _issue(teller: Teller, plot: Plot) -> None:
    pack = load("vn-2026")
    with teller.step("issue") as facts, plot.stage.at(OFFICE, "ld01") as station:
        file = File(plot.pdf.name, "application/pdf", plot.pdf.read_bytes())
        id_ = directives.issue(station, "ld01", texts.directive(plot.today), LEVEL, PRECEDENCE, (file,))
        programmes.adopt(station, "ld01", id_, texts.programme(plot.today), LEVEL, 0)
        facts.update(id=id_, leader=OFFICERS[OFFICE]["ld01"][0], level=pack.level(LEVEL).name,
                     precedence=pack.precedence(PRECEDENCE).name,
                     basis="1071/QĐ-TTg ← 13-KL/TW ← 41-CT/TW")  # fmt: skip


def _publish(teller: Teller, plot: Plot) -> None:
    with teller.step("publish") as facts:
        with plot.stage.at(OFFICE, "vt01") as station:
            data, *_ = papers.published_bytes(station, "vt01", papers.waiting(station)[0])
        durable.write(plot.stage.folder / "ke-hoach.phieu", data)  # what the evidence is about
        count = plot.stage.publish(OFFICE)
        plot.stage.sync(OFFICE)
        files = [path for path in plot.stage.relay.rglob("*") if path.is_file() and path.parent.name != "directory"]
        seen = b"".join(path.read_bytes() for path in files)
        if SUBJECT.encode() in seen or NUMBER.encode() in seen or plot.pdf.read_bytes()[200:260] in seen:
            raise Unverified("content-tampered", why="plaintext-on-the-relay")
        with plot.stage.at(OFFICE) as station:
            plot.dispatch = f"di-{looks.first_sent.one(station.db, RECEIVER) or 0}"
        facts.update(count=count, registrar=OFFICERS[OFFICE]["vt01"][0], size=len(seen) // 1024)


def _receive(teller: Teller, plot: Plot) -> None:
    """The line to Ngoại giao is cut from here on: FOREIGN never exchanges over it until the end."""
    with teller.step("receive") as facts:
        units = [code for code in UNITS if code != FOREIGN]
        plot.stage.sync(*units)
        facts.update(count=len(units), cut=AGENCIES[FOREIGN][0])


def _clearance(teller: Teller, plot: Plot) -> None:
    with teller.step("clearance") as facts:
        try:
            plot.stage.take(POLICE, "cb02")
        except Refused as error:
            facts.update(officer=OFFICERS[POLICE]["cb02"][0], code=error.code)
        else:
            raise Conflict("state-forbids", state="cb02", event="opened")


def _study(teller: Teller, plot: Plot) -> None:
    with teller.step("study") as facts:
        plot.on_day(5.5)
        for code in (ARMY, POLICE):
            plot.stage.take(code)
            _learn(plot.stage, code)
            plot.stage.publish(code)
        plot.stage.take(PARTY)
        plot.stage.sync(ARMY, POLICE, PARTY, OFFICE)
        plot.stage.take(OFFICE)
        facts.update(unit=AGENCIES[PARTY][0])


def _learn(stage: Stage, code: str, *, acknowledges: bool = True) -> None:
    """Acknowledge; hold a session in person and online; each officer signs; report."""
    officers = [officer for officer in OFFICERS[code] if officer != "cb02"]
    with stage.at(code, *officers) as station:
        if acknowledges:
            directives.acknowledge(station, "cb01", DIRECTIVE)
        session = directives.Session(
            held=station.now(),
            form="both",
            invited=24,
            in_person=("cb01", "ld01"),
            online=("vt01",),
            others_in_person=18,
        )
        directives.hold_study(station, "cb01", DIRECTIVE, session)
        for officer in officers:
            directives.read(station, officer, DIRECTIVE)
        directives.report_study(station, "cb01", DIRECTIVE)


def _carry(plot: Plot, giver: str, taker: str, name: str) -> int:
    """One USB stick from one station to another: written, carried, read."""
    medium = plot.stage.folder / f"{name}.bundle"
    with plot.stage.at(giver) as station, outputs(medium) as [output]:
        write_bundle(station, taker, output)
    with plot.stage.at(taker) as station:
        report = read_bundle(station, medium)
    if report.aside:
        raise report.aside[0][1]
    return medium.stat().st_size


def _usb(teller: Teller, plot: Plot) -> None:
    with teller.step("usb") as facts:
        plot.on_day(5)
        there = _carry(plot, OFFICE, FOREIGN, "usb-di")
        plot.stage.take(FOREIGN)
        _open_plan(plot)
        _learn(plot.stage, FOREIGN)
        plot.stage.publish(FOREIGN)
        back = _carry(plot, FOREIGN, OFFICE, "usb-ve")
        taken = plot.stage.take(OFFICE)
        facts.update(there=there // 1024, back=back // 1024, count=len(taken), unit=AGENCIES[FOREIGN][0])


def _open_plan(plot: Plot) -> None:
    """The plan's PDF as the unit reads it: byte for byte the one that the leader issued."""
    with plot.stage.at(FOREIGN, "cb01") as station:
        row = directive_views.directive(station, DIRECTIVE, "cb01")
        (path,) = paper_views.save(station, row.record, "cb01", plot.stage.folder / "da-nhan")
    if path.read_bytes() != plot.pdf.read_bytes():
        raise Unverified("content-tampered", why="digest")


def _late(teller: Teller, plot: Plot) -> None:
    """Days pass; the unit that said nothing shows by itself."""
    with teller.step("late") as facts:
        plot.overdue(2)
        state_all(plot.stage)
        plot.stage.sync(*AGENCIES)
        with plot.stage.at(OFFICE, "ld01") as station:
            board = boards.board(station, DIRECTIVE, "ld01", plot.period)
        if board.late != [PARTY]:
            raise Conflict("state-forbids", state=",".join(board.late), event="late")
        facts.update(unit=AGENCIES[PARTY][0], done=len(UNITS) - 1, units=len(UNITS))


def _escalate(teller: Teller, plot: Plot) -> None:
    """By precedence and deadline, from the pack: first the unit's duty officer, then its superior."""
    with teller.step("escalate") as facts:
        with plot.stage.at(OFFICE, "cb01") as station:
            told, _ = escalate(station, "cb01", duties.items(station))
            again, _ = escalate(station, "cb01", duties.items(station))
        if {each.step.item.unit for each in told} != {PARTY} or again:
            raise Conflict("state-forbids", state=PARTY, event="escalated")
        plot.stage.publish(OFFICE)
        plot.stage.sync(OFFICE, PARTY)
        taken = plot.stage.take(PARTY)
        plot.stage.sync(PARTY, OFFICE)
        plot.overdue(5)  # still silent
        with plot.stage.at(OFFICE, "cb01") as station:
            higher, _ = escalate(station, "cb01", duties.items(station))
        above = sorted({code for each in higher for code in each.unreachable})
        facts.update(steps=len(told) + len(higher), unit=AGENCIES[PARTY][0], count=len(taken),
                     superior=BRANCHES[above[0]][0] if above else "–")  # fmt: skip


def _report(teller: Teller, plot: Plot) -> None:
    with teller.step("report") as facts:
        plot.on_day(1.5)
        for code in (ARMY, POLICE, FOREIGN):
            _send_report(plot, code)
        plot.stage.sync(ARMY, POLICE, OFFICE)
        _carry(plot, FOREIGN, OFFICE, "usb-bao-cao")
        taken = plot.stage.take(OFFICE)
        facts.update(count=len(taken), units=3)


def _send_report(plot: Plot, code: str) -> None:
    """Progress on the tasks, and the unit's own review: figures from its registers, signed by its leader."""
    with plot.stage.at(code, "cb01", "ld01") as station:
        programmes.report(station, "cb01", PROGRAMME, texts.progress(code, plot.period))
        signer = {**texts.SIGNER, "title": "TRƯỞNG PHÒNG", "name": OFFICERS[code]["ld01"][0], "number": ""}
        facts, data = _paper(station, plot, signer)
        file = File("bao-cao.pdf", "application/pdf", printing.report(data))
        title = f"Báo cáo sơ kết của {AGENCIES[code][0]}"
        reviews.sign(station, "ld01", DIRECTIVE, plot.period, (), {"title": title}, (file,), asdict(facts))
        if code == FOREIGN:
            reviews.propose(station, "ld01", DIRECTIVE, OFFICE, "Cấp thêm thiết bị cho đường dự phòng")
    plot.stage.publish(code)


def _paper(station: Station, plot: Plot, signer: dict[str, str]) -> tuple[review_views.Figures, dict[str, Any]]:
    facts = review_views.facts(station, DIRECTIVE, "ld01", plot.period)
    return facts, review_views.paper(station, VIETNAMESE, facts, texts.NARRATIVE, signer, example=True)


def _back_date(teller: Teller, plot: Plot) -> None:
    """The late one turns its clock back to look punctual; the checkpoints that others keep know better."""
    with teller.step("back-date") as facts:
        plot.on_day(1)
        with plot.stage.at(PARTY, "cb01") as station:
            station.db.run("DELETE FROM clock")  # what an honest program would hold against it
            plot.on_day(5.4)
            directives.acknowledge(station, "cb01", DIRECTIVE)
        plot.on_day(1)
        plot.stage.publish(PARTY)
        plot.stage.sync(PARTY, OFFICE)
        try:
            plot.stage.take(OFFICE)
        except Conflict as error:
            if error.code != "record-back-dated":
                raise
            claims, kept = (local(int(str(error.fields[key]))) for key in ("claims", "kept"))
            plot.lie = f"{PARTY}/cb01"
            facts.update(unit=AGENCIES[PARTY][0], claims=claims, kept=kept)
        else:
            raise Unverified("proof-invalid")
        _learn(plot.stage, PARTY, acknowledges=False)  # late, and honest
        _send_report(plot, PARTY)
        plot.stage.sync(PARTY, OFFICE)
        plot.stage.take(OFFICE)


def _review(teller: Teller, plot: Plot) -> None:
    with teller.step("review") as facts:
        plot.on_day(0)
        state_all(plot.stage)
        plot.stage.sync(*AGENCIES, *AGENCIES)
        with plot.stage.at(OFFICE, "ld01", "vt01") as station:
            reviews.answer(station, "ld01", "kn-1", "accepted", "Cấp trong quý I")
            reviews.commend(station, "ld01", DIRECTIVE, (FOREIGN,), "Báo cáo đúng hạn khi đường truyền bị cắt")
            found_, plot.review = _paper(station, plot, texts.SIGNER)
            data, text = printing.report(plot.review), editable.report(plot.review)
            durable.write(plot.stage.folder / "so-ket.pdf", data, mode=0o644)
            durable.write(plot.stage.folder / "so-ket.docx", text, mode=0o644)
            file = File("so-ket.pdf", "application/pdf", data)
            title = {"title": "Báo cáo sơ kết sáu tháng"}
            reviews.sign(station, "ld01", DIRECTIVE, plot.period, UNITS, title, (file,), asdict(found_))
            closed = programmes.close_period(station, "ld01", PROGRAMME, plot.period)
        plot.stage.publish(OFFICE)
        plot.stage.sync(OFFICE, *UNITS, OFFICE)
        for code in (ARMY, POLICE, FOREIGN):
            plot.stage.take(code)
        facts.update(reviews=len(found_.reviews), done=review_views.share(closed["done"]), size=len(data) // 1024)


def _prove(teller: Teller, plot: Plot) -> None:
    with teller.step("prove") as facts:
        state_all(plot.stage)
        plot.stage.sync(*AGENCIES)
        with plot.stage.at(SENDER, "vt01") as station:
            plot.evidence = prove(station, plot.dispatch, "vt01")
            whole = case(station, DIRECTIVE)
        durable.write(plot.stage.folder / "evidence.bundle", plot.evidence)
        durable.write(plot.stage.folder / "ho-so.bundle", whole)
        report = judge(BytesIO(whole), plot.root[:25])
        lies = [each for each in report.findings if each.code == "record-back-dated"]
        if verify(BytesIO(plot.evidence), plot.root[:25]).verdict != VALID or report.verdict != INVALID:
            raise Unverified("proof-invalid")
        if [each.who for each in lies] != [plot.lie] or sum(each.verdict == INVALID for each in report.findings) != 1:
            raise Unverified("proof-invalid")
        stands = sum(each.what == "paper" and each.verdict == VALID for each in report.findings)
        facts.update(size=len(whole) // 1024, stands=stands, lies=len(lies), who=plot.lie)


def _audit(teller: Teller, plot: Plot) -> None:
    with teller.step("audit") as facts:
        facts.update(audited(plot.stage))


def audited(stage: Stage) -> dict[str, object]:
    """Audit every station. Raises ``Conflict`` at the first finding."""
    stations = records = 0
    for home in sorted((stage.folder / "tram").iterdir()):
        with stage.at(home.name) as station:
            report = audit(station)
        if not report.ok:
            raise Conflict("register-differs", where=report.findings[0][0])
        stations, records = stations + 1, records + report.size
    return {"stations": stations, "records": records}
