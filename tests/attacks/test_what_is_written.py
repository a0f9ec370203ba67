"""What people write goes into mails, files and logs as what it is: text. Never a header, a formula, a line, a query."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
from collections import Counter
from email.message import EmailMessage
from functools import partial
from typing import Any

import pytest

from tests.attacks.polling import visitor_of
from tests.attacks.scene import Intruders, asked, kept_token
from tests.harness.desk import Desk
from tests.harness.fixtures import ADA, NewDesk, People
from tests.harness.mailserver import ReceivedMail, SmtpSink
from tests.integration.protocol.firm import BOSS

BREAKS = ["\r\n", "\n", "\r", "\u2028", "\u2029", "\x85", "\x0b", "\x0c"]
NO_ADDRESSES = [
    *(f"eve@example.com{line}Bcc: all@example.com" for line in BREAKS),
    "eve@example.com,all@example.com", "eve@example.com;all@example.com", "Eve <eve@example.com>", "<eve@example.com>",
    '"eve"@example.com', "eve@example.com\x00", "eve@[127.0.0.1]", "@evil.example:eve@example.com", "a@b", "eve%a.b@x",
    "eve@example.com> SIZE=1 <all@example.com", "eve(comment)@example.com", "eve@exa mple.com", "eve@@example.com",
    "=?utf-8?q?eve=40example.com=3E?=@evil.example\u202e", "eve@example.com\u200b,all@example.com", "-oX@x\t.example",
]  # fmt: skip
FORMULAS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://evil.example","x")',
    "＝1+1",
    "\ufeff=1+1",
]
SMUGGLED = (
    "\r\n.\r\nMAIL FROM:<evil@example.com>\r\nRCPT TO:<all@example.com>\r\nDATA\r\nFrom: evil\r\n\r\nbought\r\n.\r\n"
)
NAMES = {
    "From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Content-Language", "Auto-Submitted",
    "X-Auto-Response-Suppress", "In-Reply-To", "References", "Reply-To", "List-Unsubscribe", "List-Unsubscribe-Post",
}  # fmt: skip


async def test_only_an_address_is_taken_for_one_wherever_one_is_asked_for(target: Desk, intruders: Intruders) -> None:
    eve, ada = await intruders.visitor(target), await intruders.agent(target, ADA, status="online")
    chat = await eve.start("Hello", department="support")
    await ada.assigned(chat["id"])
    about: dict[str, Any] = {"chat_id": chat["id"], "client_id": "x"}
    for wrong in NO_ADDRESSES:
        for client, event, given in (
            (eve, "chat:start", {"client_id": "s", "question": "q", "department": "support", "email": wrong}),
            (eve, "chat:to_ticket", {"client_id": "t", "question": "q", "department": "support", "email": wrong}),
            (eve, "chat:transcript", {**about, "email": wrong}),
            (ada, "chat:set", {**about, "email": wrong}),
            (ada, "chat:close", {**about, "resolution": "unresolved", "ticket": {"subject": "s", "email": wrong}}),
            (ada, "ticket:create", {**about, "subject": "s", "email": wrong}),
        ):
            error = await client.refused(event, given)
            assert (error["code"], error["field"].rpartition(".")[2]) == ("invalid", "email"), (event, wrong)
        body = {"client_id": "x", "subject": "s", "email": wrong, "department": "support"}
        assert (await asked(target, "POST", "/api/v1/tickets", token=ada.token, json=body))[0] == 422
    await ada.ask("status:set", {"status": "offline"})


@pytest.mark.slow
async def test_a_mail_has_our_headers_one_reader_and_one_end_whatever_was_written(
    new_desk: NewDesk, people: People, smtp_sink: SmtpSink
) -> None:
    """Also no smuggling: a dot alone on a line within a text ends no mail, and begins none."""
    desk = new_desk(settings={"SEMAFOR_SMTP_URL": smtp_sink.url, "SEMAFOR_LIMITS": "off"})
    eve = await people.visitor(desk)
    for number, line in enumerate(BREAKS):
        hostile = f"Eve{line}Bcc: all@example.com{line}{line}<b>body</b>"
        fields = {"name": hostile, "subject": hostile, "question": f"{hostile}{SMUGGLED}{line}.{line}QUIT"}
        wanted = {"client_id": f"t{number}", "email": f"eve{number}@example.com", **fields}
        await eve.ask("chat:to_ticket", wanted)
    ends = ["\n.\n", "\n.\r\n", "\r.\r", "\r\n.\n", ".\r\n", "\r\n.\r\n"]
    ticket = {"client_id": "ends", "email": "ends@example.com", "question": "".join(f"x{end}RSET" for end in ends)}
    number = (await eve.ask("chat:to_ticket", ticket))["ticket"]["number"]
    # Words of people are set in from the first column, where a dot alone is the end of a mail; the library adds a dot.
    answer = {"client_id": "a", "body": "".join(f"Hello{end}RSET" for end in ends) + SMUGGLED}
    assert (await (await people.agent(desk)).request("POST", f"/api/v1/tickets/{number}/messages", body=answer))[
        0
    ] == 201

    readers = [f"eve{number}@example.com" for number in range(len(BREAKS))] + ["ends@example.com"]
    mails = [await smtp_sink.wait_for(partial(_is_for, reader)) for reader in readers]
    mails.append(await smtp_sink.wait_for(lambda mail: "Hello" in mail.text()))

    for mail in mails:
        message: EmailMessage = mail.message
        assert set(message.keys()) <= NAMES, message.keys()
        assert len(message.get_all("To", [])) == len(message.get_all("Subject", [])) == 1
        assert not message.defects
    assert {mail.sender for mail in smtp_sink.mails} == {"support@localhost"}
    assert len(smtp_sink.mails) == len(mails)
    assert "bought" in mails[-1].text(), "nothing of it was cut off either"


def _is_for(reader: str, mail: ReceivedMail) -> bool:
    return mail.recipients == (reader,)


async def test_no_cell_of_any_file_is_a_formula(target: Desk, intruders: Intruders) -> None:
    ada, boss = await intruders.agent(target, ADA, status="online"), await kept_token(target, BOSS)
    for formula in FORMULAS:
        eve = await intruders.visitor(target)
        chat = await eve.start(formula, department="support", name=formula, topic=formula)
        await ada.assigned(chat["id"])
        await ada.ask(
            "chat:close", {"chat_id": chat["id"], "resolution": "resolved", "topic": formula, "summary": formula}
        )
        await eve.ask("chat:rate", {"chat_id": chat["id"], "score": 1, "comment": formula})
    await ada.ask("status:set", {"status": "offline"})
    _, api = await asked(target, "GET", "/api/v1/openapi.json")
    files = [path for path in api["paths"] if path.endswith(".csv") or "{form}" in path or "reports" in path]
    names = {name for path in files for op in api["paths"][path].values() for name in _choices(op)}

    seen = ""
    for name in {*names, "coverage", "waits", "volume", "satisfaction", "agents", "estimates", "overview", "tickets"}:
        for part in ("", "negative", "by_topic", "by_agent", "gaps"):
            query = f"?part={part}" if part else ""
            status, text = await asked(target, "GET", f"/api/v1/reports/{name}.csv{query}", token=boss)
            if status == 200:
                seen += text
                cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
                risky = [
                    cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))
                ]
                assert [cell for cell in risky if not re.fullmatch(r"-?\d+(\.\d+)?(e-\d+)?", cell)] == [], (name, part)
    for formula in FORMULAS:
        assert f"'{formula.strip()}" in seen.replace('""', '"'), formula


def _choices(operation: dict[str, Any]) -> list[str]:
    return [choice for p in operation["parameters"] if p["in"] == "path" for choice in p["schema"].get("enum", [])]


QUERIES = [
    '"', "'", '"a" OR "b"', "a NEAR/2 b", "a* AND b", "NOT a", "col:a", "{a b}: c", "^a", "a)", "((((", "%", "_%_", "*",
    "'; DROP TABLE chats; --", "' OR '1'='1", "\\", "$where", "$regex", ".*", "(a+)+$", "[", "a{1,99999}", "\u0000",
    "{$gt: ''}", "db.dropDatabase()", "𝔘" * 60, "\u202e", "-a", "+a -b", "a:b:c", '"""', "x" * 200, "ﷺ" * 60,
]  # fmt: skip


@pytest.mark.parametrize("path", ["/chats", "/tickets", "/contacts", "/problems", "/incidents"])
async def test_words_to_look_for_are_words_and_no_query_language(target: Desk, intruders: Intruders, path: str) -> None:
    boss = await kept_token(target, BOSS)
    marker = f"unfindable{path.strip('/')}"
    await (await intruders.visitor(target)).start(f"{marker}", department="support")
    for query in QUERIES:
        status, answer = await asked(target, "GET", f"/api/v1{path}", token=boss, params={"q": query})
        assert status in (200, 422), (query, status, answer)
        assert status == 422 or marker not in json.dumps(answer), query
    for odd in (
        "q[$ne]=x",
        "q[]=x",
        "q.a=x",
        "visitor[$regex]=.*",
        "department[$gt]=",
        "cursor[$ne]=1",
        "q=x&q[$where]=1",
    ):
        assert (await asked(target, "GET", f"/api/v1{path}?{odd}", token=boss))[0] in (200, 422), odd


async def test_names_of_fields_are_kept_as_they_are_and_never_a_path(target: Desk, intruders: Intruders) -> None:
    eve = await intruders.visitor(target)
    fields = {"$where": "1", "a.b.c": "2", "$set": "3", "__proto__": "4", ".": "5", "$": "6", "constructor": "7"}

    chat = await eve.start("With odd fields", department="support", fields=fields)

    again = await eve.ask("chat:sync", {"chat_id": chat["id"]})
    assert again["messages"][0]["body"] == "With odd fields"
    for given in (
        {"chat_id": {"$ne": None}},
        {"chat_id": "$ne"},
        {"chat_id": [chat["id"]]},
        {"chat_id": f"{chat['id']}\x00"},
    ):
        assert (await eve.refused("chat:sync", given))["code"] in ("invalid", "not_found")


async def test_nothing_that_is_sent_makes_a_line_of_the_log_or_shows_a_secret_in_it(
    target: Desk, intruders: Intruders
) -> None:
    token = await kept_token(target, ADA)
    before = Counter(target.stderr().splitlines())
    eve = await intruders.visitor(target)
    await eve.refused('\n{"event": "INJECTED"}\r\nINJECTED \x1b[31m', {})
    await eve.start("INJECTED SECRET-WORDS", department="support", name="INJECTED", email="injected@example.com")
    headers = {"User-Agent": "INJECTED", "X-Forwarded-For": "INJECTED", "Cookie": f"semafor_session={token}INJECTED"}
    async with visitor_of(target, **headers) as page:
        for path in (
            "/INJECTED%0aINJECTED",
            "/api/v1/me?token=INJECTED",
            "/t/INJECTED",
            "/socket.io/?EIO=3&x=INJECTED",
        ):
            async with page.get(path) as answer:
                await answer.read()
        wrong = {"email": "injected@example.com", "password": "INJECTED"}
        async with page.post("/api/v1/sessions", json=wrong) as answer:
            assert answer.status == 401
    for raw in (b"INJECTED\r\n\r\n", b"GET / HTTP/1.1\r\nINJECTED\x1b[31m\r\n\r\n", b"\x16\x03\x01INJECTED\r\n\r\n"):
        reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
        writer.write(raw)
        await reader.read(1000)
        writer.close()

    # Of two servers, each adds to its own part.
    lines = [*(Counter(target.stderr().splitlines()) - before).elements()]
    said = "\n".join(lines)
    assert all(isinstance(json.loads(line), dict) for line in lines)
    for secret in ("INJECTED", "injected@example.com", token, eve.token, "SECRET-WORDS", "\x1b"):
        assert secret not in said, secret


async def test_no_answer_shows_what_was_guessed(target: Desk) -> None:
    """One sentence for a wrong password, an unknown account and an odd one."""
    said = set()
    for email in (ADA.email, "nobody@example.com", "' OR 1=1 --", "*", "ada@desk.example\u200b"):
        body = {"email": email, "password": "wrong password"}
        status, answer = await asked(target, "POST", "/api/v1/sessions", json=body)
        said.add((status, json.dumps(answer)))

    assert len(said) == 1
