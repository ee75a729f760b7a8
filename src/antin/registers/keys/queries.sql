-- insert_issued
INSERT INTO keys_issued (id, digest, kind, code, epoch, previous, not_after, state, since, idx)
VALUES (?, ?, ?, ?, ?, ?, ?, 'good', 0, ?)
-- list_bound
SELECT digest, epoch, state FROM keys_issued WHERE code = ? AND digest NOT IN (SELECT previous FROM keys_issued)
-- is_authority
SELECT id FROM keys_issued WHERE code = ? AND kind = 1
-- write_allotment
INSERT INTO keys_allotted (scope, authority, idx) VALUES (?, ?, ?)
ON CONFLICT (scope) DO UPDATE SET authority = excluded.authority, idx = excluded.idx WHERE keys_allotted.authority <> excluded.authority
-- list_allotments
SELECT scope, authority FROM keys_allotted ORDER BY idx, scope
-- insert_level
INSERT INTO keys_levels (level, generation, object, kid, until, idx) VALUES (?, ?, ?, ?, ?, ?)
-- list_levels
SELECT level, generation, kid, until FROM keys_levels ORDER BY level, generation
-- write_agreed
INSERT INTO keys_agreed (code, credential, idx) VALUES (?, ?, ?)
ON CONFLICT (code) DO UPDATE SET credential = excluded.credential, idx = excluded.idx
-- read_agreed
SELECT credential FROM keys_agreed WHERE code = ?
-- list_clock
SELECT idx FROM keys_clock ORDER BY idx DESC
-- insert_clock
INSERT INTO keys_clock (idx, before, after) VALUES (?, ?, ?)
-- read_issued
SELECT digest, state, since FROM keys_issued WHERE id = ?
-- set_revoked
UPDATE keys_issued SET state = 'revoked', since = ? WHERE id = ?
-- list_states
SELECT id, state, since, kind, code FROM keys_issued ORDER BY id
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
