"""Somebody else's chat, ticket and mail, by their ids: every event and every route answers as for an unknown one."""

from __future__ import annotations

from typing import Any

from tests.attacks import shapes
from tests.attacks.scene import Intruders, asked, kept_token
from tests.harness.desk import Desk
from tests.harness.fixtures import ADA
from tests.harness.wire import Json
from tests.integration.protocol.firm import BOSS, TOM

UNKNOWN = "0" * 24
# A value that is right for each field, so that nothing but the id can be what is refused.
FIELDS: Json = {
    "email": "eve@example.com", "department": "sales", "agent": None, "file_id": None, "checkpoint_at": None,
    "call_at": None, "phone": None, "ticket": None, "kind": None, "channel": None, "status": "online", "tier": None,
    "priority": "normal", "url": "https://x.example", "code": "123456",
}  # fmt: skip


async def test_no_event_of_another_visitor_reaches_a_chat(target: Desk, intruders: Intruders) -> None:
    owner, stranger = await intruders.visitor(target), await intruders.visitor(target)
    chat = await owner.start("Mine alone", department="support", email="owner@example.com")
    mark = owner.mark()

    for event, schema in _about_chats("/visitor").items():
        foreign = await stranger.refused(event, _sample(schema, chat["id"]))
        assert foreign == await stranger.refused(event, _sample(schema, UNKNOWN)), event
        assert foreign["code"] == "not_found", (event, foreign)
    again = await owner.ask("chat:sync", {"chat_id": chat["id"], "after_seq": 0})

    assert again["chat"]["last_seq"] == 1
    assert owner.events("message", mark) == owner.events("typing", mark) == []


async def test_no_event_of_an_agent_reaches_a_chat_of_another_department(target: Desk, intruders: Intruders) -> None:
    owner, tom = await intruders.visitor(target), await intruders.agent(target, TOM)
    chat = await owner.start("For Support alone", department="support")

    for event, schema in _about_chats("/agent").items():
        foreign = await tom.refused(event, _sample(schema, chat["id"]))
        assert foreign == await tom.refused(event, _sample(schema, UNKNOWN)), event
        assert foreign["code"] == "not_found", (event, foreign)
    assert (await owner.ask("chat:sync", {"chat_id": chat["id"]}))["chat"]["state"] == "queued"


async def test_visitors_have_no_events_of_agents(target: Desk, intruders: Intruders) -> None:
    visitor = await intruders.visitor(target)
    chat = await visitor.start("Let me close yours", department="support")
    theirs = shapes.events("/visitor")
    for event, schema in shapes.events("/agent").items():
        if event not in theirs:
            assert (await visitor.refused(event, _sample(schema, chat["id"])))["code"] == "invalid", event


async def test_agents_are_refused_what_managers_may(target: Desk, intruders: Intruders) -> None:
    """Every route that says so of itself; the queries and bodies are right."""
    ada = await kept_token(target, ADA)
    _, api = await asked(target, "GET", "/api/v1/openapi.json")
    checked = 0
    for path, operations in api["paths"].items():
        for method, operation in operations.items():
            if operation.get("description") in ("Role: manager.", "Role: admin."):
                body = _body(operation, api)
                place = path.replace("{", "").replace("}", "")
                status, answer = await asked(target, method.upper(), place, token=ada, json=body)
                assert (status, answer["error"]["code"]) == (403, "forbidden"), (method, path)
                checked += 1
    assert checked >= 5


async def test_no_route_shows_another_departments_chat_ticket_or_mail(target: Desk, intruders: Intruders) -> None:
    owner = await intruders.visitor(target)
    chat = await owner.start("Secret words", department="support", email="owner@example.com")
    made = await owner.ask(
        "chat:to_ticket",
        {"client_id": "t", "chat_id": chat["id"], "email": "owner@example.com", "question": "Secret words"},
    )
    tom, boss = await kept_token(target, TOM), await kept_token(target, BOSS)
    ids = {"/chats/{": chat["id"], "/tickets/{": made["ticket"]["number"]}
    _, api = await asked(target, "GET", "/api/v1/openapi.json")
    checked = 0
    for path, operations in api["paths"].items():
        known = next((key for key in ids if key in path), None)
        for method, operation in operations.items():
            if known is None or "manager" in operation.get("description", ""):
                continue
            foreign, unknown = [
                await asked(target, method.upper(), _filled(path, given), token=tom, json=_body(operation, api))
                for given in (ids[known], UNKNOWN if "chats" in known else "99999")
            ]
            assert foreign == unknown, (method, path)
            assert foreign[0] == 404, (method, path, foreign)
            checked += 1
    assert checked >= 8
    assert (await asked(target, "GET", f"/api/v1/chats/{chat['id']}", token=boss))[0] == 200
    for listed in ("chats?q=Secret", "tickets?q=Secret", "chats?visitor=owner@example.com"):
        _, found = await asked(target, "GET", f"/api/v1/{listed}", token=tom)
        assert not found.get("chats", found.get("tickets")), listed


async def test_one_customers_link_opens_no_other_conversation(target: Desk, intruders: Intruders) -> None:
    first, second = await intruders.visitor(target), await intruders.visitor(target)
    theirs = await first.start("Theirs", department="support")
    link = (await second.ask("chat:to_ticket", _ticket_of("b")))["ticket"]["url"]
    signed = link.rpartition("/")[2]

    for form in ("json", "html", "txt"):
        path = f"/api/v1/chats/{theirs['id']}/transcript.{form}"
        assert (await asked(target, "GET", f"{path}?signed={signed}"))[0] == 404
        assert (await asked(target, "GET", f"{path}?signed={signed[:-2]}xx"))[0] == 404
        assert (await asked(target, "GET", path))[0] == 401
        assert (await asked(target, "GET", path, token=first.token))[0] == 401
    head, _, tail = signed.rpartition(".")
    for forged in (f"{head}.{tail[::-1]}", f"{head}.", head, first.token, "x" * 5000, f"{signed}%00"):
        assert (await asked(target, "GET", f"/t/{forged}"))[0] == 404


def _ticket_of(client_id: str) -> Json:
    return {"client_id": client_id, "email": "b@example.com", "question": "Mine", "department": "support"}


def _about_chats(namespace: str) -> dict[str, Any]:
    return {name: schema for name, schema in shapes.events(namespace).items() if "chat_id" in schema["properties"]}


def _sample(schema: Json, chat_id: str) -> Json:
    sample: Json = shapes.sample(schema, {**FIELDS, "chat_id": chat_id})
    return sample


def _body(operation: Json, api: Json) -> Any:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    known = {**FIELDS, "department": None, "status": None}
    return None if content is None else shapes.sample(content["schema"], known, api)


def _filled(path: str, given: str) -> str:
    return path.replace("{id}", given).replace("{number}", given).replace("{form}", "json")
