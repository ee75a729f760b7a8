"""The append-only log of signed records: append, checkpoint, prove, audit. Is handed the registers' ``apply``."""
