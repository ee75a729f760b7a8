CREATE TABLE reviews_reviews (
  n INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, station TEXT NOT NULL, directive BLOB NOT NULL, period TEXT NOT NULL,
  outline TEXT NOT NULL, figures BLOB NOT NULL, size INTEGER NOT NULL, consolidates INTEGER NOT NULL, level INTEGER NOT NULL,
  time INTEGER NOT NULL, idx INTEGER NOT NULL, UNIQUE (directive, period, station)
) STRICT;
CREATE TABLE reviews_consolidated (review BLOB NOT NULL, part BLOB NOT NULL, PRIMARY KEY (review, part)) STRICT, WITHOUT ROWID;
CREATE TABLE reviews_contributions (
  n INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, station TEXT NOT NULL, directive BLOB NOT NULL, time INTEGER NOT NULL, idx INTEGER NOT NULL
) STRICT;
CREATE TABLE reviews_proposals (
  n INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, station TEXT NOT NULL, owner TEXT NOT NULL, directive BLOB NOT NULL,
  carries BLOB NOT NULL, level INTEGER NOT NULL, precedence INTEGER NOT NULL, state TEXT NOT NULL, officer TEXT NOT NULL,
  forwarded TEXT NOT NULL, time INTEGER NOT NULL, answered INTEGER, idx INTEGER NOT NULL, answer_idx INTEGER
) STRICT;
CREATE TABLE reviews_commendations (
  idx INTEGER NOT NULL, n INTEGER NOT NULL, station TEXT NOT NULL, directive BLOB NOT NULL, unit TEXT NOT NULL, time INTEGER NOT NULL,
  PRIMARY KEY (idx, unit)
) STRICT;
