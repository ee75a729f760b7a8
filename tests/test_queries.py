"""Every statement of the books: it can be prepared, and what a query gives has the names that its row says."""

from __future__ import annotations

import ast
import importlib
import re
import sqlite3
from pathlib import Path
from types import ModuleType

import pytest

import antin
from antin.station.books import BOOKS, definitions
from antin.storage.query import Statements

REGISTERS = Path(antin.__file__).parent / "registers"
ROWS: dict[str, ModuleType] = {
    path.parent.name: importlib.import_module(f"antin.registers.{path.parent.name}.rows")
    for path in sorted(REGISTERS.glob("*/rows.py"))
}


@pytest.fixture(scope="module")
def db() -> sqlite3.Connection:
    empty = sqlite3.connect(":memory:")
    empty.executescript(definitions())
    return empty


@pytest.mark.parametrize("book", sorted(ROWS))
def test_what_a_query_gives_has_the_names_of_its_row(db: sqlite3.Connection, book: str) -> None:
    statements: Statements = ROWS[book].SQL
    for name, query in statements.queries.items():
        found = db.execute(query.sql, [0] * query.sql.count("?"))
        shown = tuple(column for column, *_ in found.description)
        assert query.columns in (None, shown) and (query.columns or len(shown) == 1), (name, shown)


@pytest.mark.parametrize("book", sorted(ROWS))
def test_every_statement_that_gives_rows_is_a_query_and_every_other_can_be_prepared(
    db: sqlite3.Connection, book: str
) -> None:
    statements: Statements = ROWS[book].SQL
    for name, sql in statements.sql.items():
        if sql.upper().startswith(("SELECT", "WITH")):
            assert name in statements.queries, name
            with pytest.raises(AssertionError):
                statements[name]
        else:
            db.execute("EXPLAIN " + statements[name], [0] * sql.count("?"))


def test_every_book_has_its_rows() -> None:
    assert {book.name for book in BOOKS} == set(ROWS)


def test_no_value_is_read_from_a_row_by_its_position() -> None:
    """Neither in the books nor above them: ``row[3]`` says nothing, and a new column before it changes what it is."""
    source = Path(antin.__file__).parent
    for path in sorted(source.rglob("*.py")):
        if path.relative_to(source).parts[0] in ("kernel", "verify", "interop"):  # they read no database
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
                by = ast.unparse(node.value)
                assert not (isinstance(node.slice.value, int) and re.search(r"\brow\b|\bfound\b|SQL", by)), (
                    path, node.lineno, ast.unparse(node)
                )  # fmt: skip
