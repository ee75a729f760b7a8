"""Fills the register of programmes, at the owner and at every unit."""

from __future__ import annotations

from antin.journal.deed import Source
from antin.registers.programmes import records as r
from antin.registers.programmes.rows import SQL, next_number, next_report
from antin.storage.database import Database


def adopted(db: Database, source: Source, p: r.ProgrammeAdopted) -> None:
    """Gives the programme its number here."""
    name = source.name
    db.run(
        SQL["insert_programme"], next_number.sure(db), name, source.station, p.directive, p.above, p.head.level,
        p.head.precedence, source.time, source.index,
    )  # fmt: skip
    for code in (code for code in p.head.to if code not in p.informed):
        db.run(SQL["insert_unit"], name, code)
    for n, g in enumerate(p.goals):
        db.run(SQL["insert_goal"], name, g.key, g.parent, g.above, g.owner, g.milestone, g.baseline, g.target,
               g.weight, n)  # fmt: skip
    for n, t in enumerate(p.tasks):
        db.run(SQL["insert_task"], name, t.key, t.goal, t.unit, t.officer, t.weight, t.start, t.due, n)
        for before in t.after:
            db.run(SQL["insert_after"], name, t.key, before)


def task_withdrawn(db: Database, source: Source, p: r.TaskWithdrawn) -> None:
    """Nothing more is asked of it."""
    db.run(SQL["set_task"], "withdrawn", p.programme, p.task)


def reported(db: Database, source: Source, p: r.ProgressReported) -> None:
    """The report, and what it changes of each task's latest state and of each goal's measure."""
    name = source.name
    db.run(
        SQL["insert_report"], name, next_report.sure(db), p.programme, source.station, p.period, source.officer,
        "reported", source.time, source.index, len(p.items),
    )  # fmt: skip
    db.many(SQL["insert_item"], ((name, each.task, each.done, each.state) for each in p.items))
    db.many(SQL["insert_evidence"], (
        (name, each.task, digest) for each in p.items for digest in sorted(set(each.evidence))
    ))  # fmt: skip
    db.many(SQL["set_standing"], (
        (p.programme, source.station, each.task, each.done, each.state, source.time,
         source.time if each.state == r.DONE else 0, source.index) for each in p.items
    ))  # fmt: skip
    for measure in p.measures:
        db.run(SQL["set_measure"], p.programme, measure.goal, source.station, measure.value, source.time, source.index)


def reviewed(db: Database, source: Source, p: r.ProgressReviewed) -> None:
    """The verdict, and who gave it."""
    db.run(SQL["set_report"], p.verdict, f"{source.station}/{source.officer}", p.report)


def goals_reported(db: Database, source: Source, p: r.GoalsReported) -> None:
    """What a programme below says of its goals."""
    for each in p.goals:
        db.run(SQL["set_below"], p.programme, each.goal, each.done, p.period, source.time, source.index)


def period_closed(db: Database, source: Source, p: r.PeriodClosed) -> None:
    """Nothing later is taken for it."""
    db.run(SQL["insert_period"], p.programme, p.period, p.units, p.reported, p.done, p.figures, source.time,
           source.index)  # fmt: skip
