"""The books (sổ): one folder each. A table changes only by ``apply(record)``; no book imports another."""
