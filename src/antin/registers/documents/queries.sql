-- next_number
SELECT coalesce(max(n), 0) + 1 FROM documents_drafts
-- insert_draft
INSERT INTO documents_drafts (n, id, level, size, document, kind, signed, stamped, has_subject) VALUES (?, ?, ?, ?, ?, ?, ?, NULL, ?)
-- read_draft
SELECT n, id, level, size, document, kind, signed, stamped, cancelled FROM documents_drafts WHERE n = ?
-- find_draft
SELECT n, id, level, size, document, kind, signed, stamped, cancelled FROM documents_drafts WHERE id = ?
-- list_drafts
SELECT n, id, level, size, document, kind, signed, stamped, cancelled FROM documents_drafts ORDER BY n
-- find_size
SELECT n, id, level, size, document, kind, signed, stamped, cancelled FROM documents_drafts WHERE size = ? AND cancelled IS NULL ORDER BY n DESC
-- set_cancelled
UPDATE documents_drafts SET cancelled = ? WHERE id = ?
-- set_stamped
UPDATE documents_drafts SET stamped = ? WHERE id = ? AND stamped IS NULL
