-- next_number
SELECT coalesce(max(n), 0) + 1 FROM directives_directives
-- insert_directive
INSERT INTO directives_directives (n, id, station, kind, signed, acknowledge_by, study_by, ends, calendar, level, precedence,
  state, time, idx) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'issued', ?, ?)
-- read_directive
SELECT n, id, station, kind, signed, acknowledge_by, study_by, ends, calendar, level, precedence, state, time, idx
FROM directives_directives WHERE n = ?
-- find_directive
SELECT n, id, station, kind, signed, acknowledge_by, study_by, ends, calendar, level, precedence, state, time, idx
FROM directives_directives WHERE id = ?
-- list_directives
SELECT n, id, station, kind, signed, acknowledge_by, study_by, ends, calendar, level, precedence, state, time, idx
FROM directives_directives ORDER BY n
-- set_state
UPDATE directives_directives SET state = ? WHERE id = ?
-- insert_basis
INSERT INTO directives_basis (directive, id, kind, issued, direct) VALUES (?, ?, ?, ?, ?)
-- insert_rests
INSERT INTO directives_rests (directive, id, rests_on) VALUES (?, ?, ?)
-- list_basis
SELECT id, kind, issued, direct FROM directives_basis WHERE directive = ? ORDER BY issued DESC, id
-- list_rests
SELECT id, rests_on FROM directives_rests WHERE directive = ? ORDER BY id, rests_on
-- insert_unit
INSERT INTO directives_units (directive, code, state, acknowledged, studied, sessions, invited, in_person, online, officers, read, parent, told)
VALUES (?, ?, 'addressed', NULL, NULL, 0, 0, 0, 0, 0, 0, '', 0)
-- read_unit
SELECT state, parent FROM directives_units WHERE directive = ? AND code = ?
-- list_units
SELECT code, state, acknowledged, studied, sessions, invited, in_person, online, officers, read, acknowledged_idx, studied_idx, parent
FROM directives_units WHERE directive = ? ORDER BY code
-- set_acknowledged
UPDATE directives_units SET state = ?, acknowledged = ?, acknowledged_idx = ? WHERE directive = ? AND code = ?
-- set_studied
UPDATE directives_units SET state = ?, told = ?, sessions = ?, invited = ?, in_person = ?, online = ?, officers = ?, read = ?,
  studied_idx = ? WHERE directive = ? AND code = ? AND told <= ?
-- set_first_studied
UPDATE directives_units SET studied = ? WHERE directive = ? AND code = ? AND (studied IS NULL OR studied > ?)
-- set_moved
UPDATE directives_units SET state = ?, parent = ? WHERE directive = ? AND code = ?
-- insert_session
INSERT INTO directives_sessions (idx, directive, form, held, invited, in_person, online) VALUES (?, ?, ?, ?, ?, ?, ?)
-- list_sessions
SELECT idx, form, held, invited, in_person, online FROM directives_sessions WHERE directive = ? ORDER BY held, idx
-- insert_attendance
INSERT INTO directives_attendance (idx, officer, form) VALUES (?, ?, ?)
-- list_attendance
SELECT officer, form FROM directives_attendance WHERE idx = ? ORDER BY officer
-- insert_read
INSERT INTO directives_read (directive, officer, time, idx) VALUES (?, ?, ?, ?)
-- list_read
SELECT officer, time, idx FROM directives_read WHERE directive = ? ORDER BY officer
-- find_read
SELECT idx FROM directives_read WHERE directive = ? AND officer = ?
