"""A server of PostgreSQL: reaching it, what its errors mean, and what its catalogue says of our tables."""

from __future__ import annotations

import re
import time as clock
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from psycopg import conninfo, errors
from psycopg.adapt import AdaptersMap
from psycopg.types.numeric import Int8BinaryDumper, NumericBinaryLoader
from psycopg.types.string import BytesBinaryDumper, StrBinaryDumper

from antin.errors import AntinError, Conflict, Malformed, Missing, Refused, Unavailable, Unverified
from antin.storage.database import BUSY_SECONDS
from antin.storage.dialect import OURS
from antin.storage.remembered import Row

OLDEST = 140000
Read = Callable[..., list[Row]]
Part = tuple[str, ...]

# What a URL need not say. A line that is cut is noticed within the time for which a turn is waited for.
_MEANT = {"connect_timeout": "10", "application_name": "antin", "target_session_attrs": "read-write",
          "keepalives_idle": "10", "keepalives_interval": "5", "keepalives_count": "3", "tcp_user_timeout": "15000",
          "client_encoding": "utf8"}  # fmt: skip
_SETTLED = f"""SELECT set_config('lock_timeout', '{BUSY_SECONDS}s', false), set_config('synchronous_commit', CASE
  WHEN current_setting('synchronous_commit') IN ('off', 'local') THEN 'on' ELSE current_setting('synchronous_commit')
  END, false), set_config('default_transaction_isolation', 'read committed', false),
  current_setting('server_encoding'), coalesce(current_schema(), '')"""

_HERE = "relnamespace = current_schema()::regnamespace"
NAMES = f"SELECT relname FROM pg_class WHERE {_HERE}"
TABLES = f"SELECT relname FROM pg_class WHERE {_HERE} AND relkind IN ('r', 'p') AND relname <> 'writer' ORDER BY oid"
COLUMNS = """SELECT attname FROM pg_attribute
WHERE attrelid = to_regclass(?) AND attnum > 0 AND NOT attisdropped ORDER BY attnum"""
_OF_COLUMNS = f"""SELECT c.relname, a.attname, format_type(a.atttypid, NULL), CASE WHEN a.attnotnull THEN 1 ELSE 0 END
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE {_HERE} AND c.relkind IN ('r', 'p') AND c.relname <> 'writer'"""
_OF_INDEXES = f"""SELECT t.relname, CASE WHEN i.indisunique THEN 1 ELSE 0 END, (
  SELECT string_agg(a.attname, ' ' ORDER BY k.n) FROM unnest(i.indkey) WITH ORDINALITY k (attnum, n)
  JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum)
FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid WHERE t.{_HERE} AND t.relname <> 'writer'"""
# What would change the meaning of our statements: somebody else's triggers, views, rules, policies.
_STRANGE = f"""SELECT g.tgname, 'trigger' FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
WHERE c.{_HERE} AND NOT g.tgisinternal
UNION ALL SELECT relname, 'view' FROM pg_class WHERE {_HERE} AND relkind IN ('v', 'm', 'f')
UNION ALL SELECT r.rulename, 'rule' FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
  WHERE c.{_HERE} AND r.rulename <> '_RETURN'
UNION ALL SELECT p.polname, 'policy' FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid WHERE c.{_HERE}"""


class BrokenOff(Unavailable):
    """The server broke a transaction off, and it may be run again."""


class _Truth(psycopg.adapt.Loader):
    """A boolean as SQLite gives it."""

    format = psycopg.pq.Format.BINARY

    def load(self, data: Any) -> int:
        """0 or 1."""
        return int(bytes(data) == b"\x01")


class _Whole(NumericBinaryLoader):
    """A sum of BIGINT is a NUMERIC; ours are whole numbers."""

    def load(self, data: Any) -> Any:
        """An int."""
        found = super().load(data)
        assert found == int(found), "no statement of ours divides"
        return int(found)


def _adapted(adapters: AdaptersMap) -> None:
    for kind, dumper in ((int, Int8BinaryDumper), (bool, Int8BinaryDumper), (str, StrBinaryDumper),
                         (bytes, BytesBinaryDumper)):  # fmt: skip
        adapters.register_dumper(kind, dumper)
    adapters.register_loader("bool", _Truth)
    adapters.register_loader("numeric", _Whole)


def shown(url: str) -> str:
    """What a person is told of a URL. Raises ``Malformed`` for what is none, and for one that holds a password: it
    would stand in a file, in backups and in the list of processes."""
    try:
        said = conninfo.conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        raise Malformed("database-url-malformed", url=_hidden(url)) from None
    if said.get("password") or said.get("sslpassword"):
        raise Malformed("database-url-password", url=_hidden(url))
    return url


def _hidden(url: str) -> str:
    """A URL without what may be a password."""
    return re.sub(r"(//[^:/?#@]*):.*@", r"\1:…@", re.sub(r"(?i)(password=)[^&\s]*", r"\1…", url))


def connect(url: str) -> psycopg.Connection[Row]:
    """A session in which transactions are ours to begin. Raises what the server, or the way to it, refuses."""
    place = shown(url)
    said = conninfo.conninfo_to_dict(url)
    with translated(place):
        inner = psycopg.connect(url, autocommit=True, **{k: v for k, v in _MEANT.items() if k not in said})  # type: ignore[arg-type]
    try:
        _adapted(inner.adapters)
        if inner.info.server_version < OLDEST:
            raise Refused("database-server-old", path=place, found=inner.info.server_version // 10000)
        with translated(place):
            *_, encoding, schema = inner.execute(_SETTLED).fetchone() or ("", "")
        if encoding != "UTF8" or not schema:
            raise Refused("database-server-other", path=place, encoding=encoding, schema=schema or "–")
    except BaseException:
        inner.close()
        raise
    return inner


def tables(inner: psycopg.Connection[Row]) -> list[str]:
    """What tables anybody has made in our schema."""
    sql = f"SELECT relname FROM pg_class WHERE {_HERE} AND relkind = 'r'"
    return [name for (name,) in inner.execute(sql).fetchall()]


def was_committed(url: str, xid: int, change: int, seconds: int) -> bool:
    """Whether a transaction stands whose COMMIT was under way when the connection broke.

    Raises ``Unavailable`` ``commit-unknown`` where the server does not say so in time.
    """
    until = clock.monotonic() + seconds
    while clock.monotonic() < until:
        with suppress(AntinError, psycopg.Error):
            inner = connect(url)
            try:
                found = inner.execute(
                    "SELECT pg_xact_status(%s::text::xid8), changes FROM writer", (str(xid),), binary=True
                ).fetchone()
            except errors.InvalidParameterValue:  # a number of the future: a standby that never heard of it
                return False
            finally:
                inner.close()
            if found is not None and found[0] in ("committed", "aborted"):
                # A standby that never heard of it may have given its number to another transaction.
                return bool(found[0] == "committed" and found[1] >= change)
        clock.sleep(0.2)
    raise Unavailable("commit-unknown", path=shown(url))


# -- errors ------------------------------------------------------------------------------------------------------------


def _crowded(place: object) -> AntinError:
    return Unavailable("database-crowded", path=place)


def _standby(place: object) -> AntinError:
    return Unavailable("database-standby", path=place)


_BY_STATE: dict[str, Callable[[object], AntinError]] = {
    "53100": lambda place: Unavailable("disk-full", path=place),
    "53300": _crowded,
    "55P03": lambda place: Unavailable("station-busy", path=place),
    "25006": _standby,
}
_SPOKEN = (
    ("too many clients", _crowded), ("remaining connection slots", _crowded), ("too many connections", _crowded),
    ("session is read-only", _standby), ("server is in hot standby mode", _standby),
)  # fmt: skip


@contextmanager
def translated(place: object) -> Iterator[None]:
    """Turns the driver's errors into our family."""
    try:
        yield
    except psycopg.IntegrityError as error:
        raise Conflict("table-refuses", detail=_first_line(error)) from None
    except psycopg.Error as error:
        raise _words_for(error, place) from None


def _words_for(error: psycopg.Error, place: object) -> AntinError:
    state, text = error.sqlstate or "", _first_line(error)
    if isinstance(error, errors.SerializationFailure | errors.DeadlockDetected):
        return BrokenOff("station-busy", path=place)
    if state in _BY_STATE:
        return _BY_STATE[state](place)
    if state.startswith("28"):
        return Refused("database-login", path=place)
    if state == "3D000":
        return Missing("database-missing", path=place)
    if state.startswith("XX00") and state != "XX000":
        return Unverified("database-damaged", path=place)
    if state.startswith(("08", "57P")):
        return Unavailable("database-away", path=place, detail=text)
    if not state and isinstance(error, psycopg.OperationalError):
        return _not_reached(error, place, text)
    return Unavailable("database-error", path=place, detail=f"{state} {text}".strip())


def _not_reached(error: psycopg.OperationalError, place: object, text: str) -> AntinError:
    """Where no session began the driver knows the server's words alone; and whether a password was asked for."""
    whole = str(error)
    for words, meant in _SPOKEN:
        if words in whole:
            return meant(place)
    if "does not exist" in whole and "database" in whole:
        return Missing("database-missing", path=place)
    inner = error.pgconn
    if "authentication" in whole or "pg_hba.conf" in whole or (inner is not None and inner.needs_password):
        return Refused("database-login", path=place)
    return Unavailable("database-away", path=place, detail=text)


def _first_line(error: psycopg.Error) -> str:
    return (str(error).strip().splitlines() or [""])[0][:200]


# -- the form of the tables --------------------------------------------------------------------------------------------


def form(read: Read) -> set[Part]:
    """Tables by their columns, indexes by what they hold, and whatever does not belong here."""
    found: set[Part] = set()
    for table, name, kind, bound in read(_OF_COLUMNS):
        found.add((table, name, OURS.get(str(kind), str(kind)), str(bound)))
    found |= {(table, "index", str(unique), names or "") for table, unique, names in read(_OF_INDEXES)}
    return found | {(name, kind) for name, kind in read(_STRANGE)}


def form_of_file(db: Any) -> set[Part]:
    """The same of a database of SQLite."""
    found: set[Part] = set()
    for table in db.tables():
        keys = {}
        for name, kind, bound, place in db.read('SELECT name, type, "notnull", pk FROM pragma_table_info(?)', table):
            found.add((table, name, kind, str(int(bool(bound or place)))))
            keys[place] = name
        if any(keys):
            found.add((table, "index", "1", " ".join(keys[each] for each in sorted(keys) if each)))
        for index, unique in db.read("SELECT name, \"unique\" FROM pragma_index_list(?) WHERE origin <> 'pk'", table):
            of = db.read("SELECT name FROM pragma_index_info(?) ORDER BY seqno", index)
            found.add((table, "index", str(unique), " ".join(name for (name,) in of)))
    return found
