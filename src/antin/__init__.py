"""Ấn Tín: sealed, signed, receipted documents between agencies, and the proof of it."""
