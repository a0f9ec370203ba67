"""A person who leaves a canary in every field that a person can fill, in every kind of thing that is kept."""

from __future__ import annotations

import asyncio
import base64
import re
import smtplib
import time
import urllib.request
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr
from typing import Any

import aiohttp
import jwt

from tests.harness.desk import Desk
from tests.harness.fixtures import People
from tests.harness.people import AgentClient, VisitorClient
from tests.integration.mail.letters import letter

ADDRESS = "Canaryaddress.Zq1@canarydomain-zq2.example"
OTHER_ADDRESS = "canaryother-zq3@canarydomain-zq4.example"
THIRD_ADDRESS = "canarythird-zq5@canarydomain-zq6.example"
MAILED_WITHIN_S = 20.0
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
_NAMES = (
    *("name", "question", "field", "fieldname", "topic", "message", "clientid", "startid", "preview", "comment"),
    *("fileone", "filebody", "pageurl", "pagetitle", "referrer", "agent", "lateurl", "latetitle", "note", "tag"),
    *("summary", "subject", "ticketwords", "ticketname", "reply", "team", "inbody", "insubject", "inid", "innote"),
    *("renamed", "answer", "rating", "tickettag", "cause", "done", "form", "unsent", "attached"),
    *("subject-id", "jti", "signedname", "ticketid", "formid", "quoted", "inreply", "inname", "infile"),
)
PHONE = "+420 777 131 415"
SECRET = "identity secret of the shop, long enough"
SAID: set[str] = set()
"""What was sent with words of the person, as `event.field`: a new field of an event must be among them."""
CANARIES = [
    "canaryaddress.zq1",
    "canarydomain-zq2",
    "canaryother-zq3",
    "canarythird-zq5",
    PHONE,
    *(f"canary{name}zq" for name in _NAMES),
]


class Speaking(VisitorClient):
    """Remembers which fields of which events words were sent in."""

    async def ask(self, event: str, data: Any) -> Any:
        SAID.update(f"{event}.{name}" for name, value in data.items() if _has_words(value))
        return await super().ask(event, data)


def _has_words(value: Any) -> bool:
    return any(each.lower() in str(value).lower() for each in CANARIES)


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
    SAID.update(f"page.{name}" for name in page)
    visitor = Speaking.arrive(desk.url, page=page, headers={"User-Agent": f"Mozilla {canary('agent')}"})
    person = people._keep(await visitor)
    chat = await _chat(person, agent, desk)
    number = await _ticket(person, agent, chat)
    await _mails(agent, mail_port)
    await _page_of_the_ticket(desk, agent, number)
    await _reply(desk, number, mail_port)
    people._keep(await Speaking.arrive(desk.url, identity=_identity()))
    await _known(agent)
    await asyncio.to_thread(_subscribe, desk)
    open_chat = await person.start(f"Again {canary('question')}", email=ADDRESS, name=canary("name"))
    await agent.assigned(open_chat["id"])
    status, answer = await agent.request("POST", f"/api/v1/chats/{open_chat['id']}/code", body={})
    assert status in (200, 201), answer
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
    await person.ask("chat:transcript", {"chat_id": chat_id, "email": THIRD_ADDRESS})
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
            "client_id": canary("ticketid"),
            "email": ADDRESS,
            "name": canary("ticketname"),
            "question": f"Call me {canary('ticketwords')}",
            "subject": canary("subject"),
            "phone": PHONE,
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
    fields = {"sender": f"{canary('inname')} <{ADDRESS}>", "subject": canary("insubject")}
    raw = letter(canary("inbody"), Message_ID=f"<{canary('inid')}@customer.example>", **fields)
    ignored = letter(canary("innote"), Auto_Submitted="auto-replied", Message_ID="<i2@customer.example>", **fields)

    message = message_from_bytes(raw, policy=default)
    message.add_attachment(canary("attached"), filename=f"{canary('infile')}.txt")
    await asyncio.to_thread(_send, port, "support@desk.example", message.as_bytes(), ignored)


def _send(port: int, to: str, *raws: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        for raw in raws:
            smtp.sendmail(ADDRESS, [to], raw)


async def _reply(desk: Desk, number: str, port: int) -> None:
    """An answer to one of our mails, which quotes it."""
    ours = await asyncio.to_thread(_delivered, desk, lambda mail: number in str(mail["Subject"]))
    words = f"Thanks {canary('inreply')}\n\nOn Sunday Support wrote:\n> {canary('quoted')}\n"
    sender = f"{canary('inname')} <{ADDRESS}>"
    to = parseaddr(str(ours["Reply-To"]))[1]
    raw = letter(words, sender=sender, to=to, subject=f"Re: {ours['Subject']}", In_Reply_To=str(ours["Message-ID"]))
    await asyncio.to_thread(_send, port, to, raw)


def _delivered(desk: Desk, is_it: Callable[[EmailMessage], bool]) -> EmailMessage:
    """The first such mail in the maildir."""
    until_s = time.monotonic() + MAILED_WITHIN_S
    while time.monotonic() < until_s:
        for path in (desk.data / "mail" / "new").glob("*"):
            mail = message_from_bytes(path.read_bytes(), policy=default)
            if is_it(mail):
                return mail
        time.sleep(0.05)
    raise AssertionError("no such mail came")


def _identity() -> str:
    now = int(time.time())
    claims = {"sub": canary("subject-id"), "iat": now, "exp": now + 600, "jti": canary("jti")}
    return jwt.encode({**claims, "email": ADDRESS, "name": canary("signedname")}, SECRET, algorithm="HS256")


async def _page_of_the_ticket(desk: Desk, agent: AgentClient, number: str) -> None:
    """The customer rates and writes on their own page, with a file."""
    ticket = (await agent.get(f"/api/v1/tickets/{number}"))["ticket"]
    async with aiohttp.ClientSession() as session:
        rating = {"score": "3", "comment": canary("rating")}
        async with session.post(ticket["url"], data=rating, allow_redirects=False) as answer:
            assert answer.status == 303, await answer.text()
        form = aiohttp.FormData()
        form.add_field("client_id", canary("formid"))
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
    mail = _delivered(desk, lambda mail: "/incidents/confirm/" in _text(mail))
    link = re.findall(r"http\S+/incidents/confirm/\S+", _text(mail))[0]
    with urllib.request.urlopen(link) as answer:
        assert answer.status == 200


def _text(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    return "" if part is None else str(part.get_content())


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
