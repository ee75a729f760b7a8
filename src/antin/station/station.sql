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
  origin TEXT NOT NULL, id BLOB NOT NULL, idx INTEGER NOT NULL, digest BLOB NOT NULL, code TEXT NOT NULL, kind INTEGER NOT NULL,
  epoch INTEGER NOT NULL, previous BLOB NOT NULL, not_after INTEGER NOT NULL, revoked INTEGER, seen INTEGER NOT NULL,
  bound INTEGER NOT NULL, PRIMARY KEY (origin, id), UNIQUE (origin, digest)
) STRICT;
CREATE INDEX IF NOT EXISTS directory_code ON directory (code, origin);
CREATE TABLE IF NOT EXISTS allotments (
  scope TEXT NOT NULL, authority TEXT NOT NULL, idx INTEGER NOT NULL, begun INTEGER NOT NULL, moved INTEGER,
  PRIMARY KEY (scope, authority, idx)
) STRICT;
CREATE TABLE IF NOT EXISTS level_keys (
  code TEXT NOT NULL, kid BLOB NOT NULL, level INTEGER NOT NULL, generation INTEGER NOT NULL, not_before INTEGER NOT NULL,
  until INTEGER NOT NULL, raw BLOB NOT NULL, published INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (code, kid, level, generation)
) STRICT;
CREATE TABLE IF NOT EXISTS held (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, raw BLOB NOT NULL, since INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS vouched (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, raw BLOB NOT NULL, time INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS links (
  origin TEXT NOT NULL, old INTEGER NOT NULL, path BLOB NOT NULL, PRIMARY KEY (origin, old)
) STRICT;
CREATE TABLE IF NOT EXISTS kept (
  origin TEXT NOT NULL, size INTEGER NOT NULL, raw BLOB NOT NULL, time INTEGER NOT NULL, PRIMARY KEY (origin, size)
) STRICT;
CREATE TABLE IF NOT EXISTS heard (
  origin TEXT NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL, raw BLOB NOT NULL, via TEXT NOT NULL, time INTEGER NOT NULL,
  PRIMARY KEY (origin, size, root)
) STRICT;
CREATE TABLE IF NOT EXISTS passed (
  peer TEXT NOT NULL, origin TEXT NOT NULL, size INTEGER NOT NULL, told INTEGER NOT NULL, done INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (peer, origin)
) STRICT;
CREATE TABLE IF NOT EXISTS asked_of (origin TEXT PRIMARY KEY, time INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS conflict_counts (
  about TEXT NOT NULL, code TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (about, code)
) STRICT;
CREATE TABLE IF NOT EXISTS conflicts (
  digest BLOB PRIMARY KEY, about TEXT NOT NULL, code TEXT NOT NULL, raw BLOB NOT NULL, time INTEGER NOT NULL,
  self_proving INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS conflicts_passed (
  peer TEXT NOT NULL, digest BLOB NOT NULL, PRIMARY KEY (peer, digest)
) STRICT;
CREATE TABLE IF NOT EXISTS owed_news (peer TEXT PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS tails (
  origin TEXT NOT NULL, peer TEXT NOT NULL, shown INTEGER NOT NULL, PRIMARY KEY (origin, peer)
) STRICT;
CREATE TABLE IF NOT EXISTS recovering (
  one INTEGER PRIMARY KEY CHECK (one = 1), why TEXT NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS recovered (idx INTEGER NOT NULL, digest BLOB NOT NULL, raw BLOB NOT NULL, PRIMARY KEY (idx, digest)) STRICT;
CREATE TABLE IF NOT EXISTS sequences (
  one INTEGER PRIMARY KEY CHECK (one = 1), raw BLOB NOT NULL, secret BLOB NOT NULL, listing BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS lasts (
  sender TEXT NOT NULL, epoch INTEGER NOT NULL, precedence INTEGER NOT NULL, last INTEGER NOT NULL,
  PRIMARY KEY (sender, epoch, precedence)
) STRICT;
CREATE TABLE IF NOT EXISTS witnessed (size INTEGER PRIMARY KEY, time INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS epochs_accepted (
  origin TEXT NOT NULL, code TEXT NOT NULL, epoch INTEGER NOT NULL, raw BLOB NOT NULL, sent_again INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (origin, code, epoch)
) STRICT;
CREATE TABLE IF NOT EXISTS epochs_asked (
  code TEXT NOT NULL, epoch INTEGER NOT NULL, digest BLOB NOT NULL, raw BLOB NOT NULL, time INTEGER NOT NULL,
  PRIMARY KEY (code, epoch)
) STRICT;
CREATE TABLE IF NOT EXISTS told (
  peer TEXT NOT NULL, size INTEGER NOT NULL, shown INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (peer, size)
) STRICT;
CREATE TABLE IF NOT EXISTS outbox (
  n INTEGER PRIMARY KEY, peer TEXT NOT NULL, kind TEXT NOT NULL, digest BLOB NOT NULL, idx INTEGER NOT NULL,
  precedence INTEGER NOT NULL, sealed BLOB NOT NULL, apart INTEGER NOT NULL, put INTEGER, envelope TEXT NOT NULL DEFAULT '',
  done INTEGER NOT NULL DEFAULT 0, proven INTEGER NOT NULL DEFAULT 0, told INTEGER, UNIQUE (peer, digest)
) STRICT;
CREATE INDEX IF NOT EXISTS outbox_due ON outbox (done, peer);
CREATE TABLE IF NOT EXISTS blobs (
  digest BLOB PRIMARY KEY, size INTEGER NOT NULL, on_link INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS small_blobs (digest BLOB PRIMARY KEY, raw BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS clock (one INTEGER PRIMARY KEY CHECK (one = 1), greatest INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS looked (one INTEGER PRIMARY KEY CHECK (one = 1), time INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS registers (one INTEGER PRIMARY KEY CHECK (one = 1), form BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS beside (one INTEGER PRIMARY KEY CHECK (one = 1), form INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS seen (code TEXT PRIMARY KEY, digest BLOB NOT NULL, size INTEGER NOT NULL DEFAULT 0) STRICT;
-- read_beside
SELECT form FROM beside WHERE one = 1
-- write_beside
INSERT INTO beside (one, form) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET form = excluded.form
-- list_seen
SELECT origin, idx, seen FROM directory
-- to_form_one
DROP TABLE directory;
DROP TABLE allotments
-- read_seen
SELECT digest FROM seen WHERE code = ?
-- write_seen
INSERT INTO seen (code, digest, size) VALUES (?, ?, ?)
ON CONFLICT (code) DO UPDATE SET digest = excluded.digest, size = excluded.size
-- read_seen_size
SELECT size FROM seen WHERE code = ?
-- read_looked
SELECT time FROM looked WHERE one = 1
-- write_looked
INSERT INTO looked (one, time) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET time = excluded.time
-- forget_seen
DELETE FROM seen WHERE code LIKE ?
-- list_old_outbox
SELECT n, peer, kind, digest, idx, precedence, put, done, proven, told FROM outbox ORDER BY n
-- drop_outbox
DROP TABLE outbox
-- insert_old_outbox
INSERT INTO outbox (n, peer, kind, digest, idx, precedence, sealed, apart, put, envelope, done, proven, told)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
-- list_due
SELECT n, precedence FROM outbox WHERE done = 0 AND put IS NULL ORDER BY precedence DESC, n
-- read_form
SELECT form FROM registers WHERE one = 1
-- write_form
INSERT INTO registers (one, form) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET form = excluded.form
-- insert_object
INSERT INTO objects (digest, kind, raw) VALUES (?, ?, ?) ON CONFLICT (digest) DO NOTHING
-- list_objects_of
SELECT raw FROM objects WHERE kind = ? ORDER BY digest
-- read_object
SELECT raw FROM objects WHERE digest = ?
-- insert_credential
INSERT INTO credentials (digest, code, officer, kind, name) VALUES (?, ?, ?, ?, ?) ON CONFLICT (digest) DO NOTHING
-- find_credentials
SELECT digest FROM credentials WHERE code = ? AND officer = ?
-- list_agencies
SELECT DISTINCT code, name, kind FROM credentials WHERE kind < 3 ORDER BY code
-- read_agency_name
SELECT c.name FROM credentials c LEFT JOIN directory d ON d.digest = c.digest WHERE c.code = ? AND c.officer = ''
ORDER BY d.bound DESC NULLS LAST, d.idx DESC NULLS LAST LIMIT 1
-- list_issued
SELECT digest, raw FROM objects WHERE kind = 'credential' AND digest NOT IN (SELECT digest FROM credentials)
-- list_credentials
SELECT digest, code, officer, kind, name FROM credentials ORDER BY code, officer
-- insert_mirror
INSERT INTO mirror (origin, idx, raw) VALUES (?, ?, ?)
-- read_mirror
SELECT raw FROM mirror WHERE origin = ? AND idx = ?
-- read_mirror_all
SELECT idx, raw FROM mirror WHERE origin = ? AND idx >= ? AND idx < ? ORDER BY idx
-- read_mirror_back
SELECT idx, raw FROM mirror WHERE origin = ? AND idx > ? AND idx < ? ORDER BY idx DESC
-- list_states
SELECT id, revoked, kind, code FROM directory WHERE origin = ? ORDER BY id
-- list_mirrored
SELECT DISTINCT origin FROM mirror ORDER BY origin
-- count_mirror
SELECT coalesce(max(idx) + 1, 0) AS count FROM mirror WHERE origin = ?
-- list_entered
SELECT digest, kind, code FROM directory WHERE origin = ? AND idx >= ? AND idx < ? ORDER BY idx
-- insert_mirror_hash
INSERT INTO mirror_hashes (origin, level, n, hash) VALUES (?, ?, ?, ?)
-- read_mirror_hash
SELECT hash FROM mirror_hashes WHERE origin = ? AND level = ? AND n = ?
-- read_mirror_head
SELECT origin, size, root, checkpoint, time FROM mirror_heads WHERE origin = ?
-- list_mirror_heads
SELECT origin, size, root, checkpoint, time FROM mirror_heads ORDER BY origin
-- write_mirror_head
INSERT INTO mirror_heads (origin, size, root, checkpoint, time) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (origin) DO UPDATE SET size = excluded.size, root = excluded.root, checkpoint = excluded.checkpoint, time = excluded.time
-- insert_directory
INSERT INTO directory (origin, id, idx, digest, code, kind, epoch, previous, not_after, revoked, seen, bound)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, ?)
-- set_revoked
UPDATE directory SET revoked = ? WHERE id = ? AND origin = ? AND revoked IS NULL
-- read_directory
SELECT id, origin, idx, revoked, code, kind, epoch, previous, bound FROM directory WHERE digest = ? AND origin LIKE ?
-- find_entries
SELECT digest, origin, idx, epoch, previous, revoked, seen FROM directory WHERE code = ? ORDER BY epoch, idx
-- list_bound_codes
SELECT idx, code, bound FROM directory WHERE origin = ? AND code <> '' AND kind = 2 ORDER BY idx
-- read_allotted_at
SELECT idx, begun FROM allotments WHERE scope = ? AND begun <= ? ORDER BY idx DESC LIMIT 1
-- agency_before
SELECT digest, revoked FROM directory WHERE origin = ? AND code = ? AND kind = 2 AND idx < ? ORDER BY idx DESC LIMIT 1
-- insert_allotment
INSERT INTO allotments (scope, authority, idx, begun, moved) VALUES (?, ?, ?, ?, NULL)
-- move_allotment
UPDATE allotments SET moved = ? WHERE scope = ? AND authority = ? AND moved IS NULL
-- list_allotments
SELECT scope, authority FROM allotments WHERE moved IS NULL ORDER BY idx
-- list_allotments_at
SELECT scope, authority FROM allotments WHERE begun <= ? AND (moved IS NULL OR moved > ?) ORDER BY idx
-- insert_level_key
INSERT INTO level_keys (code, kid, level, generation, not_before, until, raw, published) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (code, kid, level, generation) DO UPDATE SET published =
  CASE WHEN excluded.published > level_keys.published THEN excluded.published ELSE level_keys.published END
-- read_level_key
SELECT raw FROM level_keys WHERE code = ? AND kid = ? AND level = ? AND generation = ?
-- newest_level_key
SELECT raw, until FROM level_keys WHERE code = ? AND kid = ? AND level = ? AND not_before <= ? ORDER BY generation DESC LIMIT 1
-- list_allotment_times
SELECT begun FROM allotments UNION SELECT moved FROM allotments WHERE moved IS NOT NULL ORDER BY 1
-- list_level_keys
SELECT raw, published FROM level_keys WHERE code = ? AND kid = ? ORDER BY level, generation
-- forget_level_keys
DELETE FROM level_keys WHERE code = ? AND level = ? AND generation <= (SELECT max(n.generation) FROM level_keys n
  WHERE n.code = level_keys.code AND n.kid = level_keys.kid AND n.level = level_keys.level) - 3
-- list_newest_level_keys
SELECT raw, published FROM level_keys k WHERE code = ? AND kid = ? AND generation IN (
  SELECT generation FROM level_keys n WHERE n.code = k.code AND n.kid = k.kid AND n.level = k.level ORDER BY generation DESC LIMIT 3
) ORDER BY level, generation
-- read_held
SELECT origin, size, raw FROM held WHERE origin = ?
-- list_held
SELECT origin, size, raw FROM held ORDER BY origin
-- list_held_of
SELECT origin FROM held WHERE origin LIKE ?
-- write_held
INSERT INTO held (origin, size, raw, since) VALUES (?, ?, ?, ?) ON CONFLICT (origin) DO UPDATE SET since = CASE
  WHEN held.size > (SELECT coalesce(max(v.size), 0) FROM vouched v WHERE v.origin = held.origin) THEN held.since
  ELSE excluded.since END, size = excluded.size, raw = excluded.raw
-- write_vouched
INSERT INTO vouched (origin, size, raw, time) VALUES (?, ?, ?, ?) ON CONFLICT (origin) DO UPDATE SET
  size = excluded.size, raw = excluded.raw, time = excluded.time WHERE excluded.size > vouched.size
-- read_vouched
SELECT size, raw, time FROM vouched WHERE origin = ?
-- list_unvouched
SELECT h.origin, h.size, h.since FROM held h LEFT JOIN vouched v ON v.origin = h.origin
WHERE (v.size IS NULL OR v.size < h.size) AND h.since < ? AND h.origin NOT IN (SELECT origin FROM mirror_heads) ORDER BY h.origin
-- insert_link
INSERT INTO links (origin, old, path) VALUES (?, ?, ?)
-- read_link
SELECT path FROM links WHERE origin = ? AND old = ?
-- forget_links
DELETE FROM links WHERE origin = ?
-- insert_kept
INSERT INTO kept (origin, size, raw, time) VALUES (?, ?, ?, ?) ON CONFLICT (origin, size) DO UPDATE SET
  raw = excluded.raw, time = excluded.time WHERE excluded.time > kept.time
-- read_kept
SELECT raw FROM kept WHERE origin = ? AND size = ?
-- kept_before
SELECT size, raw, time FROM kept WHERE origin = ? AND size > ? AND size <= ? ORDER BY time DESC LIMIT 1
-- insert_heard
INSERT INTO heard (origin, size, root, raw, via, time) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (origin, size, root) DO NOTHING
-- list_heard
SELECT size, root, raw, via, time FROM heard WHERE origin = ? ORDER BY size
-- forget_between
DELETE FROM heard WHERE origin = ? AND size NOT IN (SELECT size FROM heard WHERE origin = ? ORDER BY size LIMIT 16)
  AND size NOT IN (SELECT size FROM heard WHERE origin = ? ORDER BY size DESC LIMIT 16)
-- write_asked_of
INSERT INTO asked_of (origin, time) VALUES (?, ?) ON CONFLICT (origin) DO NOTHING
-- forget_asked_of
DELETE FROM asked_of WHERE origin NOT IN (SELECT origin FROM heard)
-- list_not_asked
SELECT DISTINCT origin FROM heard WHERE time < ? AND origin NOT IN (SELECT origin FROM asked_of)
-- list_all_heard
SELECT h.origin, h.size, min(h.via) AS via, (SELECT min(f.time) FROM heard f WHERE f.origin = h.origin) AS time
FROM heard h JOIN asked_of a ON a.origin = h.origin
WHERE a.time < ? AND h.size = (SELECT max(n.size) FROM heard n WHERE n.origin = h.origin) GROUP BY h.origin, h.size ORDER BY h.origin
-- forget_heard
DELETE FROM heard WHERE origin = ? AND size = ? AND root = ?
-- write_passed
INSERT INTO passed (peer, origin, size, told) VALUES (?, ?, ?, ?) ON CONFLICT (peer, origin) DO UPDATE SET
  size = excluded.size, told = excluded.told, done = 0 WHERE passed.done = 1 AND passed.size < excluded.size
-- set_passed
UPDATE passed SET done = 1 WHERE peer = ? AND told < ?
-- write_shown_to_us
INSERT INTO passed (peer, origin, size, told, done) VALUES (?, ?, ?, 0, 1) ON CONFLICT (peer, origin) DO UPDATE SET
  size = excluded.size, done = 1 WHERE excluded.size >= passed.size
-- list_gossip
SELECT h.origin, h.size, h.raw FROM (
  SELECT origin, size, raw FROM vouched UNION ALL SELECT origin, size, checkpoint FROM mirror_heads
) h LEFT JOIN passed p ON p.origin = h.origin AND p.peer = ?
WHERE p.origin IS NULL OR p.done = 0 OR p.size < h.size ORDER BY CASE WHEN p.done = 0 THEN 0 ELSE 1 END, p.told NULLS FIRST, h.origin LIMIT ?
-- insert_conflict
INSERT INTO conflicts (digest, about, code, raw, time, self_proving) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (digest) DO NOTHING
-- count_conflict
INSERT INTO conflict_counts (about, code, count) VALUES (?, ?, 1) ON CONFLICT (about, code) DO UPDATE SET count = conflict_counts.count + 1
-- read_conflict_count
SELECT count FROM conflict_counts WHERE about = ? AND code = ?
-- has_conflict
SELECT time FROM conflicts WHERE digest = ?
-- list_kept_conflicts
SELECT digest, about, code, time FROM conflicts ORDER BY time
-- list_conflicts_of
SELECT raw FROM conflicts WHERE code = ? ORDER BY time
-- list_conflicts_for
SELECT c.digest, c.raw FROM conflicts c LEFT JOIN conflicts_passed p ON p.digest = c.digest AND p.peer = ?
WHERE c.self_proving = 1 AND p.peer IS NULL AND c.time > ? ORDER BY random() LIMIT ?
-- insert_conflict_passed
INSERT INTO conflicts_passed (peer, digest) VALUES (?, ?) ON CONFLICT (peer, digest) DO NOTHING
-- insert_owed
INSERT INTO owed_news (peer) VALUES (?) ON CONFLICT (peer) DO NOTHING
-- list_owed
SELECT peer FROM owed_news ORDER BY peer
-- delete_owed
DELETE FROM owed_news WHERE peer = ?
-- write_tail
INSERT INTO tails (origin, peer, shown) VALUES (?, ?, ?) ON CONFLICT (origin, peer) DO UPDATE SET shown = excluded.shown
-- read_tail
SELECT origin, shown FROM tails WHERE peer = ?
-- delete_tail
DELETE FROM tails WHERE peer = ?
-- read_recovering
SELECT why, size, root FROM recovering WHERE one = 1
-- write_recovering
INSERT INTO recovering (one, why, size, root) VALUES (1, ?, ?, ?)
ON CONFLICT (one) DO UPDATE SET why = excluded.why, size = excluded.size, root = excluded.root
-- delete_recovering
DELETE FROM recovering
-- insert_recovered
INSERT INTO recovered (idx, digest, raw) VALUES (?, ?, ?) ON CONFLICT (idx, digest) DO NOTHING
-- list_recovered
SELECT idx, raw FROM recovered WHERE idx >= ? ORDER BY idx
-- delete_recovered
DELETE FROM recovered
-- read_sequences
SELECT raw, secret, listing FROM sequences WHERE one = 1
-- write_sequences
INSERT INTO sequences (one, raw, secret, listing) VALUES (1, ?, ?, ?)
ON CONFLICT (one) DO UPDATE SET raw = excluded.raw, secret = excluded.secret, listing = excluded.listing
-- write_last
INSERT INTO lasts (sender, epoch, precedence, last) VALUES (?, ?, ?, ?)
ON CONFLICT (sender, epoch, precedence) DO UPDATE SET last =
  CASE WHEN excluded.last > lasts.last THEN excluded.last ELSE lasts.last END
-- list_lasts
SELECT sender, epoch, precedence, last FROM lasts ORDER BY sender, epoch, precedence
-- write_witnessed
INSERT INTO witnessed (size, time) VALUES (?, ?) ON CONFLICT (size) DO UPDATE SET time =
  CASE WHEN excluded.time > witnessed.time THEN excluded.time ELSE witnessed.time END
-- read_witnessed
SELECT time FROM witnessed WHERE size = ?
-- insert_epoch_accepted
INSERT INTO epochs_accepted (origin, code, epoch, raw) VALUES (?, ?, ?, ?) ON CONFLICT (origin, code, epoch) DO NOTHING
-- list_epochs_accepted
SELECT origin, code, epoch, raw FROM epochs_accepted WHERE code = ? ORDER BY epoch DESC
-- list_epochs_new
SELECT origin, code, epoch, raw FROM epochs_accepted WHERE sent_again = 0
-- set_epoch_sent_again
UPDATE epochs_accepted SET sent_again = 1 WHERE origin = ? AND code = ? AND epoch = ?
-- insert_epoch_asked
INSERT INTO epochs_asked (code, epoch, digest, raw, time) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (code, epoch) DO UPDATE SET digest = excluded.digest, raw = excluded.raw, time = excluded.time
-- list_epochs_asked
SELECT a.code, a.epoch, a.digest, a.raw, a.time FROM epochs_asked a
WHERE a.epoch > (SELECT coalesce(max(d.epoch), 1) FROM epochs_accepted d WHERE d.code = a.code AND d.origin = ?)
  AND a.epoch = (SELECT max(b.epoch) FROM epochs_asked b WHERE b.code = a.code) ORDER BY a.time
-- set_due_again
UPDATE outbox SET put = NULL, done = 0 WHERE peer = ? AND digest = ? AND kind = 'slip'
-- forget_told_above
DELETE FROM told WHERE size > ?
-- insert_told
INSERT INTO told (peer, size) VALUES (?, ?) ON CONFLICT (peer, size) DO NOTHING
-- insert_shown
INSERT INTO told (peer, size, shown) VALUES (?, ?, 1) ON CONFLICT (peer, size) DO UPDATE SET shown = 1
-- list_told
SELECT size, shown FROM told WHERE peer = ? ORDER BY size
-- list_told_since
SELECT DISTINCT peer FROM told WHERE size > ? AND size <= ?
-- forget_told
DELETE FROM told WHERE peer = ? AND size < ? AND shown = 0
-- forget_shown
DELETE FROM told WHERE peer = ? AND shown = 1
-- set_told
UPDATE outbox SET told = ? WHERE n = ?
-- read_told
SELECT told FROM outbox WHERE peer = ? AND digest = ?
-- insert_outbox
INSERT INTO outbox (n, peer, kind, digest, idx, precedence, sealed, apart)
VALUES ((SELECT coalesce(max(n), 0) + 1 FROM outbox), ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (peer, digest) DO UPDATE SET put = NULL, done = 0
-- list_outbox
SELECT n, peer, kind, digest, idx, precedence, sealed, apart, put, envelope, told FROM outbox WHERE done = 0 ORDER BY precedence DESC, n
-- list_outbox_peer
SELECT n, peer, kind, digest, idx, precedence, sealed, apart, put, envelope, told FROM outbox WHERE peer = ? AND (done = 0 OR (kind = 'receipt' AND put > ?)) ORDER BY precedence DESC, n
-- list_outbox_of
SELECT peer, envelope FROM outbox WHERE digest = ? AND kind = 'slip' AND envelope <> ''
-- set_put
UPDATE outbox SET put = ?, envelope = ?, done = CASE WHEN kind = 'receipt' THEN 1 ELSE 0 END WHERE n = ?
-- set_done
UPDATE outbox SET done = 1 WHERE peer = ? AND digest = ?
-- requeue_proven
UPDATE outbox SET put = NULL, done = 0, proven = 1 WHERE kind = 'receipt' AND idx < ? AND proven = 0
-- replace_object
UPDATE objects SET raw = ? WHERE digest = ?
-- insert_blob
INSERT INTO blobs (digest, size) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING
-- list_blobs
SELECT digest FROM blobs ORDER BY digest
-- insert_small_blob
INSERT INTO small_blobs (digest, raw) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING
-- read_small_blob
SELECT raw FROM small_blobs WHERE digest = ?
-- has_small_blob
SELECT 1 FROM small_blobs WHERE digest = ?
-- forget_small_blob
DELETE FROM small_blobs WHERE digest = ?
-- has_blob
SELECT size FROM blobs WHERE digest = ?
-- set_on_link
UPDATE blobs SET on_link = ? WHERE digest = ?
-- list_on_link
SELECT digest FROM blobs WHERE on_link = 1
-- read_clock
SELECT greatest FROM clock WHERE one = 1
-- lower_clock
UPDATE clock SET greatest = ? WHERE one = 1
-- write_clock
INSERT INTO clock (one, greatest) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET greatest =
  CASE WHEN excluded.greatest > clock.greatest THEN excluded.greatest ELSE clock.greatest END
