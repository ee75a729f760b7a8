"""Our statements as PostgreSQL takes them. They are written once, in the subset that both engines understand; what is
left to translate are the marks of values, literals of bytes, and the types of a table's columns."""

from __future__ import annotations

import re
from functools import lru_cache

_BYTES = re.compile(r"\bx'([0-9a-fA-F]*)'")
_MADE = re.compile(r"CREATE TABLE (?:IF NOT EXISTS )?(\w+)|CREATE (?:UNIQUE )?INDEX (?:IF NOT EXISTS )?(\w+)")
# In the order in which they are replaced. "C" compares bytes, as SQLite does.
_TYPES = (
    (r"\)\s*(?:STRICT)(?:, WITHOUT ROWID)?$", ")"),
    (r"\bINTEGER\b", "BIGINT"),
    (r"\bBLOB\b", "BYTEA"),
    (r"\bTEXT\b", 'TEXT COLLATE "C"'),
)
OURS = {"bigint": "INTEGER", "bytea": "BLOB", "text": "TEXT"}


@lru_cache(maxsize=2048)
def spoken(sql: str) -> str:
    """One statement for PostgreSQL. No statement of ours has a question mark or such a literal within a text."""
    if "CREATE TABLE" in sql:
        sql = sql.strip().removesuffix(";")
        for ours, theirs in _TYPES:
            sql = re.sub(ours, theirs, sql)
    return _BYTES.sub(r"'\\x\1'::bytea", sql).replace("%", "%%").replace("?", "%s")


def parts(script: str) -> list[str]:
    """The statements of a file of definitions."""
    return [each.strip() for each in re.split(r";\s*(?:\n|$)", script) if each.strip()]


def made(script: str) -> set[str]:
    """The names of the tables and indexes that a script makes where they are not there."""
    return {table or index for table, index in _MADE.findall(script)}
