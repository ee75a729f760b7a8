-- insert_issued
INSERT INTO keys_issued (id, digest, kind, not_after, state, since, idx) VALUES (?, ?, ?, ?, 'good', 0, ?)
-- read_issued
SELECT digest, state, since FROM keys_issued WHERE id = ?
-- set_revoked
UPDATE keys_issued SET state = 'revoked', since = ? WHERE id = ?
-- list_states
SELECT id, state, since FROM keys_issued ORDER BY id
-- insert_status
INSERT INTO keys_status (idx, as_of, size, root) VALUES (?, ?, ?, ?)
-- newest_status
SELECT idx, as_of, size, root FROM keys_status ORDER BY idx DESC LIMIT 1
-- insert_epoch
INSERT INTO keys_epochs (code, epoch, record, idx) VALUES (?, ?, ?, ?)
-- last_epoch
SELECT coalesce(max(epoch), 1) FROM keys_epochs WHERE code = ?
-- insert_link
INSERT INTO keys_link (id, vouching, key, not_after, idx) VALUES (?, ?, ?, ?, ?)
-- newest_link
SELECT vouching, key, not_after FROM keys_link ORDER BY idx DESC LIMIT 1
