"""Checks of vectors about names, keys that go on, and links (vectors/README.md)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from antin.kernel import link, succession
from antin.kernel.check import Trusted
from antin.kernel.crypto import suite as suites
from antin.kernel.crypto.link_key import check_request
from antin.kernel.crypto.suite import by_number
from antin.kernel.formats import status
from antin.kernel.formats.link import Hello
from antin.kernel.formats.link import Request as LinkRequest
from antin.kernel.formats.shape import parse

Inputs = Mapping[str, Any]
LastOf = Callable[[str], Trusted]  # of vector_checks, which knows the shared credentials


def level_key(last_of: LastOf, given: Inputs) -> dict[str, Any]:
    value = succession.level_key(given["bytes"], last_of(given["station"]))
    return {"level": value.level, "generation": value.generation, "until": value.until}


def handover(last_of: LastOf, given: Inputs) -> dict[str, Any]:
    heir, before = (last_of(given[each]) for each in ("heir", "before"))
    return {"continued": str(succession.handed_over(heir, before)).lower()}


def covers(given: Inputs) -> dict[str, Any]:
    return {"covers": str(status.covers(tuple(given["scopes"].split()), given["code"])).lower()}


def document(given: Inputs) -> dict[str, Any]:
    suite, pieces = by_number(given["suite"]), [given["repeat"]] * given["times"] + [given["rest"]]
    return {"digest": suite.document_digest(given["salt"], *suites.document_root(suite, pieces))}


def link_key(last_of: LastOf, given: Inputs) -> dict[str, Any]:
    value = link.vouched(given["bytes"], last_of(given["chain"]))
    return {"key": value.key, "station": value.station}


def link_hello(last_of: LastOf, given: Inputs) -> dict[str, Any]:
    found = link.speaker(parse(Hello, given["bytes"]), given["fingerprint"])
    return {"key": found.key.key, "station": found.station.subject.code}


def link_request(given: Inputs) -> dict[str, Any]:
    check_request(given["key"], parse(LinkRequest, given["bytes"]), given["signature"])
    return {}
