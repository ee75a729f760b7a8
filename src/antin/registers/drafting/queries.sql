-- next_number
SELECT coalesce(max(n), 0) + 1 FROM drafting_drafts
-- insert_draft
INSERT INTO drafting_drafts (n, id, station, level, precedence, state, time, idx) VALUES (?, ?, ?, ?, ?, 'open', ?, ?)
-- read_draft
SELECT n, id, station, level, precedence, state, time, idx FROM drafting_drafts WHERE n = ?
-- find_draft
SELECT n, id, station, level, precedence, state, time, idx FROM drafting_drafts WHERE id = ?
-- list_drafts
SELECT n, id, station, level, precedence, state, time, idx FROM drafting_drafts ORDER BY n
-- set_draft
UPDATE drafting_drafts SET state = ? WHERE id = ?
-- insert_version
INSERT INTO drafting_versions (draft, version, closes, document, state, time, idx) VALUES (?, ?, ?, ?, 'circulated', ?, ?)
-- list_versions
SELECT version, closes, document, state, time, idx FROM drafting_versions WHERE draft = ? ORDER BY version
-- set_version
UPDATE drafting_versions SET state = ? WHERE draft = ? AND version = ?
-- insert_clause
INSERT INTO drafting_clauses (draft, version, position, clause) VALUES (?, ?, ?, ?)
-- list_clauses
SELECT clause FROM drafting_clauses WHERE draft = ? AND version = ? ORDER BY position
-- insert_unit
INSERT INTO drafting_units (draft, version, code) VALUES (?, ?, ?)
-- list_units
SELECT code FROM drafting_units WHERE draft = ? AND version = ? ORDER BY code
-- insert_comment
INSERT INTO drafting_comments (draft, version, station, clause, stance, late, time, idx, record) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
-- list_comments
SELECT station, clause, stance, late, time, idx, record FROM drafting_comments WHERE draft = ? AND version = ? ORDER BY station, clause
-- insert_answer
INSERT INTO drafting_answers (draft, version, station, clause, stance, accepted, position, idx) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
-- list_answers
SELECT station, clause, stance, accepted, position, idx FROM drafting_answers WHERE draft = ? AND version = ?
ORDER BY station, clause
