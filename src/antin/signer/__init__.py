"""Holds private keys and nothing else: knows no user, no table, no document.

Today a library in the station's process; the interface (``signer.Signer``) is narrow so that it can become a process.
"""
