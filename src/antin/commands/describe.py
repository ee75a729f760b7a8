"""Declared commands and rows as JSON Schema (draft 2020-12): what a program may send, and what it is given."""

from __future__ import annotations

from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from antin.kernel.formats.fields import CODE, OFFICER
from antin.looks import Look

Schema = dict[str, Any]
_PLAIN: dict[Any, Schema] = {
    str: {"type": "string"}, int: {"type": "integer"}, bool: {"type": "boolean"}, NoneType: {"type": "null"},
    date: {"type": "string", "format": "date"}, bytes: {"type": "string", "contentEncoding": "base64"}, Any: {},
}  # fmt: skip


def of(cls: Any) -> Schema:
    """An object with the fields of a dataclass; those without default are required, no other may be sent."""
    hints = get_type_hints(cls, include_extras=True)
    return {
        "type": "object",
        "properties": {each.name.rstrip("_"): _value(hints[each.name]) for each in fields(cls)},
        "required": [each.name.rstrip("_") for each in fields(cls) if _needed(each)],
        "additionalProperties": False,
    }


def _needed(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _value(hint: Any) -> Schema:
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        look = next((each for each in args[1:] if isinstance(each, Look)), None)
        return _looking(_value(args[0]), look) if look else _value(args[0])
    if origin in (Union, UnionType):
        return {"anyOf": [_value(each) for each in args]}
    if origin is Literal:
        return {"enum": list(args)}
    if origin is tuple and args[-1] is not Ellipsis:
        return {"type": "array", "prefixItems": [_value(each) for each in args], "minItems": len(args), "items": False}
    if origin in (tuple, list):
        return {"type": "array", "items": _value(args[0])}
    if origin is dict:
        return {"type": "object", "additionalProperties": _value(args[1])}
    return of(hint) if is_dataclass(hint) else dict(_PLAIN.get(hint, {"type": "string"}))


def _looking(plain: Schema, look: Look) -> Schema:
    """A look narrows what it is put on, or, on a list, each of its items."""
    if "items" in plain and plain["items"]:
        return {**plain, "items": _looking(plain["items"], look)}
    match look.kind:
        case "agency":  # nobody is ""
            return {**plain, "pattern": f"^({CODE})?$", "maxLength": 35}
        case "officer":
            return {**plain, "pattern": f"^({OFFICER})?$"}
        case "choice" if look.codes:
            return {"enum": list(look.codes)}
        case "number":
            return {**plain, "minimum": look.low, "maximum": look.high}
        case "day" | "moment" if plain.get("type") == "integer":
            return {**plain, "minimum": 0, "description": "POSIX seconds"}
        case "share":
            return {**plain, "description": "thousandths"}
    return plain
