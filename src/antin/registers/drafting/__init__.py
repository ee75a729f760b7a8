"""Register of drafting (soạn thảo văn bản): drafts circulated, commented clause by clause, resolved, compared."""
