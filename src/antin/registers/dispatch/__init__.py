"""Register of dispatches: what went out and came in, in which state, with which receipts."""
