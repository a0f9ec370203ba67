"""Incidents from outside: on open widgets at once, on the public page, and by mail to whoever confirmed."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from tests.harness.desk import Department, Desk
from tests.harness.fixtures import ADA, MIA, SUPPORT, NewDesk, People
from tests.harness.mailserver import ReceivedMail, SmtpSink
from tests.harness.people import AgentClient

SALES = Department("sales", "Sales")
DOWN = {"title": "Mail is down", "body": "We look into it."}
WITHIN_S = 2.0


@pytest.fixture
def desk(new_desk: NewDesk, smtp_sink: SmtpSink) -> Desk:
    """Departments support and sales; its mails arrive in the sink."""
    settings = {"SEMAFOR_SMTP_URL": smtp_sink.url, "SEMAFOR_LIMITS": "off"}
    return new_desk(departments=(SUPPORT, SALES), settings=settings)


@pytest.fixture
async def manager(desk: Desk, people: People) -> AgentClient:
    return await people.agent(desk, MIA, status=None)


async def opened(manager: AgentClient, **fields: Any) -> dict[str, Any]:
    status, body = await manager.request("POST", "/api/v1/incidents", body={**DOWN, **fields})
    assert status == 201, body
    incident: dict[str, Any] = body["incident"]
    return incident


async def told(manager: AgentClient, incident: dict[str, Any], path: str, body: str) -> dict[str, Any]:
    status, answer = await manager.request("POST", f"/api/v1/incidents/{incident['id']}/{path}", body={"body": body})
    assert status in (200, 201), answer
    after: dict[str, Any] = answer["incident"]
    return after


def moment(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def in_s(seconds: float) -> str:
    return moment(datetime.now(UTC) + timedelta(seconds=seconds))


async def post_form(desk: Desk, path: str, email: str) -> tuple[int, str]:
    async with aiohttp.ClientSession(desk.url) as session, session.post(path, data={"email": email}) as answer:
        return answer.status, await answer.text()


async def visit(url: str, method: str = "GET", **options: Any) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.request(method, url, **options) as answer:
        return answer.status, await answer.text()


def link_in(mail: ReceivedMail, part: str) -> str:
    found = re.search(rf"http://\S+/incidents/{part}/\S+", mail.text())
    assert found is not None, mail.text()
    return found[0]


async def subscribed(desk: Desk, sink: SmtpSink, email: str, path: str) -> None:
    assert (await post_form(desk, path, email))[0] == 200
    asked = await sink.wait_for(lambda mail: mail.recipients == (email,))
    assert (await visit(link_in(asked, "confirm")))[0] == 200


def opening_for(email: str) -> Callable[[ReceivedMail], bool]:
    return lambda mail: email in mail.recipients and "Incident" in mail.subject


def mails_to(sink: SmtpSink, email: str) -> list[str]:
    """Subjects, but of those that ask for a confirmation."""
    return [mail.subject for mail in sink.mails if email in mail.recipients and "confirm" not in mail.subject]


async def test_an_incident_is_on_every_open_widget_within_two_seconds_and_gone_as_fast(
    desk: Desk, people: People, manager: AgentClient
) -> None:
    visitors = [await people.visitor(desk), await people.visitor(desk, department="sales")]
    agent = await people.agent(desk, ADA)
    assert [who.hello["incident"] for who in visitors] == [None] * 2
    assert agent.hello["incident"] is None

    incident = await opened(manager, service="mail")
    shown = [await who.wait("incident", lambda i: i is not None, timeout_s=WITHIN_S) for who in (*visitors, agent)]
    late = await people.visitor(desk)
    status = json.loads((await visit(f"{desk.agent_url}/widget/status.json"))[1])
    await told(manager, incident, "updates", "Half of it works.")
    updated = await visitors[0].wait("incident", lambda i: i is not None and i["news"] is not None, timeout_s=WITHIN_S)
    await told(manager, incident, "end", "It works again.")
    gone = [await who.wait("incident", lambda i: i is None, timeout_s=WITHIN_S) for who in (*visitors, agent, late)]

    expected = {"id": incident["id"], **DOWN, "since": incident["since"], "service": "mail", "kind": "incident"}
    assert all(expected.items() <= one.items() for one in (*shown, late.hello["incident"]))
    assert {one["url"] for one in shown} == {incident["url"]}
    assert status["incident"] == shown[0]
    assert updated["news"]["body"] == "Half of it works."
    assert gone == [None] * 4
    assert (await people.visitor(desk)).hello["incident"] is None


@pytest.mark.slow
async def test_the_newest_that_is_not_planned_wins_and_departments_keep_theirs(
    desk: Desk, people: People, manager: AgentClient
) -> None:
    sales = await people.visitor(desk, department="sales")
    support = await people.visitor(desk, department="support")
    first = await opened(manager, title="First")
    await opened(manager, title="Work", kind="planned", starts_at=in_s(-60), ends_at=in_s(3600))
    only_sales = await opened(manager, title="Only sales", departments=["sales"])
    await sales.wait("incident", lambda i: i is not None and i["title"] == "Only sales", timeout_s=WITHIN_S)

    await told(manager, only_sales, "end", "done")
    await sales.wait("incident", lambda i: i is not None and i["title"] == "First", timeout_s=WITHIN_S)
    await told(manager, first, "end", "done")
    work = await support.wait("incident", lambda i: i is not None and i["title"] == "Work", timeout_s=WITHIN_S)

    assert [i["title"] for i in support.events("incident") if i] == ["First", "Work"]
    assert work["kind"] == "planned"


async def test_update_that_is_sent_three_times_at_once_is_told_once(desk: Desk, manager: AgentClient) -> None:
    incident = await opened(manager)
    path, word = f"/api/v1/incidents/{incident['id']}", {"body": "Disk replaced."}

    answers = await asyncio.gather(*(manager.request("POST", f"{path}/updates", body=word) for _ in range(3)))

    assert [status // 100 for status, _ in answers] == [2, 2, 2]
    shown = await manager.get(path)
    assert str(shown).count("Disk replaced.") == 1
    await told(manager, incident, "end", "done")


@pytest.mark.slow
async def test_planned_work_shows_and_ends_by_the_clock(
    desk: Desk, people: People, manager: AgentClient, smtp_sink: SmtpSink
) -> None:
    await subscribed(desk, smtp_sink, "eve@example.com", "/incidents/subscribe")
    visitor = await people.visitor(desk)

    work = await opened(manager, title="Move", kind="planned", starts_at=in_s(1.5), ends_at=in_s(3.0))
    page = (await visit(f"{desk.url}/incidents"))[1]
    begun = await visitor.wait("incident", lambda i: i is not None, timeout_s=1.5 + WITHIN_S)
    ended = await visitor.wait("incident", lambda i: i is None, timeout_s=1.5 + WITHIN_S)
    over = await smtp_sink.wait_for(lambda mail: "is over" in mail.subject)

    assert work["state"] == "announced"
    assert "Announced" in page
    assert (begun["id"], ended) == (work["id"], None)
    assert "It ended as announced." in over.text()
    assert mails_to(smtp_sink, "eve@example.com") == ["Planned work: Move", "Planned work is over: Move"]


@pytest.mark.slow
async def test_who_confirmed_gets_each_update_once_and_one_mail_when_it_is_over(
    desk: Desk, manager: AgentClient, smtp_sink: SmtpSink
) -> None:
    incident = await opened(manager)
    path = f"/incidents/{incident['id']}/subscribe"
    assert (await post_form(desk, path, "eve@example.com"))[0] == 200
    asked = await smtp_sink.wait_for(lambda mail: mail.recipients == ("eve@example.com",))
    await told(manager, incident, "updates", "Not for who did not confirm.")
    assert (await visit(link_in(asked, "confirm"), "HEAD"))[0] in (200, 405)
    assert (await visit(link_in(asked, "confirm")))[0] == 200
    assert (await visit(link_in(asked, "confirm")))[0] == 200
    known, unknown = [await post_form(desk, path, email) for email in ("EVE@example.com", "nobody@example.com")]

    update = await told(manager, incident, "updates", "Half of it works.\n<b>Soon</b> the rest.")
    mail = await smtp_sink.wait_for(lambda mail: "Half of it works." in mail.text())
    desk.kill()
    desk.start()
    manager = await AgentClient.sign_in(desk.agent_url, MIA, status=None)
    ends = [manager.request("POST", f"/api/v1/incidents/{incident['id']}/end", body={"body": "Over."}) for _ in "12"]
    statuses = sorted(status for status, _ in await asyncio.gather(*ends))
    await smtp_sink.wait_for(lambda mail: mail.subject == "It works again: Mail is down")
    await manager.close()

    assert known == unknown
    assert update["subscribers"] == 1
    assert statuses[0] == 200
    assert "&lt;b&gt;Soon" in mail.html()
    assert str(mail.message["List-Unsubscribe-Post"]) == "List-Unsubscribe=One-Click"
    assert str(mail.message["Auto-Submitted"]) == "auto-generated"
    assert mails_to(smtp_sink, "eve@example.com") == [
        "News of the incident: Mail is down",
        "It works again: Mail is down",
    ]
    assert mails_to(smtp_sink, "nobody@example.com") == []


@pytest.mark.slow
async def test_one_click_ends_the_mails(desk: Desk, manager: AgentClient, smtp_sink: SmtpSink) -> None:
    for email in ("eve@example.com", "ivo@example.com", "ola@example.com"):
        await subscribed(desk, smtp_sink, email, "/incidents/subscribe")
    incident = await opened(manager)
    first = {email: await smtp_sink.wait_for(opening_for(email)) for email in ("eve@example.com", "ivo@example.com")}
    link = str(first["eve@example.com"].message["List-Unsubscribe"]).strip("<>")

    by_program = await visit(link, "POST", data={"List-Unsubscribe": "One-Click"})
    by_link = await visit(link_in(first["ivo@example.com"], "unsubscribe"))
    await told(manager, incident, "end", "Over.")
    await smtp_sink.wait_for(lambda mail: "ola@example.com" in mail.recipients and "again" in mail.subject)

    assert (by_program[0], by_link[0]) == (200, 200)
    assert "You will get no more mails about incidents." in by_link[1]
    assert mails_to(smtp_sink, "eve@example.com") == mails_to(smtp_sink, "ivo@example.com")
    assert mails_to(smtp_sink, "eve@example.com") == ["Incident: Mail is down"]
    assert (await visit(f"{desk.url}/incidents/unsubscribe/nonsense"))[0] == 404
    assert (await visit(link.replace("/unsubscribe/", "/confirm/")))[0] == 404


async def test_orders_that_make_no_sense_are_refused_with_their_field(
    desk: Desk, people: People, manager: AgentClient
) -> None:
    agent = await people.agent(desk, ADA, status=None)
    incident = await opened(manager, client_id="once")
    again = await opened(manager, client_id="once")
    refused: dict[str, dict[str, Any]] = {
        "title": {"title": "  "},
        "body": {"body": "x" * 8_001},
        "departments": {"departments": ["no such"]},
        "starts_at": {"kind": "planned"},
        "ends_at": {"ends_at": in_s(60)},
        "kind": {"kind": "party"},
    }

    answers = {
        field: await manager.request("POST", "/api/v1/incidents", body={**DOWN, **change})
        for field, change in refused.items()
    }
    backwards = {**DOWN, "kind": "planned", "starts_at": in_s(60), "ends_at": in_s(30)}
    answers["ends_at"] = await manager.request("POST", "/api/v1/incidents", body=backwards)

    other = await manager.request("POST", "/api/v1/incidents", body={**DOWN, "body": "?", "client_id": "once"})
    assert (again["id"], other[0]) == (incident["id"], 409)
    assert {field: body["error"]["field"] for field, (_, body) in answers.items()} == {name: name for name in answers}
    assert {status for status, _ in answers.values()} == {413, 422}
    assert (await agent.request("POST", "/api/v1/incidents", body=DOWN))[0] == 403
    assert (await agent.get(f"/api/v1/incidents/{incident['id']}"))["incident"]["title"] == "Mail is down"
    assert [i["id"] for i in (await agent.get("/api/v1/incidents"))["incidents"]] == [incident["id"]]
    await told(manager, incident, "end", "Over.")
    late = await manager.request("POST", f"/api/v1/incidents/{incident['id']}/updates", body={"body": "?"})
    assert (late[0], late[1]["error"]["code"]) == (409, "conflict")
    assert (await manager.request("PATCH", f"/api/v1/incidents/{incident['id']}", body={"title": "?"}))[0] == 409
    assert (await manager.request("POST", "/api/v1/incidents/nothing/end", body={"body": "?"}))[0] == 404


async def test_the_public_pages_show_words_as_words(desk: Desk, manager: AgentClient) -> None:
    hostile = "<script>alert(1)</script>\u2028\u202e\r\nBcc: all@example.com"
    incident = await opened(manager, title="A <b>title</b>", body=hostile)

    listed = await visit(f"{desk.url}/incidents")
    one = await visit(incident["url"])
    bad = await post_form(desk, f"/incidents/{incident['id']}/subscribe", "no address\r\nBcc: x@example.com")

    assert (listed[0], one[0], bad[0]) == (200, 200, 422)
    assert "A &lt;b&gt;title" in listed[1]
    assert "<script" not in one[1]
    assert "Please check this address." in bad[1]
    assert (await post_form(desk, "/incidents/ffffffffffffffffffffffff/subscribe", "eve@example.com"))[0] == 404
    assert (await visit(f"{desk.url}/incidents/ffffffffffffffffffffffff"))[0] == 404


@pytest.mark.slow
async def test_asking_again_and_again_mails_an_address_three_times_and_says_nothing(
    new_desk: NewDesk, smtp_sink: SmtpSink
) -> None:
    desk = new_desk(settings={"SEMAFOR_SMTP_URL": smtp_sink.url})

    answers = [await post_form(desk, "/incidents/subscribe", "eve@example.com") for _ in range(5)]
    other = await post_form(desk, "/incidents/subscribe", "ivo@example.com")
    await smtp_sink.wait_for(lambda mail: mail.recipients == ("ivo@example.com",))
    flood = [(await post_form(desk, "/incidents/subscribe", f"e{n}@example.com"))[0] for n in range(25)]

    assert {*answers, other} == {other}
    assert sum("eve@example.com" in mail.recipients for mail in smtp_sink.mails) == 3
    assert flood[-1] == 429
