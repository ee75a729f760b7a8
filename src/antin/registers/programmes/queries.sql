-- next_number
SELECT coalesce(max(n), 0) + 1 FROM programmes_programmes
-- insert_programme
INSERT INTO programmes_programmes (n, id, station, directive, above, level, precedence, time, idx) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
-- read_programme
SELECT n, id, station, directive, above, level, precedence, time, idx FROM programmes_programmes WHERE n = ?
-- find_programme
SELECT n, id, station, directive, above, level, precedence, time, idx FROM programmes_programmes WHERE id = ?
-- list_programmes
SELECT n, id, station, directive, above, level, precedence, time, idx FROM programmes_programmes ORDER BY n
-- list_of_directive
SELECT n, id, station, directive, above, level, precedence, time, idx FROM programmes_programmes WHERE directive = ? ORDER BY n
-- insert_unit
INSERT INTO programmes_units (programme, code) VALUES (?, ?)
-- list_units
SELECT code FROM programmes_units WHERE programme = ? ORDER BY code
-- find_unit
SELECT code FROM programmes_units WHERE programme = ? AND code = ?
-- insert_goal
INSERT INTO programmes_goals (programme, key, parent, above, owner, milestone, baseline, target, weight, n)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
-- list_goals
SELECT key, parent, above, owner, milestone, baseline, target, weight FROM programmes_goals WHERE programme = ? ORDER BY n
-- insert_task
INSERT INTO programmes_tasks (programme, key, goal, unit, officer, weight, start, due, state, n) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'open', ?)
-- list_tasks
SELECT key, goal, unit, officer, weight, start, due, state FROM programmes_tasks WHERE programme = ? ORDER BY n
-- read_task
SELECT unit, state FROM programmes_tasks WHERE programme = ? AND key = ?
-- set_task
UPDATE programmes_tasks SET state = ? WHERE programme = ? AND key = ?
-- insert_after
INSERT INTO programmes_after (programme, task, after) VALUES (?, ?, ?)
-- list_after
SELECT task, after FROM programmes_after WHERE programme = ? ORDER BY task, after
-- next_report
SELECT coalesce(max(n), 0) + 1 FROM programmes_reports
-- insert_report
INSERT INTO programmes_reports (id, n, programme, unit, period, officer, state, time, idx, reviewer, tasks)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '', ?)
-- find_report
SELECT id, n, programme, unit, period, officer, state, time, idx, reviewer, tasks FROM programmes_reports WHERE id = ?
-- read_report
SELECT id, n, programme, unit, period, officer, state, time, idx, reviewer, tasks FROM programmes_reports WHERE n = ?
-- find_period_report
SELECT id, n, programme, unit, period, officer, state, time, idx, reviewer, tasks FROM programmes_reports
WHERE programme = ? AND period = ? AND unit = ? ORDER BY n DESC LIMIT 1
-- list_reports
SELECT id, n, programme, unit, period, officer, state, time, idx, reviewer, tasks FROM programmes_reports
WHERE programme = ? ORDER BY n
-- set_report
UPDATE programmes_reports SET state = ?, reviewer = ? WHERE id = ?
-- insert_item
INSERT INTO programmes_items (report, task, done, state) VALUES (?, ?, ?, ?)
-- list_items
SELECT task, done, state FROM programmes_items WHERE report = ? ORDER BY task
-- insert_evidence
INSERT INTO programmes_evidence (report, task, digest) VALUES (?, ?, ?)
-- list_evidence
SELECT task, digest FROM programmes_evidence WHERE report = ? ORDER BY task, digest
-- set_standing
INSERT INTO programmes_standing (programme, unit, task, done, state, time, finished, idx) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (programme, unit, task) DO UPDATE SET
  done = CASE WHEN excluded.time < programmes_standing.time THEN programmes_standing.done ELSE excluded.done END,
  state = CASE WHEN excluded.time < programmes_standing.time THEN programmes_standing.state ELSE excluded.state END,
  finished = CASE
    WHEN programmes_standing.finished <> 0 AND programmes_standing.finished < excluded.finished THEN programmes_standing.finished
    WHEN programmes_standing.finished <> 0 AND excluded.finished <> 0 THEN excluded.finished
    WHEN excluded.time < programmes_standing.time THEN programmes_standing.finished ELSE excluded.finished END,
  idx = CASE WHEN excluded.time < programmes_standing.time THEN programmes_standing.idx ELSE excluded.idx END,
  time = CASE WHEN excluded.time < programmes_standing.time THEN programmes_standing.time ELSE excluded.time END
-- list_standing
SELECT unit, task, done, state, time, finished, idx FROM programmes_standing WHERE programme = ? ORDER BY unit, task
-- list_unit_standing
SELECT task, done, state, time, finished, idx FROM programmes_standing WHERE programme = ? AND unit = ? ORDER BY task
-- sum_tasks
SELECT task, sum(done) AS done FROM programmes_standing WHERE programme = ? GROUP BY task
-- sum_units
SELECT s.unit, sum(s.done * t.weight) AS share, sum(CASE WHEN s.state = 'done' THEN 1 ELSE 0 END) AS done,
  sum(CASE WHEN s.state = 'blocked' THEN 1 ELSE 0 END) AS blocked,
  sum(CASE WHEN s.state = 'done' AND s.finished <= t.due THEN 1 ELSE 0 END) AS on_time,
  sum(CASE WHEN s.state = 'done' AND t.due < ? THEN 1 ELSE 0 END) AS caught_up, count(*) AS told, max(s.time) AS last
FROM programmes_standing s JOIN programmes_tasks t ON t.programme = s.programme AND t.key = s.task
WHERE s.programme = ? AND t.state = 'open' GROUP BY s.unit
-- list_reporters
SELECT unit, max(time) AS time FROM programmes_reports WHERE programme = ? AND period = ? AND state <> 'returned' GROUP BY unit ORDER BY unit
-- set_measure
INSERT INTO programmes_measures (programme, goal, unit, value, time, idx) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (programme, goal, unit) DO UPDATE SET value = excluded.value, time = excluded.time, idx = excluded.idx
WHERE excluded.time >= programmes_measures.time
-- list_measures
SELECT goal, unit, value, time, idx FROM programmes_measures WHERE programme = ? ORDER BY goal, unit
-- set_below
INSERT INTO programmes_below (programme, goal, done, period, time, idx) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (programme, goal) DO UPDATE SET done = excluded.done, period = excluded.period, time = excluded.time, idx = excluded.idx
WHERE excluded.time >= programmes_below.time
-- list_below
SELECT g.above, b.done FROM programmes_programmes p JOIN programmes_goals g ON g.programme = p.id
JOIN programmes_below b ON b.programme = p.id AND b.goal = g.key WHERE p.above = ? AND g.above <> '' ORDER BY p.n, g.n
-- insert_period
INSERT INTO programmes_periods (programme, period, units, reported, done, figures, time, idx) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
-- find_period
SELECT period, units, reported, done, figures, time, idx FROM programmes_periods WHERE programme = ? AND period = ?
-- list_periods
SELECT period, units, reported, done, figures, time, idx FROM programmes_periods WHERE programme = ? ORDER BY period
