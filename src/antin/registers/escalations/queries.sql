-- next_number
SELECT coalesce(max(n), 0) + 1 FROM escalations_escalations
-- insert_escalation
INSERT INTO escalations_escalations (n, station, what, about, key, unit, step, due, time, idx) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
-- find_escalation
SELECT n, station, what, about, key, unit, step, due, time, idx FROM escalations_escalations
WHERE station = ? AND about = ? AND what = ? AND key = ? AND unit = ? AND step = ? AND due = ?
-- list_escalations
SELECT n, station, what, about, key, unit, step, due, time, idx FROM escalations_escalations ORDER BY n
