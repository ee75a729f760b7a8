"""Rules of inspections: pure functions of what stands in the register."""

from __future__ import annotations

from antin.errors import Malformed, Refused
from antin.registers.inspections.records import InspectionPlanned

# docs/state-machines/inspection.dot draws the same words.
INSPECTION = {("", "planned"): "open", ("open", "finished"): "finished"}
FINDING = {
    ("", "made"): "open",
    ("open", "answered"): "answered",
    ("answered", "closed"): "closed",
    ("answered", "reopened"): "open",
    ("closed", "reopened"): "open",
}


def check(p: InspectionPlanned, station: str) -> None:
    """Refuses a unit that inspects itself, anything named twice, dates out of order."""
    if station in p.units:
        raise Refused("inspects-itself", code=station)
    for what, names in (("units", p.units), ("inspectors", p.inspectors), ("checklist", p.checklist)):
        if len(set(names)) != len(names):
            raise Malformed("inspection-twice", what=what)
    if set(p.units) - set(p.head.to):
        raise Malformed("unit-not-inspected", code=", ".join(sorted(set(p.units) - set(p.head.to))), id="–")
    if p.starts > p.ends:
        raise Malformed("dates-out-of-order", earlier="starts", later="ends")
