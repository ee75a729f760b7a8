"""The demonstration's page: it says what happened, in both languages, and reaches for nothing outside itself."""

import copy
import itertools
import json
import re
import struct
import zlib
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest

from antin.demo.page import proof, render, tables, values
from antin.demo.page.labels import LABELS

SAMPLE = Path(__file__).parent / "data" / "page_story.json"
STYLE = Path(proof.__file__).with_name("page.css")
VOID = {"meta", "img", "link", "br", "hr", "input", "base"}
SVG_EMPTY = {"rect", "path", "circle"}


def tiny_png(width: int = 2, height: int = 3) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\xff" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return values.PNG + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest.fixture
def story() -> dict:
    told = json.loads(SAMPLE.read_text("utf-8"))
    told["document"]["images"] = [tiny_png(), tiny_png()]
    return told


class Page(HTMLParser):
    """Elements with their attributes and text, and whatever was not closed properly."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open, self.elements, self.wrong = [], [], []
        self.feed(html)
        self.wrong += [element["tag"] for element in self.open]

    def handle_starttag(self, tag, attributes):
        element = {"tag": tag, "attrs": dict(attributes), "text": "", "inside": [e["tag"] for e in self.open]}
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open.pop()["tag"] != tag:
            self.wrong.append(tag)

    def handle_data(self, data):
        for element in self.open:
            element["text"] += data

    def all(self, *tags):
        return [element for element in self.elements if element["tag"] in tags]

    def under(self, name):
        return next(e for e in self.elements if e["attrs"].get("id") == name)


def stories_of_every_kind(story):
    """Whole, failed, and empty in every place where a run may leave nothing."""
    failed = copy.deepcopy(story)
    failed["steps"][1]["ok"] = False
    failed["attacks"][0] |= {"refused": False, "code": "", "sentence": ""}
    empty = copy.deepcopy(story) | {"steps": [], "books": [], "attacks": [], "next": [], "proof": None}
    empty["document"] = {"images": [], "facts": []}
    empty["board"]["rows"] = []
    bare = copy.deepcopy(story)
    bare["books"][0]["rows"] = []
    return [story, failed, empty, bare]


def climbed(leaf: str, sides: list[str]) -> tuple[list, str]:
    """A path of these sides and the root that it leads to, computed apart from the page's own code."""
    node, path = bytes.fromhex(leaf), []
    for number, side in enumerate(sides):
        sibling = sha256(b"sibling %d" % number).digest()
        path.append([side, sibling.hex()])
        node = sha256(b"\x01" + (sibling + node if side == "left" else node + sibling)).digest()
    return path, node.hex()


def test_both_languages_have_the_same_words():
    assert LABELS["vi"].keys() == LABELS["en"].keys()
    for key, text in LABELS["vi"].items():
        assert text and LABELS["en"][key], key
        assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", LABELS["en"][key])), key


def test_every_word_is_used():
    sources = "".join(p.read_text("utf-8") for p in STYLE.parent.iterdir() if p.suffix in {".html", ".py"})
    sources = sources.replace((STYLE.parent / "labels.py").read_text("utf-8"), "")
    spelt = set(re.findall(r"\bt\.(\w+)|['\"](\w+)['\"]", sources))
    used = {word for pair in spelt for word in pair} | {"side_left", "side_right"}
    assert LABELS["vi"].keys() <= used, LABELS["vi"].keys() - used


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_page_is_well_formed_and_accessible(story, lang):
    for told in stories_of_every_kind(story):
        page = Page(render(told, lang))
        assert not page.wrong
        assert page.all("html")[0]["attrs"]["lang"] == lang
        levels = [int(e["tag"][1]) for e in page.all("h1", "h2", "h3", "h4")]
        assert levels[0] == 1 and levels.count(1) == 1 and levels.count(2) == 7
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
        ids = [e["attrs"]["id"] for e in page.elements if "id" in e["attrs"]]
        assert len(ids) == len(set(ids))
        named = [e["attrs"][a] for e in page.elements for a in ("aria-labelledby",) if a in e["attrs"]]
        named += [e["attrs"]["href"].removeprefix("#") for e in page.all("a")]
        assert {name for names in named for name in names.split()} <= set(ids)
        captions = [e for e in page.all("caption") if e["text"].strip()]
        assert len(captions) == len(page.all("table")) >= 1
        assert all(e["attrs"].get("scope") in {"row", "col"} for e in page.all("th"))
        assert all(e["attrs"]["alt"] for e in page.all("img"))
        assert not page.all("script", "link", "iframe", "object", "embed", "form", "base")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_nothing_is_fetched_from_outside(story, lang):
    html = render(story, lang)
    assert not re.search(r"https?:|//[a-z]|@import|@font-face|javascript:", re.sub(r"base64,[\w+/=]+", "", html), re.I)
    assert not re.search(r"url\((?!['\"]?data:)", html)
    page = Page(html)
    assert all(e["attrs"]["src"].startswith("data:image/png;base64,") for e in page.elements if "src" in e["attrs"])
    assert all(e["attrs"]["href"].startswith("#") for e in page.elements if "href" in e["attrs"])
    assert "default-src 'none'" in html


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_what_the_reader_must_know_comes_first(story, lang):
    html = render(story, lang)
    notice, headline = html.index(LABELS[lang]["notice_invented"]), html.index("<h1")
    assert notice < headline
    assert "05/2011/QH13" in html[notice:headline] and "11" in html[notice:headline]
    assert story["provider_notice"] in html
    assert Page(html).all("h1")[0]["text"] == LABELS[lang]["headline_ok"]
    assert story["root_fingerprint"] in html[headline:]
    commands = [" ".join(e["text"].split()) for e in Page(html).all("code")]
    assert story["verify_line"] in commands
    assert all(it["command"] in commands for it in story["next"])


def words(value, found):
    """Replace every string by a hostile one that can still be told from the others."""
    if isinstance(value, str):
        found.append(f"<script>alert({len(found)})</script>\"'&{{{{7*7}}}}")
        return found[-1]
    if isinstance(value, list):
        return [words(it, found) for it in value]
    if isinstance(value, dict):
        return {key: words(it, found) for key, it in value.items()}
    return value


def test_hostile_words_stay_words(story):
    kept = {"made_at": story["made_at"]}
    hashes = {k: story["proof"][k] for k in ("leaf", "path", "root")}
    states, images = story["board"]["states"], story["document"]["images"]
    found: list[str] = []
    hostile = words(story, found) | kept
    hostile["proof"] |= hashes
    hostile["board"]["states"] = states
    hostile["document"]["images"] = images
    html = render(hostile, "vi")
    page = Page(html)
    assert not page.wrong and not page.all("script")
    assert len(re.findall(r"&lt;script&gt;alert\(\d+\)&lt;/script&gt;", html)) > 100
    assert "{{7*7}}" in html, "the story's words are never a template"
    assert not any(name.startswith("on") for e in page.elements for name in e["attrs"])


def test_a_hash_that_is_no_hash_is_refused(story):
    story["proof"]["leaf"] = "<script>"
    with pytest.raises(ValueError, match="hex"):
        render(story, "vi")
    story["proof"] |= {"leaf": "00" * 32, "path": [["up", "00" * 32]]}
    with pytest.raises(ValueError, match="left or on the right"):
        render(story, "vi")


def test_only_png_is_embedded(story):
    story["document"]["images"] = [b"<svg xmlns='x' onload='x'/>" + b" " * 30]
    with pytest.raises(ValueError, match="PNG"):
        render(story, "vi")


def test_a_missing_fact_is_an_error_not_a_gap(story):
    del story["steps"][0]["title"]
    with pytest.raises(Exception, match="title"):
        render(story, "vi")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_failure_is_shown_where_it_happened_and_on_top(story, lang):
    t = LABELS[lang]
    story["steps"][2]["ok"] = False
    story["attacks"][1] |= {"refused": False, "code": "", "sentence": ""}
    page = Page(render(story, lang))
    assert t["headline_failed"] in page.all("h1")[0]["text"]
    assert t["headline_ok"] not in page.all("h1")[0]["text"]
    assert t["step_failed"] in page.under("step-3")["text"] and t["would_prove"] in page.under("step-3")["text"]
    assert t["step_ok"] not in page.under("step-3")["text"].replace(t["step_failed"], "")
    assert t["not_refused"] in page.under("attack-2")["text"] and t["no_answer"] in page.under("attack-2")["text"]
    top = [e["attrs"]["href"] for e in page.all("a") if e["attrs"]["href"][1:5] in {"step", "atta"}]
    assert {"#step-3", "#attack-2"} <= set(top)


def test_the_storys_own_no_is_enough(story):
    story["ok"] = False
    assert LABELS["vi"]["headline_failed"] in Page(render(story, "vi")).all("h1")[0]["text"]


def test_a_path_that_misses_the_root_is_a_failure(story):
    story["proof"]["root"] = "00" * 32
    page = Page(render(story, "vi"))
    assert LABELS["vi"]["headline_failed"] in page.all("h1")[0]["text"]
    assert LABELS["vi"]["proof_failed"] in page.under("proof")["text"]
    assert LABELS["vi"]["tree_not_root"] in page.all("svg")[0]["text"]


def test_one_swapped_side_misses_the_root(story):
    assert proof.climb(story["proof"]).reaches_root
    side, sibling = story["proof"]["path"][1]
    story["proof"]["path"][1] = ["left" if side == "right" else "right", sibling]
    assert not proof.climb(story["proof"]).reaches_root


@pytest.mark.parametrize("depth", range(21))
def test_the_drawing_holds_at_every_depth(story, depth):
    sides = ["left" if (depth + n) % 3 else "right" for n in range(depth)]
    path, root = climbed(story["proof"]["leaf"], sides)
    story["proof"] |= {"path": path, "root": root}
    page = Page(render(story, "vi"))
    assert not page.wrong and LABELS["vi"]["headline_ok"] == page.all("h1")[0]["text"]
    svg = page.all("svg")[0]
    assert page.all("desc")[0]["text"] and any("svg" in e["inside"] for e in page.all("title"))
    assert all(proof.short(sibling) in svg["text"] for _, sibling in path)
    _, _, width, height = map(int, svg["attrs"]["viewbox"].split())
    boxes = [{k: float(e["attrs"][k]) for k in ("x", "y", "width", "height")} for e in page.all("rect")]
    assert len(boxes) == 2 * depth + 4  # two frames of the checkpoint, root and leaf
    assert all(b["x"] >= 0 and b["x"] + b["width"] <= width for b in boxes)
    assert all(b["y"] >= 0 and b["y"] + b["height"] <= height for b in boxes)
    assert all(float(e["attrs"]["y"]) < height for e in page.all("text"))


def test_the_leaf_stands_below_and_its_siblings_on_their_sides(story):
    page = Page(render(story, "vi"))
    y = {e["attrs"]["class"]: int(e["attrs"]["y"]) for e in page.all("rect")}
    assert y["seal"] < y["node root"] < y["leaf"]
    given = [int(e["attrs"]["x"]) for e in page.all("rect") if e["attrs"]["class"] == "given"]
    assert [x < proof.SPINE for x in given] == [side == "left" for side, _ in story["proof"]["path"]]


def test_the_board_shows_what_has_not_happened_yet(story):
    page = Page(render(story, "vi"))
    cells = [e for e in page.all("td") if "state" in e["attrs"].get("class", "")]
    assert len(cells) == len(story["board"]["rows"]) * len(story["board"]["states"])
    times = sum(len(row["times"]) for row in story["board"]["rows"])
    assert sum("reached" in e["attrs"]["class"] for e in cells) == times
    assert sum(e["text"].startswith(LABELS["vi"]["not_yet"]) for e in cells) == len(cells) - times
    late = [e["text"] for e in cells if "late" in e["attrs"]["class"]]
    assert late == [f"{LABELS['vi']['not_yet']} quá hạn"]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_goals_are_bars_as_long_as_they_are_far(story, lang):
    page = Page(render(story, lang))
    bars = [e["attrs"]["style"] for e in page.all("span") if "style" in e["attrs"]]
    assert bars == ["width: 43.0%", "width: 28.0%"]
    assert [e["text"].split()[-1] for e in page.all("li") if e["attrs"].get("class") == "part-of"] == ["30/06/2030"]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_sheet_stands_alone_and_its_words_stay_words(lang):
    html = tables("<b>Bảng</b>", [("Một", ["a", "b"], [["<script>1</script>", "x"]]), ("Hai", ["c"], [])],
                  "2026-11-22T08:00:00+07:00", lang)  # fmt: skip
    page = Page(html)
    assert not page.wrong and not page.all("script", "b", "link", "img")
    assert len(page.all("table")) == len(page.all("caption")) == 2
    assert page.all("html")[0]["attrs"]["lang"] == lang and LABELS[lang]["book_empty"] in html
    assert all(e["attrs"].get("scope") in {"row", "col"} for e in page.all("th"))


@pytest.mark.parametrize(
    ("lang", "moment", "seconds", "count"),
    [("vi", "08:00 ngày 22/11/2026 (UTC+07:00)", "9,8 giây", "1.048.576"),
     ("en", "22 November 2026, 08:00 (UTC+07:00)", "9.8 s", "1,048,576")],
)  # fmt: skip
def test_times_and_numbers_in_the_readers_spelling(lang, moment, seconds, count):
    assert values.moment("2026-11-22T08:00:00+07:00", lang) == moment
    assert values.seconds(9.81, lang) == seconds
    assert proof.grouped(1048576, LABELS[lang]) == count


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(d * 2 for d in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1, 2], ids=["light", "dark", "print"])
def test_every_pair_of_ink_and_ground_is_readable(scheme):
    rules = re.findall(r":root \{(.*?)\}", STYLE.read_text("utf-8"), re.S)[scheme]
    colours = {name: luminance(value) for name, value in re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})\b", rules)}
    pairs = [(ink, ground) for ink in ("ink", "soft", "seal") for ground in ("paper", "tint")]
    for one, other in [*pairs, ("on-seal", "seal")]:
        bright, dim = sorted((colours[one], colours[other]), reverse=True)
        assert (bright + 0.05) / (dim + 0.05) >= 4.5, (one, other)
