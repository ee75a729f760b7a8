"""What a caller does next after an error: one table for exchanges, for ``--json`` and for whoever calls the program.

now    the same call may succeed at once: a lock, a prompt, somebody's key
later  once something has come: an exchange, room on a disk, an hour
never  the same call is refused again; a person has to change something
"""

from __future__ import annotations

from antin.errors import AntinError, Unavailable

NOW, LATER, NEVER = "now", "later", "never"
# No room at the relay.
NO_ROOM = frozenset({"quota-exceeded", "relay-full"})
# What waits for something that a later exchange may bring: an envelope with it stays where it is.
PATIENT = NO_ROOM | frozenset({
    "credential-unknown", "credential-not-in-directory", "authority-unknown", "addressee-unknown",
    "epoch-not-accepted", "checkpoint-unlinked", "station-recovering", "mirror-gap",
})  # fmt: skip
# The line, or we at the relay: nothing more can be exchanged now.
LINE = frozenset({
    "relay-not-reached", "relay-not-pinned", "relay-busy", "link-absent", "link-clock-differs",
    "link-signature-invalid", "request-replayed", "session-unknown", "credential-expired",
    "credential-not-yet-valid", "credential-revoked", "root-not-expected",
})  # fmt: skip
_AT_ONCE = frozenset(
    {"station-busy", "turn-lost", "sync-running", "key-locked", "passphrase-needed", "passphrase-wrong"}
)
# The act stands, or the machine will not do it the next time either.
_DONE = frozenset(
    {
        "recorded-not-signed",
        "commit-unknown",
        "answer-not-shown",
        "link-key-missing",
        "tables-older",
        "file-not-allowed",
    }
)
_OTHERS_LATER = frozenset({
    "relay-not-reached", "relay-busy", "link-absent", "session-unknown", "request-replayed", "directory-too-old",
    "directive-not-held", "blob-missing", "blob-damaged", "ballot-paper-missing", "ballot-list-missing",
})  # fmt: skip


def after(error: AntinError) -> str:
    """``NOW``, ``LATER`` or ``NEVER``."""
    if error.code in _DONE:
        return NEVER
    if error.code in _AT_ONCE:
        return NOW
    waits = error.code in PATIENT | _OTHERS_LATER
    return LATER if waits or isinstance(error, Unavailable) else NEVER
