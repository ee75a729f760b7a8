CREATE TABLE directives_directives (
  n INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, station TEXT NOT NULL, kind TEXT NOT NULL, signed INTEGER NOT NULL,
  acknowledge_by INTEGER NOT NULL, study_by INTEGER NOT NULL, ends INTEGER NOT NULL, calendar TEXT NOT NULL,
  level INTEGER NOT NULL, precedence INTEGER NOT NULL, state TEXT NOT NULL, time INTEGER NOT NULL, idx INTEGER NOT NULL
) STRICT;
CREATE TABLE directives_basis (
  directive BLOB NOT NULL, id BLOB NOT NULL, kind TEXT NOT NULL, issued INTEGER NOT NULL, direct INTEGER NOT NULL,
  PRIMARY KEY (directive, id)
) STRICT;
CREATE TABLE directives_rests (
  directive BLOB NOT NULL, id BLOB NOT NULL, rests_on BLOB NOT NULL, PRIMARY KEY (directive, id, rests_on)
) STRICT;
CREATE TABLE directives_units (
  directive BLOB NOT NULL, code TEXT NOT NULL, state TEXT NOT NULL, acknowledged INTEGER, studied INTEGER,
  sessions INTEGER NOT NULL, invited INTEGER NOT NULL, in_person INTEGER NOT NULL, online INTEGER NOT NULL,
  officers INTEGER NOT NULL, read INTEGER NOT NULL, acknowledged_idx INTEGER, studied_idx INTEGER, parent TEXT NOT NULL,
  told INTEGER NOT NULL,
  PRIMARY KEY (directive, code)
) STRICT;
CREATE TABLE directives_sessions (
  idx INTEGER PRIMARY KEY, directive BLOB NOT NULL, form TEXT NOT NULL, held INTEGER NOT NULL, invited INTEGER NOT NULL,
  in_person INTEGER NOT NULL, online INTEGER NOT NULL
) STRICT;
CREATE TABLE directives_attendance (
  idx INTEGER NOT NULL, officer TEXT NOT NULL, form TEXT NOT NULL, PRIMARY KEY (idx, officer)
) STRICT;
CREATE TABLE directives_read (
  directive BLOB NOT NULL, officer TEXT NOT NULL, time INTEGER NOT NULL, idx INTEGER NOT NULL, PRIMARY KEY (directive, officer)
) STRICT;
