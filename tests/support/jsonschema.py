"""The part of JSON Schema (draft 2020-12) that the schemas of docs/reference/ use. Any other keyword is an error."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

_TYPES: dict[str, type] = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}
_ALWAYS = {"$schema", "$defs", "$ref", "title", "description", "type", "const", "enum", "anyOf", "allOf"}
_KEYWORDS = {
    "object": {"required", "properties", "additionalProperties"},
    "array": {"items", "minItems", "maxItems", "uniqueItems"},
    "string": {"pattern", "minLength"},
    "integer": {"minimum", "maximum"},
    "boolean": set[str](),
    "null": set[str](),
    "": set[str](),
}
_DEFINED = "#/$defs/"


def problems(value: Any, schema: dict[str, Any], where: str = "$", whole: dict[str, Any] | None = None) -> list[str]:
    """Where a JSON value is not as the schema wants it, a line each; of several choices those of the nearest.

    `whole` is the schema that has the definitions, `schema` itself by default. Raises ValueError for a keyword not
    known here.
    """
    whole = schema if whole is None else whole
    kind = schema.get("type", "")
    if unknown := set(schema) - _ALWAYS - _KEYWORDS[kind]:
        raise ValueError(f"{where}: the keywords {sorted(unknown)} are not known")
    if kind and not _is(value, kind):
        return [f"{where} is no {kind}"]
    found: list[str] = []
    if "const" in schema and not _same(value, schema["const"]):
        found.append(f"{where} is not {schema['const']!r}")
    if "enum" in schema and not any(_same(value, each) for each in schema["enum"]):
        found.append(f"{where} is none of {schema['enum']}")
    if "$ref" in schema:
        found += problems(value, definition(schema["$ref"], whole), where, whole)
    for each in schema.get("allOf", ()):
        found += problems(value, each, where, whole)
    if "anyOf" in schema:
        choices = [problems(value, each, where, whole) for each in schema["anyOf"]]
        # One that is of another type is far away, though that is a single line.
        nearest = min(
            choices, key=lambda lines: (any(each.startswith(f"{where} is no ") for each in lines), len(lines))
        )
        found += nearest
    if kind == "string":
        found += _of_string(value, schema, where)
    if kind == "integer" and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        found.append(f"{where} is out of bounds")
    if kind == "array":
        found += _of_array(value, schema, where, whole)
    if kind == "object":
        found += _of_object(value, schema, where, whole)
    return found


def definition(ref: str, whole: dict[str, Any]) -> dict[str, Any]:
    """What a `$ref` means. Raises ValueError where it leads out of the schema, KeyError where to nothing."""
    if not ref.startswith(_DEFINED):
        raise ValueError(f"{ref} is not among the definitions")
    found: dict[str, Any] = whole["$defs"][ref.removeprefix(_DEFINED)]
    return found


def _is(value: Any, kind: str) -> bool:
    # In Python True is a whole number, in JSON it is not.
    return (
        value is None
        if kind == "null"
        else isinstance(value, _TYPES[kind]) and isinstance(value, bool) == (kind == "boolean")
    )


def _same(value: Any, wanted: Any) -> bool:
    return bool(value == wanted) and isinstance(value, bool) == isinstance(wanted, bool)


def _of_string(value: str, schema: dict[str, Any], where: str) -> Iterator[str]:
    if len(value) < schema.get("minLength", 0):
        yield f"{where} is too short"
    if "pattern" in schema and not re.search(schema["pattern"].replace("$", r"\Z"), value):
        yield f"{where} does not fit {schema['pattern']}"


def _of_array(value: list[Any], schema: dict[str, Any], where: str, whole: dict[str, Any]) -> Iterator[str]:
    if len(value) < schema.get("minItems", 0):
        yield f"{where} has too few items"
    if len(value) > schema.get("maxItems", len(value)):
        yield f"{where} has too many items"
    if schema.get("uniqueItems"):
        texts = [json.dumps(item, sort_keys=True) for item in value]
        if len(set(texts)) != len(texts):
            yield f"{where} has an item twice"
    for position, item in enumerate(value):
        yield from problems(item, schema.get("items", {}), f"{where}[{position}]", whole)


def _of_object(value: dict[str, Any], schema: dict[str, Any], where: str, whole: dict[str, Any]) -> Iterator[str]:
    properties, others = schema.get("properties", {}), schema.get("additionalProperties", {})
    yield from (f"{where}.{key} is missing" for key in schema.get("required", ()) if key not in value)
    for key, item in value.items():
        if key in properties:
            yield from problems(item, properties[key], f"{where}.{key}", whole)
        elif others is False:
            yield f"{where}.{key} is not foreseen"
        else:
            yield from problems(item, others, f"{where}.{key}", whole)
