"""What a person, and the admin for them, may ask of a running desk: a copy, an erasure, and what they agree to."""

from __future__ import annotations

import asyncio
import io
import json
import re
import time
import zipfile
from email import message_from_bytes
from email.policy import default
from typing import Any

import aiohttp
import pytest

from tests.harness.desk import Department, Desk, User
from tests.harness.fixtures import ADA, SUPPORT, NewDesk, People

IVY = User("ivy@desk.example", "Ivy Admin", role="admin", capacity=0)
JANA = "Jana.Nova@customer.example"
WITHIN_S = 15.0
pytestmark = pytest.mark.embedded("reads the maildir of the data folder")


async def test_a_person_gets_a_copy_and_an_erasure_by_a_mailed_link(new_desk: NewDesk, people: People) -> None:
    desk = new_desk(users=(ADA, IVY))
    agent = await people.agent(desk)
    visitor = await people.visitor(desk)
    chat = await visitor.start("Where is my parcel?", name="Jana", email=JANA)
    await agent.assigned(chat["id"])
    await agent.say(chat["id"], "On its way")
    await agent.ask("note:add", {"chat_id": chat["id"], "client_id": "n", "body": "a secret of the team"})

    known, unknown = await _ask(desk, JANA), await _ask(desk, "nobody@customer.example")
    link = await _link(desk, JANA)
    status, page = await _fetch("GET", link)
    packed = (await _fetch("POST", link))[1]

    assert known == unknown == (200, {"sent": True})
    assert await _link(desk, "nobody@customer.example")
    assert status == 200
    assert b"<form" in page
    archive = zipfile.ZipFile(io.BytesIO(packed))
    data = json.loads(archive.read("data.json"))
    assert [message["body"] for message in data["chats"][0]["messages"] if message["by"] != "system"] == [
        "Where is my parcel?",
        "On its way",
    ]
    assert b"On its way" in archive.read("index.html")
    assert b"secret of the team" not in packed + archive.read("data.json") + archive.read("index.html")
    assert (await _fetch("POST", link + "x"))[0] == 404

    await _ask(desk, JANA, purpose="erase")
    erase = await _link(desk, JANA, after=link)
    gone = await _fetch("POST", erase)

    assert gone[0] == 200
    assert (await _fetch("GET", link))[0] == (await _fetch("GET", erase))[0] == 404
    assert (await agent.get(f"/api/v1/chats/{chat['id']}"))["chat"]["visitor"]["email"] is None
    await agent.wait("unassigned", lambda told: told["chat_id"] == chat["id"])
    again = await (await people.visitor(desk, token=visitor.token)).start("Hello again")
    assert again["visitor"]["email"] is None


async def test_an_admin_erases_exports_and_sets_what_is_kept_and_agreed_to(new_desk: NewDesk, people: People) -> None:
    desk = new_desk(users=(ADA, IVY))
    admin, agent = await people.agent(desk, IVY, status=None), await people.agent(desk)
    text = {"desk": {"version": "v7", "text": {"en": "We keep this.", "cs": "Toto si necháme."}, "required": True}}
    assert (await admin.request("PATCH", "/api/v1/admin/consent", body=text))[0] == 200
    visitor = await people.visitor(desk, locale="cs")

    shown = visitor.hello["settings"]["consent"]
    refused = await visitor.refused("chat:start", {"client_id": "1", "question": "Hm", "email": JANA})
    old = await visitor.refused("chat:start", {"client_id": "1", "question": "Hm", "email": JANA, "consent": "v6"})
    chat = await visitor.start("Hm", email=JANA, consent="v7")

    assert shown == {"version": "v7", "text": "Toto si necháme.", "required": True}
    assert (refused["code"], refused["field"]) == (old["code"], old["field"]) == ("invalid", "consent")
    post = admin.request
    _, export = await post("POST", "/api/v1/admin/privacy/export", body={"person": JANA, "format": "json"})
    assert export["chats"][0]["consent"] == "v7"
    assert (await agent.request("POST", "/api/v1/admin/privacy/erase", body={"person": JANA}))[0] == 403
    bad = {"desk": {"files": 0}}
    assert (await post("PATCH", "/api/v1/admin/retention", body=bad))[1]["error"]["field"] == "desk.files"
    days = {"desk": {"conversations": 30, "pages": 1}, "departments": {SUPPORT.id: {"conversations": None}}}
    kept = (await post("PATCH", "/api/v1/admin/retention", body=days))[1]["retention"]
    assert kept["departments"] == {SUPPORT.id: {"conversations": None}}
    assert (await post("PATCH", "/api/v1/admin/retention", body={**days, "if_version": 0}))[0] == 409
    assert (await post("POST", "/api/v1/admin/retention/run", body={}))[1] == {"dry_run": True, "report": []}
    found = (await post("POST", "/api/v1/admin/privacy/look", body={"person": JANA}))[1]["found"]
    assert (found["chats"], found["addresses"]) == (1, [JANA.lower()])

    status, answer = await post("POST", "/api/v1/admin/privacy/erase", body={"person": JANA})

    assert (status, answer["purged"], answer["erased"]["chats"]) == (200, True, 1)
    assert (await agent.get(f"/api/v1/chats/{chat['id']}"))["chat"]["question"] == ""
    log = (await admin.get("/api/v1/audit"))["entries"]
    assert {"person.erased", "person.exported", "settings.changed"} <= {entry["action"] for entry in log}
    assert JANA.lower() not in str(log).lower()
    assert "Nothing was taken away" in await asyncio.to_thread(desk.cli, "retention", "--dry-run")


async def test_what_a_department_has_agreed_to_is_asked_before_chats_and_messages_alike(
    new_desk: NewDesk, people: People
) -> None:
    desk = new_desk(departments=[SUPPORT, Department("sales", "Sales")], users=(ADA, IVY))
    admin, ada = await people.agent(desk, IVY, status=None), await people.agent(desk)
    early = await people.visitor(desk)
    begun = await early.start("Before anything was asked", department="support")
    mark = early.mark()
    text = {"version": "s1", "text": {"en": "We keep this."}, "required": True}
    body = {"departments": {"support": text, "sales": None}}
    assert (await admin.request("PATCH", "/api/v1/admin/consent", body=body))[0] == 200
    visitor = await people.visitor(desk)
    request = {"email": JANA, "question": "Call me", "department": "support"}
    ways = [{}, {"phone": "+420 777 131 415"}, {"kind": "suggestion"}]

    told = await early.wait("settings", since=mark)
    refused = [await visitor.refused("chat:to_ticket", {**request, **way, "client_id": "no"}) for way in ways]
    await visitor.refused("chat:to_ticket", {**request, "client_id": "old", "consent": "s0"})
    made = [
        await visitor.ask("chat:to_ticket", {**request, **way, "client_id": f"yes{n}", "consent": "s1"})
        for n, way in enumerate(ways)
    ]
    await visitor.ask("chat:to_ticket", {**request, "department": "sales", "client_id": "sales"})
    of_begun = {"client_id": "begun", "email": JANA, "chat_id": begun["id"]}
    from_begun = await early.refused("chat:to_ticket", of_begun)
    await early.ask("chat:to_ticket", {**of_begun, "consent": "s1"})
    chat = await visitor.start("Hm", department="support", consent="s1")
    await visitor.ask("chat:to_ticket", {"client_id": "chat", "email": JANA, "chat_id": chat["id"]})

    shown = {"version": "s1", "text": "We keep this.", "required": True}
    assert (told["consent"], told["consents"]) == (None, {"support": shown, "sales": None})
    settings = visitor.hello["settings"]
    assert ("consent" in settings, settings["consents"]) == (False, told["consents"])
    assert {(error["code"], error["field"]) for error in [*refused, from_begun]} == {("invalid", "consent")}
    assert len({answer["ticket"]["number"] for answer in made}) == len(ways)
    asked = {"person": JANA, "format": "json"}
    _, export = await admin.request("POST", "/api/v1/admin/privacy/export", body=asked)
    agreed = {ticket["number"]: ticket["consent"] for ticket in export["tickets"]}
    assert [agreed[answer["ticket"]["number"]] for answer in made] == ["s1"] * len(ways)
    assert sorted(map(str, agreed.values())) == ["None", "s1", "s1", "s1", "s1", "s1"]
    assert ada.id


async def _ask(desk: Desk, email: str, purpose: str = "export") -> tuple[int, Any]:
    body = {"email": email, "purpose": purpose}
    async with aiohttp.ClientSession() as session, session.post(f"{desk.url}/privacy", json=body) as answer:
        return answer.status, await answer.json()


async def _fetch(method: str, url: str) -> tuple[int, bytes]:
    async with aiohttp.ClientSession() as session, session.request(method, url) as answer:
        return answer.status, await answer.read()


async def _link(desk: Desk, to: str, after: str = "") -> str:
    """In the newest mail to this address that has another one than `after`."""
    until_s = time.monotonic() + WITHIN_S
    while time.monotonic() < until_s:
        for path in (desk.data / "mail" / "new").glob("*"):
            mail = message_from_bytes(path.read_bytes(), policy=default)
            part = mail.get_body(("plain",))
            found = re.search(r"http\S+/privacy/\S+", part.get_content() if part else "")
            if mail["To"] == to and found and found[0] != after:
                return found[0]
        await asyncio.sleep(0.05)
    raise AssertionError("no mail came")
