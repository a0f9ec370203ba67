"""The smallest request that a model takes: made from the model itself, so that a new route needs none of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.fields import Request

OTHERS: Mapping[str, object] = {
    "starts_at": "2031-01-01T10:00:00Z",
    "code": "123456",
    "email": "eve@example.com",
    "addresses": ["eva@example.org"],
    "department": "support",
}
"""What a schema does not tell."""


def smallest(model: type[Request], names: Mapping[str, Any]) -> dict[str, Any]:
    """names: of the things that are asked about; those that the model takes are given, needed or not."""
    schema = model.model_json_schema()
    needed = set(schema.get("required", ()))
    return {
        name: names[name] if name in names else OTHERS.get(name, _value(one, schema.get("$defs", {})))
        for name, one in schema.get("properties", {}).items()
        if name in needed or name in names
    }


def _value(schema: Mapping[str, Any], defs: Mapping[str, Any]) -> object:
    if "$ref" in schema:
        return _value(defs[schema["$ref"].rpartition("/")[2]], defs)
    if "anyOf" in schema:
        return _value(schema["anyOf"][0], defs)
    if "enum" in schema or "const" in schema:
        return schema.get("const", (schema.get("enum") or [None])[0])
    return _of_type(schema, defs)


def _of_type(schema: Mapping[str, Any], defs: Mapping[str, Any]) -> object:
    match schema.get("type"):
        case "object":
            needed = schema.get("required", ())
            return {name: _value(one, defs) for name, one in schema.get("properties", {}).items() if name in needed}
        case "array":
            return [_value(schema["items"], defs)] if schema.get("minItems") else []
        case "integer" | "number":
            return schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
        case "boolean":
            return False
        case _:
            return "some text"[: schema.get("maxLength", 99)].ljust(schema.get("minLength", 0), "x")
