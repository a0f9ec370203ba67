"""Links in mails: to set a password, to have a copy of what is kept of oneself, to have it erased."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from email.message import EmailMessage

import jwt

from server.signing import Signer
from tests.attacks.polling import visitor_of
from tests.attacks.scene import Intruders, asked, kept_token
from tests.harness.desk import Desk
from tests.harness.fixtures import BOB
from tests.harness.mailserver import ReceivedMail, SmtpSink
from tests.harness.wire import Json
from tests.integration.protocol.firm import BOSS, CAT

EVIL = {
    "Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https",
    "X-Original-Host": "evil.example",
    "Forwarded": "host=evil.example;proto=https", "Origin": "https://evil.example", "Referer": "https://evil.example/reset",
}  # fmt: skip
OWNER, MALLORY = "owner@customer.example", "mallory@customer.example"


async def asked_for(desk: Desk, path: str, source: str, **given: str) -> tuple[int, str]:
    """Asks for a link as a program, with headers that lead elsewhere."""
    async with visitor_of(desk, source, **EVIL) as http, http.post(path, json=given) as answer:
        return answer.status, re.sub(r"\d+ s\b|\"retry_after_s\":[\d.]+", "", await answer.text())


def links(letter_box: SmtpSink, to: str, path: str) -> list[str]:
    """What stands behind `path` in the mails to an address, oldest first."""
    mails: list[EmailMessage] = [mail.message for mail in letter_box.mails if mail.recipients == (to,)]
    texts = [str(part.get_content()) for mail in mails if (part := mail.get_body(("plain",))) is not None]
    return [found for text in texts for found in re.findall(rf"/{path}/([\w.~-]+)", text)]


async def link(letter_box: SmtpSink, to: str, path: str, number: int = 1) -> str:
    def has_come(_: ReceivedMail) -> bool:
        return len(links(letter_box, to, path)) >= number

    await letter_box.wait_for(has_come)
    return links(letter_box, to, path)[number - 1]


def altered(signed: str) -> list[str]:
    payload, _, signature = signed.rpartition(".")
    bitten = [signed[:n] + ("A" if signed[n] != "A" else "B") + signed[n + 1 :] for n in range(0, len(signed), 3)]
    # The last character of base64 has bits that mean nothing: it may stand for the same signature.
    return [
        *bitten[:-1],
        payload,
        f"{payload}.",
        f"{payload}.{signature[::-1]}",
        f"{signed}.",
        f"{signed}x",
        "x" * 4000,
        "%00",
    ]


async def test_asking_for_a_new_password_tells_nobody_who_is_here_and_leads_nobody_elsewhere(
    governed: Desk, letter_box: SmtpSink
) -> None:
    known = [await asked_for(governed, "/reset", "127.0.0.21", email=BOB.email) for _ in range(3)]
    unknown = [await asked_for(governed, "/reset", "127.0.0.22", email="nobody@desk.example") for _ in range(3)]
    odd = [
        await asked_for(governed, "/reset", "127.0.0.23", email=text)
        for text in ("*", f"{BOB.email}\u200b", "' OR 1=1")
    ]
    signed = await link(letter_box, BOB.email, "reset")

    assert known == unknown
    assert [status for status, _ in known] == [200, 200, 429]
    assert {status for status, _ in odd} == {422}
    mails = [mail for mail in letter_box.mails if mail.recipients == (BOB.email,) and "/reset/" in mail.text()]
    for mail in mails:
        assert "evil.example" not in str(mail.message), "the address is the setting's, not the request's"
        assert f"{governed.url}/reset/" in mail.text()
    assert not [mail for mail in letter_box.mails if "nobody@desk.example" in mail.recipients]
    _, outbox = await asked(governed, "GET", "/api/v1/mails", token=await kept_token(governed, BOSS))
    assert signed not in str(outbox), "managers see that a mail went, and no link that opens an account"
    session = await kept_token(governed, BOB)
    for guess in altered(signed):
        async with visitor_of(governed, "127.0.0.24") as http, http.get(f"/reset/{guess}") as answer:
            assert answer.status in (400, 404), guess[:80]
    assert (await asked(governed, "GET", "/api/v1/me", token=session))[0] == 200, "asking ends nothing"


async def test_a_link_to_ones_own_data_opens_nothing_but_that_and_is_no_key_once_it_was_used(
    governed: Desk, letter_box: SmtpSink, intruders: Intruders
) -> None:
    owner, mallory = await intruders.visitor(governed), await intruders.visitor(governed)
    chat = await owner.start("My secret words", department="support", email=OWNER)
    theirs = await mallory.start("Hello", department="support", email=MALLORY)
    wanted = {"client_id": "p", "chat_id": theirs["id"], "email": MALLORY, "question": "x", "department": "support"}
    ticket_link = (await mallory.ask("chat:to_ticket", wanted))["ticket"]["url"].rpartition("/")[2]
    # Mallory may ask for anybody's; the mail goes to whom it is about.
    for purpose in ("export", "erase"):
        assert (await asked_for(governed, "/privacy", "127.0.0.25", email=OWNER, purpose=purpose))[0] == 200
    assert (await asked_for(governed, "/privacy", "127.0.0.25", email=MALLORY))[0] == 200
    own = await link(letter_box, MALLORY, "privacy")
    export, erase = await link(letter_box, OWNER, "privacy"), await link(letter_box, OWNER, "privacy", 2)
    assert not [mail for mail in letter_box.mails if OWNER in mail.recipients and "evil.example" in str(mail.message)]

    for guess in (*altered(own), ticket_link, mallory.token, await kept_token(governed, BOB)):
        for method in ("GET", "POST"):
            status, _ = await _visit(governed, method, guess)
            assert status in (400, 404), (method, guess[:80])
    assert b"My secret words" not in (await _visit(governed, "POST", own))[1]
    for method in ("GET", "HEAD"):
        await _visit(governed, method, erase)
    assert await _question(governed, chat) == "My secret words", "looking at a link does nothing"

    once = await asyncio.gather(*(_visit(governed, "POST", erase) for _ in range(3)))
    again = [(await _visit(governed, "POST", link))[0] for link in (erase, export)]

    assert 200 in {status for status, _ in once}
    assert again == [404, 404]
    assert await _question(governed, chat) == ""
    assert await _question(governed, theirs) == "Hello"


async def test_a_link_of_another_kind_opens_nothing_though_we_signed_it_and_it_names_the_right_thing(
    governed: Desk, letter_box: SmtpSink, intruders: Intruders
) -> None:
    """Whose kind is not looked at opens whatever has that id: a mail, an account's reset, a ticket."""
    someone = "someone@customer.example"
    assert (await asked_for(governed, "/privacy", "127.0.0.27", email=someone))[0] == 200
    assert (await asked_for(governed, "/reset", "127.0.0.27", email=CAT.email))[0] == 200
    wanted = {"client_id": "k", "email": someone, "question": "My secret words", "department": "support"}
    ticket = (await (await intruders.visitor(governed)).ask("chat:to_ticket", wanted))["ticket"]["url"]
    right = {
        "privacy": await link(letter_box, someone, "privacy"),
        "reset": await link(letter_box, CAT.email, "reset"),
        "t": ticket.rpartition("/")[2],
    }

    for place, signed in right.items():
        assert (await _visit(governed, "GET", signed, place))[0] == 200, "it is the kind that is wrong below"
        for kind, wrong in _of_other_kinds(governed, signed):
            assert (await _visit(governed, "GET", wrong, place))[0] in (400, 404), (place, kind)
            assert (await _visit(governed, "POST", wrong, place))[0] in (400, 404), (place, kind)


def _of_other_kinds(desk: Desk, signed: str) -> Iterator[tuple[str, str]]:
    """The same subject as every other kind of link, with our own signature."""
    signer = Signer(desk.settings["SEMAFOR_SECRET"], None)
    kind, _, subject = jwt.decode(signed, options={"verify_signature": False})["sub"].partition(":")
    assert signer.link(kind, subject) == signed, "else a wrong signature would refuse what the kind should"
    for other in ("subscribe", "unsubscribe", "ticket", "transcript", "reset", "person"):
        if other != kind:
            yield other, signer.link(other, subject)


async def _visit(desk: Desk, method: str, signed: str, place: str = "privacy") -> tuple[int, bytes]:
    async with visitor_of(desk, "127.0.0.26") as http, http.request(method, f"/{place}/{signed}") as answer:
        return answer.status, await answer.read()


async def _question(desk: Desk, chat: Json) -> str:
    _, answer = await asked(desk, "GET", f"/api/v1/chats/{chat['id']}", token=await kept_token(desk, BOSS))
    question: str = answer["chat"]["question"]
    return question
