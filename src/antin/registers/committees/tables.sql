CREATE TABLE committees_committees (
  n INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, station TEXT NOT NULL, kind TEXT NOT NULL, directive BLOB NOT NULL,
  decided INTEGER NOT NULL, level INTEGER NOT NULL, precedence INTEGER NOT NULL, time INTEGER NOT NULL, idx INTEGER NOT NULL
) STRICT;
CREATE TABLE committees_members (
  committee BLOB NOT NULL, agency TEXT NOT NULL, officer TEXT NOT NULL, role TEXT NOT NULL, state TEXT NOT NULL,
  since INTEGER NOT NULL, until INTEGER NOT NULL, n INTEGER NOT NULL, idx INTEGER NOT NULL,
  PRIMARY KEY (committee, agency, officer)
) STRICT;
CREATE TABLE committees_assignments (
  committee BLOB NOT NULL, key TEXT NOT NULL, station TEXT NOT NULL, agency TEXT NOT NULL, officer TEXT NOT NULL,
  due INTEGER NOT NULL, state TEXT NOT NULL, done INTEGER, time INTEGER NOT NULL, idx INTEGER NOT NULL,
  PRIMARY KEY (committee, key)
) STRICT;
CREATE TABLE committees_meetings (
  n INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, committee BLOB NOT NULL, station TEXT NOT NULL, held INTEGER NOT NULL,
  form TEXT NOT NULL, members INTEGER NOT NULL, idx INTEGER NOT NULL
) STRICT;
CREATE TABLE committees_present (
  meeting BLOB NOT NULL, agency TEXT NOT NULL, officer TEXT NOT NULL, PRIMARY KEY (meeting, agency, officer)
) STRICT;
CREATE TABLE committees_papers (
  n INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, meeting BLOB NOT NULL, document BLOB NOT NULL, level INTEGER NOT NULL,
  time INTEGER NOT NULL, idx INTEGER NOT NULL
) STRICT;
CREATE TABLE committees_copies (
  meeting BLOB NOT NULL, document BLOB NOT NULL, number INTEGER NOT NULL, paper BLOB NOT NULL, agency TEXT NOT NULL,
  officer TEXT NOT NULL, state TEXT NOT NULL, returned INTEGER, PRIMARY KEY (meeting, document, number)
) STRICT;
