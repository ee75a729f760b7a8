-- next_number
SELECT coalesce(max(n), 0) + 1 FROM inspections_inspections
-- insert_inspection
INSERT INTO inspections_inspections (n, id, station, directive, starts, ends, state, level, precedence, time, idx)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
-- read_inspection
SELECT n, id, station, directive, starts, ends, state, level, precedence, time, idx FROM inspections_inspections WHERE n = ?
-- find_inspection
SELECT n, id, station, directive, starts, ends, state, level, precedence, time, idx FROM inspections_inspections WHERE id = ?
-- list_inspections
SELECT n, id, station, directive, starts, ends, state, level, precedence, time, idx FROM inspections_inspections ORDER BY n
-- set_inspection
UPDATE inspections_inspections SET state = ? WHERE id = ?
-- insert_unit
INSERT INTO inspections_units (inspection, code) VALUES (?, ?)
-- list_units
SELECT code FROM inspections_units WHERE inspection = ? ORDER BY code
-- insert_inspector
INSERT INTO inspections_inspectors (inspection, officer) VALUES (?, ?)
-- list_inspectors
SELECT officer FROM inspections_inspectors WHERE inspection = ? ORDER BY officer
-- insert_item
INSERT INTO inspections_checklist (inspection, key, n) VALUES (?, ?, ?)
-- list_items
SELECT key FROM inspections_checklist WHERE inspection = ? ORDER BY n
-- next_finding
SELECT coalesce(max(n), 0) + 1 FROM inspections_findings
-- insert_finding
INSERT INTO inspections_findings (n, id, inspection, unit, item, severity, officer, deadline, state, time, idx, answered,
  answerer, answer_idx, closed, closer, closing)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, '', NULL, NULL, '', x'')
-- read_finding
SELECT n, id, inspection, unit, item, severity, officer, deadline, state, time, idx, answered, answerer, answer_idx, closed, closer
FROM inspections_findings WHERE n = ?
-- find_finding
SELECT n, id, inspection, unit, item, severity, officer, deadline, state, time, idx, answered, answerer, answer_idx, closed, closer
FROM inspections_findings WHERE id = ?
-- list_findings
SELECT n, id, inspection, unit, item, severity, officer, deadline, state, time, idx, answered, answerer, answer_idx, closed, closer
FROM inspections_findings WHERE inspection = ? ORDER BY n
-- list_closings
SELECT n, closing FROM inspections_findings WHERE inspection = ? ORDER BY closing
-- list_open
SELECT f.id, f.n, f.unit, f.item, f.deadline, f.idx, i.station, i.level, i.precedence
FROM inspections_findings f JOIN inspections_inspections i ON i.id = f.inspection
WHERE f.state = 'open' AND i.state = 'open' ORDER BY f.n
-- set_answered
UPDATE inspections_findings SET state = ?, answered = ?, answerer = ?, answer_idx = ? WHERE id = ?
-- set_closed
UPDATE inspections_findings SET state = ?, closed = ?, closer = ?, closing = ? WHERE id = ?
-- set_reopened
UPDATE inspections_findings SET state = ?, deadline = ?, closed = NULL, closer = '', closing = x'' WHERE id = ?
-- insert_evidence
INSERT INTO inspections_evidence (finding, idx, digest) VALUES (?, ?, ?)
-- list_evidence
SELECT idx, digest FROM inspections_evidence WHERE finding = ? ORDER BY idx, digest
