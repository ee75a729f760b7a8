"""Ấn Tín: sealed, signed, receipted documents between agencies, and the proof of it."""

__version__ = "0.2.0"
