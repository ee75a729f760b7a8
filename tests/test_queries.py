"""Every statement: it can be prepared, and what a query gives has the names that its row says."""

from __future__ import annotations

import ast
import importlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import antin
from antin.station.books import NAMES, definitions
from antin.storage.query import Query, Statements

SOURCE = Path(antin.__file__).parent
ROWS: dict[str, ModuleType] = {
    path.parent.name: importlib.import_module(f"antin.registers.{path.parent.name}.rows")
    for path in sorted((SOURCE / "registers").glob("*/rows.py"))
}
BESIDE: dict[str, ModuleType] = {
    name: importlib.import_module(f"antin.{name}")
    for name in ("journal.rows", "station.rows", "station.witness_rows", "signer.rows", "demo.looks")
}
ALL = {**ROWS, **BESIDE}
STATEMENTS: dict[Path, Statements] = {
    found.file: found for module in ALL.values() if isinstance(found := vars(module).get("SQL"), Statements)
}
# Who reads rows that no ``rows.py`` names: what makes queries of them, and an audit that compares table with table.
RAW = {"storage/sqlite.py", "storage/postgres.py", "storage/database.py", "storage/query.py", "journal/audit.py"}


@pytest.fixture(scope="module")
def db() -> sqlite3.Connection:
    empty = sqlite3.connect(":memory:")
    empty.executescript(definitions())
    for statements in STATEMENTS.values():
        empty.executescript(statements.sql.get("tables", ""))
    return empty


@pytest.mark.parametrize("module", sorted(ALL))
def test_what_a_query_gives_has_the_names_of_its_row(db: sqlite3.Connection, module: str) -> None:
    queries = {name: query for name, query in vars(ALL[module]).items() if isinstance(query, Query)}
    assert queries
    for name, query in queries.items():
        found = db.execute(query.sql, [0] * query.sql.count("?"))
        shown = tuple(column for column, *_ in found.description)
        assert query.columns in (None, shown) and (query.columns or len(shown) == 1), (name, shown)
        assert query.name == name


@pytest.mark.parametrize("file", sorted(STATEMENTS), ids=lambda file: str(file.relative_to(SOURCE)))
def test_every_statement_that_gives_rows_is_a_query_and_every_other_can_be_prepared(
    db: sqlite3.Connection, file: Path
) -> None:
    statements = STATEMENTS[file]
    for name, sql in statements.sql.items():
        if sql.upper().startswith(("SELECT", "WITH")):
            assert name in statements.queries, name
            with pytest.raises(AssertionError):
                statements[name]
        else:
            for one in filter(str.strip, statements[name].split(";")):
                db.execute("EXPLAIN " + one, [0] * one.count("?"))


def test_every_book_and_every_file_of_statements_has_its_rows() -> None:
    assert set(NAMES) == set(ROWS)
    assert {file for file in SOURCE.rglob("*.sql") if file.name != "tables.sql"} == set(STATEMENTS)


def _sources() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(SOURCE.rglob("*.py")):
        name = path.relative_to(SOURCE)
        if name.parts[0] not in ("kernel", "verify", "interop"):  # they read no database
            yield name.as_posix(), ast.parse(path.read_text("utf-8"))


def _gives(node: ast.AST, *methods: str) -> bool:
    """Whether an expression asks a database or a query: ``db.rows(…)``, ``rows.find_x.one(…)``, ``whole(…)``."""
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Name):
        return node.func.id == "whole" and "all" in methods
    return isinstance(node.func, ast.Attribute) and node.func.attr in methods


def _named(tree: ast.AST) -> set[str]:
    """The names under which a function holds rows."""
    found = {"row"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and _gives(node.value, "one", "sure", "row"):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        if isinstance(node, ast.For | ast.comprehension) and _gives(node.iter, "all", "each", "rows"):
            found |= {node.target.id} if isinstance(node.target, ast.Name) else set()
    return found


def test_no_value_is_read_from_a_row_by_its_position() -> None:
    """Neither in the books nor above them: ``row[3]`` says nothing, and a new column before it changes what it is."""
    for name, source in _sources():
        if name in RAW:
            continue
        for function in (each for each in ast.walk(source) if isinstance(each, ast.FunctionDef)):
            held = _named(function)
            for node in ast.walk(function):
                if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name | ast.Call):
                    by_number = isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, int)
                    of_row = isinstance(node.value, ast.Name) and node.value.id in held
                    of_row |= _gives(node.value, "one", "sure", "row")
                    by_part = of_row and isinstance(node.slice, ast.Slice)
                    assert not (of_row and by_number or by_part), (name, node.lineno, ast.unparse(node))


def test_no_row_is_taken_apart_by_the_order_of_its_columns() -> None:
    """``for a, b in station.db.rows(…)``, ``a, b = db.row(…) or (0, 0)``, ``Lost(*row)``: the same by another way."""
    for name, source in _sources():
        if name in RAW:
            continue
        for node in ast.walk(source):
            if isinstance(node, ast.For | ast.comprehension) and isinstance(node.target, ast.Tuple | ast.List):
                assert not _gives(node.iter, "rows", "each", "all"), (name, ast.unparse(node.iter))
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple | ast.List):
                asked = [each for each in ast.walk(node.value) if _gives(each, "row", "one", "sure")]
                assert not asked or isinstance(node.value, ast.Tuple), (name, node.lineno, ast.unparse(node))
            if isinstance(node, ast.Starred):
                assert ast.unparse(node.value) != "row", (name, node.lineno)


def test_rows_are_asked_for_by_queries_alone() -> None:
    """Nobody above the storage gives a database a SELECT, but for the audit that compares table with table.
    ``asked`` at a door is a declared listing."""
    for name, source in _sources():
        for node in ast.walk(source):
            if name not in RAW and isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                of = ast.unparse(node.func.value)
                asked = node.func.attr in ("row", "rows", "value") or node.func.attr == "each" and of.endswith("db")
                listing = [ast.unparse(each) for each in node.args[:1]] == ["station"]  # is given the station itself
                assert listing or not asked, (name, node.lineno, ast.unparse(node))
