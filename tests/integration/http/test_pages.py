"""Pages, the widget's files, and what browsers are told about them."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from aiohttp import FormData

from server.web.application import ENDPOINTS
from tests.integration.http.people import Site
from transcripts.inbound.record import InboundMail
from transcripts.operations import NewMessage, TicketChanges
from transcripts.questions import TicketQuery
from transcripts.records import Author, TicketStatus

EVIL = "<img src=x onerror=alert(1)>"
REPLY = {"shortcut": "hi", "title": "Greeting", "body": "Good day!"}


def directives(policy: str) -> dict[str, str]:
    return {name: rest for name, _, rest in (part.strip().partition(" ") for part in policy.split(";"))}


async def test_only_the_widgets_page_may_be_framed_and_only_by_named_sites(site: Site) -> None:
    client = await site.client(demo=True)
    ancestors = {}
    for path in ("/agent", "/manager", "/widget/app", "/", "/mailbox", "/api/v1/me", "/healthz", "/nothing"):
        answer = await client.get(path, allow_redirects=False, headers={"Host": "desk.example"})
        ancestors[path] = directives(answer.headers["Content-Security-Policy"])["frame-ancestors"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"

    assert ancestors.pop("/widget/app") == "'self' https://shop.example"
    assert set(ancestors.values()) == {"'none'"}


async def test_no_page_allows_scripts_of_others_or_inline_ones(site: Site) -> None:
    client = await site.client(demo=True)
    for path in ("/agent", "/manager", "/widget/app", "/"):
        answer = await client.get(path, headers={"Host": "desk.example"})
        found = directives(answer.headers["Content-Security-Policy"])
        assert found["default-src"] == "'none'"
        assert found.get("script-src", "'self'") == "'self'"


@pytest.mark.parametrize(
    "page", ["", "/", "/overview", "/coverage", "/waits", "/satisfaction", "/people", "/staffing", "/wall"]
)
async def test_each_of_the_managers_pages_has_an_address_and_nothing_else_has(site: Site, page: str) -> None:
    client = await site.client()
    home = {"Host": "desk.example"}

    found = await client.get(f"/manager{page}", headers=home)
    nowhere = await client.get(f"/manager{page}/nowhere", headers=home)

    assert (found.status, nowhere.status) == (200, 404)
    assert "script-src 'self'" in found.headers["Content-Security-Policy"]


async def test_the_openness_for_the_dot_is_public_and_kept_for_15_seconds(site: Site) -> None:
    client = await site.client()

    answer = await client.get("/widget/status.json", params={"department": "support"})

    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "max-age=15" in answer.headers["Cache-Control"]
    data = await answer.json()
    assert (data["open"], data["accepting"]) == (True, 0)
    assert [department["id"] for department in data["departments"]] == ["support"]


async def test_the_loader_is_answered_with_304_to_who_has_it(site: Site) -> None:
    client = await site.client()

    first = await client.get("/widget.js")
    again = await client.get("/widget.js", headers={"If-None-Match": first.headers["ETag"]})

    assert first.status == 200
    assert first.content_type == "text/javascript"
    assert first.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "max-age" in first.headers["Cache-Control"]
    assert (again.status, await again.read()) == (304, b"")


async def test_a_customers_page_shows_the_ticket_and_nobodys_live_markup(site: Site) -> None:
    ticket = await site.ticket(f"Where is {EVIL}")
    client = await site.client()

    answer = await client.get(site.desk.wire.ticket_url(ticket.number).removeprefix(site.home))
    text = await answer.text()

    assert answer.status == 200
    assert ticket.number in text
    assert EVIL not in text
    assert "script" not in directives(answer.headers["Content-Security-Policy"]).get("script-src", "")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("status", ["open", "in_progress", "waiting", "solved", "closed"])
async def test_a_tickets_page_promises_only_the_way_that_is_on_it(site: Site, status: TicketStatus) -> None:
    ticket = await site.ticket()
    await site.desk.store.change_ticket(ticket.number, TicketChanges(status=status), site.desk.clock.now())
    client = await site.client()

    text = await (await client.get(urlsplit(site.desk.wire.ticket_url(ticket.number)).path)).text()

    assert 'name="body"' in text
    assert "conversation on our site" not in text
    assert "mail" not in text


async def test_what_a_customer_writes_on_their_page_opens_the_ticket_again_once(site: Site) -> None:
    ticket = await site.ticket()
    await site.desk.store.change_ticket(ticket.number, TicketChanges(status="solved"), site.desk.clock.now())
    client = await site.client()
    path = urlsplit(site.desk.wire.ticket_url(ticket.number)).path
    page = await (await client.get(path)).text()
    (client_id,) = re.findall(r'name="client_id" value="([^"]+)"', page)

    said = {"client_id": client_id, "body": f"Not solved: {EVIL}"}
    answers = await asyncio.gather(*(client.post(path, data=said, allow_redirects=False) for _ in range(4)))

    assert {answer.status for answer in answers} == {303}
    messages = await site.desk.store.ticket_messages(ticket.number)
    assert [message.body for message in messages].count(said["body"]) == 1
    after = await site.desk.store.ticket(ticket.number)
    assert after is not None
    assert (after.status, after.reopened, after.checkpoint_at is not None) == ("open", 1, True)
    assert EVIL not in await (await client.get(path)).text()
    for wrong in ({"client_id": "x", "body": " "}, {"body": "Without an id"}, {"client_id": "x", "body": "y" * 8001}):
        assert (await client.post(path, data=wrong)).status in {413, 422}


async def test_what_comes_long_after_the_end_is_one_new_ticket_that_goes_on_with_it(site: Site) -> None:
    ticket = await site.ticket()
    long_ago = site.desk.clock.now() - timedelta(days=15)
    await site.desk.store.change_ticket(ticket.number, TicketChanges(status="closed"), long_ago)
    client = await site.client()
    path = urlsplit(site.desk.wire.ticket_url(ticket.number)).path

    page = await (await client.get(path)).text()
    said = {"client_id": "a", "body": f"It is gone again {EVIL}"}
    answers = await asyncio.gather(*(client.post(path, data=said, allow_redirects=False) for _ in range(3)))
    with_file = FormData({"client_id": "b", "body": "And a picture"})
    with_file.add_field("file", b"the log", filename="log.txt")
    other = await client.post(path, data=with_file, allow_redirects=False)

    assert "becomes a new ticket" in page
    assert {answer.status for answer in (*answers, other)} == {303}
    (address,) = {answer.headers["Location"] for answer in answers}
    found, _ = await site.desk.store.tickets(TicketQuery())
    late = sorted((each for each in found if each.previous == ticket.number), key=lambda each: each.number)
    assert [(each.status, each.requester_email, each.subject) for each in late] == [
        ("open", "eve@example.com", ticket.subject)
    ] * 2
    assert await site.desk.store.ticket_messages(late[0].number) != ()
    assert [file.name for file in await site.desk.store.files_of_ticket(late[1].number)] == ["log.txt"]
    assert [m.body for m in await site.desk.store.ticket_messages(ticket.number)] == [ticket.subject]
    text = await (await client.get(urlsplit(address).path)).text()
    assert f"It goes on with your ticket {ticket.number}." in text
    assert "It is gone again" in text
    assert EVIL not in text
    mails, _ = await site.desk.store.mails(None, None)
    assert sorted(mail.ticket_number or "" for mail in mails if mail.kind == "ticket_created") == sorted(
        each.number for each in (ticket, *late)
    )


async def test_what_is_refused_comes_back_as_the_page_with_a_sentence(site: Site) -> None:
    ticket = await site.ticket()
    client = await site.client()
    path = urlsplit(site.desk.wire.ticket_url(ticket.number)).path
    early = await client.post(path, data={"score": "5"})
    await site.desk.store.change_ticket(ticket.number, TicketChanges(status="solved"), site.desk.clock.now())
    refused = [(early, 409, "You can rate it as soon as it is solved.")]

    for data, status, sentence in (
        *(({"score": score}, 422, "Choose a number from 1 to 5.") for score in ("0", "6", "1.5", "x", "\u0665x")),
        ({"comment": "No score"}, 422, "Choose a number from 1 to 5."),
        ({"score": "5", "comment": "y" * 8001}, 413, "This is too long."),
        ({"client_id": "x", "body": " "}, 422, "Write something before you send it."),
        ({"client_id": "x", "body": "y" * 8001}, 413, "This is too long."),
    ):
        refused.append((await client.post(path, data=data), status, sentence))
    for answer, status, sentence in refused:
        assert (answer.status, answer.content_type) == (status, "text/html")
        text = await answer.text()
        assert sentence in text
        assert ticket.number in text
    assert (await site.desk.store.ticket(ticket.number)).rating is None  # type: ignore[union-attr]


async def test_a_promise_that_was_not_kept_is_said_on_the_page(site: Site) -> None:
    ticket = await site.ticket()
    now = site.desk.clock.now()
    missed = TicketChanges(checkpoint_at=now + timedelta(hours=1), missed=True)
    await site.desk.store.change_ticket(ticket.number, missed, now)
    client = await site.client()

    text = await (await client.get(urlsplit(site.desk.wire.ticket_url(ticket.number)).path)).text()

    assert "did not keep our word" in text
    assert "Next news by" in text


async def test_a_customers_page_names_each_day_once(site: Site) -> None:
    chat = await site.chat()
    author = Author("visitor", chat.visitor_id, None)
    for number, hours in enumerate((1, 25, 26)):
        at = datetime(2030, 6, 1, 12, tzinfo=UTC) + timedelta(hours=hours)
        await site.desk.store.send_message(NewMessage(chat.id, f"n{number}", author, "Hello?", at))
    client = await site.client()

    text = await (await client.get(urlsplit(site.desk.wire.transcript_url(chat.id)).path)).text()

    assert re.findall(r"<h3>(.*) 2030</h3>", text) == ["Saturday, 1 June", "Sunday, 2 June"]
    assert re.findall(r">(\d\d:00)</time>", text)[-3:] == ["15:00", "15:00", "16:00"]


async def test_links_of_somebody_who_was_erased_lead_nowhere(site: Site) -> None:
    chat, ticket, client = await site.chat(), await site.ticket(), await site.client()
    to_ticket = f"/t/{site.desk.signer.link('ticket', ticket.number)}"
    links = (to_ticket, urlsplit(site.desk.wire.transcript_url(chat.id)).path)
    assert [(await client.get(link)).status for link in links] == [200, 200]

    admin = await site.as_("max")
    await admin.call("POST", "/admin/privacy/erase", json={"person": "eve@example.com"})

    assert [(await client.get(link)).status for link in links] == [404, 404]
    sent = await client.post(to_ticket, data={"id": "a1", "body": "Hello?"}, headers={"Origin": site.home})
    assert sent.status == 404


async def test_a_link_that_is_not_ours_is_a_page_that_says_so(site: Site) -> None:
    ticket = await site.ticket()
    client = await site.client()
    good = site.desk.wire.ticket_url(ticket.number).removeprefix(site.home)

    for path in (good[:-1], good + "x", "/t/x", f"/t/{site.desk.signer.visitor_token('v')}", "/t/" + "a" * 5000):
        answer = await client.get(path, headers={"Accept": "text/html"})
        assert (answer.status, answer.content_type) == (404, "text/html"), path


async def test_links_come_from_the_settings_and_not_from_the_request(site: Site) -> None:
    ticket = await site.ticket()
    ada = await site.as_("ada")

    found = await ada.call(
        "GET", f"/tickets/{ticket.number}", headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    )

    assert found["ticket"]["url"].startswith(f"{site.home}/t/")


async def test_the_demo_and_its_mailbox_are_there_only_with_the_demo(site: Site) -> None:
    await site.ticket(f"Where is {EVIL}")
    plain, demo = await site.client(), await site.client(demo=True)

    for path in ("/", "/mailbox", "/parcels"):
        assert (await plain.get(path)).status == 404
        assert (await demo.get(path)).status == 200
    mail = (await site.desk.store.mails(None, None))[0][0]
    page = await demo.get(f"/mailbox/{mail.id}")
    html = await demo.get(f"/mailbox/{mail.id}/html")
    assert EVIL not in await page.text()
    assert EVIL not in await html.text()
    assert "sandbox" in directives(html.headers["Content-Security-Policy"])
    assert "jana@demo.example" in await (await demo.get("/")).text()


async def test_who_typed_localhost_is_led_to_the_address_the_origin_check_knows(site: Site) -> None:
    client = await site.client()
    site.desk.wire.public_url = "http://127.0.0.1:8080"

    led = await client.get("/agent?a=1", headers={"Host": "localhost:8080"}, allow_redirects=False)
    other = await client.get("/agent", headers={"Host": "evil.example"}, allow_redirects=False)

    assert (led.status, led.headers["Location"]) == (302, "http://127.0.0.1:8080/agent?a=1")
    assert other.status == 200


async def test_operators_see_health_and_figures(site: Site) -> None:
    client = await site.client()
    await site.chat()
    await site.desk.routing.dispatch.rebuild(())

    assert (await client.get("/healthz")).status == 200
    assert (await client.get("/readyz")).status == 200
    text = await (await client.get("/metrics")).text()

    assert 'semafor_chats{department="support",state="queued"} 1.0' in text
    assert 'semafor_http_requests_total{method="GET",route="/healthz",status="200"} 1.0' in text


async def test_readiness_says_when_the_record_takes_no_writes(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    from transcripts.errors import StoreUnavailable

    async def broken(_: object) -> None:
        raise StoreUnavailable("disk full")

    monkeypatch.setattr(type(site.desk.store), "check", broken)
    client = await site.client()

    answer = await client.get("/readyz")

    assert (answer.status, (await answer.json())["error"]["code"]) == (503, "unavailable")
    assert (await client.get("/healthz")).status == 200


async def test_the_description_of_the_api_has_every_endpoint_and_what_it_checks(site: Site) -> None:
    client = await site.client()

    described = await (await client.get("/api/v1/openapi.json")).json()

    assert sum(len(methods) for methods in described["paths"].values()) == len(ENDPOINTS)
    patch = described["paths"]["/api/v1/tickets/{number}"]["patch"]
    name = patch["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    assert "checkpoint_at" in described["components"]["schemas"][name]["properties"]
    transcript = described["paths"]["/api/v1/chats/{id}/transcript.{form}"]["get"]
    assert [p["name"] for p in transcript["parameters"]] == ["id", "form", "signed"]


async def test_answers_have_the_names_the_description_promises(site: Site) -> None:
    chat, ticket = await site.chat(), await site.ticket()
    mail = (await site.desk.store.mails(None, None))[0][0]
    admin = await site.as_("max")
    problem = (await admin.call("POST", "/problems", status=201, json={"title": "The belt"}))["problem"]
    incident = (await admin.call("POST", "/incidents", status=201, json={"title": "Down", "body": "?"}))["incident"]
    contact = (await admin.get("/contacts"))["contacts"][0]
    now = site.desk.clock.now()
    raw = await site.desk.store.keep_inbound(InboundMail("i1", "d1", None, "smtp", now, 3, now), b"raw")
    things = {
        "mails": mail.id,
        "problems": problem["id"],
        "incidents": incident["id"],
        "contacts": contact["id"],
        "inbound": raw.id,
        "admin/departments": "support",
        "admin/users": (await admin.get("/admin/users"))["users"][0]["id"],
        "admin/replies": (await admin.call("POST", "/admin/replies", status=201, json=REPLY))["reply"]["id"],
    }
    for endpoint in ENDPOINTS:
        if endpoint.method != "GET" or not endpoint.answers:
            continue
        thing = things.get(endpoint.path.partition("/{")[0].strip("/"), chat.id)
        path = endpoint.path.replace("{number}", ticket.number).replace("{form:json|html|txt}", "json")
        answer = await admin.get(path.replace("{id}", thing))
        assert set(endpoint.answers) <= set(answer), endpoint.path
