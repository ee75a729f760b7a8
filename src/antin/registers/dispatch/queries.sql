-- insert_sent
INSERT INTO dispatch_sent (statement, id, level, precedence, seal, sealed, sealed_size, count, author, time, idx, has_subject)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
-- read_sent
SELECT statement, id, level, precedence, seal, sealed, sealed_size, count, author, time, idx, has_subject
FROM dispatch_sent WHERE statement = ?
-- find_alike
SELECT o.n, s.idx FROM dispatch_out o JOIN dispatch_sent s ON s.statement = o.statement
WHERE o.addressee = ? AND o.officer = ? AND s.sealed_size BETWEEN ? AND ? AND o.state NOT IN ('refused', 'expired')
ORDER BY o.n DESC LIMIT 20
-- next_out
SELECT coalesce(max(n), 0) + 1 FROM dispatch_out WHERE n > 0
-- next_own
SELECT coalesce(min(n), 0) - 1 FROM dispatch_out WHERE n < 0
-- last_sequence
SELECT coalesce(max(sequence), 0) FROM dispatch_out WHERE addressee = ? AND epoch = ? AND precedence = ?
-- list_last_sequences
SELECT addressee, precedence, max(sequence) AS sequence FROM dispatch_out WHERE epoch = ? AND addressee != ? AND idx < ?
GROUP BY addressee, precedence ORDER BY addressee, precedence
-- insert_out
INSERT INTO dispatch_out (n, statement, addressee, officer, precedence, sequence, deadline, slip, state, idx, epoch)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
-- read_out
SELECT n, statement, addressee, officer, precedence, sequence, deadline, slip, state, idx FROM dispatch_out WHERE n = ?
-- find_out
SELECT n, statement, addressee, officer, precedence, sequence, deadline, slip, state, idx FROM dispatch_out WHERE slip = ?
-- list_out
SELECT n, statement, addressee, officer, precedence, sequence, deadline, slip, state, idx FROM dispatch_out ORDER BY n
-- list_out_page
SELECT n, statement, addressee, officer, precedence, sequence, deadline, slip, state, idx FROM dispatch_out
WHERE n > 0 AND addressee <> ? ORDER BY n DESC LIMIT ? OFFSET ?
-- count_out
SELECT count(*) AS count FROM dispatch_out WHERE n > 0 AND addressee <> ?
-- set_out_state
UPDATE dispatch_out SET state = ? WHERE slip = ?
-- list_slips_of
SELECT o.slip FROM dispatch_out o JOIN dispatch_sent s ON s.statement = o.statement WHERE s.sealed = ? AND o.addressee != ?
-- insert_receipt
INSERT INTO dispatch_receipts (slip, result, receipt, time, reason, origin, their_idx, idx) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
-- list_receipts
SELECT result, receipt, time, reason, origin, their_idx, idx FROM dispatch_receipts WHERE slip = ? ORDER BY idx
-- has_receipt
SELECT receipt FROM dispatch_receipts WHERE slip = ? AND result = ? AND origin = ?
-- had_result
SELECT 1 FROM dispatch_receipts WHERE slip = ? AND result = ?
-- list_receipts_from
SELECT receipt FROM dispatch_receipts WHERE origin = ? AND their_idx >= ? ORDER BY their_idx LIMIT ?
-- list_lost_slips
SELECT DISTINCT o.slip FROM dispatch_out o JOIN dispatch_receipts r ON r.slip = o.slip
WHERE o.addressee = ? AND r.their_idx >= ? AND r.origin != ?
-- answers
SELECT origin, their_idx FROM dispatch_receipts WHERE slip = ?
-- next_in
SELECT coalesce(max(n), 0) + 1 FROM dispatch_in
-- next_number
SELECT coalesce(max(number), 0) + 1 FROM dispatch_in WHERE year = ?
-- insert_in
INSERT INTO dispatch_in (n, sender, epoch, precedence, sequence, slip, state, number, year, arrived, accepted, opened, refused, assignee, statement,
  due, answered, filed, answer)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, NULL, '', NULL, 0, NULL, NULL, '')
-- read_in
SELECT n, sender, epoch, precedence, sequence, slip, state, number, year, arrived, accepted, opened, refused, assignee, statement,
  due, answered, filed, answer
FROM dispatch_in WHERE n = ?
-- find_in
SELECT n, sender, epoch, precedence, sequence, slip, state, number, year, arrived, accepted, opened, refused, assignee, statement,
  due, answered, filed, answer
FROM dispatch_in WHERE slip = ?
-- find_identity
SELECT slip FROM dispatch_in WHERE sender = ? AND epoch = ? AND precedence = ? AND sequence = ?
-- find_other
SELECT n, slip FROM dispatch_in WHERE statement = ? AND slip != ?
-- list_in
SELECT n, sender, epoch, precedence, sequence, slip, state, number, year, arrived, accepted, opened, refused, assignee, statement,
  due, answered, filed, answer
FROM dispatch_in ORDER BY n
-- list_box
SELECT n, sender, epoch, precedence, sequence, slip, state, number, year, arrived, accepted, opened, refused, assignee, statement,
  due, answered, filed, answer
FROM dispatch_in WHERE sender >= ? AND sender < ? AND (? = '' OR state = ?) AND precedence >= ?
  AND (? = '' OR assignee = ?) AND (? = 0 OR state IN ('arrived', 'accepted'))
ORDER BY CASE WHEN state IN ('arrived', 'accepted') THEN 0 ELSE 1 END,
  CASE WHEN state IN ('arrived', 'accepted') THEN -precedence ELSE 0 END,
  CASE WHEN state IN ('arrived', 'accepted') THEN n ELSE -n END LIMIT ? OFFSET ?
-- count_box
SELECT count(*) AS count FROM dispatch_in WHERE sender >= ? AND sender < ? AND (? = '' OR state = ?)
  AND precedence >= ? AND (? = '' OR assignee = ?) AND (? = 0 OR state IN ('arrived', 'accepted'))
-- set_accepted
UPDATE dispatch_in SET state = ?, accepted = ? WHERE slip = ?
-- set_opened
UPDATE dispatch_in SET state = ?, opened = ?, statement = ? WHERE slip = ?
-- set_refused
UPDATE dispatch_in SET state = ?, refused = ? WHERE slip = ?
-- set_assignee
UPDATE dispatch_in SET assignee = ?, due = ?, answered = NULL, filed = NULL, answer = '' WHERE slip = ?
-- set_answered
UPDATE dispatch_in SET answered = ?, answer = ? WHERE slip = ?
-- set_filed
UPDATE dispatch_in SET filed = ? WHERE slip = ?
-- list_unanswered
SELECT n, sender, epoch, precedence, sequence, slip, state, number, year, arrived, accepted, opened, refused, assignee, statement,
  due, answered, filed, answer
FROM dispatch_in WHERE answered IS NULL AND filed IS NULL AND state IN ('arrived', 'accepted', 'opened')
ORDER BY due = 0, due, n
-- list_to
SELECT n, addressee FROM dispatch_out WHERE statement = ? AND n > 0 ORDER BY n
-- list_ranges
SELECT first, last FROM dispatch_ranges WHERE sender = ? AND epoch = ? AND precedence = ? ORDER BY first
-- list_all_ranges
SELECT sender, epoch, precedence, first, last FROM dispatch_ranges ORDER BY sender, epoch, precedence, first
-- delete_range
DELETE FROM dispatch_ranges WHERE sender = ? AND epoch = ? AND precedence = ? AND first = ?
-- insert_range
INSERT INTO dispatch_ranges (sender, epoch, precedence, first, last) VALUES (?, ?, ?, ?, ?)
-- insert_opening
INSERT INTO dispatch_openings (slip, officer, idx) VALUES (?, ?, ?)
-- insert_assignment
INSERT INTO dispatch_assignments (idx, slip, officer, by_officer, time, due) VALUES (?, ?, ?, ?, ?, ?)
-- list_assignments
SELECT idx, officer, by_officer, time, due FROM dispatch_assignments WHERE slip = ? ORDER BY idx
-- insert_partner
INSERT INTO dispatch_partners (idx, officer) VALUES (?, ?)
-- list_partners
SELECT officer FROM dispatch_partners WHERE idx = ? ORDER BY officer
-- list_helping
SELECT p.officer FROM dispatch_partners p
WHERE p.idx = (SELECT max(a.idx) FROM dispatch_assignments a WHERE a.slip = ?) ORDER BY p.officer
-- insert_refusal
INSERT INTO dispatch_refusals (idx, act, who, code, about, time) VALUES (?, ?, ?, ?, ?, ?)
-- list_refusals
SELECT idx, act, who, code, about, time FROM dispatch_refusals ORDER BY idx
-- insert_conflict
INSERT INTO dispatch_conflicts (idx, about, code, evidence, time) VALUES (?, ?, ?, ?, ?)
-- list_conflicts
SELECT idx, about, code, evidence, time FROM dispatch_conflicts ORDER BY idx
-- list_states
SELECT o.addressee, o.state, s.time FROM dispatch_out o JOIN dispatch_sent s ON s.statement = o.statement
WHERE o.statement = ? ORDER BY o.n
