"""A person who leaves a canary in every field that a person can fill, in every kind of thing that is kept."""

from __future__ import annotations

import asyncio
import base64
import smtplib
import urllib.request
from typing import Any

import aiohttp

from tests.harness.desk import Desk
from tests.harness.fixtures import People
from tests.harness.people import AgentClient, VisitorClient
from tests.integration.mail.letters import letter

ADDRESS = "Canaryaddress.Zq1@canarydomain-zq2.example"
OTHER_ADDRESS = "canaryother-zq3@canarydomain-zq4.example"
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
_NAMES = (
    *("name", "question", "field", "fieldname", "topic", "message", "clientid", "startid", "preview", "comment"),
    *("fileone", "filebody", "pageurl", "pagetitle", "referrer", "agent", "lateurl", "latetitle", "note", "tag"),
    *("summary", "subject", "ticketwords", "ticketname", "reply", "team", "inbody", "insubject", "inid", "innote"),
    *("renamed", "answer", "rating", "tickettag", "cause", "done", "form", "unsent", "attached"),
)
CANARIES = [
    "canaryaddress.zq1",
    "canarydomain-zq2",
    "canaryother-zq3",
    *(f"canary{name}zq" for name in _NAMES),
]


def canary(name: str) -> str:
    word = f"canary{name}zq"
    assert word in CANARIES, word
    return word


async def live(desk: Desk, people: People, mail_port: int) -> str:
    """All of it; the visitor's id. Everything of theirs is finished but one chat, which goes on."""
    agent = await people.agent(desk)
    page = {
        "url": f"https://shop.example/{canary('pageurl')}",
        "title": canary("pagetitle"),
        "referrer": f"https://search.example/?q={canary('referrer')}",
    }
    visitor = VisitorClient.arrive(desk.url, page=page, headers={"User-Agent": f"Mozilla {canary('agent')}"})
    person = people._keep(await visitor)
    chat = await _chat(person, agent, desk)
    number = await _ticket(person, agent, chat)
    await _mails(agent, mail_port)
    await _page_of_the_ticket(desk, agent, number)
    await _known(agent)
    await asyncio.to_thread(_subscribe, desk)
    open_chat = await person.start(f"Again {canary('question')}", email=ADDRESS, name=canary("name"))
    await agent.assigned(open_chat["id"])
    return str(person.hello["visitor"]["id"])


async def _chat(person: VisitorClient, agent: AgentClient, desk: Desk) -> str:
    chat = await person.start(
        f"Where is it? {canary('question')}",
        client_id=canary("startid"),
        name=canary("name"),
        email=ADDRESS,
        topic=canary("topic"),
        fields={canary("fieldname"): canary("field")},
    )
    chat_id = str(chat["id"])
    await agent.assigned(chat_id)
    await person.say(chat_id, f"hear {canary('message')}", client_id=canary("clientid"))
    await person.ask("typing", {"chat_id": chat_id, "on": True, "preview": canary("preview")})
    await person.ask("page", {"url": f"https://shop.example/{canary('lateurl')}", "title": canary("latetitle")})
    sent = await _upload(desk, person.token, chat_id, f"{canary('fileone')}.txt", canary("filebody").encode())
    await person.ask("message:send", {"chat_id": chat_id, "client_id": "f1", "file_id": sent["id"]})
    drawn = await _upload(desk, person.token, chat_id, "drawn.png", PICTURE)
    await person.ask("message:send", {"chat_id": chat_id, "client_id": "f2", "file_id": drawn["id"]})
    await _upload(desk, person.token, chat_id, "unsent.txt", canary("unsent").encode())
    await agent.say(chat_id, f"I answer {canary('answer')}")
    await agent.ask("note:add", {"chat_id": chat_id, "client_id": "n1", "body": canary("note")})
    await agent.ask("chat:set", {"chat_id": chat_id, "tags": [canary("tag")]})
    await person.ask("chat:transcript", {"chat_id": chat_id})
    closing = {"subject": canary("subject"), "email": ADDRESS, "tags": [canary("tickettag")]}
    close = {"chat_id": chat_id, "resolution": "unresolved", "summary": canary("summary"), "ticket": closing}
    await agent.ask("chat:close", close)
    rating = {"chat_id": chat_id, "score": 2, "effort": 6, "recommend": 3, "comment": canary("comment")}
    await person.ask("chat:rate", rating)
    return chat_id


async def _ticket(person: VisitorClient, agent: AgentClient, chat_id: str) -> str:
    made = await person.ask(
        "chat:to_ticket",
        {
            "client_id": "t1",
            "email": ADDRESS,
            "name": canary("ticketname"),
            "question": f"Call me {canary('ticketwords')}",
            "subject": canary("subject"),
            "phone": "+420 777 131 415",
            "call_at": "2030-01-01T10:00:00Z",
        },
    )
    number = str(made["ticket"]["number"])
    path = f"/api/v1/tickets/{number}"
    said = {"client_id": "r1", "body": f"We look {canary('reply')}"}
    assert (await agent.request("POST", f"{path}/messages", body=said))[0] in (200, 201)
    team = {"client_id": "r2", "body": canary("team"), "internal": True}
    assert (await agent.request("POST", f"{path}/messages", body=team))[0] in (200, 201)
    solution = {"cause": canary("cause"), "done": canary("done"), "fully_solved": True, "can_recur": False}
    solved = {"status": "solved", "message": f"Done {canary('done')}", "solution": solution}
    status, answer = await agent.request("PATCH", path, body=solved)
    assert status == 200, answer
    return number


async def _mails(agent: AgentClient, port: int) -> None:
    """A new question by mail with an attachment, and one that is ignored."""
    fields = {"sender": f"{canary('ticketname')} <{ADDRESS}>", "subject": canary("insubject")}
    raw = letter(canary("inbody"), Message_ID=f"<{canary('inid')}@customer.example>", **fields)
    ignored = letter(canary("innote"), Auto_Submitted="auto-replied", Message_ID="<i2@customer.example>", **fields)

    def send() -> None:
        with smtplib.SMTP("127.0.0.1", port) as smtp:
            for each in (raw, ignored):
                smtp.sendmail(ADDRESS, ["support@desk.example"], each)

    await asyncio.to_thread(send)


async def _page_of_the_ticket(desk: Desk, agent: AgentClient, number: str) -> None:
    """The customer rates and writes on their own page, with a file."""
    ticket = (await agent.get(f"/api/v1/tickets/{number}"))["ticket"]
    async with aiohttp.ClientSession() as session:
        rating = {"score": "3", "comment": canary("rating")}
        async with session.post(ticket["url"], data=rating, allow_redirects=False) as answer:
            assert answer.status == 303, await answer.text()
        form = aiohttp.FormData()
        form.add_field("client_id", "page1")
        form.add_field("body", canary("form"))
        form.add_field("file", canary("attached").encode(), filename="more.txt", content_type="text/plain")
        async with session.post(ticket["url"], data=form, allow_redirects=False) as answer:
            assert answer.status == 303, await answer.text()


async def _known(agent: AgentClient) -> None:
    contact = (await agent.get("/api/v1/contacts", q="canary"))["contacts"][0]
    changes = {"name": canary("renamed"), "addresses": [*contact["addresses"], OTHER_ADDRESS]}
    status, answer = await agent.request("PATCH", f"/api/v1/contacts/{contact['id']}", body=changes)
    assert status == 200, answer


def _subscribe(desk: Desk) -> None:
    body = f"email={ADDRESS.replace('@', '%40')}".encode()
    with urllib.request.urlopen(f"{desk.url}/incidents/subscribe", data=body) as answer:
        assert answer.status == 200


async def _upload(desk: Desk, token: str, chat_id: str, name: str, content: bytes) -> dict[str, Any]:
    form = aiohttp.FormData()
    form.add_field("file", content, filename=name)
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"{desk.url}/api/v1/files", params={"chat_id": chat_id}, data=form) as answer,
    ):
        body = await answer.json()
        assert answer.status == 201, body
        return dict(body["file"])
