CREATE TABLE papers_papers (
  n INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, name BLOB NOT NULL UNIQUE, kind TEXT NOT NULL, station TEXT NOT NULL,
  officer TEXT NOT NULL, time INTEGER NOT NULL, idx INTEGER NOT NULL UNIQUE, level INTEGER NOT NULL,
  precedence INTEGER NOT NULL, own INTEGER NOT NULL CHECK (own IN (0, 1)), addressees INTEGER NOT NULL,
  slip BLOB NOT NULL
) STRICT;
CREATE INDEX papers_papers_slip ON papers_papers (slip);
CREATE TABLE papers_published (
  idx INTEGER PRIMARY KEY, digest BLOB NOT NULL, statement BLOB NOT NULL UNIQUE
) STRICT;
CREATE INDEX papers_published_digest ON papers_published (digest);
CREATE TABLE papers_refused (
  idx INTEGER PRIMARY KEY, slip BLOB NOT NULL, digest BLOB NOT NULL, kind TEXT NOT NULL, code TEXT NOT NULL,
  needs BLOB NOT NULL, time INTEGER NOT NULL
) STRICT;
CREATE INDEX papers_refused_slip ON papers_refused (slip);
