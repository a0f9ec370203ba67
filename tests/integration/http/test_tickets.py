"""Tickets over HTTP: what a change owes the customer, answers by mail, and once means once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from server.wire import moment
from tests.integration.http.people import Site


def tomorrow(site: Site) -> str | None:
    return moment(site.desk.clock.now() + timedelta(days=1))


async def test_a_new_status_needs_a_sentence_and_the_next_checkpoint(site: Site) -> None:
    ticket = await site.ticket()
    ada = await site.as_("ada")
    path = f"/tickets/{ticket.number}"

    for given, field in (
        ({"status": "in_progress"}, "message"),
        ({"status": "in_progress", "message": "We look into it."}, "checkpoint_at"),
        ({"status": "in_progress", "message": "x", "checkpoint_at": "2020-01-01T00:00:00Z"}, "checkpoint_at"),
    ):
        assert await ada.refused("PATCH", path, json=given) == (422, "invalid", field)
    changed = await ada.call(
        "PATCH",
        path,
        json={"status": "in_progress", "message": "We look into it.", "checkpoint_at": tomorrow(site)},
    )

    assert changed["ticket"]["status"] == "in_progress"
    (message,) = [m for m in (await ada.get(path))["messages"] if m["author"]["kind"] == "agent"]
    assert message["body"] == "We look into it."
    assert message["mail"]["to"] == "eve@example.com"


async def test_what_is_the_teams_own_business_mails_nobody(site: Site) -> None:
    ticket = await site.ticket()
    ada, mia = await site.as_("ada"), await site.as_("mia")
    before = len((await mia.get("/mails"))["mails"])
    me = (await ada.get("/me"))["agent"]["id"]

    changed = await ada.call(
        "PATCH", f"/tickets/{ticket.number}", json={"priority": "urgent", "tags": ["lost"], "assignee": me, "tier": 1}
    )

    assert changed["ticket"]["assignee"] == {"id": me, "name": "Ada"}
    assert len((await mia.get("/mails"))["mails"]) == before
    freed = await ada.call("PATCH", f"/tickets/{ticket.number}", json={"assignee": None})
    assert freed["ticket"]["assignee"] is None
    assert freed["ticket"]["priority"] == "urgent"


async def test_a_step_up_by_hand_tells_the_customer_and_leaves_nobody_below_with_it(site: Site) -> None:
    ticket = await site.ticket()
    ada = await site.as_("ada")
    me = (await ada.get("/me"))["agent"]["id"]
    path = f"/tickets/{ticket.number}"
    await ada.call("PATCH", path, json={"assignee": me})

    raised = await ada.call("PATCH", path, json={"tier": 2})
    back = await ada.call("POST", f"{path}/return", json={})

    assert (raised["ticket"]["tier"], raised["ticket"]["assignee"]) == (2, None)
    assert raised["ticket"]["checkpoint_at"] == moment(ticket.checkpoint_at)
    assert back["ticket"]["tier"] == 1
    mails, _ = await site.desk.store.mails(None, None)
    assert [mail.kind for mail in mails] == ["ticket_escalated", "ticket_created"]


async def test_a_solution_counts_while_its_ticket_is_finished(site: Site) -> None:
    ticket = await site.ticket()
    ada = await site.as_("ada")
    path, form = f"/tickets/{ticket.number}", {"cause": "A cable", "fully_solved": True}
    full = {"cause": "A cable", "done": None, "fully_solved": True, "can_recur": None}
    news = {"message": "Once more.", "checkpoint_at": tomorrow(site)}

    solved = (await ada.call("PATCH", path, json={"status": "solved", "solution": form}))["ticket"]
    closed = (await ada.call("PATCH", path, json={"status": "closed"}))["ticket"]
    reopened = (await ada.call("PATCH", path, json={"status": "open", **news}))["ticket"]
    again = (await ada.call("PATCH", path, json={"status": "solved"}))["ticket"]

    assert (solved["solution"], solved["earlier_solution"]) == (full, None)
    assert closed["solution"] == full
    assert (reopened["solution"], reopened["earlier_solution"]) == (None, full)
    assert (again["solution"], again["earlier_solution"]) == (None, None)


async def test_a_ticket_is_given_to_nobody_who_could_not_see_it(site: Site) -> None:
    ticket = await site.ticket()
    ada = await site.as_("ada")
    bob, gone = (site.desk.directory.agent_by_email(f"{name}@example.com") for name in ("bob", "gone"))
    assert bob is not None
    assert gone is not None

    for assignee in (bob.id, gone.id, "nobody"):
        given = {"assignee": assignee}
        assert await ada.refused("PATCH", f"/tickets/{ticket.number}", json=given) == (422, "invalid", "assignee")
    given = {"department": "nowhere"}
    assert await ada.refused("PATCH", f"/tickets/{ticket.number}", json=given) == (422, "invalid", "department")


async def test_an_answer_is_mailed_once_and_a_note_never(site: Site) -> None:
    ticket = await site.ticket()
    ada, mia = await site.as_("ada"), await site.as_("mia")
    path = f"/tickets/{ticket.number}/messages"

    first = await ada.call("POST", path, status=201, json={"client_id": "a", "body": "It arrives on Monday."})
    again = await ada.call("POST", path, status=201, json={"client_id": "a", "body": "It arrives on Monday."})
    await ada.call("POST", path, status=201, json={"client_id": "b", "body": "She is angry.", "internal": True})

    assert again["message"]["id"] == first["message"]["id"]
    assert [mail["kind"] for mail in (await mia.get("/mails"))["mails"]].count("ticket_reply") == 1
    assert await ada.refused("POST", path, json={"client_id": "a", "body": "Something else"}) == (409, "conflict", None)
    page = await (await site.client()).get(site.desk.wire.ticket_url(ticket.number).removeprefix(site.home))
    text = await page.text()
    assert "It arrives on Monday." in text
    assert text.count("by mail") == 1
    assert "angry" not in text


async def test_an_agent_makes_a_ticket_once_per_client_id(site: Site) -> None:
    ada, bob = await site.as_("ada"), await site.as_("bob")
    given = {"client_id": "x", "subject": "Lost parcel", "email": "eve@example.com", "question": "Where is it?"}

    made = await ada.call("POST", "/tickets", status=201, json=given)
    again = await ada.call("POST", "/tickets", status=201, json=given)
    other = await bob.call("POST", "/tickets", status=201, json=given)

    assert again["ticket"]["number"] == made["ticket"]["number"] != other["ticket"]["number"]
    assert made["ticket"]["department"]["id"] == "support"
    assert made["ticket"]["channel"] == "api"
    assert made["ticket"]["checkpoint_at"] > (moment(site.desk.clock.now()) or "")
    assert await ada.refused("POST", "/tickets", json={**given, "subject": "B"}) == (409, "conflict", None)
    assert await ada.refused("POST", "/tickets", json={**given, "client_id": "y", "department": "sales"}) == (
        422,
        "invalid",
        "department",
    )
    assert await bob.refused("GET", f"/tickets/{made['ticket']['number']}") == (404, "not_found", None)


@pytest.mark.parametrize("email", ["eve", "eve@example.com\r\nBcc: all@example.com", "a@b", "x" * 300 + "@example.com"])
async def test_an_address_that_is_none_is_invalid(site: Site, email: str) -> None:
    ada = await site.as_("ada")

    given = {"client_id": "x", "subject": "s", "email": email}

    assert await ada.refused("POST", "/tickets", json=given) == (422, "invalid", "email")


async def test_lists_filter_by_status_and_page_to_the_end(site: Site) -> None:
    numbers = {(await site.ticket()).number for _ in range(60)}
    mia = await site.as_("mia")
    changed = next(iter(numbers))
    await mia.call("PATCH", f"/tickets/{changed}", json={"status": "solved", "message": "Here it is."})

    solved = await mia.get("/tickets", status="solved")
    both = await mia.client.get(
        "/api/v1/tickets?status=open&status=solved", headers={"Authorization": f"Bearer {mia.token}"}
    )
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await mia.get("/tickets", cursor=cursor)
        seen += [ticket["number"] for ticket in page["tickets"]]
        cursor = page["next"]

    assert [ticket["number"] for ticket in solved["tickets"]] == [changed]
    assert len((await both.json())["tickets"]) == 50
    assert sorted(seen) == sorted(numbers)
    assert await mia.refused("GET", "/tickets", params={"status": "lost"}) == (422, "invalid", "status.0")


async def test_managers_read_mails_of_their_departments_and_try_failed_ones_again(site: Site) -> None:
    await site.ticket("A price, please", department="sales")
    ticket = await site.ticket()
    ada, mia, admin = await site.as_("ada"), await site.as_("mia"), await site.as_("max")

    (mail,) = (await mia.get("/mails"))["mails"]

    assert (mail["ticket"], mail["state"], mail["kind"]) == (ticket.number, "due", "ticket_created")
    assert ticket.number in mail["subject"]
    assert len((await admin.get("/mails"))["mails"]) == 2
    assert await ada.refused("GET", "/mails") == (403, "forbidden", None)
    await site.desk.store.mark_failed(mail["id"], "550 no such user", None)
    content = (await mia.get(f"/mails/{mail['id']}"))["mail"]
    framed, policy = await mia.page(f"/mails/{mail['id']}/html")
    assert (content["state"], content["error"]) == ("failed", "550 no such user")
    assert site.desk.wire.ticket_url(ticket.number) in content["text"]
    assert ticket.number in framed
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert await ada.refused("GET", f"/mails/{mail['id']}/html") == (403, "forbidden", None)
    assert (await mia.call("POST", f"/mails/{mail['id']}/retry"))["mail"]["state"] == "due"
    assert (await mia.get("/mails", state="failed"))["mails"] == []
