"""Every statement of the program is one that both engines take: the books are the same wherever they are kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from cluster import Cluster
from test_queries import SOURCE, STATEMENTS

from antin.station.books import definitions
from antin.station.kept import scripts
from antin.storage.dialect import parts, spoken
from antin.storage.postgres import Postgres


@pytest.fixture
def db(server: Cluster) -> Iterator[Postgres]:
    found = Postgres(server.database(), create=True)
    found.script(definitions())
    for statements in STATEMENTS.values():
        found.script(statements.sql.get("tables", ""))
    yield found
    found.close()


def _numbered(sql: str) -> str:
    numbers = iter(range(1, 100))
    return re.sub("%s", lambda _: f"${next(numbers)}", spoken(sql)).replace("%%", "%")


def test_every_statement_can_be_prepared(db: Postgres) -> None:
    refused, seen = [], 0
    for file, statements in STATEMENTS.items():
        for name, script in statements.sql.items():
            for sql in parts(script) if name != "tables" else ():
                if sql.startswith("DROP"):
                    continue
                seen += 1
                try:
                    with db._inner.transaction():
                        db._inner.execute(f"PREPARE p AS {_numbered(sql)}")  # type: ignore[arg-type]
                        db._inner.execute("DEALLOCATE p")
                except psycopg.Error as error:
                    refused.append((str(file.relative_to(SOURCE)), name, str(error).splitlines()[0]))
    assert not refused
    assert seen > 400


def test_no_statement_rests_on_what_one_engine_alone_has() -> None:
    """What both prepare, and only one means so."""
    strange = re.compile(
        r"\browid\b|\bOR (?:IGNORE|REPLACE)\b|\bGLOB\b|\bIFNULL\b|\bAUTOINCREMENT\b|\bavg\(|\bCOLLATE\b"
    )
    for file in Path(SOURCE).rglob("*.sql"):
        found = strange.search(file.read_text("utf-8"))
        assert not found, (file, found)


def test_the_tables_are_those_of_the_definitions(server: Cluster) -> None:
    db = Postgres(server.database(), create=True)
    for script in scripts():
        db.script(script)
    assert db.unlike_form(scripts()) == set()
    db.run("CREATE VIEW other AS SELECT 1 AS one")
    db.run("ALTER TABLE outbox DROP COLUMN told")
    db.run("CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'")
    db.run("CREATE TRIGGER quiet BEFORE INSERT ON blobs FOR EACH ROW EXECUTE FUNCTION nothing()")
    assert db.unlike_form(scripts()) == {"other", "outbox", "quiet"}
    db.close()
