"""Who is speaking: signed by the site, confirmed by a code, or only claimed; from outside, with real mail."""

from __future__ import annotations

import re
import time
from typing import Any

import jwt
import pytest

from tests.harness.desk import Department, Desk, User
from tests.harness.fixtures import ADA, BOB, MIA, SUPPORT, NewDesk, People
from tests.harness.mailserver import ReceivedMail, SmtpSink
from tests.harness.people import AgentClient, VisitorClient, new_client_id
from tests.harness.wire import Json
from tests.integration.protocol.conftest import StandingDesk
from tests.integration.protocol.guests import Guests
from transcripts.mails.code_mail import MASK

MAX = User("max@desk.example", "Max Admin", role="admin", capacity=0)
SAM = User("sam@desk.example", "Sam", departments=("sales",))
CAST = (ADA, BOB, MIA, MAX)
SECRET = "identity secret of the site, long enough"
JANA, EVA = "jana@example.org", "eva@example.org"
PATIENCE_S = 30.0


def identity(subject: str, **claims: Any) -> str:
    known = {"sub": subject, "iat": int(time.time()), "exp": int(time.time()) + 600, "jti": new_client_id()}
    return jwt.encode({**known, **claims}, SECRET, algorithm="HS256")


async def asks_by_mail(visitor: VisitorClient, email: str, question: str = "Where is my parcel?") -> str:
    wanted = {
        "client_id": new_client_id(),
        "email": email,
        "question": question,
        "name": "Jana",
        "department": "support",
    }
    return str((await visitor.ask("chat:to_ticket", wanted))["ticket"]["number"])


async def talks(ada: AgentClient, visitor: VisitorClient, **fields: Any) -> str:
    chat = await visitor.start("Change my address, please.", department="support", **fields)
    await ada.assigned(chat["id"])
    return str(chat["id"])


async def card(agent: AgentClient, chat_id: str) -> Json:
    return await agent.get(f"/api/v1/chats/{chat_id}/visitor")


async def refusal(agent: AgentClient, method: str, path: str, body: Json | None = None) -> tuple[int, str]:
    status, answer = await agent.request(method, f"/api/v1{path}", body={} if body is None else body)
    assert status >= 400, answer
    assert answer["error"]["message"]
    return status, answer["error"]["code"]


async def the_code(sink: SmtpSink, n: int = 1) -> str:
    """Of the n-th mail with one."""

    def is_it(mail: ReceivedMail) -> bool:
        codes = [known for known in sink.mails if "Type it in the chat" in known.text()]
        return len(codes) >= n and mail is codes[n - 1]

    mail = await sink.wait_for(is_it, timeout_s=PATIENCE_S)
    assert mail.recipients == (JANA,)
    found = re.search(r"^ {4}(\d{3}) (\d{3})\r?$", mail.text(), re.MULTILINE)
    assert found is not None
    assert f"{found[1]} {found[2]}" in mail.html()
    assert found[1] not in mail.subject
    return found[1] + found[2]


@pytest.mark.slow
async def test_code_to_the_known_address_proves_who_is_speaking_through_a_kill_and_is_seen_by_nobody_else(
    new_desk: NewDesk, people: People, smtp_sink: SmtpSink
) -> None:
    desk = new_desk(users=CAST, settings={"SEMAFOR_SMTP_URL": smtp_sink.url})
    ada, jana = await people.agent(desk, ADA), await people.visitor(desk)
    number = await asks_by_mail(await people.visitor(desk), JANA)
    chat_id = await talks(ada, jana, email="Jana@Example.org", name="Jana")
    claimed = (await card(ada, chat_id))["contact"]

    status, answer = await ada.request("POST", f"/api/v1/chats/{chat_id}/code", body={})
    code = await the_code(smtp_sink)
    told = await jana.wait("chat", lambda chat: chat["code_sent"])
    desk.kill()
    desk.start()
    ada, mia = await people.agent(desk, ADA), await people.agent(desk, MIA, status=None)
    jana = await people.visitor(desk, token=jana.token)
    wrong = await jana.refused("code:enter", {"chat_id": chat_id, "code": f"{(int(code) + 1) % 10**6:06d}"})
    odd = await jana.refused("code:enter", {"chat_id": chat_id, "code": "12ab56"})
    since = jana.mark()
    entered = (await jana.ask("code:enter", {"chat_id": chat_id, "code": f" {code[:3]} {code[3:]} "}))["chat"]
    again = await jana.refused("code:enter", {"chat_id": chat_id, "code": code})

    assert (claimed["matched_by"], claimed["verified"], claimed["addresses"]) == ("address", False, [JANA])
    assert (status, answer["sent"]["to"], answer["sent"]["state"]) == (201, JANA, "sent")
    assert told["visitor"]["verified"] is None
    assert jana.hello["chat"]["code_sent"]
    assert (wrong["code"], wrong["field"], odd["code"], odd["field"]) == ("invalid", "code", "invalid", "code")
    assert "4 tries" in wrong["message"]
    assert (entered["visitor"]["verified"], entered["code_sent"]) == ("code", False)
    assert (again["code"], again["field"]) == ("conflict", "code")
    await jana.wait("chat", lambda chat: chat["visitor"]["verified"] == "code", since=since)
    proved = await card(ada, chat_id)
    assert (proved["contact"]["matched_by"], proved["contact"]["code"]["state"]) == ("code", "confirmed")
    assert [ticket["number"] for ticket in proved["earlier"]["tickets"]] == [number]
    assert await refusal(ada, "POST", f"/chats/{chat_id}/code") == (409, "conflict")
    await _nobody_else_saw(code, desk.stderr(), ada, mia, chat_id)
    admin = await people.agent(desk, MAX, status=None)
    log = (await admin.get("/api/v1/audit", action="code"))["entries"]
    assert [entry["action"] for entry in log] == ["code.confirmed", "code.failed", "code.sent"]
    assert log[2]["actor"]["name"] == ADA.name
    assert await refusal(mia, "GET", "/audit") == (403, "forbidden")


async def _nobody_else_saw(code: str, log: str, ada: AgentClient, mia: AgentClient, chat_id: str) -> None:
    listed = (await mia.get("/api/v1/mails"))["mails"]
    (mail_id,) = [mail["id"] for mail in listed if mail["kind"] == "one_time_code"]
    mail = (await mia.get(f"/api/v1/mails/{mail_id}"))["mail"]
    _, page = await mia.request("GET", f"/api/v1/mails/{mail_id}/html")
    assert MASK in mail["text"]
    assert MASK in mail["html"]
    seen = [log, str(mail), str(page), str(await ada.get(f"/api/v1/chats/{chat_id}")), str(await card(ada, chat_id))]
    seen += [str(ada.events("chat")), str(listed)]
    for text in seen:
        assert code not in text
        assert f"{code[:3]} {code[3:]}" not in text


@pytest.fixture
def company(standing_desk: StandingDesk) -> Desk:
    sales = Department("sales", "Sales")
    return standing_desk({"SEMAFOR_IDENTITY_SECRET": SECRET}, departments=(SUPPORT, sales), users=(*CAST, SAM))


async def test_code_is_refused_where_nobody_is_known_and_to_whom_the_chat_is_not(company: Desk, guests: Guests) -> None:
    desk, people = company, guests
    ada, mia = await people.agent(desk, ADA), await people.agent(desk, MIA, status=None)
    unknown = await talks(ada, await people.visitor(desk), email="typed@example.org")
    silent = await talks(ada, await people.visitor(desk))
    signed = await talks(ada, await people.visitor(desk, identity=identity("customer-1", email="petr@example.org")))
    path = f"/chats/{unknown}/code"

    assert (await card(ada, unknown))["contact"] is None
    assert (await card(ada, signed))["contact"]["matched_by"] == "signed"
    assert await refusal(ada, "POST", path) == (409, "conflict")
    assert await refusal(ada, "POST", f"/chats/{silent}/code") == (409, "conflict")
    assert await refusal(ada, "POST", f"/chats/{signed}/code") == (409, "conflict")
    assert await refusal(mia, "POST", path) == (403, "forbidden")
    assert await refusal(ada, "POST", "/chats/nothing/code") == (404, "not_found")
    stranger = await people.visitor(desk)
    error = await stranger.refused("code:enter", {"chat_id": unknown, "code": "123456"})
    assert error["code"] == "not_found"
    assert [mail for mail in (await mia.get("/api/v1/mails"))["mails"] if mail["kind"] == "one_time_code"] == []


async def test_claimed_address_shows_the_agent_a_history_and_the_visitor_nothing(company: Desk, guests: Guests) -> None:
    desk, people = company, guests
    ada = await people.agent(desk, ADA)
    jana = await people.visitor(desk, identity=identity("customer-7", email=JANA, name="Jana"))
    first = await talks(ada, jana)
    await ada.ask("chat:close", {"chat_id": first, "resolution": "resolved"})
    await jana.ask("chat:rate", {"chat_id": first, "score": 2})
    await asks_by_mail(await people.visitor(desk), "JANA@example.org", "A secret of Jana's")

    thief = await people.visitor(desk)
    before = thief.hello
    second = await talks(ada, thief, email=JANA, name="Jana")
    shown = await card(ada, second)
    later = await people.visitor(desk, token=thief.token)
    own = [message["body"] for message in await later.conversation(second)]
    foreign = await later.refused("chat:sync", {"chat_id": first, "after_seq": 0})

    assert [chat["id"] for chat in shown["earlier"]["chats"]] == [first]
    assert (shown["earlier"]["chats"][0]["verified"], shown["earlier"]["chats"][0]["rating"]) == ("signed", 2)
    assert [ticket["subject"] for ticket in shown["earlier"]["tickets"]] == ["A secret of Jana's"]
    assert (shown["contact"]["name"], shown["contact"]["matched_by"]) == ("Jana", "address")
    assert (shown["visitor"]["verified"], shown["visitor"]["rating"]["n"]) == (None, 1)
    assert (before["last_chat"], later.hello["last_chat"]) == (None, None)
    assert later.hello["chat"]["visitor"]["verified"] is None
    assert not any("secret" in body for body in own)
    assert "contact" not in str(later.hello["chat"])
    assert foreign["code"] == "not_found"


async def test_agents_keep_contacts_and_see_the_history_of_their_own_departments(company: Desk, guests: Guests) -> None:
    ada, sam = await guests.agent(company, ADA), await guests.agent(company, SAM)
    visitor = await guests.visitor(company)
    for email, department in ((EVA, "support"), ("eva@work.example.org", "sales")):
        wanted = {
            "client_id": new_client_id(),
            "email": email,
            "question": f"To {department}",
            "department": department,
        }
        await visitor.ask("chat:to_ticket", wanted)
    boss = await guests.agent(company, MAX, status=None)
    work, home = (await boss.get("/api/v1/contacts", q="eva@"))["contacts"]

    assert (await ada.get("/api/v1/contacts", q="eva@"))["contacts"] == [home]
    assert (await sam.get("/api/v1/contacts", q="eva@"))["contacts"] == [work]
    assert await refusal(ada, "GET", f"/contacts/{work['id']}") == (404, "not_found")
    assert await refusal(ada, "PATCH", f"/contacts/{home['id']}", {"merge": work["id"]}) == (404, "not_found")
    taken = await refusal(ada, "PATCH", f"/contacts/{home['id']}", {"addresses": [EVA, "Eva@work.example.org"]})
    status, merged = await boss.request("PATCH", f"/api/v1/contacts/{home['id']}", body={"merge": work["id"]})
    _, named = await ada.request(
        "PATCH",
        f"/api/v1/contacts/{home['id']}",
        body={"name": "Eva N.", "addresses": ["eva@work.example.org", EVA]},
    )
    made, ida = await ada.request("POST", "/api/v1/contacts", body={"name": "Ida", "addresses": ["ida@example.org"]})

    assert taken == (409, "conflict")
    assert (status, merged["contact"]["addresses"]) == (200, [EVA, "eva@work.example.org"])
    assert (named["contact"]["name"], named["contact"]["addresses"][0]) == ("Eva N.", "eva@work.example.org")
    assert (made, ida["contact"]["signed"]) == (201, False)
    read, seen = [await agent.get(f"/api/v1/contacts/{home['id']}") for agent in (ada, sam)]
    assert [ticket["subject"] for ticket in read["earlier"]["tickets"]] == ["To support"]
    assert [ticket["subject"] for ticket in seen["earlier"]["tickets"]] == ["To sales"]
    assert await refusal(ada, "GET", f"/contacts/{work['id']}") == (404, "not_found")
    odd: tuple[Json, ...] = ({"addresses": []}, {"addresses": ["no address"]}, {"name": " "}, {"merge": home["id"]})
    for body in odd:
        assert await refusal(ada, "PATCH", f"/contacts/{home['id']}", body) == (422, "invalid")
    assert await refusal(ada, "PATCH", f"/contacts/{home['id']}", {"merge": "nobody"}) == (404, "not_found")
