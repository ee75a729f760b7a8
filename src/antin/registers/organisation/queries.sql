-- insert_office
INSERT INTO organisation_offices (idx, key, parent, since) VALUES (?, ?, ?, ?)
-- list_offices
SELECT key, parent, since, idx FROM organisation_offices o
WHERE idx = (SELECT max(idx) FROM organisation_offices n WHERE n.key = o.key) ORDER BY key
-- list_places
SELECT parent, since, idx FROM organisation_offices WHERE key = ? ORDER BY idx
-- insert_post
INSERT INTO organisation_posts (key, office, state, officer, since, idx) VALUES (?, ?, ?, '', 0, ?)
-- find_post
SELECT key, office, state, officer, since, idx FROM organisation_posts WHERE key = ?
-- list_posts
SELECT key, office, state, officer, since, idx FROM organisation_posts ORDER BY office, idx
-- set_post
UPDATE organisation_posts SET state = ?, officer = ?, since = ? WHERE key = ?
-- insert_holder
INSERT INTO organisation_holders (idx, post, officer, since) VALUES (?, ?, ?, ?)
-- list_holders
SELECT officer, since, idx FROM organisation_holders WHERE post = ? ORDER BY idx
-- insert_unit
INSERT INTO organisation_units (idx, code, parent, professional, since) VALUES (?, ?, ?, ?, ?)
-- list_units
SELECT code, parent, professional, since, idx FROM organisation_units u
WHERE idx = (SELECT max(idx) FROM organisation_units n WHERE n.code = u.code) ORDER BY code
-- list_moves
SELECT parent, professional, since, idx FROM organisation_units WHERE code = ? ORDER BY idx
