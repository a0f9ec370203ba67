"""Problems from outside: linking what belongs together, and one answer to each customer by real SMTP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from tests.harness.desk import Department, Desk, User
from tests.harness.fixtures import ADA, MIA, SUPPORT, NewDesk, People
from tests.harness.mailserver import ReceivedMail, SmtpSink
from tests.harness.people import AgentClient, new_client_id

SALES = Department("sales", "Sales")
SAM = User("sam@desk.example", "Sam Sales", departments=("sales",))
ANSWER = "Hello {visitor.name},\n\nthe belt runs again. Your ticket: {ticket.number}."


@pytest.fixture
def desk(new_desk: NewDesk, smtp_sink: SmtpSink) -> Desk:
    settings = {"SEMAFOR_SMTP_URL": smtp_sink.url, "SEMAFOR_LIMITS": "off"}
    return new_desk(departments=(SUPPORT, SALES), users=(ADA, SAM, MIA), settings=settings)


@pytest.fixture
async def ada(desk: Desk, people: People) -> AgentClient:
    return await people.agent(desk, ADA)


async def ticket(agent: AgentClient, email: str, **fields: Any) -> str:
    made = {"client_id": new_client_id(), "subject": "Stuck", "email": email, "question": "Where is it?", **fields}
    status, body = await agent.request("POST", "/api/v1/tickets", body={"department": "support", **made})
    assert status == 201, body
    return str(body["ticket"]["number"])


async def problem(agent: AgentClient, **links: list[str]) -> str:
    status, body = await agent.request("POST", "/api/v1/problems", body={"title": "The belt stands still"})
    assert status == 201, body
    problem_id = str(body["problem"]["id"])
    linked = await agent.request("POST", f"/api/v1/problems/{problem_id}/links", body=links)
    assert linked[0] == 200, linked
    return problem_id


async def solve(agent: AgentClient, problem_id: str, message: str = ANSWER, **more: str) -> tuple[int, Any]:
    return await agent.request("POST", f"/api/v1/problems/{problem_id}/solve", body={"message": message, **more})


def answer_to(email: str) -> Callable[[ReceivedMail], bool]:
    return lambda mail: email in mail.recipients and "the belt runs" in mail.text()


def answers_to(sink: SmtpSink, email: str) -> list[str]:
    return [mail.text() for mail in sink.mails if email in mail.recipients and "the belt runs again" in mail.text()]


async def test_each_customer_gets_one_mail_whatever_is_linked_of_theirs(
    desk: Desk, people: People, ada: AgentClient, smtp_sink: SmtpSink
) -> None:
    eve, ivo, held, unknown = [await people.visitor(desk) for _ in range(4)]
    numbers = [
        await ticket(ada, "eve@example.com", name="Eve"),
        await ticket(ada, "EVE@example.com"),
        await ticket(ada, "Eve@Example.com", name="Eva"),
    ]
    chats = [
        await eve.start("Mine is stuck", department="support", email="eve@example.COM"),
        await ivo.start("Mine too", department="support", email="ivo@example.com", name="Ivo"),
        await held.start("Mine three", department="support", email="held@example.com", name="Hana"),
        await unknown.start("Mine four", department="support"),
    ]
    for visitor, chat in ((eve, chats[0]), (ivo, chats[1]), (unknown, chats[3])):
        await visitor.ask("chat:leave", {"chat_id": chat["id"]})
    await ada.assigned(chats[2]["id"])
    problem_id = await problem(ada, tickets=numbers, chats=[chat["id"] for chat in chats])

    preview = await ada.request("POST", f"/api/v1/problems/{problem_id}/preview", body={"message": ANSWER})
    both = await asyncio.gather(solve(ada, problem_id), solve(ada, problem_id))
    again = await solve(ada, problem_id, "the belt runs again, differently", cause="too late to say")
    in_chat = await held.wait("message", lambda m: "the belt runs again" in m["body"])
    for email in ("eve@example.com", "ivo@example.com"):
        await smtp_sink.wait_for(answer_to(email))
    last = await ticket(ada, "last@example.com")
    await smtp_sink.wait_for(lambda mail: f"[#{last}]" in mail.subject)

    assert preview[1]["customers"][0]["tickets"] == numbers
    assert [customer["by"] for customer in preview[1]["customers"]] == [["mail"], ["mail"], ["message"], []]
    assert {status for status, _ in (*both, again)} == {200}
    assert again[1]["problem"]["status"] == "solved"
    assert again[1]["problem"]["answered_at"] is not None
    assert {
        to: len(answers_to(smtp_sink, to)) for to in ("eve@example.com", "ivo@example.com", "held@example.com")
    } == {
        "eve@example.com": 1,
        "ivo@example.com": 1,
        "held@example.com": 0,
    }
    (mailed,) = answers_to(smtp_sink, "eve@example.com")
    assert "Hello Eve," in mailed
    assert f"Your ticket: {', '.join(numbers)}." in mailed
    assert in_chat["author"]["name"] == "Ada Lovelace"
    assert sum("the belt runs" in m["body"] for m in await held.conversation(chats[2]["id"])) == 1
    for number in numbers:
        found = await ada.get(f"/api/v1/tickets/{number}")
        assert found["ticket"]["status"] == "solved"
        assert found["ticket"]["problem"] == {
            "id": problem_id,
            "title": "The belt stands still",
            "status": "solved",
        }
        assert sum("the belt runs" in message["body"] for message in found["messages"]) == 1


async def test_a_server_that_dies_while_it_answers_leaves_nobody_out_and_tells_nobody_twice(
    desk: Desk, people: People, ada: AgentClient, smtp_sink: SmtpSink
) -> None:
    numbers = [await ticket(ada, f"customer{n}@example.com", name=f"Customer {n}") for n in range(12)]
    problem_id = await problem(ada, tickets=numbers)

    answering = asyncio.ensure_future(solve(ada, problem_id))
    await smtp_sink.wait_for(answer_to("customer0@example.com"))
    desk.kill()
    await asyncio.gather(answering, return_exceptions=True)
    desk.start()
    agent = await people.agent(desk, ADA, status=None)
    again = await solve(agent, problem_id)
    tickets = (await agent.get("/api/v1/tickets"))["tickets"]
    mails = (await (await people.agent(desk, MIA, status=None)).get("/api/v1/mails"))["mails"]

    assert again[1]["problem"]["answered_at"] is not None
    assert {found["status"] for found in tickets} == {"solved"}
    answers = sorted(mail["to"] for mail in mails if mail["kind"] == "problem_solved")
    assert answers == sorted(f"customer{n}@example.com" for n in range(12))


async def test_linking_and_its_refusals(desk: Desk, people: People, ada: AgentClient) -> None:
    sam = await people.agent(desk, SAM)
    manager = await people.agent(desk, MIA, status=None)
    mine, other = await ticket(ada, "eve@example.com"), await ticket(sam, "ivo@example.com", department="sales")
    problem_id = await problem(ada, tickets=[mine])
    second = await problem(sam, tickets=[other])
    links = f"/api/v1/problems/{problem_id}/links"

    outcomes = [
        await ada.request("POST", links, body={"tickets": [other]}),
        await ada.request("POST", links, body={"tickets": ["99999"]}),
        await ada.request("POST", "/api/v1/problems/nothing/links", body={"tickets": [mine]}),
        await ada.request("POST", f"/api/v1/problems/{second}/links", body={"tickets": [mine]}),
        await ada.request("DELETE", f"{links}/tickets/{other}"),
        await ada.request("DELETE", f"{links}/chats/nothing"),
        await solve(ada, second),
        await solve(ada, problem_id, "Hello {customer.name}"),
        await ada.request("POST", "/api/v1/problems", body={"title": ""}),
    ]

    assert [status for status, _ in outcomes] == [404, 404, 404, 409, 404, 404, 403, 422, 422]
    assert outcomes[7][1]["error"]["field"] == "message"
    seen = await ada.get(f"/api/v1/problems/{second}")
    assert (seen["tickets"], seen["hidden"]) == ([], 1)
    unlinked = await ada.request("DELETE", f"{links}/tickets/{mine}")
    assert (unlinked[0], unlinked[1]["tickets"]) == (200, [])
    assert (await ada.get(f"/api/v1/tickets/{mine}"))["ticket"]["problem"] is None
    patched = await ada.request(
        "PATCH", f"/api/v1/problems/{second}", body={"cause": "A belt", "solution": "A new one"}
    )
    assert "A belt" in patched[1]["draft"]
    listed = await ada.get("/api/v1/problems", status="open")
    assert [found["id"] for found in listed["problems"]] == [second, problem_id]
    assert (await solve(manager, second))[0] == 200
