CREATE TABLE documents_drafts (
  n INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, level INTEGER NOT NULL CHECK (level BETWEEN 0 AND 3),
  size INTEGER NOT NULL, document BLOB NOT NULL, kind TEXT NOT NULL, signed INTEGER, stamped INTEGER, cancelled INTEGER,
  -- Tuyệt mật: no subject line may be kept (NĐ 63/2026/NĐ-CP, Điều 6).
  has_subject INTEGER NOT NULL CHECK (has_subject IN (0, 1) AND (level < 3 OR has_subject = 0))
) STRICT;
