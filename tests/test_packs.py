"""Packs: the rules in force as the code sees them, and every way in which a pack may be wrong."""

# ruff: noqa: E501  (the table of bad packs has one case a line)
from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from string import Formatter

import pytest

from antin import packs
from antin.errors import AntinError, Malformed, Missing, Unavailable

HEAD = 'format = "antin/pack/1"\ncode = "rieng"\nname = "Gói riêng"\nenglish = "Our own"\nhieu_luc_tu = 2026-03-01\n'
EXTENDS = HEAD + 'extends = "vn-2026"\n'
SOURCE = 'source = "Quy chế của cơ quan"\nchecked = "nguyen-van"\n'
LOCALE = Path(packs.__file__).parent.parent / "locale"


def write(folder: Path, **files: str) -> Path:
    folder.mkdir(exist_ok=True)
    for section, content in ({"pack": EXTENDS} | files).items():
        (folder / f"{section}.toml").write_text(content, "utf-8")
    return folder


@pytest.fixture(scope="module")
def pack() -> packs.Pack:
    return packs.load("vn-2026")


def test_the_levels_of_the_old_law_are_verified_and_those_of_the_new_one_are_not(pack: packs.Pack) -> None:
    old = packs.load("vn-2020").level(2)
    assert (old.name, old.term_years, old.unverified, old.mark) == ("Tối mật", 20, False, "")
    new = pack.level(2)
    assert (new.name, new.term_years, new.unverified, new.mark) == ("Tối mật", 20, True, "pack-unverified")
    assert "117/2025" in new.source
    assert pack.subject(3).mark == "pack-second-hand"
    assert pack.policy.mark == "pack-default"


def test_terms_are_thirty_twenty_ten() -> None:
    assert [packs.load("vn-2020").level(n).term_years for n in (3, 2, 1)] == [30, 20, 10]


def test_top_secret_stores_no_subject_in_any_pack() -> None:
    for name in packs.SHIPPED:
        found = packs.load(name)
        assert [found.subject_recorded(n) for n in range(4)] == [True, True, True, False]


def test_precedence_codes(pack: packs.Pack) -> None:
    names = [pack.precedence(n).name for n in range(5)]
    assert names == ["Thường", "Khẩn", "Thượng khẩn", "Hỏa tốc", "Hỏa tốc hẹn giờ"]
    assert [pack.precedence(n).needs_deadline for n in range(5)] == [False] * 4 + [True]
    assert pack.precedence(2).box_mm == (40, 8)


def test_twenty_nine_kinds_found_by_code_abbreviation_or_name(pack: packs.Pack) -> None:
    of_the_law = [kind for kind in pack.kinds().values() if "NĐ 30/2020" in kind.source]
    assert len(of_the_law) == 29
    cases = {"QD": "Quyết định", "QĐ": "Quyết định", "qyđ": "Quy định", "HĐ": "Hợp đồng", "HD": "Hướng dẫn"}
    cases |= {
        "công văn": "Công văn",
        "ĐA": "Đề án",
        "DA": "Dự án",
        "Quyết định": "Quyết định",
        "cv": "Công văn",
    }
    assert {name: pack.kind(name).name for name in cases} == cases
    for code, kind in pack.kinds().items():
        assert pack.kind(kind.name) is pack.kind(code)


@pytest.mark.parametrize(
    ("kind", "number", "suffix", "text"),
    [("CV", 5, "BNV-VP", "05/BNV-VP"), ("QĐ", 15, "BNV", "15/QĐ-BNV"), ("CT", 1000, "UBND", "1000/CT-UBND")],
)
def test_numbers(pack: packs.Pack, kind: str, number: int, suffix: str, text: str) -> None:
    assert pack.number_text(kind, number, suffix) == text


@pytest.mark.parametrize("suffix", ["", "A B", "A\nB", "../x", "A" * 31, "{number}", "-A"])
def test_hostile_suffixes_are_refused(pack: packs.Pack, suffix: str) -> None:
    with pytest.raises(Malformed, match="pack-suffix"):
        pack.number_text("CV", 1, suffix)


@pytest.mark.parametrize("number", [0, -1, True, 1.0, "1"])
def test_numbers_begin_at_one(pack: packs.Pack, number: int) -> None:
    with pytest.raises(Malformed, match="pack-number-range"):
        pack.number_text("CV", number, "A")


def test_required_signatures(pack: packs.Pack) -> None:
    assert pack.required_signatures("CV") == ("sign", "stamp")
    assert pack.required_signatures("Thư công") == ("sign",)
    with pytest.raises(Malformed, match="pack-kind-unnumbered"):
        pack.number_text("THUCONG", 1, "A")


def test_caveats_that_exclude_one_another(pack: packs.Pack) -> None:
    assert pack.caveat("chi-nguoi-co-ten").named_only
    assert pack.caveat("tai-lieu-thu-hoi").recall
    assert len(pack.caveats(("chi-nguoi-co-ten", "khong-duoc-sao-chup"))) == 2
    with pytest.raises(Malformed, match="pack-caveats-exclude"):
        pack.caveats(("duoc-sao-chup", "khong-duoc-sao-chup"))


def test_books_say_that_their_columns_are_unverified(pack: packs.Pack) -> None:
    for code in ("di", "den", "chuyen-giao", "sao-chup"):
        book = pack.book(code)
        assert book.columns
        assert book.unverified
    assert pack.book("di").columns[0].title == "Số, ký hiệu"


def test_envelopes(pack: packs.Pack) -> None:
    marks = [envelope.mark_text for n in (3, 2, 1) if (envelope := pack.envelope(n))]
    assert (marks, pack.envelope(0)) == (["A", "B", "C"], None)


def test_reviews_say_what_is_law_and_what_is_ours(pack: packs.Pack) -> None:
    old = packs.load("vn-2020")
    assert [old.calendar(code).mark for code in ("nam", "nua-nam", "bmnn-nam")] == ["pack-default", "pack-default", ""]
    assert [old.outline(code).mark for code in ("so-ket", "tong-ket", "bmnn")] == [
        "pack-second-hand", "pack-default", "pack-unverified"]  # fmt: skip
    for rule in (pack.calendar("bmnn-nam"), pack.outline("bmnn")):
        assert (rule.mark, "63/2026" in rule.source) == ("pack-unverified", True)
    assert pack.scale("thi-du").mark == "pack-default"
    assert {pack.escalation(number).mark for number in range(5)} == {"pack-default"}


def test_outlines_have_the_six_parts_and_that_of_state_secrets_four(pack: packs.Pack) -> None:
    first, last = pack.outline("so-ket").parts[0], pack.outline("so-ket").parts[-1]
    assert (first.title, last.title) == ("Tình hình", "Kiến nghị, đề xuất")
    assert [len(pack.outline(code).parts) for code in ("so-ket", "tong-ket", "bmnn")] == [6, 6, 4]
    assert pack.outline("so-ket").annex == "Phụ lục số liệu"
    for code, calendar in pack.calendars().items():
        assert pack.outline(calendar.outline), code


def test_the_more_urgent_the_sooner(pack: packs.Pack) -> None:
    hours = [pack.escalation(number) for number in range(5)]
    after = [rule.superior_hours_after for rule in hours]
    assert after == sorted(after, reverse=True)
    assert all(rule.duty_hours_after <= rule.superior_hours_after for rule in hours)


def test_the_example_scale_sums_and_knows_all_four_methods(pack: packs.Pack) -> None:
    scale = pack.scale("thi-du")
    assert scale.total == sum(criterion.maximum for criterion in scale.criteria) == 1000
    assert {criterion.method for criterion in scale.criteria} == {"self", "cross", "ballot", "computed"}


def test_dates(pack: packs.Pack) -> None:
    old = packs.load("vn-2020")
    assert (old.in_force(date(2026, 2, 28)), pack.in_force(date(2026, 2, 28))) == (True, False)
    assert (old.in_force(date(2026, 3, 1)), pack.in_force(date(2026, 3, 1))) == (False, True)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (lambda p: p.level(4), "pack-level-unknown"),
        (lambda p: p.precedence(-1), "pack-precedence-unknown"),
        (lambda p: p.kind("Công vănn"), "pack-kind-unknown"),
        (lambda p: p.kind(""), "pack-kind-unknown"),
        (lambda p: p.caveat("x"), "pack-caveat-unknown"),
        (lambda p: p.book("x"), "pack-book-unknown"),
        (lambda p: p.copy_form("x"), "pack-copy-unknown"),
        (lambda p: p.calendar("x"), "pack-calendar-unknown"),
        (lambda p: p.period_named("2026-x"), "pack-period-unknown"),
        (lambda p: p.escalation(5), "pack-precedence-unknown"),
        (lambda p: p.outline("x"), "pack-outline-unknown"),
        (lambda p: p.scale("x"), "pack-scale-unknown"),
    ],
)
def test_unknown_names_offer_what_there_is(pack: packs.Pack, asked, code: str) -> None:
    with pytest.raises(Missing) as caught:
        asked(pack)
    assert caught.value.code == code
    assert caught.value.fields["known"]


def test_an_agency_extends_ours(tmp_path: Path) -> None:
    rules = "[2]\nterm_years = 15\n" + SOURCE
    own = packs.load(write(tmp_path / "rieng", levels=rules))
    assert (own.level(2).term_years, own.level(2).name, own.level(2).unverified) == (15, "Tối mật", False)
    assert own.lineage == ("vn-2020", "vn-2026", "rieng")
    assert own.digest != packs.load("vn-2026").digest


def spans(*each: tuple[str, str], key: str = "nam", due: str = "12-31", whole: bool = False) -> str:
    """A calendar of such spans: over one of ours, or with all its fields as a new one."""
    listed = ", ".join(f'{{ start = "{start}", end = "{end}", due = "{due}" }}' for start, end in each)
    new = 'name = "x"\nenglish = "x"\nreview = "so-ket"\noutline = "so-ket"\n' if whole else ""
    return f"[{key}]\nspans = [{listed}]\n{new}{SOURCE}"


def criteria(*maxima: int) -> str:
    """The example scale with criteria k0, k1, … of such maxima."""
    form = '{{ key = "k{}", title = "K", english = "K", maximum = {}, method = "self" }}'
    listed = ", ".join(form.format(number, maximum) for number, maximum in enumerate(maxima))
    return f"[thi-du]\ncriteria = [{listed}]\n{SOURCE}"


COLUMNS = 'columns = [{key = "a", title = "A", english = "A"}, {key = "a", title = "B", english = "B"}]\n'
BAD = {
    "unknown key": ({"levels": "[2]\nyears = 1\n" + SOURCE}, "pack-key-unknown"),
    "unknown level": ({"levels": '[4]\nname="x"\nenglish="x"\nmark_text="x"\nterm_years=1\n' + SOURCE}, "pack-key-unknown"),
    "missing key": ({"kinds": '[X]\nname = "x"\n' + SOURCE}, "pack-key-missing"),
    "text for a number": ({"levels": '[2]\nterm_years = "20"\n' + SOURCE}, "pack-wrong-type"),
    "true for a number": ({"levels": "[2]\nterm_years = true\n" + SOURCE}, "pack-wrong-type"),
    "number for text": ({"levels": "[2]\nname = 2\n" + SOURCE}, "pack-wrong-type"),
    "number for true": ({"subjects": "[1]\nrecorded = 1\n" + SOURCE}, "pack-wrong-type"),
    "text for a list": ({"signatures": '[CV]\nrequired = "sign"\n' + SOURCE}, "pack-wrong-type"),
    "no table": ({"levels": "x = 1\n"}, "pack-wrong-type"),
    "negative term": ({"levels": "[2]\nterm_years = -1\n" + SOURCE}, "pack-number-range"),
    "unknown signature": ({"signatures": '[CV]\nrequired = ["wave"]\n' + SOURCE}, "pack-choice"),
    "unknown check": ({"levels": '[2]\nsource = "x"\nchecked = "chac-chan"\n'}, "pack-choice"),
    "no source": ({"levels": "[2]\nterm_years = 15\n"}, "pack-override-unsourced"),
    "hidden direction": ({"levels": '[2]\nname = "Mật\\u202e"\n' + SOURCE}, "pack-text-unfit"),
    "control character": ({"levels": '[2]\nname = "Mật\\n"\n' + SOURCE}, "pack-text-unfit"),
    "endless text": ({"levels": f'[2]\nname = "{"x" * 401}"\n' + SOURCE}, "pack-text-unfit"),
    "unknown file": ({"do-mat": "x = 1"}, "pack-file-unknown"),
    "no TOML": ({"levels": "[2\n"}, "toml-malformed"),
    "key twice": ({"levels": "[2]\n[2]\n"}, "toml-malformed"),
    "deep nesting": ({"levels": "x = " + "[" * 5000}, "toml-malformed"),
    "unknown head key": ({"pack": EXTENDS + "mau = 1\n"}, "pack-key-unknown"),
    "other format": ({"pack": EXTENDS.replace("pack/1", "pack/2")}, "pack-format"),
    "date as text": ({"pack": EXTENDS.replace("2026-03-01", '"2026-03-01"')}, "pack-date"),
    "date with a clock": ({"pack": EXTENDS.replace("2026-03-01", "2026-03-01T00:00:00Z")}, "pack-date"),
    "day that is none": ({"pack": EXTENDS.replace("2026-03-01", "2026-02-30")}, "toml-malformed"),
    "no date": ({"pack": EXTENDS.replace("hieu_luc_tu = 2026-03-01\n", "")}, "pack-key-missing"),
    "dates reversed": ({"pack": EXTENDS + "hieu_luc_den = 2026-01-01\n"}, "pack-dates-reversed"),
    "extends itself": ({"pack": HEAD + 'extends = "../goi"\n'}, "pack-cycle"),
    "extends nothing": ({"pack": HEAD}, "pack-incomplete"),
    "signature of no kind": ({"signatures": '[XX]\nrequired = ["sign"]\n' + SOURCE}, "pack-dangling"),
    "excludes nobody": ({"caveats": '[x]\ntext="x"\nenglish="x"\nexcludes=["y"]\n' + SOURCE}, "pack-dangling"),
    "same abbreviation": ({"kinds": '[X]\nname="x"\nenglish="x"\nabbreviation="QĐ"\n' + SOURCE}, "pack-duplicate"),
    "column twice": ({"books": "[di]\n" + COLUMNS + SOURCE}, "pack-duplicate"),
    "clever pattern": ({"numbering": '[mac-dinh]\nwithout_abbreviation="{number.x}/{suffix}"\n' + SOURCE}, "pack-pattern"),
    "broken pattern": ({"numbering": '[mac-dinh]\nwithout_abbreviation="{number"\n' + SOURCE}, "pack-pattern"),
    "endless zeros": ({"numbering": "[mac-dinh]\npad=10\n" + SOURCE}, "pack-number-range"),
    "day of leap years": ({"numbering": '[mac-dinh]\nrestart="02-29"\n' + SOURCE}, "pack-day"),
    "three hours": ({"policy": "[mac-dinh]\ndirectory_max_age_hours=[1,1,1]\n" + SOURCE}, "pack-policy-hours"),
    "longer for more secret": ({"policy": "[mac-dinh]\ndirectory_max_age_hours=[1,1,1,2]\n" + SOURCE}, "pack-policy-hours"),
    "gap in a year": ({"calendars": spans(("01-01", "06-30"), ("07-02", "12-31"))}, "pack-calendar-spans"),
    "overlap in a year": ({"calendars": spans(("01-01", "07-01"), ("07-01", "12-31"))}, "pack-calendar-spans"),
    "half a year only": ({"calendars": spans(("01-01", "06-30"))}, "pack-calendar-spans"),
    "spans out of order": ({"calendars": spans(("07-01", "12-31"), ("01-01", "06-30"))}, "pack-calendar-spans"),
    "no span": ({"calendars": "[nam]\nspans = []\n" + SOURCE}, "pack-calendar-spans"),
    "span of leap years": ({"calendars": spans(("03-01", "02-29"))}, "pack-day"),
    "no day": ({"calendars": spans(("01-01", "31-12"))}, "pack-day"),
    "year in a day": ({"calendars": spans(("2026-01-01", "12-31"))}, "pack-day"),
    "due before the end": ({"calendars": spans(("12-15", "12-14"), due="12-10")}, "pack-calendar-due"),
    "outline of nobody": ({"calendars": '[nam]\noutline = "x"\n' + SOURCE}, "pack-dangling"),
    "two periods of one name": ({"calendars": spans(("12-15", "12-14"), key="nua-nam-1", whole=True)}, "pack-duplicate"),
    "other review": ({"calendars": '[nam]\nreview = "hop"\n' + SOURCE}, "pack-choice"),
    "sixth precedence": ({"escalation": "[5]\nremind_hours_before=1\nduty_hours_after=1\nsuperior_hours_after=1\n" + SOURCE}, "pack-key-unknown"),
    "slower when urgent": ({"escalation": "[4]\nsuperior_hours_after = 5\n" + SOURCE}, "pack-escalation-order"),
    "later reminder when urgent": ({"escalation": "[2]\nremind_hours_before = 25\n" + SOURCE}, "pack-escalation-order"),
    "superior first": ({"escalation": "[0]\nduty_hours_after = 73\n" + SOURCE}, "pack-escalation-order"),
    "negative hours": ({"escalation": "[0]\nduty_hours_after = -1\n" + SOURCE}, "pack-number-range"),
    "part twice": ({"outlines": '[bmnn]\nparts=[{key="a",title="A",english="A"},{key="a",title="B",english="B"}]\n' + SOURCE}, "pack-duplicate"),
    "no part": ({"outlines": "[bmnn]\nparts=[]\n" + SOURCE}, "pack-duplicate"),
    "scale that does not sum": ({"scales": "[thi-du]\ntotal = 999\n" + SOURCE}, "pack-scale-sum"),
    "criterion of nothing": ({"scales": criteria(0, 1000)}, "pack-scale-sum"),
    "criterion twice": ({"scales": criteria(500, 500).replace('"k1"', '"k0"')}, "pack-duplicate"),
    "criterion by dice": ({"scales": criteria(1000).replace('"self"', '"dice"')}, "pack-choice"),
    "half a frame": ({"levels": "[2]\nbox_mm=[3]\n" + SOURCE}, "pack-box"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_wrong_pack_is_refused_by_code(tmp_path: Path, case: str) -> None:
    files, code = BAD[case]
    with pytest.raises(Malformed) as caught:
        packs.load(write(tmp_path / "goi", **files))
    assert caught.value.code == code
    assert str(caught.value.fields["file"]).startswith("goi/")


def test_two_packs_in_a_circle(tmp_path: Path) -> None:
    write(tmp_path / "a", pack=HEAD + 'extends = "../b"\n')
    write(tmp_path / "b", pack=HEAD + 'extends = "../a"\n')
    with pytest.raises(Malformed, match="pack-cycle"):
        packs.load(tmp_path / "a")


def test_folders_that_are_no_packs(tmp_path: Path) -> None:
    for name in ("vn-1954", "", "a\0b", "x" * 5000, tmp_path / "none"):
        with pytest.raises((Missing, Malformed)) as caught:
            packs.load(name)
        assert caught.value.code in ("pack-unknown", "pack-head-missing")
    with pytest.raises(Malformed, match="pack-head-missing"):
        packs.load(tmp_path)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    folder = write(tmp_path / "goi")
    (folder / "levels.toml").mkdir()
    with pytest.raises(Unavailable, match="pack-unreadable"):
        packs.load(folder)
    (folder / "levels.toml").rmdir()
    (folder / "levels.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(Malformed, match="text-utf16"):
        packs.load(folder)
    (folder / "levels.toml").write_bytes(b"#" * (1 << 20) + b"\n")
    with pytest.raises(Malformed, match="pack-file-large"):
        packs.load(folder)


def test_every_code_has_words_in_both_languages_with_the_same_fields(judge) -> None:
    judge("babel")
    from babel.messages.mofile import read_mo
    from babel.messages.pofile import read_po

    source = "".join(p.read_text("utf-8") for p in Path(packs.__file__).parent.glob("*.py"))
    codes = set(re.findall(r'"(pack-[a-z-]+)"', source))
    texts = {}
    for lang in ("vi", "en"):
        folder = LOCALE / lang / "LC_MESSAGES"
        with (folder / "packs.po").open("rb") as po, (folder / "packs.mo").open("rb") as mo:
            texts[lang] = {m.id: m.string for m in read_po(po) if m.id}
            assert texts[lang] == {m.id: m.string for m in read_mo(mo) if m.id}, "stale .mo; run `make words`"
    assert codes == {key for key in texts["vi"] if not key.endswith(".hint")}
    assert texts["vi"].keys() == texts["en"].keys()
    for key, sentence in texts["vi"].items():
        fields = [{name for _, name, _, _ in Formatter().parse(t) if name} for t in (sentence, texts["en"][key])]
        assert fields[0] == fields[1], key


def test_errors_fill_every_field_of_their_words(tmp_path: Path) -> None:
    from antin.words import Words

    for number, (files, _) in enumerate(BAD.values()):
        with pytest.raises(AntinError) as caught:
            packs.load(write(_fresh(tmp_path, number), **files))
        value = str(caught.value.fields.get("value"))
        for lang in ("vi", "en"):
            said = "".join(Words(lang).error(caught.value)).replace(value, "")
            assert "{" not in said


def _fresh(tmp_path: Path, number: int) -> Path:
    (tmp_path / str(number)).mkdir()
    return tmp_path / str(number) / "goi"
