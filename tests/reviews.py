"""A review as the tests print it and write it out: all of its parts, with figures of invented agencies."""

from __future__ import annotations

from typing import Any

from antin import packs

UNITS = ("Quân đội", "Công an", "Ngoại giao", "Đảng – Chính quyền")
BODY = {
    "tinh-hinh": [
        "Sáu tháng đầu năm, bốn hệ triển khai Kế hoạch số 12/KH-CMH trong điều kiện khối lượng văn bản tăng, "
        "đường truyền của một số đơn vị còn gián đoạn.",
        "- Số đơn vị nhận kế hoạch: 4 trên 4.",
        "- Số đơn vị đã quán triệt đến từng cán bộ: 3 trên 4, trong đó:",
        "+ hệ Đảng – Chính quyền quá hạn 26 giờ, đã đôn đốc qua trực ban.",
    ],
    "ket-qua": [
        "Toàn ngành hoàn thành 42 trên 48 nhiệm vụ, đạt 87,5 %; đúng hạn 39 nhiệm vụ. Kết quả từng hệ và bản ghi "
        "nguồn của mỗi con số ở phụ lục.",
    ]
    * 6,
    "kho-khan": ["- Nhân lực mỏng ở cấp cơ sở.", "- Thiết bị cấp chưa đủ theo kế hoạch."],
    "giai-phap": ["Tăng cường kiểm tra, hướng dẫn; bổ sung lực lượng dự bị."] * 3,
    "phuong-huong": ["Hoàn thành các mục tiêu còn lại trước ngày 30/11/2026."] * 3,
    "kien-nghi": [],
}


def review(**change: Any) -> dict[str, Any]:
    """A six-month review by the outline of the pack."""
    outline = packs.load("vn-2026").outline("so-ket")
    return {
        "parent": "Bộ Thí dụ",
        "agency": "Cục Minh họa",
        "number": "07/BC-CMH",
        "place": "Hà Nội",
        "date": "2026-06-18",
        "subject": "Sơ kết sáu tháng thực hiện Kế hoạch bảo đảm thông tin phục vụ lãnh đạo, chỉ huy năm 2026",
        "period": "Số liệu từ ngày 15/12/2025 đến ngày 14/6/2026",
        "addressees": ["Lãnh đạo Bộ Thí dụ"],
        "introduction": ["Thực hiện Kế hoạch số 12/KH-CMH, Cục Minh họa báo cáo kết quả sáu tháng như sau:"],
        "sections": [{"title": part.title, "body": BODY[part.key]} for part in outline.parts],
        "annex": outline.annex,
        "tables": [figures()],
        "notes": ["Đề cương: theo nguồn thứ cấp, chưa đối chiếu nguyên văn."],
        "recipients": ["Như trên", "Bốn hệ (để thực hiện)", "Lưu: VT"],
        "authority": ["KT. Cục trưởng"],
        "signer_title": "Phó Cục trưởng",
        "signer_name": "Nguyễn Văn Thí Dụ",
        "level_mark": "MẬT",
        "precedence_mark": "HỎA TỐC",
        "journal": {"origin": "antin/A01.001/1", "size": 1234, "root": "ab" * 32},
        "example": True,
    } | change


def figures(title: str = "Nhiệm vụ theo từng hệ") -> dict[str, Any]:
    """A table with a total, each row naming its record."""
    columns = [("unit", "Đơn vị", 4, False), ("tasks", "Số nhiệm vụ", 2, True), ("done", "Hoàn thành", 2, True),
               ("late", "Quá hạn", 2, True)]  # fmt: skip
    rows = [
        {"unit": unit, "tasks": "12", "done": str(12 - n), "late": str(n), "record": f"task-report {n:02}ab3c9f1e44d0"}
        for n, unit in enumerate(UNITS)
    ]
    return {
        "title": title,
        "columns": [{"key": k, "title": t, "width": w, "numeric": n} for k, t, w, n in columns],
        "rows": rows,
        "total": {"unit": "Toàn ngành", "tasks": "48", "done": "42", "late": "6"},
    }
