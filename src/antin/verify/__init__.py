"""The inspector's offline program: evidence in, findings out. Kernel only; no network, no database, no private key."""

from antin.verify.verify import INVALID, NOT_PROVEN, VALID, Finding, Report, verify

__all__ = ["INVALID", "NOT_PROVEN", "VALID", "Finding", "Report", "verify"]
