"""The printed review: every part, figure and record is on paper as it was given, and nothing else gets in."""

from __future__ import annotations

import io
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from reviews import UNITS, figures, review

from antin.errors import Malformed
from antin.interop import printing


def texts(data: dict[str, Any], judge: Any) -> list[str]:
    reader = judge("pypdf").PdfReader(io.BytesIO(printing.report(data)))
    return [page.extract_text() for page in reader.pages]


def bare(text: str) -> str:
    """Without white space, which line breaks move about."""
    return re.sub(r"\s+", "", text)


def test_three_pages_hold_the_outline_the_figures_and_who_signs(judge) -> None:
    pages = texts(review(), judge)
    assert len(pages) == 3
    whole = bare("".join(pages))
    place = -1
    for wanted in (
        "CỤC MINH HỌA",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Số: 07/BC-CMH",
        "Hà Nội, ngày 18 tháng 6 năm 2026",
        "BÁO CÁO",
        "Sơ kết sáu tháng thực hiện Kế hoạch",
        "Số liệu từ ngày 15/12/2025 đến ngày 14/6/2026",
        "Kính gửi: Lãnh đạo Bộ Thí dụ",
        "báo cáo kết quả sáu tháng như sau:",
        "I. TÌNH HÌNH",
        "- Số đơn vị nhận kế hoạch: 4 trên 4.",
        "+ hệ Đảng – Chính quyền quá hạn 26 giờ",
        "II. KẾT QUẢ THỰC HIỆN NHIỆM VỤ, KẾ HOẠCH",
        "III. KHÓ KHĂN, TỒN TẠI, HẠN CHẾ VÀ NGUYÊN NHÂN",
        "IV. GIẢI PHÁP KHẮC PHỤC",
        "V. PHƯƠNG HƯỚNG, NHIỆM VỤ TRỌNG TÂM",
        "VI. KIẾN NGHỊ, ĐỀ XUẤT",
        "Không có nội dung trong kỳ này.",
        "PHỤ LỤC SỐ LIỆU",
        "(Kèm theo Báo cáo số 07/BC-CMH ngày 18 tháng 6 năm 2026 của Cục Minh họa)",
        "Bảng 1. Nhiệm vụ theo từng hệ",
        "Bản ghi nguồn",
        "Đề cương: theo nguồn thứ cấp, chưa đối chiếu nguyên văn.",
    ):
        found = whole.find(bare(wanted), place + 1)
        assert found > place, wanted
        place = found
    for wanted in ("KT. CỤC TRƯỞNG", "Nguyễn Văn Thí Dụ", "- Như trên;", "- Lưu: VT.", "HỎA TỐC"):
        assert bare(wanted) in whole, wanted


def test_every_figure_names_its_record_and_the_total_is_not_counted(judge) -> None:
    annex = texts(review(), judge)[-1]
    for number, unit in enumerate(UNITS):
        assert unit in annex
        assert f"{number:02}ab3c9f1e44d0" in bare(annex)
    assert bare("Toàn ngành 48 42 6") in bare(annex)
    assert not re.search(r"5\s*Toàn ngành", annex)


def test_every_page_names_the_journal_and_its_marks(judge) -> None:
    pages = texts(review(), judge)
    for page in pages:
        assert "antin/A01.001/1" in page
        assert "1234 bản ghi" in page
        assert "ab" * 32 in bare(page)
        assert "MẬT" in page
        assert "TÀI LIỆU THÍ DỤ" in page
    assert not any("THÍ DỤ" in page.split("BÁO CÁO")[0] for page in texts(review(example=False, parent=""), judge)[1:])


def test_what_is_empty_says_so(judge) -> None:
    without = texts(review(tables=[]), judge)
    assert "Không có số liệu nào trong kỳ này." in without[-1]
    rows = texts(review(tables=[figures() | {"rows": [], "total": {}}]), judge)
    assert "Không có số liệu." in rows[-1]
    none = texts(review(tables=[], annex=""), judge)
    assert "PHỤ LỤC" not in "".join(none)
    assert "chưa đối chiếu nguyên văn" in none[-1]
    bald = texts(review(sections=[], introduction=[]), judge)
    assert "PHỤ LỤC" in bald[-1]


def test_a_wide_table_lays_the_annex_on_its_side(judge) -> None:
    columns = [{"key": f"c{n}", "title": f"Chỉ tiêu {n}", "numeric": True} for n in range(7)]
    table = figures() | {"columns": columns, "rows": [{"c0": "1", "c6": "7"}], "total": {}}
    pages = judge("pypdf").PdfReader(io.BytesIO(printing.report(review(tables=[table])))).pages
    assert [page.mediabox.width > page.mediabox.height for page in pages] == [False, False, True]


@pytest.mark.parametrize(
    "hostile",
    [
        "#set page(fill: red)",
        '#read("/etc/passwd")',
        '#import "@preview/x:1.0.0"',
        "$x^2$ @ref <label> *đậm* _nghiêng_",
        r"\ \u{41} \# // /* */ `mã`",
        "= Đầu mục -- --- ... \"nháy\" 'đơn'",
        "https://thidu.example/#a",
        "<b>&amp;</b>",
    ],
)
def test_text_is_inert_wherever_it_stands(judge, hostile: str) -> None:
    columns = [{"key": "a", "title": "Nội dung", "width": 1}]
    row = {"a": hostile, "record": hostile}
    table = {"title": hostile, "columns": columns, "rows": [row], "total": {"a": hostile}}
    data = review(
        subject=hostile, period=hostile, introduction=[hostile], notes=[hostile], tables=[table],
        sections=[{"title": "Tình hình", "body": [hostile, f"- {hostile}", f"+ {hostile}"]}],
    )  # fmt: skip
    assert bare("".join(texts(data, judge))).count(bare(hostile)) >= 9


@pytest.mark.parametrize("hidden", ["a\u202eb", "a\u200bb", "a\x00b", "a\nb", "a\ufffeb"])
def test_what_hides_or_turns_is_spelt_out(judge, hidden: str) -> None:
    data = review(sections=[{"title": "I", "body": [hidden]}])
    assert f"a\\u{ord(hidden[1]):04x}b" in bare("".join(texts(data, judge)))


WORD = re.compile(r'xMin="([0-9.]+)" .*xMax="([0-9.]+)" .*>([^<]+)</word>')


def test_long_words_stay_on_the_paper_and_in_their_cell(judge, tmp_path: Path) -> None:
    long = "W" * 200
    table = figures() | {"rows": [{"unit": "Q" * 60, "tasks": "9" * 40, "record": "f" * 200}]}
    data = review(subject=long, sections=[{"title": long, "body": [long, f"- {long}", f"+ {long}"]}], tables=[table])
    pdf = tmp_path / "review.pdf"
    pdf.write_bytes(printing.report(data))
    seen = subprocess.run([judge("pdftotext"), "-bbox", pdf, "-"], capture_output=True, text=True, check=True).stdout
    found = [(float(left), float(right), text) for left, right, text in WORD.findall(seen)]
    spans = {
        letter: (min(left for left, _, text in found if set(text) == {letter}),
                 max(right for _, right, text in found if set(text) == {letter}))
        for letter in "WQ9f"
    }  # fmt: skip
    assert spans["W"][1] < 595 - 40
    assert spans["Q"][1] < spans["9"][0]
    assert spans["9"][1] < spans["f"][0]
    assert spans["f"][1] < 595 - 40


@pytest.mark.parametrize(
    ("change", "code", "key"),
    [
        ({"colour": "red"}, "print-key-unknown", "colour"),
        ({"sections": None}, "print-key-missing", "sections"),
        ({"sections": "I"}, "print-value", "sections"),
        ({"sections": ["I"]}, "print-value", "sections"),
        ({"sections": [{"title": "I"}, {"body": []}]}, "print-key-missing", "sections[2].title"),
        ({"sections": [{"title": "I", "body": "x"}]}, "print-value", "sections[1].body"),
        ({"sections": [{"title": "I", "size": "9"}]}, "print-key-unknown", "sections[1].size"),
        ({"tables": [figures() | {"columns": []}]}, "print-value", "tables[1].columns"),
        ({"tables": [figures() | {"rows": ["x"]}]}, "print-value", "tables[1].rows"),
        ({"tables": [figures() | {"rows": [{"unit": 3}]}]}, "print-value", "tables[1].rows.unit"),
        ({"tables": [figures() | {"rows": [{b"unit": "x"}]}]}, "print-value", "tables[1].rows"),
        ({"tables": [figures() | {"total": "48"}]}, "print-value", "tables[1].total"),
        ({"tables": [figures() | {"columns": [{"key": "record", "title": "x"}]}]}, "print-value",
         "tables[1].columns.key"),
        ({"tables": [figures() | {"columns": [{"key": "a", "title": "x", "numeric": 1}]}]}, "print-value",
         "tables[1].columns.numeric"),
        ({"annex": ""}, "print-value", "annex"),
        ({"journal": {"origin": "x"}}, "print-value", "journal"),
        ({"date": "18/6/2026"}, "print-value", "date"),
    ],
)  # fmt: skip
def test_wrong_reviews_are_refused_by_name(change: dict[str, Any], code: str, key: str) -> None:
    with pytest.raises(Malformed) as caught:
        printing.report(review(**change))
    assert (caught.value.code, caught.value.fields["key"]) == (code, key)


def test_the_same_review_gives_the_same_bytes() -> None:
    assert printing.report(review()) == printing.report(review())
    assert len(printing.page_images("report", review(), ppi=40)) == 3
