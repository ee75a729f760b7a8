"""The review as text to edit: read back it says what the paper says, and nothing in it is more than text."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime
from typing import Any

import docx
import pytest
from docx.document import Document
from docx.table import Table
from docx.text.paragraph import Paragraph
from reviews import UNITS, figures, review

from antin.errors import Malformed
from antin.interop import editable, printing


def read(**change: Any) -> Document:
    return docx.Document(io.BytesIO(editable.report(review(**change))))


def lines(document: Document) -> list[str]:
    """All text in order: paragraphs, and cells once each."""
    found: list[str] = []
    for block in document.iter_inner_content():
        if isinstance(block, Paragraph):
            found.append(block.text)
        else:
            found += [line.text for row in block.rows for cell in dict.fromkeys(row.cells) for line in cell.paragraphs]
    return [line for line in found if line.strip()]


def bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def tables(document: Document) -> list[Table]:
    return [table for table in document.tables if table.style and table.style.name == "Table Grid"]


def test_the_outline_stands_as_headings_in_bold() -> None:
    document = read()
    heads = [line for line in document.paragraphs if line.style and line.style.name == "Heading 1"]
    assert [head.text for head in heads] == [
        "I. TÌNH HÌNH",
        "II. KẾT QUẢ THỰC HIỆN NHIỆM VỤ, KẾ HOẠCH",
        "III. KHÓ KHĂN, TỒN TẠI, HẠN CHẾ VÀ NGUYÊN NHÂN",
        "IV. GIẢI PHÁP KHẮC PHỤC",
        "V. PHƯƠNG HƯỚNG, NHIỆM VỤ TRỌNG TÂM",
        "VI. KIẾN NGHỊ, ĐỀ XUẤT",
    ]
    assert all(head.style.font.bold for head in heads if head.style)
    assert document.styles["Normal"].font.name == document.styles["Heading 1"].font.name == "Times New Roman"


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"tables": []},
        {"tables": [], "annex": ""},
        {"tables": [figures() | {"rows": [], "total": {}}], "number": "", "parent": ""},
        {"addressees": ["Lãnh đạo Bộ", "Văn phòng"], "caveats": ["Tài liệu thu hồi"], "deadline": "trước 17 giờ"},
        {"copies": "02 bản", "period": "", "subject": "", "introduction": [], "sections": []},
        {"date": "2026-02-03", "sections": [{"title": "x", "body": ["y"]}] * 14},
    ],
)
def test_it_says_what_the_paper_says(judge, change: dict[str, Any]) -> None:
    reader = judge("pypdf").PdfReader(io.BytesIO(printing.report(review(**change))))
    printed = bare("".join(page.extract_text() for page in reader.pages))
    printed = printed.replace("Nơơi", "Nơi")  # the bold italic of the wheel's font doubles ơ when it is read back
    missing = [line for line in lines(read(**change)) if bare(line) not in printed]
    assert missing == []


def test_figures_stand_in_a_table_with_records_and_total() -> None:
    (table,) = tables(read())
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert rows[0] == ["Số TT", "Đơn vị", "Số nhiệm vụ", "Hoàn thành", "Quá hạn", "Bản ghi nguồn"]
    assert [row[1] for row in rows[1:]] == [*UNITS, "Toàn ngành"]
    assert rows[4] == ["4", "Đảng – Chính quyền", "12", "9", "3", "task-report 03ab3c9f1e44d0"]
    assert rows[5] == ["", "Toàn ngành", "48", "42", "6", ""]
    assert "tblHeader" in table.rows[0]._tr.xml


def test_the_foot_names_the_journal_and_says_that_this_is_a_draft() -> None:
    body, annex = read().sections
    for foot in (body.first_page_footer, body.footer, annex.footer):
        assert foot.paragraphs[0].text == f"Bản để sửa · Nhật ký antin/A01.001/1 · 1234 bản ghi · gốc {'ab' * 32}"
    assert body.first_page_header.paragraphs[0].text == "TÀI LIỆU THÍ DỤ"
    assert not annex.different_first_page_header_footer
    for section in (body, annex):
        head = section.header.paragraphs[0]
        assert head.text.split("\t") == ["TÀI LIỆU THÍ DỤ", "", "MẬT"]
        assert "PAGE" in head._p.xml


def test_a_wide_table_lays_the_annex_on_its_side() -> None:
    columns = [{"key": f"c{n}", "title": f"Chỉ tiêu {n}"} for n in range(7)]
    sections = read(tables=[figures() | {"columns": columns}]).sections
    assert [section.page_width > section.page_height for section in sections] == [False, True]


@pytest.mark.parametrize(
    "hostile",
    [
        "</w:t></w:r><w:r><w:instrText>DDEAUTO c:\\x</w:instrText></w:r>",
        "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
        '{ INCLUDETEXT "/etc/passwd" } =SUM(A1) https://thidu.example/#a',
        "]]>&amp;&#0;",
        "ộ" * 400,
    ],
)
def test_text_is_inert_wherever_it_stands(hostile: str) -> None:
    columns = [{"key": "a", "title": hostile}]
    table = {"title": hostile, "columns": columns, "rows": [{"a": hostile, "record": hostile}], "total": {"a": hostile}}
    data = review(
        subject=hostile, kind=hostile, agency=hostile, period=hostile, introduction=[hostile], notes=[hostile],
        tables=[table], recipients=[hostile], sections=[{"title": "I", "body": [hostile, f"- {hostile}"]}],
    )  # fmt: skip
    made = editable.report(data)
    text = "\n".join(lines(docx.Document(io.BytesIO(made))))
    assert text.count(hostile) >= 12
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        body = parts.read("word/document.xml").decode()
        assert "instrText" not in body.replace("&lt;w:instrText", "").replace("&lt;/w:instrText", "")
        assert "<!ENTITY" not in body
        outside = [name for name in parts.namelist() if b'TargetMode="External"' in parts.read(name)]
        assert outside == []


# ISO/IEC 29500-1, 17.3 and 17.4: those children that we write, in the order that the schema wants.
ORDER = {
    "pPr": "pStyle keepNext keepLines pBdr tabs spacing ind jc sectPr",
    "rPr": "rStyle rFonts b bCs i iCs color sz szCs bdr lang",
    "tcPr": "tcW gridSpan vMerge shd vAlign",
    "trPr": "cantSplit tblHeader",
}


def test_properties_stand_in_the_order_of_the_schema() -> None:
    """Word refuses a file for less; other programs do not mind, so only this notices."""
    documents = (read(deadline="17 giờ", caveats=["x"], addressees=["A", "B"]), read(tables=[figures() | {"rows": []}]))
    seen = 0
    for document in documents:
        parts = [document.element, document.styles["Normal"].element, document.sections[1].header._element]
        for element in (each for part in parts for each in part.iter()):
            if order := ORDER.get(str(element.tag).partition("}")[2]):
                children = [str(child.tag).partition("}")[2] for child in element]
                assert [name for name in order.split() if name in children] == children
                seen += 1
    assert seen > 100


@pytest.mark.parametrize("hidden", ["a\u202eb", "a\u200bb", "a\x00b", "a\nb", "a\ufffeb", "a\uffffb"])
def test_what_hides_or_turns_is_spelt_out(hidden: str) -> None:
    document = read(sections=[{"title": hidden, "body": [hidden]}], agency=hidden)
    assert "\n".join(lines(document)).count(f"a\\u{ord(hidden[1]):04x}b") >= 2


def test_the_same_review_gives_the_same_bytes_with_its_own_date_and_author() -> None:
    assert editable.report(review()) == editable.report(review())
    properties = read().core_properties
    assert (properties.author, properties.title, properties.comments) == ("Cục Minh họa", "Báo cáo", "")
    assert properties.created == properties.modified == datetime(2026, 6, 18, tzinfo=UTC)
    with zipfile.ZipFile(io.BytesIO(editable.report(review()))) as parts:
        assert {info.date_time for info in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [name for name in parts.namelist() if "thumbnail" in name or "app.xml" in name]


def test_wrong_reviews_are_refused_as_for_print() -> None:
    with pytest.raises(Malformed, match="print-key-unknown"):
        editable.report(review(colour="red"))
    with pytest.raises(Malformed, match="print-value"):
        editable.report(review(sections="I"))


@pytest.mark.parametrize(("day", "year"), [("0001-01-01", 1980), ("9999-12-31", 9999)])
def test_days_that_no_file_can_carry_are_brought_into_its_range(day: str, year: int) -> None:
    created = read(date=day).core_properties.created
    assert created and created.year == year
