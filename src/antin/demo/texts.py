"""What the invented office writes: the plan, its programme, the words of the reviews."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from antin.acts.directive import DirectiveForm as Directive
from antin.acts.directive import Document
from antin.acts.programme import GoalForm, MeasureReport, ProgressForm, TaskForm, TaskReport
from antin.acts.programme import ProgrammeForm as Programme
from antin.demo.cast import AGENCIES, ARMY, FOREIGN, OFFICE, OFFICERS, PARTY, POLICE, UNITS
from antin.packs import load

LEVEL, PRECEDENCE = 1, 3
NUMBER, SUBJECT = "12/KH-VTD", "Kế hoạch sơ kết sáu tháng thực hiện Quyết định 1071/QĐ-TTg (thí dụ)"
CALENDAR = "nua-nam"
# How far each unit is, in percent: rules issued, people trained, share of secret documents sent under cipher.
SHARES = {
    ARMY: ("100", "60", "70"),
    POLICE: ("100", "40", "65"),
    FOREIGN: ("100", "80", "90"),
    PARTY: ("50", "20", "45"),
}
SIGNER = {"place": "Hà Nội", "title": "CHÁNH VĂN PHÒNG", "name": OFFICERS[OFFICE]["ld01"][0], "number": "15/BC-VTD"}
NARRATIVE = {
    "giai-phap": ("Tăng cường đôn đốc theo độ khẩn; mỗi đơn vị duy trì một đường dự phòng bằng gói chuyển.",),
    "phuong-huong": ("Hoàn thành bồi dưỡng nghiệp vụ trước hạn; kiểm tra chéo giữa bốn hệ.",),
}


def directive(today: date) -> Directive:
    """The plan, with its legal basis back to the first document; due days counted from today."""
    documents = (
        Document(key="ct41", kind="CT", number="41-CT/TW", issued=date(2004, 7, 1)),
        # The day of the conclusion is assumed: packs/examples/ket-luan-13.toml.
        Document(key="kl13", kind="KL", number="13-KL/TW", issued=date(2017, 1, 1), rests_on=("ct41",)),
        Document(key="qd1071", kind="QĐ", number="1071/QĐ-TTg", issued=date(2017, 7, 20), rests_on=("kl13",)),
    )
    return Directive(
        kind="KH", number=NUMBER, title=SUBJECT, signed=today - timedelta(days=6), to=UNITS,
        acknowledge_by=today - timedelta(days=4), study_by=today - timedelta(days=3), calendar=CALENDAR,
        basis=("qd1071",), document=documents,
        summary=("Quán triệt đến từng cán bộ, trực tiếp và trực tuyến.", "Báo cáo đúng kỳ; số liệu lấy từ sổ."),
    )  # fmt: skip


def programme(today: date) -> Programme:
    """Goals by milestone and tasks for every unit."""
    goals = (
        GoalForm(key="tong", title="Liên lạc cơ yếu bí mật, chính xác, kịp thời trong mọi tình huống",
                 milestone=date(2045, 12, 31)),
        GoalForm(key="to-chuc", title="Kiện toàn tổ chức, bồi dưỡng cán bộ", parent="tong",
                 milestone=date(2030, 6, 30), weight=600),
        GoalForm(key="lien-lac", title="Tỉ lệ văn bản mật gửi bằng mật mã", parent="tong",
                 milestone=date(2030, 12, 31), weight=400, unit="%", baseline="40", target="100"),
    )  # fmt: skip
    tasks = (
        TaskForm(key="quy-che", title="Ban hành quy chế làm việc", goal="to-chuc", weight=400,
                 start=today - timedelta(days=6), due=today - timedelta(days=1)),
        TaskForm(key="boi-duong", title="Bồi dưỡng nghiệp vụ cho cán bộ", goal="to-chuc", weight=600,
                 start=today - timedelta(days=6), due=today + timedelta(days=120)),
    )  # fmt: skip
    return Programme(title="Chương trình hành động (thí dụ)", number="01/CTr-VTD", to=UNITS, goal=goals, task=tasks)


def progress(code: str, period: str) -> ProgressForm:
    """What a unit reports on its tasks."""
    rules, training, lines = SHARES[code]
    tasks = (TaskReport(key="quy-che", done=rules, blocked=rules != "100"), TaskReport(key="boi-duong", done=training))
    return ProgressForm(period=period, task=tasks, measure=(MeasureReport(goal="lien-lac", value=lines),))


def letter_of(day: str) -> dict[str, Any]:
    """The plan as paper, in the layout of NĐ 30/2020."""
    pack = load("vn-2026")
    return {
        "parent": "CƠ QUAN MẬT MÃ TRUNG ƯƠNG THÍ DỤ", "agency": AGENCIES[OFFICE][0].upper(), "number": NUMBER,
        "place": "Hà Nội", "date": day, "kind": "KẾ HOẠCH", "subject": SUBJECT.removeprefix("Kế hoạch ").capitalize(),
        "addressees": [AGENCIES[code][0] for code in UNITS],
        "body": [
            "Căn cứ Quyết định 1071/QĐ-TTg ngày 20 tháng 7 năm 2017; để liên lạc cơ yếu bí mật, chính xác, kịp thời "
            "trong mọi tình huống, Văn phòng lập kế hoạch sơ kết sáu tháng như sau.",
            "1. Quán triệt: mỗi đơn vị tổ chức quán triệt trực tiếp và trực tuyến; từng cán bộ ký xác nhận.",
            "2. Nhiệm vụ: ban hành quy chế làm việc; bồi dưỡng nghiệp vụ; báo cáo tỉ lệ văn bản mật gửi bằng mật mã.",
            "3. Báo cáo: theo kỳ sáu tháng; số liệu lấy từ sổ, mỗi số liệu chỉ được bản ghi nguồn.",
        ],
        "recipients": ["Như trên", "Lưu: VT, cơ yếu (02 bản)"], "signer_title": SIGNER["title"],
        "signer_name": SIGNER["name"], "level_mark": pack.level(LEVEL).mark_text,
        "precedence_mark": pack.precedence(PRECEDENCE).mark_text, "caveats": [], "copies": "Số lượng: 02 bản",
        "example": True,
    }  # fmt: skip
