CREATE TABLE programmes_programmes (
  n INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, station TEXT NOT NULL, directive BLOB NOT NULL, above BLOB NOT NULL,
  level INTEGER NOT NULL, precedence INTEGER NOT NULL, time INTEGER NOT NULL, idx INTEGER NOT NULL
) STRICT;
CREATE INDEX programmes_programmes_directive ON programmes_programmes (directive);
CREATE TABLE programmes_units (programme BLOB NOT NULL, code TEXT NOT NULL, PRIMARY KEY (programme, code)) STRICT, WITHOUT ROWID;
CREATE TABLE programmes_goals (
  programme BLOB NOT NULL, key TEXT NOT NULL, parent TEXT NOT NULL, above TEXT NOT NULL, owner TEXT NOT NULL,
  milestone INTEGER NOT NULL, baseline INTEGER NOT NULL, target INTEGER NOT NULL, weight INTEGER NOT NULL, n INTEGER NOT NULL,
  PRIMARY KEY (programme, key)
) STRICT;
CREATE TABLE programmes_tasks (
  programme BLOB NOT NULL, key TEXT NOT NULL, goal TEXT NOT NULL, unit TEXT NOT NULL, officer TEXT NOT NULL,
  weight INTEGER NOT NULL, start INTEGER NOT NULL, due INTEGER NOT NULL, state TEXT NOT NULL, n INTEGER NOT NULL,
  PRIMARY KEY (programme, key)
) STRICT;
CREATE TABLE programmes_after (
  programme BLOB NOT NULL, task TEXT NOT NULL, after TEXT NOT NULL, PRIMARY KEY (programme, task, after)
) STRICT;
CREATE TABLE programmes_reports (
  id BLOB PRIMARY KEY, n INTEGER NOT NULL UNIQUE, programme BLOB NOT NULL, unit TEXT NOT NULL, period TEXT NOT NULL,
  officer TEXT NOT NULL, state TEXT NOT NULL, time INTEGER NOT NULL, idx INTEGER NOT NULL, reviewer TEXT NOT NULL,
  tasks INTEGER NOT NULL
) STRICT;
CREATE INDEX programmes_reports_period ON programmes_reports (programme, period, unit);
CREATE TABLE programmes_items (
  report BLOB NOT NULL, task TEXT NOT NULL, done INTEGER NOT NULL, state TEXT NOT NULL, PRIMARY KEY (report, task)
) STRICT, WITHOUT ROWID;
CREATE TABLE programmes_evidence (
  report BLOB NOT NULL, task TEXT NOT NULL, digest BLOB NOT NULL, PRIMARY KEY (report, task, digest)
) STRICT;
-- The newest word on each task of each unit.
CREATE TABLE programmes_standing (
  programme BLOB NOT NULL, unit TEXT NOT NULL, task TEXT NOT NULL, done INTEGER NOT NULL, state TEXT NOT NULL,
  time INTEGER NOT NULL, finished INTEGER NOT NULL, idx INTEGER NOT NULL, PRIMARY KEY (programme, unit, task)
) STRICT, WITHOUT ROWID;
CREATE TABLE programmes_measures (
  programme BLOB NOT NULL, goal TEXT NOT NULL, unit TEXT NOT NULL, value INTEGER NOT NULL, time INTEGER NOT NULL,
  idx INTEGER NOT NULL, PRIMARY KEY (programme, goal, unit)
) STRICT;
CREATE TABLE programmes_below (
  programme BLOB NOT NULL, goal TEXT NOT NULL, done INTEGER NOT NULL, period TEXT NOT NULL, time INTEGER NOT NULL,
  idx INTEGER NOT NULL, PRIMARY KEY (programme, goal)
) STRICT;
CREATE TABLE programmes_periods (
  programme BLOB NOT NULL, period TEXT NOT NULL, units INTEGER NOT NULL, reported INTEGER NOT NULL, done INTEGER NOT NULL,
  figures BLOB NOT NULL, time INTEGER NOT NULL, idx INTEGER NOT NULL, PRIMARY KEY (programme, period)
) STRICT;
