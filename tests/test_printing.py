"""Paper: what is printed is what was given, literally, and the layout survives hostile text."""

from __future__ import annotations

import io
import re
import socket
from importlib.metadata import version
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest

from antin import packs
from antin.errors import Malformed
from antin.interop import printable, printing, sheets
from antin.words import Words

MARK = "TÀI LIỆU THÍ DỤ"
LETTER: dict[str, Any] = {
    "parent": "Bộ Thí dụ",
    "agency": "Cục Minh họa",
    "number": "05/CMH-VP",
    "place": "Hà Nội",
    "date": "2026-02-03",
    "subject": "phối hợp bảo đảm thông tin phục vụ lãnh đạo",
    "addressees": ["Sở Thí dụ tỉnh Minh Họa"],
    "body": ["Đề nghị quý Sở phối hợp, bí mật, chính xác, kịp thời trong mọi tình huống."],
    "recipients": ["Như trên", "Lưu: VT"],
    "authority": ["KT. Cục trưởng"],
    "signer_title": "Phó Cục trưởng",
    "signer_name": "Nguyễn Văn Thí Dụ",
    "level_mark": "TỐI MẬT",
    "precedence_mark": "HỎA TỐC",
    "caveats": ["Tài liệu thu hồi"],
    "example": True,
}


def book_data(rows: int = 40) -> dict[str, Any]:
    rule = packs.load("vn-2026").book("di")
    columns = [{"key": c.key, "title": c.title, "width": c.width} for c in rule.columns]
    return {
        "agency": "Cục Minh họa",
        "title": rule.name,
        "form": rule.form,
        "columns": columns,
        "rows": [{"number": f"{n:02}/CMH-VP", "subject": f"Kế hoạch số {n}"} for n in range(1, rows + 1)],
        "signatures": rule.signatures,
        "date": "2026-11-22",
        "journal": {"origin": "antin/A01.001/1", "size": 1234, "root": "ab" * 32},
        "example": True,
    }


def texts(pdf: bytes, judge: Any) -> list[str]:
    reader = judge("pypdf").PdfReader(io.BytesIO(pdf))
    return [page.extract_text() for page in reader.pages]


def bare(text: str) -> str:
    """Without white space, which line breaks move about."""
    return re.sub(r"\s+", "", text)


def test_a_letter_holds_its_vietnamese_text(judge) -> None:
    text = bare("".join(texts(printing.letter(LETTER), judge)))
    for wanted in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "BỘ THÍ DỤ",
        "CỤC MINH HỌA",
        "Số: 05/CMH-VP",
        "V/v phối hợp bảo đảm thông tin phục vụ lãnh đạo",
        "Hà Nội, ngày 03 tháng 02 năm 2026",
        "Kính gửi: Sở Thí dụ tỉnh Minh Họa",
        "bí mật, chính xác, kịp thời trong mọi tình huống.",
        "- Như trên;- Lưu: VT.",
        "KT. CỤC TRƯỞNG",
        "PHÓ CỤC TRƯỞNG",
        "Nguyễn Văn Thí Dụ",
        "TỐI MẬT",
        "HỎA TỐC",
        "TÀI LIỆU THU HỒI",
    ):
        assert bare(wanted) in text, wanted


def test_another_kind_prints_its_name_and_no_subject_under_the_number(judge) -> None:
    text = bare("".join(texts(printing.letter(LETTER | {"kind": "Kế hoạch"}), judge)))
    assert "KẾHOẠCH" in text
    assert "V/v" not in text


def test_every_page_of_an_example_says_so_and_a_real_one_never(judge) -> None:
    long = LETTER | {"body": LETTER["body"] * 60}
    pages = texts(printing.letter(long), judge)
    assert len(pages) > 2
    assert all(MARK in page for page in pages)
    assert all("TỐI MẬT" in page for page in pages)
    assert not any(MARK in page for page in texts(printing.letter(long | {"example": False}), judge))
    assert all(MARK in page for page in texts(printing.book(book_data()), judge))


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
        "W" * 400,
        "ộ" * 120,
    ],
)
def test_text_is_inert_wherever_it_stands(judge, hostile: str) -> None:
    wide = LETTER | {"subject": hostile, "body": [hostile], "signer_name": hostile, "recipients": [hostile]}
    text = bare("".join(texts(printing.letter(wide), judge)))
    assert text.count(bare(hostile)) >= 4
    data = book_data(1)
    data["rows"] = [{"subject": hostile, "remark": hostile}]
    data["title"] = "Sổ"
    narrow = bare("".join(texts(printing.book(data), judge)))
    assert len(hostile) > 40 or bare(hostile) in narrow  # a narrow cell may interleave with its neighbours


def test_long_words_stay_on_the_paper(judge) -> None:
    """Set far right, a letter beyond the edge would lie at x > 595 pt."""
    pypdf = judge("pypdf")
    pdf = printing.letter(LETTER | {"body": ["W" * 400], "subject": "x" * 200})
    places: list[float] = []
    for page in pypdf.PdfReader(io.BytesIO(pdf)).pages:
        page.extract_text(visitor_text=lambda text, cm, tm, *rest: places.append(tm[4] * cm[0] + cm[4]))
    assert places
    assert max(places) < 595


@pytest.mark.parametrize("hidden", ["a\u202eb", "a\u200bb", "a\x00b", "a\nb", "a\u2028b"])
def test_what_hides_or_turns_is_spelt_out(judge, hidden: str) -> None:
    text = bare("".join(texts(printing.letter(LETTER | {"subject": hidden}), judge)))
    assert f"a\\u{ord(hidden[1]):04x}b" in text


@pytest.mark.parametrize("script", ["中文", "ไทย", "ខ្មែរ", "မြန်မာ", "한국어", "\U0001f600"])
def test_no_letter_is_an_empty_box(judge, script: str) -> None:
    """What no font of ours draws is spelt out; a box would say that something stood there, and not what."""
    text = bare("".join(texts(printing.letter(LETTER | {"subject": f"a{script}b"}), judge)))
    missing = [f"\\u{ord(c):04x}" for c in script if not printable.drawn(c)]
    assert missing
    assert [each for each in missing if each not in text] == []


def test_every_letter_of_vietnamese_is_drawn() -> None:
    bases = "aăâbcdđeêghiklmnoôơpqrstuưvxy" + "fjwz0123456789"
    marks = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
    letters = {normalize("NFC", base + mark) for base in bases for mark in marks if base in "aăâeêioôơuưy" or not mark}
    letters |= {each.upper() for each in letters} | set("“”‘’…–—.,;:!?/()[]%&§°×≤≥№")
    assert sorted(each for each in letters if not all(map(printable.drawn, each))) == []


def test_the_table_of_letters_is_of_the_typst_that_prints() -> None:
    assert version("typst") == printable.TYPST


def test_a_book_answers_to_the_journal_on_every_page(judge) -> None:
    pages = texts(printing.book(book_data()), judge)
    assert len(pages) > 1
    for number, page in enumerate(pages, 1):
        assert "antin/A01.001/1" in page
        assert "1234 bản ghi" in page
        assert "ab" * 32 in bare(page)
        assert f"Trang {number} / {len(pages)}" in page
        assert "Số, ký hiệu" in page or number == len(pages)
    assert "SỔ ĐĂNG KÝ BÍ MẬT NHÀ NƯỚC ĐI" in pages[0]
    assert "40/CMH-VP" in "".join(pages)
    assert f"Sổ này có 40 mục, đánh số trang từ 1 đến {len(pages)}." in pages[-1]


def test_an_empty_book_says_so(judge) -> None:
    assert "Không có mục nào trong kỳ này." in texts(printing.book(book_data(0)), judge)[0]


def test_the_same_data_gives_the_same_bytes_without_a_network(monkeypatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("printing opened a socket")

    monkeypatch.setattr(socket, "socket", refuse)
    assert printing.letter(LETTER) == printing.letter(LETTER)
    assert printing.book(book_data()) == printing.book(book_data())


def test_pages_as_images() -> None:
    images = printing.page_images("book", book_data(), ppi=40)
    assert len(images) > 1
    assert all(image.startswith(b"\x89PNG") for image in images)
    assert len(printing.page_images("letter", LETTER, ppi=40)) == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"colour": "red"}, "print-key-unknown"),
        ({"agency": None}, "print-key-missing"),
        ({"subject": 3}, "print-value"),
        ({"agency": ["x"]}, "print-value"),
        ({"body": "one text"}, "print-value"),
        ({"body": [1]}, "print-value"),
        ({"recipients": "one text"}, "print-value"),
        ({"recipients": [b"bytes"]}, "print-value"),
        ({"recipients": [["nested"]]}, "print-value"),
        ({"example": "yes"}, "print-value"),
        ({"date": "22/11/2026"}, "print-value"),
        ({"date": "2026-13-45"}, "print-value"),
    ],
)
def test_wrong_data_is_refused_by_name(change: dict[str, Any], code: str) -> None:
    with pytest.raises(Malformed) as caught:
        printing.letter(LETTER | change)
    assert caught.value.code == code
    assert caught.value.fields["key"] == next(iter(change))


@pytest.mark.parametrize(
    "change",
    [
        {"columns": []},
        {"columns": [{"key": "x"}]},
        {"columns": [{"key": "x", "title": "X", "width": "wide"}]},
        {"columns": ["x"]},
        {"rows": ["x"]},
        {"rows": [{"number": ["x"]}]},
        {"journal": {"origin": "x"}},
        {"journal": "x"},
    ],
)
def test_wrong_books_are_refused_by_name(change: dict[str, Any]) -> None:
    with pytest.raises(Malformed) as caught:
        printing.book(book_data(1) | change)
    assert str(caught.value.fields["key"]).startswith(next(iter(change)))


def test_unknown_layouts_and_sizes() -> None:
    with pytest.raises(Malformed, match="print-kind"):
        printing.page_images("poster", LETTER)
    with pytest.raises(Malformed, match="print-value"):
        printing.page_images("letter", LETTER, ppi=100_000)


def test_the_layouts_name_no_package_and_no_file_of_the_machine() -> None:
    for layout in Path(printing.LAYOUTS).glob("*.typ"):
        source = layout.read_text("utf-8")
        assert not re.search(r"@preview|@local|read\(|image\(|plugin\(", source), layout.name


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_code_has_words(lang: str) -> None:
    words = Words(lang)
    sources = "".join(Path(module.__file__).read_text("utf-8") for module in (printing, sheets))
    codes = set(re.findall(r'"(print-[a-z-]+)"', sources))
    assert codes
    assert not {code for code in codes if not (words.has(code) and words.has(f"{code}.hint"))}
