"""What every declared listing answers after a year is what its schema says; the schema is judged by jsonschema."""

from __future__ import annotations

import json
from contextlib import suppress
from importlib import import_module
from pkgutil import iter_modules

from jsonschema import Draft202012Validator
from town import NORTH, SISTER, SOUTH, Town

from antin import commands
from antin.commands import describe
from antin.commands.command import Command, Listing
from antin.errors import Missing
from antin.looks import as_facts
from steering import year

SAID = {"progress list": {"id_": "ct-1"}}
FILLED = {"committee list", "directive list", "draft list", "programme list", "progress list", "report list"}


def test_listings_answer_what_is_declared(town: Town) -> None:
    year.live(town, lambda station, public: None)
    modules = (import_module(f"antin.commands.{each.name}") for each in iter_modules(commands.__path__))
    declared: list[Command | Listing] = [one for each in modules for one in getattr(each, "COMMANDS", ())]
    filled = set()
    for listing in declared:
        Draft202012Validator.check_schema(describe.of(listing.of))
        if not isinstance(listing, Listing):
            continue
        judge = Draft202012Validator({"type": "array", "items": describe.of(listing.row)})
        for code in (NORTH, SISTER, SOUTH):
            for officers in ((), ("ld01",)):
                with town.at(code, *officers) as station, suppress(Missing):  # a station that knows no such programme
                    rows = listing.of(**SAID.get(listing.name, {})).rows(station, "".join(officers))
                    judge.validate(json.loads(json.dumps(as_facts(rows))))
                    filled |= {listing.name} if rows else set()
    assert filled >= FILLED
