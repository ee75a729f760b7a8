"""The demo is what a visitor sees first: every step holds, every attack is refused, its page and proof stand alone."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from conftest import ANTIN, Told, environment, without_network

ATTACKS = {
    "clearance": "clearance-too-low",
    "replay": "already-received",
    "flipped-byte": "blob-not-expected",
    "stripped-signature": "signature-stripped",
    "rewritten-past": "journal-forked",
    "other-root": "root-not-expected",
}
FETCHES = {"src", "href", "srcset", "poster", "data", "action", "xlink:href", "background"}

Demo = Callable[[str], Told]


def antin(*words: str, folder: Path | None = None, lead: list[str] | None = None) -> subprocess.CompletedProcess[bytes]:
    command = [*(lead or []), ANTIN, *words]
    return subprocess.run(command, cwd=folder, env=environment(), capture_output=True, timeout=60, check=False)


def test_json_tells_the_story(demo: Demo) -> None:
    told = demo("json")
    assert told.code == 0, told.err
    story = json.loads(told.out)
    assert set(story) >= {"steps", "attacks", "ok"}
    assert story["ok"] is True
    assert len(story["steps"]) >= 15
    for step in story["steps"]:
        assert set(step) >= {"name", "ok", "title", "proves", "seconds"}
        assert step["ok"] is True
        assert step["title"] and step["proves"]
        assert step["seconds"] >= 0
    assert [step["name"] for step in story["steps"]][:5] == ["found", "write", "issue", "publish", "receive"]


def test_every_attack_is_refused_for_its_own_reason(demo: Demo) -> None:
    attacks = json.loads(demo("json").out)["attacks"]
    assert {each["name"]: each["code"] for each in attacks} == ATTACKS
    assert all(each["refused"] is True for each in attacks)


def test_vietnamese_alone_and_english_beneath_where_the_terminal_is_plain(demo: Demo) -> None:
    vietnamese, plain = demo("vi"), demo("ascii")
    for told in (vietnamese, plain):
        assert told.code == 0, told.err
        assert told.err == ""
        assert "Lập trạm" in told.out
        assert "✗" not in told.out
        assert "Traceback" not in told.out
        assert told.out.count("✓") == len(ATTACKS)
        assert "CHƯA được chứng nhận" in told.out
    assert "A station rewrites its past" not in vietnamese.out
    assert "A station rewrites its past" in plain.out


class Page(HTMLParser):
    """Collects what a browser would fetch or run."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.tags: set[str] = set()
        self.lang = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.lang = self.lang or str(dict(attrs).get("lang") or "")
        self.fetched += [str(value) for name, value in attrs if name in FETCHES]
        assert not [name for name, _ in attrs if name.startswith("on")], "a handler would run"


def foreign(html: str) -> list[str]:
    """Everything that the page would take from elsewhere."""
    page = Page()
    page.feed(html)
    outside = [each for each in page.fetched if not each.startswith(("#", "data:"))]
    styles = [each for each in re.findall(r"url\(\s*['\"]?([^)'\"]+)", html) if not each.startswith(("#", "data:"))]
    running = sorted(page.tags & {"script", "iframe", "object", "embed"})
    return outside + styles + re.findall(r"@import[^;]*", html) + running


@pytest.mark.parametrize("kind", ["vi", "json"])
def test_the_page_is_whole_by_itself(demo: Demo, kind: str) -> None:
    html = (demo(kind).folder / "index.html").read_text("utf-8")
    page = Page()
    page.feed(html)
    assert page.lang == {"vi": "vi", "json": "en"}[kind]
    assert foreign(html) == []
    assert "data:image/" in html


def test_a_page_that_fetches_would_be_noticed(demo: Demo) -> None:
    html = (demo("vi").folder / "index.html").read_text("utf-8")
    for bad in ('<img src="https://thidu.example/a.png">', "<script>1</script>", '<p style="background:url(//x/y)">'):
        assert foreign(html.replace("</body>", f"{bad}</body>")) != [], bad


def printed_line(told: Told) -> list[str]:
    """The words after ``antin`` of the line that the demo offers."""
    found = re.search(r"antin (verify evidence\.bundle --root [0-9A-Z-]+)", told.out)
    assert found, told.out
    return shlex.split(found.group(1))


def test_the_evidence_holds_by_the_printed_line_without_network(demo: Demo) -> None:
    told = demo("ascii")
    done = antin(*printed_line(told), folder=told.folder, lead=without_network())
    assert done.returncode == 0, done.stderr
    assert b"\xe2\x9c\x97" not in done.stdout  # ✗


def test_evidence_with_a_flipped_byte_does_not(demo: Demo, tmp_path: Path) -> None:
    told = demo("ascii")
    data = bytearray((told.folder / "evidence.bundle").read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "evidence.bundle").write_bytes(data)
    done = antin(*printed_line(told), folder=tmp_path)
    assert done.returncode == 5
    assert b"Traceback" not in done.stderr


def test_the_plan_arrives_as_it_was_issued(demo: Demo) -> None:
    folder = demo("vi").folder
    assert (folder / "da-nhan/ke-hoach.pdf").read_bytes() == (folder / "ke-hoach.pdf").read_bytes()
    assert not (folder / "khong-duoc-co.pdf").exists()


def test_the_inspector_finds_the_one_lie_offline(demo: Demo) -> None:
    told = demo("ascii")
    words = ["ho-so.bundle" if word == "evidence.bundle" else word for word in printed_line(told)]
    done = antin(*words, "--json", folder=told.folder, lead=without_network())
    report = json.loads(done.stdout)
    wrong = [each for each in report["findings"] if each["verdict"] == "invalid"]
    assert (done.returncode, report["verdict"]) == (5, "invalid")
    assert [(each["who"], each["code"]) for each in wrong] == [("A04.10/cb01", "record-back-dated")]
    assert sum(each["what"] == "paper" and each["verdict"] == "valid" for each in report["findings"]) > 30


@pytest.mark.parametrize("name", ["bang-theo-doi.html", "lich.html"])
def test_the_sheets_are_whole_by_themselves(demo: Demo, name: str) -> None:
    html = (demo("vi").folder / name).read_text("utf-8")
    assert foreign(html) == [] and "A04.10" in html or name == "lich.html"


def test_the_review_is_there_to_sign_and_to_edit(demo: Demo) -> None:
    folder = demo("vi").folder
    assert (folder / "so-ket.pdf").read_bytes().startswith(b"%PDF-")
    assert (folder / "so-ket.docx").read_bytes().startswith(b"PK")


def test_a_folder_with_foreign_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thu-cua-toi.txt").write_text("của tôi")
    done = antin("demo", "--out", str(tmp_path), "--json")
    assert done.returncode != 0
    assert json.loads(done.stdout)["error"]["code"] == "demo-folder-taken"
    assert [path.name for path in tmp_path.iterdir()] == ["thu-cua-toi.txt"]


@pytest.mark.parametrize("place", ["/proc/antin-demo", "/dev/null/antin-demo"])
def test_where_nothing_can_be_written_it_says_so(place: str) -> None:
    done = antin("demo", "--out", place)
    assert done.returncode not in (0, 1)
    assert b"antin: " in done.stderr
    assert b"Traceback" not in done.stderr
    assert b"internal" not in done.stderr
