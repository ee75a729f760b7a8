CREATE TABLE people_station (
  one INTEGER PRIMARY KEY CHECK (one = 1), code TEXT NOT NULL, credential BLOB NOT NULL, root BLOB NOT NULL, idx INTEGER NOT NULL
) STRICT;
CREATE TABLE people_officers (
  officer TEXT PRIMARY KEY, credential BLOB NOT NULL UNIQUE, roles TEXT NOT NULL,
  level INTEGER NOT NULL CHECK (level BETWEEN 0 AND 3), state TEXT NOT NULL CHECK (state IN ('serving', 'left')),
  since INTEGER NOT NULL, idx INTEGER NOT NULL
) STRICT;
