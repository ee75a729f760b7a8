"""Moves envelopes and sealed blobs. Sees no plaintext, knows no key, and is not believed in anything."""
