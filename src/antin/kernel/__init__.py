"""Formats and cryptography as pure functions: no disk, network, clock or environment."""
