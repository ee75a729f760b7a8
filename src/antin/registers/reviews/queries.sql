-- next_review
SELECT coalesce(max(n), 0) + 1 FROM reviews_reviews
-- insert_review
INSERT INTO reviews_reviews (n, id, station, directive, period, outline, figures, size, consolidates, level, time, idx, record)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
-- has_review
SELECT n FROM reviews_reviews WHERE directive = ? AND period = ? AND station = ?
-- find_review
SELECT n FROM reviews_reviews WHERE id = ?
-- find_record
SELECT n FROM reviews_reviews WHERE record = ?
-- list_records
SELECT record FROM reviews_reviews WHERE directive = ? AND period = ? ORDER BY record
-- read_review
SELECT n, id, station, directive, period, outline, figures, size, consolidates, level, time, idx FROM reviews_reviews WHERE n = ?
-- list_reviews
SELECT n, id, station, directive, period, outline, figures, size, consolidates, level, time, idx FROM reviews_reviews ORDER BY n
-- list_of_period
SELECT n, id, station, directive, period, outline, figures, size, consolidates, level, time, idx FROM reviews_reviews
WHERE directive = ? AND period = ? ORDER BY station
-- insert_consolidated
INSERT INTO reviews_consolidated (review, part) VALUES (?, ?)
-- list_consolidated
SELECT v.n, v.station, v.period, v.idx FROM reviews_consolidated c JOIN reviews_reviews v ON v.record = c.part WHERE c.review = ? ORDER BY v.n
-- next_contribution
SELECT coalesce(max(n), 0) + 1 FROM reviews_contributions
-- insert_contribution
INSERT INTO reviews_contributions (n, id, station, directive, time, idx) VALUES (?, ?, ?, ?, ?, ?)
-- list_contributions
SELECT n, id, station, directive, time, idx FROM reviews_contributions ORDER BY n
-- next_proposal
SELECT coalesce(max(n), 0) + 1 FROM reviews_proposals
-- insert_proposal
INSERT INTO reviews_proposals (n, id, station, owner, directive, carries, level, precedence, state, officer, forwarded, time, answered, idx, answer_idx)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '', '', ?, NULL, ?, NULL)
-- read_proposal
SELECT n, id, station, owner, directive, carries, level, precedence, state, officer, forwarded, time, answered, idx, answer_idx
FROM reviews_proposals WHERE n = ?
-- find_proposal
SELECT n, id, station, owner, directive, carries, level, precedence, state, officer, forwarded, time, answered, idx, answer_idx
FROM reviews_proposals WHERE id = ?
-- list_proposals
SELECT n, id, station, owner, directive, carries, level, precedence, state, officer, forwarded, time, answered, idx, answer_idx
FROM reviews_proposals ORDER BY n
-- set_assigned
UPDATE reviews_proposals SET state = ?, officer = ? WHERE id = ?
-- set_answered
UPDATE reviews_proposals SET state = ?, forwarded = ?, answered = ?, answer_idx = ? WHERE id = ?
-- next_commendation
SELECT coalesce(max(n), 0) + 1 FROM reviews_commendations
-- insert_commendation
INSERT INTO reviews_commendations (idx, n, station, directive, unit, time) VALUES (?, ?, ?, ?, ?, ?)
-- list_commendations
SELECT idx, n, station, directive, unit, time FROM reviews_commendations ORDER BY n, unit
