-- tables
CREATE TABLE IF NOT EXISTS objects (digest BLOB PRIMARY KEY, kind TEXT NOT NULL, raw BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS credentials (
  digest BLOB PRIMARY KEY, code TEXT NOT NULL, officer TEXT NOT NULL, kind INTEGER NOT NULL, name TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS mirror (
  origin TEXT NOT NULL, idx INTEGER NOT NULL, raw BLOB NOT NULL, PRIMARY KEY (origin, idx)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS mirror_hashes (
  origin TEXT NOT NULL, level INTEGER NOT NULL, n INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (origin, level, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS mirror_heads (
  origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, checkpoint BLOB NOT NULL, time INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS directory (
  digest BLOB PRIMARY KEY, id BLOB NOT NULL UNIQUE, origin TEXT NOT NULL, idx INTEGER NOT NULL, revoked INTEGER
) STRICT;
CREATE TABLE IF NOT EXISTS held (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, raw BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS told (peer TEXT NOT NULL, size INTEGER NOT NULL, PRIMARY KEY (peer, size)) STRICT;
CREATE TABLE IF NOT EXISTS outbox (
  n INTEGER PRIMARY KEY, peer TEXT NOT NULL, kind TEXT NOT NULL, digest BLOB NOT NULL, idx INTEGER NOT NULL,
  precedence INTEGER NOT NULL, put INTEGER, done INTEGER NOT NULL DEFAULT 0, proven INTEGER NOT NULL DEFAULT 0,
  told INTEGER, UNIQUE (peer, digest)
) STRICT;
CREATE INDEX IF NOT EXISTS outbox_due ON outbox (done, peer);
CREATE TABLE IF NOT EXISTS blobs (
  digest BLOB PRIMARY KEY, size INTEGER NOT NULL, on_link INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS clock (one INTEGER PRIMARY KEY CHECK (one = 1), greatest INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS registers (one INTEGER PRIMARY KEY CHECK (one = 1), form BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS seen (code TEXT PRIMARY KEY, digest BLOB NOT NULL) STRICT;
-- read_seen
SELECT digest FROM seen WHERE code = ?
-- write_seen
INSERT INTO seen (code, digest) VALUES (?, ?) ON CONFLICT (code) DO UPDATE SET digest = excluded.digest
-- list_due
SELECT n, precedence FROM outbox WHERE done = 0 AND put IS NULL ORDER BY precedence DESC, n
-- read_form
SELECT form FROM registers WHERE one = 1
-- write_form
INSERT INTO registers (one, form) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET form = excluded.form
-- insert_object
INSERT INTO objects (digest, kind, raw) VALUES (?, ?, ?) ON CONFLICT (digest) DO NOTHING
-- read_object
SELECT raw FROM objects WHERE digest = ?
-- insert_credential
INSERT INTO credentials (digest, code, officer, kind, name) VALUES (?, ?, ?, ?, ?) ON CONFLICT (digest) DO NOTHING
-- find_credentials
SELECT digest FROM credentials WHERE code = ? AND officer = ?
-- list_agencies
SELECT code, name, kind FROM credentials WHERE kind < 3 ORDER BY code
-- read_agency_name
SELECT name FROM credentials WHERE code = ? AND officer = ''
-- list_credentials
SELECT digest, code, officer, kind, name FROM credentials ORDER BY code, officer
-- insert_mirror
INSERT INTO mirror (origin, idx, raw) VALUES (?, ?, ?)
-- read_mirror
SELECT raw FROM mirror WHERE origin = ? AND idx = ?
-- read_mirror_all
SELECT idx, raw FROM mirror WHERE origin = ? ORDER BY idx
-- insert_mirror_hash
INSERT INTO mirror_hashes (origin, level, n, hash) VALUES (?, ?, ?, ?)
-- read_mirror_hash
SELECT hash FROM mirror_hashes WHERE origin = ? AND level = ? AND n = ?
-- read_mirror_head
SELECT size, root, checkpoint, time FROM mirror_heads WHERE origin = ?
-- list_mirror_heads
SELECT origin, size, root, checkpoint, time FROM mirror_heads ORDER BY origin
-- write_mirror_head
INSERT INTO mirror_heads (origin, size, root, checkpoint, time) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (origin) DO UPDATE SET size = excluded.size, root = excluded.root, checkpoint = excluded.checkpoint, time = excluded.time
-- insert_directory
INSERT INTO directory (digest, id, origin, idx, revoked) VALUES (?, ?, ?, ?, NULL)
-- set_revoked
UPDATE directory SET revoked = ? WHERE id = ? AND origin = ?
-- read_directory
SELECT id, origin, idx, revoked FROM directory WHERE digest = ?
-- list_directory
SELECT digest, id, origin, idx, revoked FROM directory ORDER BY origin, idx
-- read_held
SELECT size, raw FROM held WHERE origin = ?
-- list_held
SELECT origin, size, raw FROM held ORDER BY origin
-- write_held
INSERT INTO held (origin, size, raw) VALUES (?, ?, ?) ON CONFLICT (origin) DO UPDATE SET size = excluded.size, raw = excluded.raw
-- insert_told
INSERT INTO told (peer, size) VALUES (?, ?) ON CONFLICT (peer, size) DO NOTHING
-- list_told
SELECT size FROM told WHERE peer = ? ORDER BY size
-- forget_told
DELETE FROM told WHERE peer = ? AND size < ?
-- set_told
UPDATE outbox SET told = coalesce(told, ?) WHERE peer = ? AND digest = ?
-- read_told
SELECT told FROM outbox WHERE peer = ? AND digest = ?
-- insert_outbox
INSERT INTO outbox (peer, kind, digest, idx, precedence) VALUES (?, ?, ?, ?, ?) ON CONFLICT (peer, digest) DO UPDATE SET put = NULL, done = 0
-- list_outbox
SELECT n, peer, kind, digest, idx, precedence, put FROM outbox WHERE done = 0 ORDER BY precedence DESC, n
-- list_outbox_peer
SELECT n, peer, kind, digest, idx, precedence, put FROM outbox WHERE peer = ? AND (done = 0 OR (kind = 'receipt' AND put > ?)) ORDER BY precedence DESC, n
-- set_put
UPDATE outbox SET put = ?, done = (kind = 'receipt') WHERE n = ?
-- set_done
UPDATE outbox SET done = 1 WHERE peer = ? AND digest = ?
-- requeue_proven
UPDATE outbox SET put = NULL, done = 0, proven = 1 WHERE kind = 'receipt' AND idx < ? AND proven = 0
-- replace_object
UPDATE objects SET raw = ? WHERE digest = ?
-- insert_blob
INSERT INTO blobs (digest, size) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING
-- has_blob
SELECT size FROM blobs WHERE digest = ?
-- set_on_link
UPDATE blobs SET on_link = ? WHERE digest = ?
-- list_on_link
SELECT digest FROM blobs WHERE on_link = 1
-- read_clock
SELECT greatest FROM clock WHERE one = 1
-- write_clock
INSERT INTO clock (one, greatest) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET greatest = max(greatest, excluded.greatest)
