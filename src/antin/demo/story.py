"""The story, step by step: label → clearance → sign → stamp → seal → send → relay → receive → open → verify →
receipt → proven in both journals."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from antin.acts.accept import assign
from antin.acts.open_document import open_document
from antin.acts.prove import prove
from antin.acts.send import Address, Wish, send
from antin.acts.sign_document import sign_document
from antin.acts.stamp import stamp
from antin.demo.cast import AGENCIES, OFFICERS, RECEIVER, SENDER, Stage, found, state_all
from antin.demo.teller import Teller
from antin.errors import Conflict, Unverified
from antin.interop import printing
from antin.journal.audit import audit
from antin.kernel.formats.fields import Facts, Label
from antin.packs import load
from antin.station.books import TABLES
from antin.storage import durable
from antin.storage.durable import Output
from antin.verify import VALID, verify
from antin.views.local_time import local

LEVEL, PRECEDENCE = 2, 3
NUMBER, SUBJECT = "05/KH-VTD", "Về việc diễn tập bảo đảm liên lạc cơ yếu cuối năm"
CAVEATS = ("khong-duoc-sao-chup",)


@dataclass
class Plot:
    """What the story carries from step to step."""

    stage: Stage
    root: bytes = b""
    letter: dict[str, Any] | None = None
    pdf: Path = Path()
    evidence: bytes = b""
    dispatch: str = ""


def letter_of(day: str) -> dict[str, Any]:
    """The letter's data, in the layout of NĐ 30/2020."""
    pack = load("vn-2026")
    return {
        "parent": "BỘ NGOẠI VỤ THÍ DỤ", "agency": AGENCIES[SENDER][0].upper(), "number": NUMBER, "place": "Hà Nội",
        "date": day, "kind": "KẾ HOẠCH", "subject": SUBJECT.removeprefix("Về việc ").capitalize(),
        "addressees": [AGENCIES[RECEIVER][0]],
        "body": [
            "Để bảo đảm liên lạc cơ yếu bí mật, chính xác, kịp thời trong mọi tình huống, Vụ Biên giới Thí dụ lập "
            "kế hoạch diễn tập như sau.",
            "1. Thời gian: từ 08 giờ 00 đến 11 giờ 30 ngày 15 tháng 12. Mỗi đơn vị chuẩn bị một đường liên lạc chính "
            "và một đường dự phòng bằng gói chuyển trên thiết bị lưu trữ.",
            "2. Nội dung: gửi, nhận, mở và hồi báo văn bản theo độ khẩn; thử mất đường truyền và khôi phục.",
            "3. Các đơn vị cử một cán bộ cơ yếu, một văn thư; báo cáo kết quả trước 17 giờ cùng ngày.",
        ],
        "recipients": ["Như trên", "Lưu: VT, cơ yếu (02 bản)"], "signer_title": "VỤ TRƯỞNG",
        "signer_name": OFFICERS[SENDER]["ld01"][0], "level_mark": pack.level(LEVEL).mark_text,
        "precedence_mark": pack.precedence(PRECEDENCE).mark_text, "caveats": [pack.caveat(c).text for c in CAVEATS],
        "copies": "Số lượng: 02 bản", "example": True,
    }  # fmt: skip


def tell(teller: Teller, plot: Plot) -> None:
    """The whole story; raises where a step fails."""
    _found(teller, plot)
    _write(teller, plot)
    _sign_and_stamp(teller, plot)
    _send(teller, plot)
    _relay(teller, plot)
    _receive(teller, plot)
    _open(teller, plot)
    _receipts(teller, plot)
    _prove(teller, plot)
    _audit(teller, plot)


def _found(teller: Teller, plot: Plot) -> None:
    with teller.step("found") as facts:
        plot.root = found(plot.stage)
        facts.update(branches=4, agencies=len(AGENCIES), officers=sum(map(len, OFFICERS.values())))


def _write(teller: Teller, plot: Plot) -> None:
    with teller.step("write") as facts:
        with plot.stage.at(SENDER) as station:
            now = station.now()
        plot.letter = letter_of(local(now, "%Y-%m-%d"))
        plot.pdf = plot.stage.folder / "ke-hoach.pdf"
        data = printing.letter(plot.letter)
        durable.write(plot.pdf, data)
        facts.update(number=NUMBER, size=len(data))


def _sign_and_stamp(teller: Teller, plot: Plot) -> None:
    pack = load("vn-2026")
    with plot.stage.at(SENDER, "ld01", "vt01") as station:
        facts_of = Facts("KH", NUMBER, station.now(), SUBJECT, plot.pdf.name, "application/pdf")
        with teller.step("sign") as facts:
            id_ = sign_document(station, "ld01", plot.pdf, facts_of, Label(LEVEL, 0, CAVEATS, (), 2))
            facts.update(id=id_, leader=OFFICERS[SENDER]["ld01"][0], level=pack.level(LEVEL).name)
        with teller.step("stamp") as facts:
            stamp(station, "vt01", id_)
            facts.update(id=id_, registrar=OFFICERS[SENDER]["vt01"][0])


def _send(teller: Teller, plot: Plot) -> None:
    pack = load("vn-2026")
    with teller.step("send") as facts, plot.stage.at(SENDER, "vt01") as station:
        (plot.dispatch,) = send(station, "vt01", plot.pdf, Wish([Address(RECEIVER)], PRECEDENCE))
        facts.update(id=plot.dispatch, to=AGENCIES[RECEIVER][0], precedence=pack.precedence(PRECEDENCE).name)


def _relay(teller: Teller, plot: Plot) -> None:
    with teller.step("relay") as facts:
        plot.stage.sync(SENDER)
        files = [path for path in plot.stage.relay.rglob("*") if path.is_file() and path.parent.name != "directory"]
        seen = b"".join(path.read_bytes() for path in files)
        if SUBJECT.encode() in seen or NUMBER.encode() in seen or plot.pdf.read_bytes()[200:260] in seen:
            raise Unverified("content-tampered", why="plaintext-on-the-relay")
        facts.update(files=len(files), size=len(seen))


def _receive(teller: Teller, plot: Plot) -> None:
    with teller.step("receive") as facts:
        report = plot.stage.sync(RECEIVER)
        facts.update(count=sum(each.state == "entered" for each in report.outcomes))
    with teller.step("assign") as facts, plot.stage.at(RECEIVER, "vt01") as station:
        assign(station, "vt01", "den-1", "cb01", "Chuyển đồng chí phụ trách cơ yếu thực hiện, báo cáo trong ngày.")
        facts.update(id="den-1", registrar=OFFICERS[RECEIVER]["vt01"][0], to=OFFICERS[RECEIVER]["cb01"][0])


def _open(teller: Teller, plot: Plot) -> None:
    target = plot.stage.folder / "da-mo.pdf"
    with teller.step("open") as facts, plot.stage.at(RECEIVER, "cb01") as station:
        output = Output(target)
        try:
            opened = open_document(station, "cb01", "den-1", output)
            output.publish()
        finally:
            output.close()
        if target.read_bytes() != plot.pdf.read_bytes():
            raise Unverified("content-tampered", why="digest")
        facts.update(author=opened.author.name, signatures=len(opened.attached), size=opened.statement.size)


def _receipts(teller: Teller, plot: Plot) -> None:
    with teller.step("receipt") as facts:
        for code in (RECEIVER, SENDER):
            plot.stage.sync(code)
        state_all(plot.stage)  # the authorities cosign both stations' checkpoints, and say who is good
        for code in (RECEIVER, SENDER):
            plot.stage.sync(code)
        with plot.stage.at(SENDER) as station:
            results = station.db.rows("SELECT result FROM dispatch_receipts ORDER BY idx")
        names = [teller.words(f"state-{row[0]}") for row in results]
        facts.update(count=len(results), results=" → ".join(names))


def _prove(teller: Teller, plot: Plot) -> None:
    with teller.step("prove") as facts:
        with plot.stage.at(SENDER, "vt01") as station:
            plot.evidence = prove(station, plot.dispatch, "vt01")
        durable.write(plot.stage.folder / "evidence.bundle", plot.evidence)
        report = verify(BytesIO(plot.evidence), plot.root[:25])
        if report.verdict != VALID:
            raise Unverified("proof-invalid")
        facts.update(size=len(plot.evidence) // 1024, findings=len(report.findings))


def _audit(teller: Teller, plot: Plot) -> None:
    with teller.step("audit") as facts:
        facts.update(audited(plot.stage))


def audited(stage: Stage) -> dict[str, object]:
    """Audit every station. Raises ``Conflict`` at the first finding."""
    stations = records = 0
    for home in sorted((stage.folder / "tram").iterdir()):
        with stage.at(home.name) as station:
            report = audit(station.journal, station.own, TABLES)
        if not report.ok:
            raise Conflict("register-differs", where=report.findings[0][0])
        stations, records = stations + 1, records + report.size
    return {"stations": stations, "records": records}
