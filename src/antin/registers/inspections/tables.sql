CREATE TABLE inspections_inspections (
  n INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, station TEXT NOT NULL, directive BLOB NOT NULL, starts INTEGER NOT NULL,
  ends INTEGER NOT NULL, state TEXT NOT NULL, level INTEGER NOT NULL, precedence INTEGER NOT NULL, time INTEGER NOT NULL,
  idx INTEGER NOT NULL
) STRICT;
CREATE TABLE inspections_units (inspection BLOB NOT NULL, code TEXT NOT NULL, PRIMARY KEY (inspection, code)) STRICT;
CREATE TABLE inspections_inspectors (
  inspection BLOB NOT NULL, officer TEXT NOT NULL, PRIMARY KEY (inspection, officer)
) STRICT;
CREATE TABLE inspections_checklist (
  inspection BLOB NOT NULL, key TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (inspection, key)
) STRICT;
CREATE TABLE inspections_findings (
  n INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, inspection BLOB NOT NULL, unit TEXT NOT NULL, item TEXT NOT NULL,
  severity TEXT NOT NULL, officer TEXT NOT NULL, deadline INTEGER NOT NULL, state TEXT NOT NULL, time INTEGER NOT NULL,
  idx INTEGER NOT NULL, answered INTEGER, answerer TEXT NOT NULL, answer_idx INTEGER, closed INTEGER, closer TEXT NOT NULL,
  closing BLOB NOT NULL
) STRICT;
CREATE INDEX inspections_findings_inspection ON inspections_findings (inspection);
CREATE TABLE inspections_evidence (
  finding BLOB NOT NULL, idx INTEGER NOT NULL, digest BLOB NOT NULL, PRIMARY KEY (finding, idx, digest)
) STRICT;
