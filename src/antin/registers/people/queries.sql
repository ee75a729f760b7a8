-- insert_station
INSERT INTO people_station (one, code, credential, root, idx) VALUES (1, ?, ?, ?, ?)
-- set_station
UPDATE people_station SET credential = ? WHERE one = 1
-- upsert_officer
INSERT INTO people_officers (officer, credential, roles, level, state, since, idx) VALUES (?, ?, ?, ?, 'serving', ?, ?)
ON CONFLICT (officer) DO UPDATE SET credential = excluded.credential, roles = excluded.roles, level = excluded.level,
  state = 'serving', since = excluded.since, idx = excluded.idx
-- read_station
SELECT code, credential, root FROM people_station WHERE one = 1
-- read_officer
SELECT officer, credential, roles, level, state, idx FROM people_officers WHERE officer = ?
-- list_officers
SELECT officer, credential, roles, level, state, idx FROM people_officers ORDER BY officer
