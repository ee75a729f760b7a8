"""Bytes to frozen values and back; every value has exactly one spelling (spec/encoding.md)."""
