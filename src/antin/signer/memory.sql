-- tables
CREATE TABLE IF NOT EXISTS uses (credential BLOB PRIMARY KEY, last INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS heads (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS failures (name TEXT PRIMARY KEY, count INTEGER NOT NULL, until INTEGER NOT NULL) STRICT;
-- read_use
SELECT last FROM uses WHERE credential = ?
-- write_use
INSERT INTO uses (credential, last) VALUES (?, ?) ON CONFLICT (credential) DO UPDATE SET last = excluded.last
-- give_back
UPDATE uses SET last = ? WHERE credential = ? AND last = ?
-- read_head
SELECT origin, size, root FROM heads WHERE origin = ?
-- write_head
INSERT INTO heads (origin, size, root) VALUES (?, ?, ?)
ON CONFLICT (origin) DO UPDATE SET size = excluded.size, root = excluded.root
-- list_heads
SELECT origin, size, root FROM heads WHERE origin LIKE ?
-- read_failures
SELECT count, until FROM failures WHERE name = ?
-- write_failures
INSERT INTO failures (name, count, until) VALUES (?, ?, ?)
ON CONFLICT (name) DO UPDATE SET count = excluded.count, until = excluded.until
