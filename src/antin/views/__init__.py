"""Questions across registers; read only. Each answers with plain dictionaries, ready for a table or JSON."""
