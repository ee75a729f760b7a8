"""Errors over the link: a problem of RFC 9457 with our code (spec/link.md, Requests).

A station repeats only codes of this table: a relay must not put other words into its mouth.
"""

from __future__ import annotations

import json

from antin.errors import AntinError, Conflict, Malformed, Missing, Refused, Unavailable, Unverified

TYPE, MEDIA_TYPE = "urn:antin:error:", "application/problem+json"
_BY_CLASS = {Malformed: 400, Unverified: 403, Refused: 403, Missing: 404, Conflict: 409, Unavailable: 503}
_BY_CODE = {"session-unknown": 401, "method-not-allowed": 405, "request-too-slow": 408, "request-too-large": 413,
            "quota-exceeded": 429, "relay-full": 507, "disk-full": 507}  # fmt: skip
KNOWN: dict[str, type[AntinError]] = {
    "blob-missing": Missing, "checkpoint-invalid": Unverified, "credential-expired": Refused,
    "credential-not-yet-valid": Refused, "credential-revoked": Refused, "directory-not-yours": Refused,
    "disk-full": Unavailable, "file-missing": Missing, "file-name-bad": Malformed, "issuer-out-of-scope": Refused,
    "journal-forked": Conflict, "link-clock-differs": Refused, "link-signature-invalid": Unverified,
    "mirror-gap": Unverified, "offset-other": Conflict, "piece-wrong": Unverified, "pieces-not-expected": Unverified,
    "quota-exceeded": Refused, "relay-busy": Unavailable, "relay-full": Refused, "request-replayed": Refused,
    "request-too-large": Malformed, "request-too-slow": Unavailable, "root-not-expected": Unverified,
    "session-unknown": Missing, "signature-invalid": Unverified, "signer-not-of-station": Unverified,
}  # fmt: skip
# What their sentences name; no relay's word becomes anything else of an error, such as its evidence.
_FIELDS = {"code", "digest", "envelopes", "have", "index", "issuer", "limit", "mib", "origin", "seconds", "station",
           "subject", "who"}  # fmt: skip


def status_of(error: AntinError) -> int:
    """The HTTP status of an error."""
    return _BY_CODE.get(error.code) or _BY_CLASS.get(type(error), 500)


def write(error: AntinError) -> bytes:
    """The problem's JSON. Paths of the relay's machine stay there."""
    fields = {name: value if isinstance(value, int) else str(value)[:200]
              for name, value in error.fields.items() if name not in ("path", "detail")}  # fmt: skip
    title = error.code.replace("-", " ")
    problem = {"type": TYPE + error.code, "title": title, "status": status_of(error), "fields": fields}
    return json.dumps(problem, ensure_ascii=False).encode()


def read(status: int, body: bytes) -> AntinError:
    """The error that a relay answered, or ``relay-answer-odd`` for what no relay of ours says."""
    try:
        problem = json.loads(body)
        code, fields = problem["type"].removeprefix(TYPE), problem["fields"]
        cls = KNOWN[code]
        fields = {name: value if isinstance(value, int) else value[:200]
                  for name, value in fields.items() if name in _FIELDS and isinstance(value, int | str)}  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Unavailable("relay-answer-odd", status=status)
    return cls(code, **fields)
