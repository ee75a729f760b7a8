-- tables
CREATE TABLE IF NOT EXISTS entries (
  idx INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, kind TEXT NOT NULL, time INTEGER NOT NULL, raw BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS hashes (
  level INTEGER NOT NULL, n INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (level, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS head (
  one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER NOT NULL, root BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS checkpoints (
  size INTEGER PRIMARY KEY, raw BLOB NOT NULL, cosigned INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS secrets (
  idx INTEGER PRIMARY KEY, kid BLOB NOT NULL, sealed BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS epochs (epoch INTEGER PRIMARY KEY, start INTEGER NOT NULL UNIQUE) STRICT;
CREATE TABLE IF NOT EXISTS uses (credential BLOB PRIMARY KEY, last INTEGER NOT NULL) STRICT;
-- read_head
SELECT size, root FROM head WHERE one = 1
-- write_head
INSERT INTO head (one, size, root) VALUES (1, ?, ?) ON CONFLICT (one) DO UPDATE SET size = excluded.size, root = excluded.root
-- count_entries
SELECT coalesce(max(idx) + 1, 0) AS count FROM entries
-- insert_entry
INSERT INTO entries (idx, id, kind, time, raw) VALUES (?, ?, ?, ?, ?)
-- insert_hash
INSERT INTO hashes (level, n, hash) VALUES (?, ?, ?)
-- read_hash
SELECT hash FROM hashes WHERE level = ? AND n = ?
-- insert_secret
INSERT INTO secrets (idx, kid, sealed) VALUES (?, ?, ?)
-- read_entry
SELECT raw FROM entries WHERE idx = ?
-- read_entries
SELECT idx, raw FROM entries WHERE idx >= ? ORDER BY idx
-- read_stored
SELECT idx, id, kind, time, raw FROM entries ORDER BY idx
-- read_subtrees
SELECT n, hash FROM hashes WHERE level = ? AND n BETWEEN ? AND ?
-- newest_time
SELECT max(time) AS time FROM entries WHERE idx >= ?
-- list_signers
SELECT credential FROM uses
-- read_time
SELECT time FROM entries WHERE idx = ?
-- read_sealed
SELECT s.kid, s.sealed, e.raw FROM secrets s JOIN entries e ON e.idx = s.idx WHERE s.idx = ?
-- replace_checkpoint
UPDATE checkpoints SET raw = ?, cosigned = 0 WHERE size = ?
-- list_secrets
SELECT idx FROM secrets ORDER BY idx
-- list_worded
SELECT s.idx, e.kind, e.time FROM secrets s JOIN entries e ON e.idx = s.idx ORDER BY s.idx
-- list_entries
SELECT idx, kind, time FROM entries ORDER BY idx DESC LIMIT ?
-- newest_of_kind
SELECT idx, raw FROM entries WHERE kind = ? ORDER BY idx DESC LIMIT 1
-- insert_checkpoint
INSERT INTO checkpoints (size, raw) VALUES (?, ?) ON CONFLICT (size) DO UPDATE SET raw = excluded.raw
-- newest_checkpoint
SELECT size, raw FROM checkpoints ORDER BY size DESC LIMIT 1
-- set_cosigned
UPDATE checkpoints SET raw = ?, cosigned = 1 WHERE size = ?
-- newest_cosigned
SELECT raw FROM checkpoints WHERE cosigned = 1 ORDER BY size DESC LIMIT 1
-- greatest_cosigned
SELECT max(size) AS size FROM checkpoints WHERE cosigned = 1
-- cosigned_checkpoint
SELECT raw FROM checkpoints WHERE cosigned = 1 AND size > ? AND size <= ? ORDER BY size LIMIT 1
-- last_checkpoint
SELECT raw FROM checkpoints WHERE size <= ? ORDER BY size DESC LIMIT 1
-- is_cosigned
SELECT raw FROM checkpoints WHERE cosigned = 1 AND size = ?
-- insert_epoch
INSERT INTO epochs (epoch, start) VALUES (?, ?)
-- read_epoch
SELECT coalesce(max(epoch), 1) AS epoch FROM epochs WHERE start < ?
-- epoch_start
SELECT start FROM epochs WHERE epoch = ?
-- epochs_after
SELECT start FROM epochs WHERE epoch > ?
-- newest_epoch_start
SELECT coalesce(max(start), 0) AS start FROM epochs
-- next_epoch
SELECT min(start) AS start FROM epochs WHERE start > ?
-- read_checkpoints
SELECT size, raw FROM checkpoints ORDER BY size
-- read_use
SELECT last FROM uses WHERE credential = ?
-- write_use
INSERT INTO uses (credential, last) VALUES (?, ?) ON CONFLICT (credential) DO UPDATE SET last = excluded.last
