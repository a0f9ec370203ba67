"""Mails as customers' programs write them, and a real SMTP client to bring them."""

from __future__ import annotations

import asyncio
import re
import smtplib
import socket
from collections.abc import Awaitable, Callable
from email.message import EmailMessage
from typing import Any

from tests.harness.mailserver import ReceivedMail, SmtpSink
from tests.harness.people import AgentClient

OURS = "support@desk.example"
CUSTOMER = "eva@customer.example"
WITHIN_S = 15.0
Json = dict[str, Any]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def mail_settings(port: int, sink: SmtpSink | None = None, **more: str) -> dict[str, str]:
    out = {"SEMAFOR_SMTP_URL": sink.url} if sink else {}
    return {"SEMAFOR_MAIL_FROM": OURS, "SEMAFOR_INBOUND_SMTP": f"127.0.0.1:{port}", **out, **more}


def letter(
    body: str, *, sender: str = CUSTOMER, to: str = OURS, subject: str = "Where is my parcel?", **fields: str
) -> bytes:
    """fields: header fields, `_` for `-`; Message-ID is made of the body unless it is given."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = "Sun, 22 Nov 2026 08:00:00 +0000"
    if "Message_ID" not in fields:
        message["Message-ID"] = f"<{abs(hash((body, sender, to)))}@customer.example>"
    for name, value in fields.items():
        message[name.replace("_", "-")] = value
    message.set_content(body)
    return message.as_bytes()


def answer_to(mail: ReceivedMail, body: str, **more: str) -> bytes:
    """As a mail program answers: to Reply-To, with In-Reply-To and References."""
    own = str(mail.message["Message-ID"])
    to = re.search(r"<([^>]+)>", str(mail.message["Reply-To"]))
    assert to is not None
    fields = {"In_Reply_To": own, "References": f"{mail.message['References'] or ''} {own}".strip(), **more}
    quoted = "\n".join(f"> {line}" for line in mail.text().splitlines())
    text = f"{body}\n\nOn Sunday Support wrote:\n{quoted}\n"
    return letter(text, to=to.group(1), subject=f"Re: {mail.subject}", **fields)


async def bring(
    port: int, raw: bytes, *, sender: str = CUSTOMER, to: str | list[str] = OURS, lmtp: bool = False
) -> None:
    """By a real client; raises what it raises."""

    def send() -> None:
        kind = smtplib.LMTP if lmtp else smtplib.SMTP
        with kind("127.0.0.1", port, timeout=60) as client:
            client.sendmail(sender, to, raw)

    await asyncio.to_thread(send)


async def until(ask: Callable[[], Awaitable[Any]], what: str) -> Any:
    """The first answer that is not None or empty."""
    async with asyncio.timeout(WITHIN_S):
        while not (found := await ask()):  # noqa: ASYNC110 - what becomes of a mail is told to nobody
            await asyncio.sleep(0.1)
    assert found, what
    return found


async def settled(manager: AgentClient, count: int) -> list[Json]:
    """The mails that came in, newest first, as soon as there are so many and all have their end."""

    async def ask() -> list[Json] | None:
        mails: list[Json] = (await manager.get("/api/v1/inbound"))["inbound"]
        return mails if len(mails) >= count and all(mail["state"] != "received" for mail in mails) else None

    found: list[Json] = await until(ask, "mails that are settled")
    return found


async def conversation(agent: AgentClient, number: str) -> list[Json]:
    messages: list[Json] = (await agent.get(f"/api/v1/tickets/{number}"))["messages"]
    return messages


async def new_ticket(agent: AgentClient, email: str = CUSTOMER) -> Json:
    asked = {"client_id": email, "subject": "Lost parcel", "email": email, "question": "Where is it?"}
    status, made = await agent.request("POST", "/api/v1/tickets", body=asked)
    assert status == 201, made
    ticket: Json = made["ticket"]
    return ticket


async def solve(agent: AgentClient, number: str) -> None:
    status, said = await agent.request(
        "PATCH", f"/api/v1/tickets/{number}", body={"status": "solved", "message": "Found."}
    )
    assert status == 200, said


async def ticket(agent: AgentClient, number: str) -> Json:
    found: Json = (await agent.get(f"/api/v1/tickets/{number}"))["ticket"]
    return found


async def tickets(agent: AgentClient) -> list[Json]:
    found: list[Json] = (await agent.get("/api/v1/tickets"))["tickets"]
    return found
