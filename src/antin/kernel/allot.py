"""Which authority may bind which codes: what the root's journal says, record by record (spec/credential.md, Names)."""

from __future__ import annotations

from collections.abc import Mapping

from antin.errors import Conflict
from antin.kernel.formats.allotted import CodesAllotted
from antin.kernel.formats.status import covers


def owner_of(owners: Mapping[str, str], code: str) -> str:
    """The authority that may bind ``code`` (a code, or a prefix that ends at a dot); "" where nobody may."""
    wider = [each for each in owners if covers((each,), code)]
    return owners[max(wider, key=len)] if wider else ""


def allot(owners: Mapping[str, str], public: CodesAllotted) -> dict[str, str]:
    """The owners after one record. Raises ``Conflict`` for a code that another authority has, unless it moves from
    there.

    An authority's own code, alone, cannot be given to another.
    """
    after = dict(owners)
    for scope in public.scopes:
        holders = {owner_of(after, scope)}
        if scope.endswith("."):
            holders |= {owner for each, owner in after.items() if each.startswith(scope)}
        for holder in holders - {"", public.authority, public.moved_from}:
            raise Conflict("code-of-another", code=scope, authority=holder)
        if public.moved_from and public.moved_from not in holders:
            raise Conflict("code-of-another", code=scope, authority=", ".join(sorted(holders - {""})) or "–")
        if scope == public.moved_from:
            raise Conflict("code-of-another", code=scope, authority=public.moved_from)
        after[scope] = public.authority
        if scope.endswith("."):
            after |= {each: public.authority for each in after if each.startswith(scope)}
    return after


def scopes_of(owners: Mapping[str, str], authority: str) -> tuple[str, ...]:
    """What stands in the status leaf of an authority: its scopes, and with a dash what was taken out of them."""
    own = tuple(each for each, owner in owners.items() if owner == authority)
    out = (f"-{each}" for each, owner in owners.items() if owner != authority and covers(own, each))
    return tuple(sorted((*own, *out)))
