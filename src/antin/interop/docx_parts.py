"""Small parts of a .docx that python-docx has no word for: frames, fields, repeated heads, still bytes."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from typing import Any

from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from docx.table import _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run

FONT, MONO = "Times New Roman", "Courier New"
RED, GREY = RGBColor(0xB5, 0x12, 0x1B), RGBColor(0x46, 0x46, 0x46)
STILL = (1980, 1, 1, 0, 0, 0)  # a zip file knows no time zone; the document's own date stands in its properties
# A picture of an empty page and the name of a program that was never here: both come with the empty document.
NOT_OURS = ("/thumbnail", "/extended-properties")


def write(paragraph: Paragraph, text: str, size: float, **look: Any) -> Run:
    """A run of text in the font of its style; ``look`` is bold, italic, font, colour."""
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    if look.get("bold"):
        run.bold = True
    if look.get("italic"):
        run.italic = True
    if "font" in look:
        name_font(run, look["font"])
    if "colour" in look:
        run.font.color.rgb = look["colour"]
    return run


def name_font(styled: Any, font: str) -> None:
    """The font of a run or style in every script: Vietnamese letters lie in more than one of Word's ranges."""
    styled.font.name = font
    fonts = styled.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(script), font)
    for script in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
        fonts.attrib.pop(qn(script), None)  # a theme's font would win over the one that is named


def in_vietnamese(style: Any) -> None:
    """So that no speller underlines every word. Call it last: the schema has an order."""
    style.element.get_or_add_rPr().append(_element("w:lang", val="vi-VN", eastAsia="vi-VN"))


def framed(run: Run) -> None:
    """A red frame around the run, as of a stamp."""
    border = _element("w:bdr", val="single", sz="8", space="2", color=str(RED))
    run._r.get_or_add_rPr().append(border)


def ruled_below(paragraph: Paragraph) -> None:
    """A thin rule under the paragraph."""
    borders = OxmlElement("w:pBdr")
    borders.append(_element("w:bottom", val="single", sz="4", space="1", color="auto"))
    # The schema has an order, and Word is strict where other programs are not.
    paragraph._p.get_or_add_pPr().insert_element_before(borders, "w:tabs", "w:spacing", "w:ind", "w:jc")


def page_number(paragraph: Paragraph, size: float) -> None:
    """The number of the page, counted by the program that shows it."""
    for kind in ("begin", "", "end"):
        run = write(paragraph, "", size)
        if kind:
            run._r.append(_element("w:fldChar", fldCharType=kind))
        else:
            instruction = OxmlElement("w:instrText")
            instruction.text = "PAGE"
            run._r.append(instruction)


def whole_row(row: _Row, head: bool = False) -> None:
    """A row that no page break cuts; a ``head`` is repeated on every page."""
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if head:
        properties.append(OxmlElement("w:tblHeader"))


def shaded(cell: Any) -> None:
    """The light ground of a table's head."""
    cell._tc.get_or_add_tcPr().append(_element("w:shd", val="clear", color="auto", fill="F0F0F0"))


def still(document: Document, author: str, title: str, day: date) -> bytes:
    """The file; the same document gives the same bytes, and its properties say nothing but what is given."""
    properties = document.core_properties
    properties.author = properties.last_modified_by = author[:255]  # no longer one fits
    properties.title, properties.comments = title[:255], ""
    day = max(day, date(*STILL[:3]))
    properties.created = properties.modified = datetime(day.year, day.month, day.day, tzinfo=UTC)
    relations = document.part.package.rels
    for key in [key for key, relation in relations.items() if relation.reltype.endswith(NOT_OURS)]:
        relations.pop(key)
    drawn, out = io.BytesIO(), io.BytesIO()
    document.save(drawn)
    with zipfile.ZipFile(drawn) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            after.writestr(zipfile.ZipInfo(name, STILL), before.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _element(tag: str, **attributes: str) -> Any:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element
