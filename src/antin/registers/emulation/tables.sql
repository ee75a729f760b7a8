CREATE TABLE emulation_campaigns (
  n INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, station TEXT NOT NULL, deputy TEXT NOT NULL, opens INTEGER NOT NULL,
  closes INTEGER NOT NULL, scale INTEGER NOT NULL, formula INTEGER NOT NULL, pledge BLOB NOT NULL, level INTEGER NOT NULL,
  precedence INTEGER NOT NULL, state TEXT NOT NULL, time INTEGER NOT NULL, idx INTEGER NOT NULL
) STRICT;
CREATE TABLE emulation_members (
  campaign BLOB NOT NULL, code TEXT NOT NULL, state TEXT NOT NULL, officer TEXT NOT NULL, time INTEGER, record BLOB, idx INTEGER,
  PRIMARY KEY (campaign, code)
) STRICT;
CREATE TABLE emulation_criteria (
  campaign BLOB NOT NULL, position INTEGER NOT NULL, key TEXT NOT NULL, maximum INTEGER NOT NULL, method TEXT NOT NULL,
  source TEXT NOT NULL, PRIMARY KEY (campaign, position)
) STRICT;
CREATE TABLE emulation_sheets (
  campaign BLOB NOT NULL, station TEXT NOT NULL, kind TEXT NOT NULL, record BLOB NOT NULL, officer TEXT NOT NULL,
  time INTEGER NOT NULL, idx INTEGER NOT NULL, PRIMARY KEY (campaign, station, kind)
) STRICT;
CREATE TABLE emulation_marks (
  campaign BLOB NOT NULL, station TEXT NOT NULL, unit TEXT NOT NULL, key TEXT NOT NULL, score INTEGER NOT NULL,
  PRIMARY KEY (campaign, station, unit, key)
) STRICT;
CREATE TABLE emulation_contested (
  name BLOB PRIMARY KEY, campaign BLOB NOT NULL, station TEXT NOT NULL, kind TEXT NOT NULL, idx INTEGER NOT NULL
) STRICT;
CREATE TABLE emulation_closings (
  campaign BLOB PRIMARY KEY, public BLOB NOT NULL, time INTEGER NOT NULL, idx INTEGER NOT NULL
) STRICT;
CREATE TABLE emulation_places (
  campaign BLOB NOT NULL, unit TEXT NOT NULL, rank INTEGER NOT NULL, tied INTEGER NOT NULL, total INTEGER NOT NULL,
  PRIMARY KEY (campaign, unit)
) STRICT;
CREATE TABLE emulation_awards (
  idx INTEGER NOT NULL, position INTEGER NOT NULL, campaign BLOB NOT NULL, unit TEXT NOT NULL, rank INTEGER NOT NULL,
  time INTEGER NOT NULL, PRIMARY KEY (idx, position)
) STRICT;
CREATE TABLE emulation_activities (
  idx INTEGER PRIMARY KEY, campaign BLOB NOT NULL, station TEXT NOT NULL, held INTEGER NOT NULL
) STRICT;
CREATE TABLE emulation_attendance (
  idx INTEGER NOT NULL, code TEXT NOT NULL, PRIMARY KEY (idx, code)
) STRICT;
CREATE TABLE emulation_keys (
  campaign BLOB NOT NULL, number INTEGER NOT NULL, station TEXT NOT NULL, opening BLOB NOT NULL, idx INTEGER NOT NULL,
  PRIMARY KEY (campaign, number, station)
) STRICT;
CREATE TABLE emulation_kept (
  what TEXT NOT NULL, about BLOB NOT NULL, idx INTEGER NOT NULL, PRIMARY KEY (what, about)
) STRICT;
CREATE TABLE emulation_rounds (
  digest BLOB PRIMARY KEY, campaign BLOB NOT NULL, number INTEGER NOT NULL, key TEXT NOT NULL, round BLOB NOT NULL,
  time INTEGER NOT NULL, idx INTEGER NOT NULL, UNIQUE (campaign, number)
) STRICT;
CREATE TABLE emulation_casts (
  round BLOB NOT NULL, station TEXT NOT NULL, onion BLOB NOT NULL, idx INTEGER NOT NULL, PRIMARY KEY (round, station)
) STRICT;
CREATE TABLE emulation_mixes (
  round BLOB NOT NULL, position INTEGER NOT NULL, station TEXT NOT NULL, taken BLOB NOT NULL, given BLOB NOT NULL,
  idx INTEGER NOT NULL, PRIMARY KEY (round, position)
) STRICT;
CREATE TABLE emulation_confirmations (
  round BLOB NOT NULL, station TEXT NOT NULL, list BLOB NOT NULL, holds INTEGER NOT NULL, record BLOB NOT NULL,
  idx INTEGER NOT NULL,
  PRIMARY KEY (round, station)
) STRICT;
CREATE TABLE emulation_openings (
  round BLOB NOT NULL, station TEXT NOT NULL, list BLOB NOT NULL, seed BLOB NOT NULL, record BLOB NOT NULL,
  idx INTEGER NOT NULL,
  PRIMARY KEY (round, station)
) STRICT;
CREATE TABLE emulation_tallies (
  round BLOB PRIMARY KEY, tally BLOB NOT NULL, idx INTEGER NOT NULL
) STRICT;
