-- next_number
SELECT coalesce(max(n), 0) + 1 FROM emulation_campaigns
-- insert_campaign
INSERT INTO emulation_campaigns (n, id, station, deputy, opens, closes, scale, formula, pledge, level, precedence, state, time, idx)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', ?, ?)
-- read_campaign
SELECT n, id, station, deputy, opens, closes, scale, formula, pledge, level, precedence, state, time, idx
FROM emulation_campaigns WHERE n = ?
-- find_campaign
SELECT n, id, station, deputy, opens, closes, scale, formula, pledge, level, precedence, state, time, idx
FROM emulation_campaigns WHERE id = ?
-- list_campaigns
SELECT n, id, station, deputy, opens, closes, scale, formula, pledge, level, precedence, state, time, idx
FROM emulation_campaigns ORDER BY n
-- set_state
UPDATE emulation_campaigns SET state = ? WHERE id = ?
-- insert_member
INSERT INTO emulation_members (campaign, code, state, officer, time, record, idx) VALUES (?, ?, 'invited', '', NULL, NULL, NULL)
-- list_members
SELECT code, state, officer, time, record, idx FROM emulation_members WHERE campaign = ? ORDER BY code
-- set_pledged
UPDATE emulation_members SET state = ?, officer = ?, time = ?, record = ?, idx = ? WHERE campaign = ? AND code = ?
-- insert_criterion
INSERT INTO emulation_criteria (campaign, position, key, maximum, method, source) VALUES (?, ?, ?, ?, ?, ?)
-- list_criteria
SELECT key, maximum, method, source FROM emulation_criteria WHERE campaign = ? ORDER BY position
-- insert_sheet
INSERT INTO emulation_sheets (campaign, station, kind, record, officer, time, idx) VALUES (?, ?, ?, ?, ?, ?, ?)
-- list_sheets
SELECT station, record, officer, time, idx FROM emulation_sheets WHERE campaign = ? AND kind = ? ORDER BY station
-- insert_mark
INSERT INTO emulation_marks (campaign, station, unit, key, score) VALUES (?, ?, ?, ?, ?)
-- list_marks
SELECT station, unit, key, score FROM emulation_marks WHERE campaign = ? ORDER BY station, unit, key
-- insert_closing
INSERT INTO emulation_closings (campaign, public, time, idx) VALUES (?, ?, ?, ?)
-- delete_closing
DELETE FROM emulation_closings WHERE campaign = ?
-- delete_places
DELETE FROM emulation_places WHERE campaign = ?
-- insert_contested
INSERT INTO emulation_contested (name, campaign, station, kind, idx) VALUES (?, ?, ?, ?, ?)
-- find_contested
SELECT name, campaign, station, kind FROM emulation_contested WHERE name = ?
-- list_contested
SELECT name, campaign, station, kind FROM emulation_contested WHERE campaign = ? ORDER BY station, kind, idx
-- read_closing
SELECT public, time, idx FROM emulation_closings WHERE campaign = ?
-- insert_place
INSERT INTO emulation_places (campaign, unit, rank, tied, total) VALUES (?, ?, ?, ?, ?)
-- list_places
SELECT unit, rank, tied, total FROM emulation_places WHERE campaign = ? ORDER BY rank, unit
-- insert_award
INSERT INTO emulation_awards (idx, position, campaign, unit, rank, time) VALUES (?, ?, ?, ?, ?, ?)
-- list_awards
SELECT idx, position, unit, rank, time FROM emulation_awards WHERE campaign = ? ORDER BY idx, position
-- insert_activity
INSERT INTO emulation_activities (idx, campaign, station, held) VALUES (?, ?, ?, ?)
-- list_activities
SELECT idx, station, held FROM emulation_activities WHERE campaign = ? ORDER BY held, idx
-- insert_attendance
INSERT INTO emulation_attendance (idx, code) VALUES (?, ?)
-- list_attendance
SELECT code FROM emulation_attendance WHERE idx = ? ORDER BY code
-- insert_key
INSERT INTO emulation_keys (campaign, number, station, opening, idx) VALUES (?, ?, ?, ?, ?)
-- find_key
SELECT opening FROM emulation_keys WHERE campaign = ? AND number = ? AND station = ?
-- find_opening
SELECT number FROM emulation_keys WHERE campaign = ? AND station = ? AND opening = ?
-- list_keys
SELECT station, opening FROM emulation_keys WHERE campaign = ? AND number = ? ORDER BY station
-- insert_kept
INSERT INTO emulation_kept (what, about, idx) VALUES (?, ?, ?)
-- find_kept
SELECT idx FROM emulation_kept WHERE what = ? AND about = ?
-- insert_round
INSERT INTO emulation_rounds (digest, campaign, number, key, round, time, idx) VALUES (?, ?, ?, ?, ?, ?, ?)
-- find_round
SELECT digest, campaign, number, key, round, time, idx FROM emulation_rounds WHERE digest = ?
-- read_round
SELECT digest, campaign, number, key, round, time, idx FROM emulation_rounds WHERE campaign = ? AND number = ?
-- list_rounds
SELECT digest, campaign, number, key, round, time, idx FROM emulation_rounds WHERE campaign = ? ORDER BY number
-- insert_cast
INSERT INTO emulation_casts (round, station, onion, idx) VALUES (?, ?, ?, ?)
-- list_casts
SELECT station, onion, idx FROM emulation_casts WHERE round = ? ORDER BY station
-- insert_mix
INSERT INTO emulation_mixes (round, position, station, taken, given, idx) VALUES (?, ?, ?, ?, ?, ?)
-- list_mixes
SELECT position, station, taken, given, idx FROM emulation_mixes WHERE round = ? ORDER BY position
-- insert_confirmation
INSERT INTO emulation_confirmations (round, station, list, holds, idx, record) VALUES (?, ?, ?, ?, ?, ?)
-- list_confirmations
SELECT station, list, holds, idx FROM emulation_confirmations WHERE round = ? ORDER BY station
-- insert_opening
INSERT INTO emulation_openings (round, station, list, seed, idx, record) VALUES (?, ?, ?, ?, ?, ?)
-- list_openings
SELECT station, list, seed, idx FROM emulation_openings WHERE round = ? ORDER BY station
-- list_confirmed
SELECT station, record FROM emulation_confirmations WHERE round = ?
-- list_opened
SELECT station, record FROM emulation_openings WHERE round = ?
-- insert_tally
INSERT INTO emulation_tallies (round, tally, idx) VALUES (?, ?, ?)
-- read_tally
SELECT tally, idx FROM emulation_tallies WHERE round = ?
