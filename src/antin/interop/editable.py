"""A review as text to edit (.docx), from the same data and in the same words as the printed one.

It is a draft: whoever changes a figure in it changes no record. The foot of each page says so and names the journal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_ALIGN_VERTICAL
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.section import Section
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from antin.interop import docx_parts as parts
from antin.interop import sheets

CENTRE, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
SHORT, LONG = Mm(210), Mm(297)  # A4
UPRIGHT = {"top_margin": 22, "bottom_margin": 22, "left_margin": 30, "right_margin": 18}
WIDTH = 210 - 48  # mm between the margins
LYING = {"top_margin": 20, "bottom_margin": 20, "left_margin": 25, "right_margin": 15}
LYING_WIDTH = 297 - 40
INDENTS = {"- ": 12, "+ ": 19}  # how far the lines of a list stand in, in mm
WIDE = 6  # a table with more columns lays the annex on its side
NUMBER_WIDTH, RECORD_WIDTH = 10, 26  # mm
ROMAN = ((50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def report(data: Mapping[str, Any]) -> bytes:
    """.docx of a review; the keys are those of ``sheets.REPORT``, checked as for print."""
    full = sheets.complete("report", data)
    document = docx.Document()
    _styles(document)
    _page(document.sections[0], UPRIGHT, lying=False)
    _edges(document.sections[0], full, WIDTH, begins=True)
    _opening(document, full)
    for paragraph in full["introduction"]:
        _prose(document, paragraph)
    for number, each in enumerate(full["sections"], 1):
        document.add_heading(f"{_roman(number)}. {each['title'].upper()}", 1)
        for paragraph in each["body"]:
            _prose(document, paragraph)
        if not each["body"]:
            parts.write(_plain(document), "Không có nội dung trong kỳ này.", 14, italic=True)
    _closing(document, full)
    if full["annex"]:
        _annex(document, full)
    for note in full["notes"]:
        line = _plain(document, indent=0)
        line.paragraph_format.space_before = Pt(9)
        parts.write(line, note, 9, italic=True)
    return parts.still(document, full["agency"], full["kind"], date.fromisoformat(full["date"]))


def _styles(document: Document) -> None:
    normal = document.styles["Normal"]
    parts.name_font(normal, parts.FONT)
    normal.font.size = Pt(14)
    parts.in_vietnamese(normal)
    normal.paragraph_format.space_after = Pt(6)
    heading = document.styles["Heading 1"]
    parts.name_font(heading, parts.FONT)
    heading.font.size, heading.font.bold, heading.font.color.rgb = Pt(14), True, None
    heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(14), Pt(6)


def _page(section: Section, margins: Mapping[str, int], lying: bool) -> None:
    section.orientation = WD_ORIENT.LANDSCAPE if lying else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (LONG, SHORT) if lying else (SHORT, LONG)
    for name, size in margins.items():
        setattr(section, name, Mm(size))


def _edges(section: Section, data: Mapping[str, Any], width: int, begins: bool) -> None:
    """Head and foot; the page that ``begins`` the review carries no number, as on paper."""
    section.different_first_page_header_footer = begins
    edges = [(section.header, section.footer, True)]
    if begins:
        edges.append((section.first_page_header, section.first_page_footer, False))
    for header, footer, numbered in edges:
        header.is_linked_to_previous = footer.is_linked_to_previous = False
        _head(header.paragraphs[0], data, width, numbered)
        journal, line = data["journal"], footer.paragraphs[0]
        parts.write(line, f"Bản để sửa · Nhật ký {journal['origin']} · {journal['size']} bản ghi · gốc ", 7.5)
        parts.write(line, journal["root"], 6.5, font=parts.MONO)


def _head(line: Paragraph, data: Mapping[str, Any], width: int, numbered: bool) -> None:
    line.style = "Normal"  # that of headers has tab stops of its own
    line.paragraph_format.tab_stops.add_tab_stop(Mm(width / 2), WD_TAB_ALIGNMENT.CENTER)
    line.paragraph_format.tab_stops.add_tab_stop(Mm(width), WD_TAB_ALIGNMENT.RIGHT)
    if data["example"]:
        parts.write(line, "TÀI LIỆU THÍ DỤ", 9, bold=True, colour=parts.RED)
    if numbered:
        parts.write(line, "\t", 13)
        parts.page_number(line, 13)
        parts.write(line, "\t", 13)
        parts.write(line, data["level_mark"], 9, bold=True, colour=parts.RED)


def _opening(document: Document, data: Mapping[str, Any]) -> None:
    """Boxes 1 to 5 and the marks of Decree 30/2020, side by side as on paper."""
    table = _frame(document, 2, (64, 98))
    sender, nation, number, place = (table.cell(row, column) for row in (0, 1) for column in (0, 1))
    if data["parent"]:
        _line(sender, data["parent"].upper(), 12.5)
    _line(sender, data["agency"].upper(), 12.5, bold=True)
    _rule(sender, inset=18)
    _line(nation, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12.5, bold=True)
    _line(nation, "Độc lập - Tự do - Hạnh phúc", 13.5, bold=True)
    _rule(nation, inset=20)
    if data["number"]:
        _line(number, f"Số: {data['number']}", 13)
    _line(place, f"{data['place']}, {_day_words(data['date'])}", 13.5, italic=True)
    for mark in (data["level_mark"], data["precedence_mark"], *(caveat.upper() for caveat in data["caveats"])):
        if mark:
            line = _line(number, "", 13)
            line.paragraph_format.space_before = Pt(6)
            parts.framed(parts.write(line, f" {mark} ", 13, bold=True, colour=parts.RED))
            if mark == data["precedence_mark"] and data["deadline"]:
                parts.write(_line(number, "", 10), data["deadline"], 10, bold=True, colour=parts.RED)
    title = _line(document, data["kind"].upper(), 14, bold=True)
    title.paragraph_format.space_before = Pt(12)
    if data["subject"]:
        _line(document, data["subject"], 14, bold=True)
    if data["period"]:
        _line(document, data["period"], 12.5, italic=True)
    _addressees(document, data["addressees"])


def _rule(cell: _Cell, inset: int) -> None:
    """A short rule in the middle of the cell."""
    line = _line(cell, "", 1)
    line.paragraph_format.left_indent = line.paragraph_format.right_indent = Mm(inset)
    line.paragraph_format.line_spacing = Pt(2)
    parts.ruled_below(line)


def _addressees(document: Document, names: list[str]) -> None:
    if len(names) == 1:
        line = _line(document, f"Kính gửi: {names[0]}", 14)
        line.paragraph_format.space_before = line.paragraph_format.space_after = Pt(10)
    elif names:
        _plain(document, indent=30).add_run("Kính gửi:")
        for name in _listed(names):
            _plain(document, indent=45).add_run(name)


def _closing(document: Document, data: Mapping[str, Any]) -> None:
    """Boxes 7, 8 and 9b: who signs, and recipients."""
    document.add_paragraph()
    table = _frame(document, 1, (81, 81))
    parts.whole_row(table.rows[0])
    left, right = table.cell(0, 0), table.cell(0, 1)
    if data["recipients"]:
        _line(left, "Nơi nhận:", 12, centred=False, bold=True, italic=True)
        for name in _listed(data["recipients"]):
            _line(left, name, 11, centred=False)
    if data["copies"]:
        _line(left, data["copies"], 10, centred=False, italic=True)
    for line in (*data["authority"], data["signer_title"]):
        _line(right, line.upper(), 14, bold=True)
    for _ in range(4):
        _line(right, "", 14)
    _line(right, data["signer_name"], 14, bold=True)


def _annex(document: Document, data: Mapping[str, Any]) -> None:
    lying = any(len(table["columns"]) > WIDE for table in data["tables"])
    section = document.add_section(WD_SECTION.NEW_PAGE)
    _page(section, LYING if lying else UPRIGHT, lying)
    width = LYING_WIDTH if lying else WIDTH
    _edges(section, data, width, begins=False)
    _line(document, data["annex"].upper(), 14, bold=True)
    number = f" số {data['number']}" if data["number"] else ""
    with_what = f"(Kèm theo {data['kind']}{number} {_day_words(data['date'])} của {data['agency']})"
    _line(document, with_what, 12, italic=True)
    if not data["tables"]:
        _line(document, "Không có số liệu nào trong kỳ này.", 14, italic=True)
    for position, table in enumerate(data["tables"], 1):
        caption = _plain(document, indent=0)
        caption.paragraph_format.keep_with_next, caption.paragraph_format.space_before = True, Pt(12)
        parts.write(caption, f"Bảng {position}. {table['title']}", 12, bold=True)
        _figures(document, table, width)


def _figures(document: Document, data: Mapping[str, Any], width: int) -> None:
    """The table as on paper: rows counted, records named small, the total bold."""
    columns, rows = data["columns"], data["rows"]
    sourced = any(sheets.RECORD in row for row in rows)
    room = width - NUMBER_WIDTH - (RECORD_WIDTH if sourced else 0)
    shares = [room * column["width"] / sum(each["width"] for each in columns) for column in columns]
    table = _grid(document, [NUMBER_WIDTH, *shares, *([RECORD_WIDTH] if sourced else [])])
    heads = ["Số TT", *(column["title"] for column in columns), *(["Bản ghi nguồn"] if sourced else [])]
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        _line(cell, head, 10, bold=True)
        parts.shaded(cell)
        cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    parts.whole_row(table.rows[0], head=True)
    for number, row in enumerate(rows, 1):
        _row(table, columns, str(number), row, sourced, bold=False)
    if not rows:
        cells = table.add_row().cells  # type: ignore[no-untyped-call]  # python-docx does not say
        _line(cells[0].merge(cells[-1]), "Không có số liệu.", 10, italic=True)
    if data["total"]:
        _row(table, columns, "", data["total"], sourced, bold=True)


def _row(
    table: Table, columns: list[dict[str, Any]], first: str, row: Mapping[str, str], sourced: bool, bold: bool
) -> None:
    made = table.add_row()  # type: ignore[no-untyped-call]  # python-docx does not say
    parts.whole_row(made)
    cells = made.cells
    _line(cells[0], first, 10, bold=bold)
    for cell, column in zip(cells[1:], columns, strict=False):
        line = _line(cell, row.get(column["key"], ""), 10, centred=False, bold=bold)
        if column["numeric"]:
            line.alignment = RIGHT
    if sourced:
        _line(cells[-1], row.get(sheets.RECORD, ""), 6.5, centred=False, font=parts.MONO, colour=parts.GREY)


def _grid(document: Document, widths: list[float]) -> Table:
    table: Table = document.add_table(1, len(widths), "Table Grid")
    table.autofit = False
    for column, size in zip(table.columns, widths, strict=True):
        column.width = Mm(size)
    return table


def _frame(document: Document, rows: int, widths: tuple[int, int]) -> Table:
    """A table without lines: two things side by side."""
    table: Table = document.add_table(rows, 2)
    table.autofit = False
    for column, size in zip(table.columns, widths, strict=True):
        column.width = Mm(size)
    return table


def _line(where: Document | _Cell, text: str, size: float, centred: bool = True, **look: Any) -> Paragraph:
    """A line of its own; a cell begins with an empty one, which is used first."""
    fresh = isinstance(where, _Cell) and len(where.paragraphs) == 1 and not where.paragraphs[0].runs
    line = where.paragraphs[0] if fresh else where.add_paragraph()
    line.paragraph_format.space_before, line.paragraph_format.space_after = Pt(1), Pt(3)
    if centred:
        line.alignment = CENTRE
    parts.write(line, text, size, **look)
    return line


def _plain(document: Document, indent: float = 12) -> Paragraph:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.left_indent = Mm(indent)
    return paragraph


def _prose(document: Document, text: str) -> None:
    """A paragraph, or a line of a list, whose mark is part of the text."""
    paragraph = document.add_paragraph(text)
    form = paragraph.paragraph_format
    form.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    if text[:2] in INDENTS:
        form.left_indent, form.first_line_indent = Mm(INDENTS[text[:2]] + 4), Mm(-4)
    else:
        form.first_line_indent = Mm(12)


def _listed(names: list[str]) -> Iterable[str]:
    """A dash before each, and the full stop after the last."""
    return (f"- {name}{'.' if number == len(names) else ';'}" for number, name in enumerate(names, 1))


def _day_words(day: str) -> str:
    """Days below 10, and January and February, take a zero so that nobody can add a digit."""
    year, month, number = day.split("-")
    return f"ngày {number} tháng {month if int(month) <= 2 else int(month)} năm {year}"


def _roman(number: int) -> str:
    written = ""
    for value, letters in ROMAN:
        while number >= value:
            written, number = written + letters, number - value
    return written
