CREATE TABLE escalations_escalations (
  n INTEGER PRIMARY KEY, station TEXT NOT NULL, what TEXT NOT NULL, about BLOB NOT NULL, key TEXT NOT NULL,
  unit TEXT NOT NULL, step TEXT NOT NULL, due INTEGER NOT NULL, time INTEGER NOT NULL, idx INTEGER NOT NULL,
  UNIQUE (station, about, what, key, unit, step, due)
) STRICT;
