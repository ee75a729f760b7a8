"""The inspector's second program: a whole case (hồ sơ) of steering records, offline. Rests on ``antin.verify``."""

from antin.inspector.case import CaseReport, judge

__all__ = ["CaseReport", "judge"]
