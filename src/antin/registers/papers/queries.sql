-- next_number
SELECT coalesce(max(n), 0) + 1 FROM papers_papers
-- insert_paper
INSERT INTO papers_papers (n, digest, name, kind, station, officer, time, idx, level, precedence, own, addressees, slip)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
-- read_paper
SELECT n, digest, name AS named, kind, station, officer, time, idx, level, precedence, own, addressees FROM papers_papers WHERE n = ?
-- find_paper
SELECT n, digest, name AS named, kind, station, officer, time, idx, level, precedence, own, addressees FROM papers_papers WHERE digest = ?
-- find_name
SELECT n, digest, name AS named, kind, station, officer, time, idx, level, precedence, own, addressees FROM papers_papers WHERE name = ?
-- list_papers
SELECT n, digest, name AS named, kind, station, officer, time, idx, level, precedence, own, addressees FROM papers_papers ORDER BY n
-- list_waiting
SELECT n, digest, name AS named, kind, station, officer, time, idx, level, precedence, own, addressees FROM papers_papers p
WHERE own = 1 AND addressees > 0 AND NOT EXISTS (SELECT 1 FROM papers_published s WHERE s.digest = p.digest) ORDER BY precedence DESC, n
-- insert_published
INSERT INTO papers_published (idx, digest, statement) VALUES (?, ?, ?)
-- list_published
SELECT statement FROM papers_published WHERE digest = ? ORDER BY idx
-- insert_refused
INSERT INTO papers_refused (idx, slip, digest, kind, code, needs, time) VALUES (?, ?, ?, ?, ?, ?, ?)
-- is_settled
SELECT 1 FROM papers_papers WHERE slip = ? UNION ALL SELECT 1 FROM papers_refused WHERE slip = ? LIMIT 1
-- newest_refusal
SELECT code, needs FROM papers_refused WHERE slip = ? ORDER BY idx DESC LIMIT 1
-- list_ready
SELECT r.slip FROM papers_refused r JOIN papers_papers p ON p.name = r.needs
WHERE r.idx = (SELECT max(idx) FROM papers_refused l WHERE l.slip = r.slip)
  AND NOT EXISTS (SELECT 1 FROM papers_papers t WHERE t.slip = r.slip)
-- is_taken
SELECT 1 FROM papers_papers WHERE slip = ? LIMIT 1
-- list_refused
SELECT idx, slip, digest, kind, code, time FROM papers_refused ORDER BY idx
