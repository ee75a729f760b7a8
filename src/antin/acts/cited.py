"""What a station that gathers the words of many says in our name, against what we said (spec/steering.md, Gathered)."""

from __future__ import annotations

from typing import Any

from antin.acts import twice
from antin.errors import Conflict, Unverified
from antin.kernel.crypto.suite import object_digest
from antin.kernel.formats import paper
from antin.kernel.formats.receipt import Receipt
from antin.kernel.formats.shape import parse
from antin.registers.drafting import rows as drafting
from antin.registers.drafting.records import CommentsResolved
from antin.registers.drafting.rules import word_key
from antin.registers.emulation.records import SHEETS_NAME, CampaignClosed, SheetContested, Sheets
from antin.registers.emulation.rows import list_sheets
from antin.station import news
from antin.station.station import Station


def check(station: Station, officer: str, maker: str, public: Any, words: paper.PaperWords) -> None:
    """Raises ``Conflict`` ``cited-otherwise`` where a record quotes us with what we did not say.

    Digests that stand in a book's tables the book itself compares; here is what needs our code, or words.
    """
    if isinstance(public, CommentsResolved):
        _comments(station, officer, maker, public, words)
    elif isinstance(public, CampaignClosed):
        _sheets(station, maker, public, words)
    elif isinstance(public, SheetContested):
        _contested(station, public, words)


def _carried(words: paper.PaperWords) -> dict[bytes, bytes]:
    """The scoring records among the words, by digest."""
    files = [each.data for each in words.files if each.name == SHEETS_NAME]
    receipts = parse(Sheets, files[0]).receipts if files else ()
    return {object_digest(parse(Receipt, raw).record): raw for raw in receipts}


def _sheets(station: Station, maker: str, p: CampaignClosed, words: paper.PaperWords) -> None:
    """A counted sheet that is not the one here convicts its unit, if it is genuine; if it is said to be ours and is
    not, the block head."""
    carried = _carried(words)
    for kind, sheets in (("own", p.counted.own), ("cross", p.counted.cross)):
        here = {row.station: row.record for row in list_sheets.all(station.db, p.campaign, kind)}
        for each in sheets:
            if here.get(each.station, each.record) == each.record:
                continue
            raw = carried.get(each.record, b"")
            held = twice.receipt_of(station, here[each.station])
            if held and twice.is_sheet(station, raw, f"{kind}-scored", each.station, p.campaign):
                raise twice.conflict(each.station, f"{kind}-scored", held, raw)
            if each.station == station.code:
                raise Conflict("cited-otherwise", who=maker, what=each.station)


def _contested(station: Station, p: SheetContested, words: paper.PaperWords) -> None:
    """Both sheets are there, and are that unit's."""
    carried, kind = _carried(words), f"{p.kind}-scored"
    for digest in (p.first, p.second):
        if not twice.is_sheet(station, carried.get(digest, b""), kind, p.station, p.campaign):
            raise Unverified("sheet-contested-falsely", who=p.station, kind=p.kind)
    news.keep_conflict(station, twice.conflict(p.station, kind, carried[p.first], carried[p.second]))


def _comments(station: Station, officer: str, maker: str, p: CommentsResolved, words: paper.PaperWords) -> None:
    """Each answer under our code is to a comment of ours: the same record, the same stance, the same words."""
    texts = {each.key: each.text for each in words.texts}
    rows = drafting.list_comments.all(station.db, p.draft, p.version)
    ours = {row.clause: row for row in rows if row.station == station.code}
    for n, each in enumerate(p.answers):
        if each.station != station.code:
            continue
        row = ours.get(each.clause)
        if row is None or (row.record, row.stance) != (each.comment, each.stance):
            raise Conflict("cited-otherwise", who=maker, what=f"{each.station} {each.clause}")
        said = {text.key: text.text for text in paper.read_words(station.secrets.read(row.idx, officer)).texts}
        if said.get(word_key(each.clause), "") != texts.get(f"comment.{n:03d}", ""):
            raise Conflict("cited-otherwise", who=maker, what=f"{each.station} {each.clause}")
