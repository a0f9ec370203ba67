"""/api/v1/openapi.json, made from the endpoints and their models: what it says is what is checked.

The objects in answers are those of docs/protocol.md; here they are named, not repeated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, get_args, get_origin

from server.errors import HTTP_STATUS
from server.services.accounts.accounts import SESSION_COOKIE
from server.web.endpoints import API, Endpoint
from server.web.origin import SAFE_METHODS

Json = dict[str, Any]
_PART = re.compile(r"\{(\w+)(?::([^}]+))?\}")


def openapi(endpoints: Iterable[Endpoint[Any]], version: str) -> Json:
    paths: dict[str, Json] = {}
    schemas: Json = {"Error": _error_schema()}
    for endpoint in endpoints:
        path = API + _PART.sub(r"{\1}", endpoint.path)
        paths.setdefault(path, {})[endpoint.method.lower()] = _operation(endpoint, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Semafor", "version": version, "description": "Objects and rules: docs/protocol.md."},
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": SESSION_COOKIE},
            },
        },
    }


def _operation(endpoint: Endpoint[Any], schemas: Json) -> Json:
    out: Json = {
        "summary": endpoint.summary,
        "operationId": _PART.sub(r"\1", f"{endpoint.method.lower()}{endpoint.path}").replace("/", "_"),
        "parameters": _path_parameters(endpoint.path),
        "responses": {
            str(endpoint.status): _answer(endpoint),
            "default": {"description": "Refused.", "content": _json({"$ref": "#/components/schemas/Error"})},
        },
    }
    if endpoint.role is not None:
        out["security"] = [{"bearer": []}, {"cookie": []}]
        out["description"] = f"Role: {endpoint.role}."
    if endpoint.given.model_fields and endpoint.method in SAFE_METHODS:
        out["parameters"] += _query_parameters(endpoint, schemas)
    elif endpoint.given.model_fields:
        name = endpoint.given.__name__
        schemas[name] = _schema(endpoint, schemas)
        content = _json({"$ref": f"#/components/schemas/{name}"})
        out["requestBody"] = {"required": True, "content": content}
    return out


def _answer(endpoint: Endpoint[Any]) -> Json:
    if endpoint.status == 204:
        return {"description": "Done."}
    if endpoint.media_type != "application/json":
        return {"description": "Done.", "content": {endpoint.media_type: {"schema": {"type": "string"}}}}
    properties: Json = {name: {} for name in endpoint.answers}
    schema = {"type": "object", "properties": properties, "required": list(endpoint.answers)}
    return {"description": "Done.", "content": _json(schema)}


def _json(schema: Json) -> Json:
    return {"application/json": {"schema": schema}}


def _path_parameters(path: str) -> list[Json]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "enum": choices.split("|")} if choices else {"type": "string"},
        }
        for name, choices in _PART.findall(path)
    ]


def _query_parameters(endpoint: Endpoint[Any], schemas: Json) -> list[Json]:
    schema = _schema(endpoint, schemas)
    repeats = {
        field.alias or name
        for name, field in endpoint.given.model_fields.items()
        if get_origin(field.annotation) is tuple and get_args(field.annotation)
    }
    return [
        {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", ()),
            "schema": field,
            **({"explode": True} if name in repeats else {}),
        }
        for name, field in schema["properties"].items()
    ]


def _schema(endpoint: Endpoint[Any], schemas: Json) -> Json:
    """The model's JSON schema; what it refers to goes to the components."""
    schema: Json = endpoint.given.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(schema.pop("$defs", {}))
    return schema


def _error_schema() -> Json:
    fields: Json = {
        "code": {"type": "string", "enum": sorted(HTTP_STATUS)},
        "message": {"type": "string"},
        "field": {"type": "string"},
        "retry_after_s": {"type": "number"},
        "opens_at": {"type": ["string", "null"]},
    }
    error = {"type": "object", "properties": fields, "required": ["code", "message"]}
    return {"type": "object", "properties": {"error": error}, "required": ["error"]}
