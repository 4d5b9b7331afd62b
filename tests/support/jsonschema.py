"""The part of JSON Schema (draft 2020-12) that the schemas of docs/reference/ use. Any other keyword is an error."""

from __future__ import annotations

import json
import re
from typing import Any

_TYPES: dict[str, type] = {"object": dict, "array": list, "string": str}
_ALWAYS = {"$schema", "title", "type", "const", "enum"}
_KEYWORDS = {
    "object": {"required", "properties", "additionalProperties"},
    "array": {"items", "minItems", "uniqueItems"},
    "string": {"pattern", "minLength"},
    "": set[str](),
}


def problems(value: Any, schema: dict[str, Any], where: str = "$") -> list[str]:
    """Where a JSON value is not as the schema wants it, a line each. Raises ValueError for a keyword not known here."""
    kind = schema.get("type", "")
    if unknown := set(schema) - _ALWAYS - _KEYWORDS[kind]:
        raise ValueError(f"{where}: the keywords {sorted(unknown)} are not known")
    if kind and not isinstance(value, _TYPES[kind]):
        return [f"{where} is no {kind}"]
    found: list[str] = []
    if "const" in schema and value != schema["const"]:
        found.append(f"{where} is not {schema['const']!r}")
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{where} is none of {schema['enum']}")
    if kind == "string":
        if len(value) < schema.get("minLength", 0):
            found.append(f"{where} is too short")
        if "pattern" in schema and not re.search(schema["pattern"].replace("$", r"\Z"), value):
            found.append(f"{where} does not fit {schema['pattern']}")
    if kind == "array":
        if len(value) < schema.get("minItems", 0):
            found.append(f"{where} has too few items")
        texts = [json.dumps(item, sort_keys=True) for item in value]
        if schema.get("uniqueItems") and len(set(texts)) != len(texts):
            found.append(f"{where} has an item twice")
        for position, item in enumerate(value):
            found += problems(item, schema.get("items", {}), f"{where}[{position}]")
    if kind == "object":
        properties = schema.get("properties", {})
        found += [f"{where}.{key} is missing" for key in schema.get("required", ()) if key not in value]
        for key, item in value.items():
            if key in properties:
                found += problems(item, properties[key], f"{where}.{key}")
            elif schema.get("additionalProperties") is False:
                found.append(f"{where}.{key} is not foreseen")
    return found
