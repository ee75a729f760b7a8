-- Every place that an office or a unit ever had; the newest holds.
CREATE TABLE organisation_offices (
  idx INTEGER PRIMARY KEY, key TEXT NOT NULL, parent TEXT NOT NULL, since INTEGER NOT NULL
) STRICT;
CREATE INDEX organisation_offices_key ON organisation_offices (key);
CREATE TABLE organisation_posts (
  key TEXT PRIMARY KEY, office TEXT NOT NULL, state TEXT NOT NULL, officer TEXT NOT NULL, since INTEGER NOT NULL,
  idx INTEGER NOT NULL
) STRICT;
CREATE TABLE organisation_holders (
  idx INTEGER PRIMARY KEY, post TEXT NOT NULL, officer TEXT NOT NULL, since INTEGER NOT NULL
) STRICT;
CREATE INDEX organisation_holders_post ON organisation_holders (post);
CREATE TABLE organisation_units (
  idx INTEGER PRIMARY KEY, code TEXT NOT NULL, parent TEXT NOT NULL, professional TEXT NOT NULL, since INTEGER NOT NULL
) STRICT;
CREATE INDEX organisation_units_code ON organisation_units (code);
