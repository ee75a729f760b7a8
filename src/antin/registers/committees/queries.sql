-- next_number
SELECT coalesce(max(n), 0) + 1 FROM committees_committees
-- insert_committee
INSERT INTO committees_committees (n, id, station, kind, directive, decided, level, precedence, time, idx)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
-- read_committee
SELECT n, id, station, kind, directive, decided, level, precedence, time, idx FROM committees_committees WHERE n = ?
-- find_committee
SELECT n, id, station, kind, directive, decided, level, precedence, time, idx FROM committees_committees WHERE id = ?
-- list_committees
SELECT n, id, station, kind, directive, decided, level, precedence, time, idx FROM committees_committees ORDER BY n
-- set_member
INSERT INTO committees_members (committee, agency, officer, role, state, since, until, n, idx) VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?)
ON CONFLICT (committee, agency, officer) DO UPDATE SET role = excluded.role, state = excluded.state,
  since = excluded.since, until = 0, n = excluded.n, idx = excluded.idx
-- set_left
UPDATE committees_members SET state = ?, until = ? WHERE committee = ? AND agency = ? AND officer = ?
-- list_members
SELECT agency, officer, role, state, since, until, n, idx FROM committees_members WHERE committee = ? ORDER BY state DESC, n
-- find_assignment
SELECT key, station, agency, officer, due, state, done, time, idx FROM committees_assignments WHERE committee = ? AND key = ?
-- list_assignments
SELECT key, station, agency, officer, due, state, done, time, idx FROM committees_assignments WHERE committee = ? ORDER BY due, key
-- insert_assignment
INSERT INTO committees_assignments (committee, key, station, agency, officer, due, state, done, time, idx)
VALUES (?, ?, ?, ?, ?, ?, ?, NULL, ?, ?)
-- set_assignment
UPDATE committees_assignments SET state = ?, done = ? WHERE committee = ? AND key = ?
-- next_meeting
SELECT coalesce(max(n), 0) + 1 FROM committees_meetings
-- insert_meeting
INSERT INTO committees_meetings (n, id, committee, station, held, form, members, idx) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
-- read_meeting
SELECT n, id, committee, station, held, form, members, idx FROM committees_meetings WHERE n = ?
-- find_meeting
SELECT n, id, committee, station, held, form, members, idx FROM committees_meetings WHERE id = ?
-- list_meetings
SELECT n, id, committee, station, held, form, members, idx FROM committees_meetings WHERE committee = ? ORDER BY held, n
-- insert_present
INSERT INTO committees_present (meeting, agency, officer) VALUES (?, ?, ?)
-- list_present
SELECT agency, officer FROM committees_present WHERE meeting = ? ORDER BY agency, officer
-- next_paper
SELECT coalesce(max(n), 0) + 1 FROM committees_papers
-- insert_paper
INSERT INTO committees_papers (n, id, meeting, document, level, time, idx) VALUES (?, ?, ?, ?, ?, ?, ?)
-- read_paper
SELECT n, id, meeting, document, level, time, idx FROM committees_papers WHERE n = ?
-- find_paper
SELECT n, id, meeting, document, level, time, idx FROM committees_papers WHERE id = ?
-- insert_copy
INSERT INTO committees_copies (meeting, document, number, paper, agency, officer, state, returned) VALUES (?, ?, ?, ?, ?, ?, ?, NULL)
-- list_numbers
SELECT number FROM committees_copies WHERE meeting = ? AND document = ? ORDER BY number
-- list_of_paper
SELECT number, agency, officer, state, returned FROM committees_copies WHERE paper = ? ORDER BY number
-- find_copy
SELECT state FROM committees_copies WHERE paper = ? AND number = ?
-- set_copy
UPDATE committees_copies SET state = ?, returned = ? WHERE paper = ? AND number = ?
-- list_copies
SELECT p.n, m.n AS meeting, c.n AS committee, p.document, p.level, p.time, p.idx, k.number, k.agency, k.officer, k.state, k.returned
FROM committees_copies k JOIN committees_papers p ON p.id = k.paper JOIN committees_meetings m ON m.id = p.meeting
JOIN committees_committees c ON c.id = m.committee ORDER BY p.n, k.number
