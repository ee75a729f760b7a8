CREATE TABLE dispatch_sent (
  statement BLOB PRIMARY KEY, id BLOB NOT NULL UNIQUE, level INTEGER NOT NULL CHECK (level BETWEEN 0 AND 3),
  precedence INTEGER NOT NULL, seal BLOB NOT NULL, sealed BLOB NOT NULL, sealed_size INTEGER NOT NULL,
  count INTEGER NOT NULL, author TEXT NOT NULL, time INTEGER NOT NULL, idx INTEGER NOT NULL,
  -- Tuyệt mật: no subject line may be kept (NĐ 63/2026/NĐ-CP, Điều 6).
  has_subject INTEGER NOT NULL CHECK (has_subject IN (0, 1) AND (level < 3 OR has_subject = 0))
) STRICT;
CREATE TABLE dispatch_out (
  n INTEGER PRIMARY KEY, statement BLOB NOT NULL, addressee TEXT NOT NULL, officer TEXT NOT NULL,
  precedence INTEGER NOT NULL, sequence INTEGER NOT NULL, deadline INTEGER NOT NULL, slip BLOB NOT NULL UNIQUE,
  state TEXT NOT NULL, idx INTEGER NOT NULL, epoch INTEGER NOT NULL, UNIQUE (addressee, epoch, precedence, sequence)
) STRICT;
CREATE INDEX dispatch_out_statement ON dispatch_out (statement);
CREATE INDEX dispatch_sent_sealed ON dispatch_sent (sealed);
CREATE TABLE dispatch_receipts (
  slip BLOB NOT NULL, result TEXT NOT NULL, receipt BLOB NOT NULL, time INTEGER NOT NULL, reason TEXT NOT NULL,
  origin TEXT NOT NULL, their_idx INTEGER NOT NULL, idx INTEGER NOT NULL, PRIMARY KEY (slip, result, origin)
) STRICT;
CREATE INDEX dispatch_receipts_place ON dispatch_receipts (origin, their_idx);
CREATE TABLE dispatch_in (
  n INTEGER PRIMARY KEY, sender TEXT NOT NULL, epoch INTEGER NOT NULL, precedence INTEGER NOT NULL,
  sequence INTEGER NOT NULL, slip BLOB NOT NULL UNIQUE, state TEXT NOT NULL, number INTEGER NOT NULL, year INTEGER NOT NULL,
  arrived INTEGER NOT NULL, accepted INTEGER, opened INTEGER, refused INTEGER, assignee TEXT NOT NULL, statement BLOB,
  due INTEGER NOT NULL, answered INTEGER, filed INTEGER, answer TEXT NOT NULL,
  UNIQUE (sender, epoch, precedence, sequence)
) STRICT;
CREATE INDEX dispatch_in_statement ON dispatch_in (statement);
CREATE TABLE dispatch_ranges (
  sender TEXT NOT NULL, epoch INTEGER NOT NULL, precedence INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
  PRIMARY KEY (sender, epoch, precedence, first)
) STRICT;
CREATE TABLE dispatch_openings (slip BLOB NOT NULL, officer TEXT NOT NULL, idx INTEGER PRIMARY KEY) STRICT;
CREATE TABLE dispatch_assignments (
  idx INTEGER PRIMARY KEY, slip BLOB NOT NULL, officer TEXT NOT NULL, by_officer TEXT NOT NULL, time INTEGER NOT NULL,
  due INTEGER NOT NULL
) STRICT;
CREATE TABLE dispatch_partners (
  idx INTEGER NOT NULL, officer TEXT NOT NULL, PRIMARY KEY (idx, officer)
) STRICT;
CREATE TABLE dispatch_refusals (
  idx INTEGER PRIMARY KEY, act TEXT NOT NULL, who TEXT NOT NULL, code TEXT NOT NULL, about BLOB NOT NULL, time INTEGER NOT NULL
) STRICT;
CREATE TABLE dispatch_conflicts (
  idx INTEGER PRIMARY KEY, about TEXT NOT NULL, code TEXT NOT NULL, evidence BLOB NOT NULL, time INTEGER NOT NULL
) STRICT;
