"""Inputs that nobody means well with, made from what the server says it takes: models of events, its own openapi.json.

An input is JSON text, not a value: NaN, half characters and keys that stand twice have no value to be written from.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from server import requests
from server.sockets import agent, visitor

Schema = dict[str, Any]
DEPTH = 20_000
KEYS = 100_000
# Each stands in the place of every field in turn.
VALUES = [
    "null", "true", "0", "-1", "1e999", "-1e999", "NaN", "Infinity", "9" * 40, "9007199254740993", "1.5", '""', '"   "',
    '"\\ud800"', '"a\\u0000b"', '"\\udfff\\ud800"', '"\\u202e\\u2066x"', '"\\ufeff\\u200b"', '"__proto__"', '"$where"',
    '"../../etc/passwd"', "[]", "{}", '{"$ne":null}', '{"$gt":""}', '{"$where":"sleep(9999)"}', '["a","b"]', "[null]",
    '"9999-12-31T23:59:59-14:00"', '"9999-12-31T23:59:59.999999Z"', '"0001-01-01T00:00:00+14:00"', "253402300799",
    '{"a.b":1,"":2,"__proto__":{}}', '{"toString":1}', '"' + "x" * 8_001 + '"', '"' + "😀" * 8_000 + '"',
    '"' + "(a+)+$" * 30 + '"', '"' + "a" * 30_000 + '!"', "[" * 200 + "]" * 200,
]  # fmt: skip
# Each stands in the place of the whole object.
OBJECTS = [
    "null", "true", "5", '"text"', "[]", "[{}]", "{}", "NaN", "{", '{"a":', '{"a":1,}', "{'a':1}", "{},{}", '"\\ud800"',
    '{"a":1}{"b":2}', "[" * DEPTH + "]" * DEPTH, '{"a":' * DEPTH + "1" + "}" * DEPTH, '{"\\ud800":1}', '{"":{"":{}}}',
]  # fmt: skip


def events(namespace: str) -> dict[str, Schema]:
    """Every event that the namespace takes, with the JSON schema of its object."""
    module = {"/visitor": visitor, "/agent": agent}[namespace]
    assert module.__file__ is not None
    found: dict[str, Schema] = {}
    for node in ast.walk(ast.parse(Path(module.__file__).read_text())):
        is_table = isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "self.events"
        if is_table and isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict):
            for key, value in zip(node.value.keys, node.value.values, strict=True):
                assert isinstance(key, ast.Constant)
                assert isinstance(value, ast.Tuple)
                found[str(key.value)] = getattr(requests, ast.unparse(value.elts[0])).model_json_schema()
    return found


def sample(schema: Schema, known: Schema, root: Schema | None = None) -> Any:
    """A value that the schema takes, or nearly. known: what stands under these names instead, such as a chat's id."""
    root = schema if root is None else root
    if "$ref" in schema:
        return sample(_referred(schema["$ref"], root), known, root)
    if "anyOf" in schema:
        return sample(schema["anyOf"][0], known, root)
    if schema.get("type") == "object":
        fields = schema.get("properties", {}).items()
        return {
            name: known[name] if name in known and _fits(known[name], field, root) else sample(field, known, root)
            for name, field in fields
        }
    if schema.get("type") == "array":
        return [sample(schema.get("items", {}), known, root)]
    return _plain(schema)


def _fits(value: Any, schema: Schema, root: Schema) -> bool:
    """Whether a value may stand there: a department is an id in one body, and an object in another."""
    while "$ref" in schema or "anyOf" in schema:
        schema = _referred(schema["$ref"], root) if "$ref" in schema else schema["anyOf"][0]
    if "enum" in schema:
        return value in schema["enum"]
    kind = {"object": dict, "array": list}.get(str(schema.get("type")))
    return isinstance(value, kind) if kind else not isinstance(value, dict | list)


def _plain(schema: Schema) -> Any:
    if "enum" in schema or "const" in schema:
        return schema.get("enum", [schema.get("const")])[0]
    if schema.get("type") in ("integer", "number"):
        return schema.get("minimum", 1)
    if schema.get("type") == "boolean":
        return False
    return "2031-01-01T00:00:00Z" if schema.get("format") == "date-time" else "text"


def hostile(schema: Schema, known: Schema, root: Schema | None = None) -> Iterator[str]:
    """Each wrong value in each field of an object that is right otherwise; each wrong object; then the huge ones."""
    good = sample(schema, known, root)
    yield from OBJECTS
    if not isinstance(good, dict):
        return
    for name in good:
        for value in VALUES:
            yield written(good, name, value)
    whole = json.dumps(good)
    yield whole[:-1] + "," + whole[1:] if good else "{}"
    yield "{" + ",".join(f'"{_key(n)}":1' for n in range(KEYS)) + "}"
    yield json.dumps({**good, "role": "admin", "seq": 1, "at": "2020-01-01T00:00:00Z", "verified": "signed", "id": "x"})


def mixed(random: Random, schema: Schema, known: Schema, root: Schema | None = None) -> str:
    """A chance input: several fields wrong at once, or the text of a right object with a few characters changed."""
    good = sample(schema, known, root)
    if not isinstance(good, dict) or not good or random.random() < 0.1:
        return random.choice(OBJECTS)
    fields = {name: json.dumps(value) for name, value in good.items()}
    for name in random.sample(sorted(fields), k=random.randint(1, len(fields))):
        if random.random() < 0.2:
            del fields[name]
        else:
            fields[name] = random.choice(VALUES)
    text = "{" + ",".join(f"{json.dumps(name)}:{value}" for name, value in fields.items()) + "}"
    return bitten(random, text) if random.random() < 0.3 else text


def bitten(random: Random, text: str) -> str:
    """The text with a few characters gone, doubled or replaced."""
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(text) + 1)
        text = (
            text[:at]
            + random.choice(["", '"', "}", "\\", "\x00", "é", "9" * 20, ",", text[at : at + 9]])
            + text[at + 1 :]
        )
    return text


def written(good: Schema, name: str, value: str) -> str:
    """The object as JSON text with `value`, JSON text itself, under `name`."""
    return "{" + ",".join(f"{json.dumps(k)}:{value if k == name else json.dumps(v)}" for k, v in good.items()) + "}"


def _referred(ref: str, root: Schema) -> Schema:
    found: Any = root
    for part in ref.removeprefix("#/").split("/"):
        found = found[part]
    return dict(found)


def _key(number: int) -> str:
    """Four letters, each number its own: 100,000 of them stay below the largest event."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    return "".join(letters[number // 26**place % 26] for place in range(4))
