"""The one family of errors; every door translates it once, into words, a page or an exit code.

    AntinError
    ├── Refused       a rule or a right says no; nothing is wrong with the bytes
    ├── Malformed     the bytes or the words given are not of their form
    ├── Unverified    a signature, tag, digest or proof does not hold
    ├── Missing       something needed is not there (credential, document, directory)
    ├── Conflict      two things that exclude one another are both here; carries the evidence
    └── Unavailable   the machine cannot now: disk full, locked, wrong passphrase delay

None is a builtin exception's child, so a caller's ``except ValueError`` never swallows a forgery.
The sentence and the hint belong to the code and live in the catalogues (``locale/``), not here.
"""

from __future__ import annotations

from collections.abc import Mapping


class AntinError(Exception):
    """Base of all: ``code`` names the sentence, ``fields`` fill it, ``evidence`` proves it."""

    exit_code = 1

    def __init__(self, code: str, /, *, evidence: Mapping[str, bytes] | None = None, **fields: object) -> None:
        super().__init__(code, fields)
        self.code = code
        self.fields = fields
        self.evidence = dict(evidence or {})

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value!r}" for name, value in self.fields.items())
        return f"{self.code} ({details})" if details else self.code


class Refused(AntinError):
    """A rule or a right says no."""

    exit_code = 3


class Malformed(AntinError):
    """The bytes or words are not of their form."""

    exit_code = 4


class Unverified(AntinError):
    """A signature, tag, digest or proof does not hold."""

    exit_code = 5


class Missing(AntinError):
    """Something needed is not there."""

    exit_code = 6


class Conflict(AntinError):
    """Two things that exclude one another; ``evidence`` holds both."""

    exit_code = 7


class Unavailable(AntinError):
    """Cannot now; trying again later may help."""

    exit_code = 8
