CREATE TABLE drafting_drafts (
  n INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, station TEXT NOT NULL, level INTEGER NOT NULL, precedence INTEGER NOT NULL,
  state TEXT NOT NULL, time INTEGER NOT NULL, idx INTEGER NOT NULL
) STRICT;
CREATE TABLE drafting_versions (
  draft BLOB NOT NULL, version INTEGER NOT NULL, closes INTEGER NOT NULL, document BLOB NOT NULL, state TEXT NOT NULL,
  time INTEGER NOT NULL, idx INTEGER NOT NULL, PRIMARY KEY (draft, version)
) STRICT;
CREATE TABLE drafting_clauses (
  draft BLOB NOT NULL, version INTEGER NOT NULL, position INTEGER NOT NULL, clause TEXT NOT NULL,
  PRIMARY KEY (draft, version, clause)
) STRICT;
CREATE TABLE drafting_units (
  draft BLOB NOT NULL, version INTEGER NOT NULL, code TEXT NOT NULL, PRIMARY KEY (draft, version, code)
) STRICT;
CREATE TABLE drafting_comments (
  draft BLOB NOT NULL, version INTEGER NOT NULL, station TEXT NOT NULL, clause TEXT NOT NULL, stance TEXT NOT NULL,
  record BLOB NOT NULL, late INTEGER NOT NULL, time INTEGER NOT NULL, idx INTEGER NOT NULL, PRIMARY KEY (draft, version, station, clause)
) STRICT;
CREATE TABLE drafting_answers (
  draft BLOB NOT NULL, version INTEGER NOT NULL, station TEXT NOT NULL, clause TEXT NOT NULL, stance TEXT NOT NULL,
  accepted INTEGER NOT NULL, position INTEGER NOT NULL, idx INTEGER NOT NULL, PRIMARY KEY (draft, version, station, clause)
) STRICT;
