"""HTTP as an integrator meets it: names, shapes and status codes of a running server, after a day that happened."""

from __future__ import annotations

import csv
import io
import re
from itertools import pairwise
from typing import Any

import aiohttp
import pytest

from tests.harness.desk import Desk
from tests.harness.fixtures import ADA, BOB, MIA
from tests.harness.people import AgentClient, VisitorClient
from tests.harness.wire import Json
from tests.integration.protocol.guests import Guests, knows_accepting

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
PERCENTILES = {"p50_s", "p90_s", "max_s"}
SHAPES: dict[str, set[str]] = {
    "coverage": {"open_s", "covered_s", "free_s", "single_s", "uncovered_s"},
    "waits": {
        "n", "answered", "abandoned", "abandoned_early", "waiting_now", "queue_wait", "first_reply", "within_target",
        "exchanges", "solution",
    },
    "volume": {"started", "answered", "abandoned", "tickets", "messages"},
    "satisfaction": {"n", "csat", "mean", "effort_n", "effort_mean", "recommend_n", "nps"},
    "tickets": {"made", "solved", "reopened", "promises", "first_answer", "solution", "csat", "rated_n"},
    "estimates": {"n", "within_upto", "median_error_s"},
}  # fmt: skip


async def get(desk: Desk, path: str, **query: str) -> tuple[int, str, Any]:
    """As nobody: status, content type, JSON or text."""
    async with aiohttp.ClientSession(desk.url) as session, session.get(path, params=query) as answer:
        kind = answer.content_type
        return answer.status, kind, await answer.json() if kind.endswith("json") else await answer.text()


async def ended(guests: Guests, desk: Desk, question: str = "Where is my letter?") -> tuple[VisitorClient, str]:
    """A conversation with a note, resolved by Ada."""
    ada = await guests.agent(desk, ADA)
    visitor = await guests.visitor(desk)
    chat = await visitor.start(question, name="Eva", email="eva@example.com")
    await ada.assigned(chat["id"])
    await ada.say(chat["id"], "It is on its way")
    await ada.ask("note:add", {"chat_id": chat["id"], "client_id": "n", "body": "she is a lawyer"})
    await ada.ask("chat:close", {"chat_id": chat["id"], "resolution": "resolved"})
    return visitor, chat["id"]


# ---- sessions


async def test_session_begins_with_201_and_ends_for_good(shared_desk: Desk, guests: Guests) -> None:
    async with aiohttp.ClientSession(shared_desk.url) as session:
        signing_in = {"email": BOB.email, "password": BOB.password}
        async with session.post("/api/v1/sessions", json=signing_in) as answer:
            status, made = answer.status, await answer.json()
        bearer = {"Authorization": f"Bearer {made['token']}"}
        async with session.get("/api/v1/me", headers=bearer) as answer:
            me = await answer.json()
        async with session.delete("/api/v1/sessions", headers=bearer) as answer:
            gone = answer.status
        async with session.get("/api/v1/me", headers=bearer) as answer:
            after, error = answer.status, (await answer.json())["error"]
        async with session.post("/api/v1/sessions", json={**signing_in, "password": "wrong"}) as answer:
            refused, reason = answer.status, (await answer.json())["error"]

    assert (status, gone, after, refused) == (201, 204, 401, 401)
    assert made.keys() == {"token", "agent", "expires_at"}
    assert MOMENT.fullmatch(made["expires_at"])
    assert (me["agent"], made["agent"]["email"]) == (made["agent"], BOB.email)
    assert error["code"] == reason["code"] == "unauthorized"
    assert error["message"]


async def test_errors_of_http_are_those_of_the_sockets_with_a_fitting_status(shared_desk: Desk, guests: Guests) -> None:
    ada = await guests.agent(shared_desk, ADA, status=None)

    for method, path, body, status, code in (
        ("GET", "/api/v1/chats/nowhere", None, 404, "not_found"),
        ("GET", "/api/v1/tickets/99999", None, 404, "not_found"),
        ("GET", "/api/v1/reports/waits", None, 403, "forbidden"),
        ("GET", "/api/v1/mails", None, 403, "forbidden"),
        ("POST", "/api/v1/tickets", {"client_id": "x"}, 422, "invalid"),
        ("GET", "/api/v1/nothing", None, 404, "not_found"),
        ("PUT", "/api/v1/me", None, 405, "invalid"),
    ):
        got, answer = await ada.request(method, path, body=body)
        assert (got, answer["error"]["code"]) == (status, code), path
        assert isinstance(answer["error"]["message"], str)
    for path in ("/api/v1/me", "/api/v1/chats", "/api/v1/tickets", "/api/v1/reports/waits"):
        status, _, answer = await get(shared_desk, path)
        assert (status, answer["error"]["code"]) == (401, "unauthorized")


# ---- conversations


async def test_conversations_are_found_by_words_person_agent_department_and_day(
    shared_desk: Desk, guests: Guests
) -> None:
    visitor, chat_id = await ended(guests, shared_desk, "My zeppelin is late")
    ada = await guests.agent(shared_desk, ADA, status=None)
    person = visitor.hello["visitor"]["id"]

    for query, found in (
        ({"q": "zeppelin"}, True),
        ({"q": "ZEPPELÍN late"}, True),
        ({"q": "zeppelin", "agent": ada.id, "department": "support", "from": "2020-01-01"}, True),
        ({"visitor": person}, True),
        ({"visitor": "eva@EXAMPLE", "q": "zeppelin"}, True),
        ({"visitor": "petr", "q": "zeppelin"}, False),
        ({"q": "zeppelin", "agent": "nobody"}, False),
        ({"q": "zeppelin", "to": "2020-01-01"}, False),
        ({"q": "submarine zeppelin"}, False),
    ):
        answer = await ada.get("/api/v1/chats", **query)
        assert ([chat["id"] for chat in answer["chats"]] == [chat_id]) is found, query
        assert answer["next"] is None
    read = await ada.get(f"/api/v1/chats/{chat_id}")
    assert read.keys() == {"chat", "messages", "notes"}
    assert [m["seq"] for m in read["messages"]] == [1, 2, 3, 4]


async def test_transcript_has_the_notes_for_the_team_and_none_for_the_visitor(
    shared_desk: Desk, guests: Guests
) -> None:
    visitor, chat_id = await ended(guests, shared_desk)
    mail_id = (await visitor.ask("chat:transcript", {"chat_id": chat_id}))["mail_id"]
    mia = await guests.agent(shared_desk, MIA, status=None)
    mail = (await mia.get(f"/api/v1/mails/{mail_id}"))["mail"]
    link = re.search(rf"{re.escape(shared_desk.url)}/t/(\S+)", mail["text"])
    assert link is not None
    path = f"/api/v1/chats/{chat_id}/transcript"

    team = await mia.get(f"{path}.json")
    status, _, mine = await get(shared_desk, f"{path}.json", signed=link[1])

    assert (set(team), status) == ({"chat", "messages", "notes"}, 200)
    assert [note["body"] for note in team["notes"]] == ["she is a lawyer"]
    assert mine["messages"] == team["messages"]
    assert "lawyer" not in str(mine)
    for form, kind in (("html", "text/html"), ("txt", "text/plain")):
        status, found, text = await get(shared_desk, f"{path}.{form}", signed=link[1])
        assert (status, found) == (200, kind)
        assert "It is on its way" in text
        assert "lawyer" not in text
    status, kind, page = await get(shared_desk, f"/t/{link[1]}")
    assert (status, kind, "It is on its way" in page, "lawyer" in page) == (200, "text/html", True, False)
    for signed in ("", "x", link[1][:-2], visitor.token):
        status, _, answer = await get(shared_desk, f"{path}.json", signed=signed)
        assert (status, answer["error"]["code"]) in {(404, "not_found"), (401, "unauthorized")}


# ---- tickets


async def test_ticket_is_made_read_changed_and_answered(shared_desk: Desk, guests: Guests) -> None:
    ada = await guests.agent(shared_desk, ADA, status=None)
    given = {"client_id": f"{ada.token[:8]}-t", "subject": "Lost letter", "email": "eva@example.com", "name": "Eva"}

    status, made = await ada.request("POST", "/api/v1/tickets", body={**given, "question": "Where is it?"})
    number = made["ticket"]["number"]
    path = f"/api/v1/tickets/{number}"
    bare, refused = await ada.request("PATCH", path, body={"status": "in_progress", "message": "We look."})
    later = "2100-01-01T09:00:00.000Z"
    wanted = {"status": "in_progress", "message": "We look into it.", "checkpoint_at": later, "priority": "high"}
    changed_status, changed = await ada.request("PATCH", path, body=wanted)
    said_status, said = await ada.request("POST", f"{path}/messages", body={"client_id": "m", "body": "It is found."})
    read = await ada.get(path)
    listed = await ada.get("/api/v1/tickets", status="in_progress", q="letter")

    assert (status, bare, changed_status, said_status) == (201, 422, 200, 201)
    assert refused["error"]["field"] == "checkpoint_at"
    assert re.fullmatch(r"\d{5,}", number)
    assert (changed["ticket"]["status"], changed["ticket"]["checkpoint_at"]) == ("in_progress", later)
    assert [m["body"] for m in read["messages"]] == ["Where is it?", "We look into it.", "It is found."]
    assert all(m.keys() >= {"id", "author", "verified", "channel", "body", "at"} for m in read["messages"])
    assert read["messages"][-1]["mail"]["to"] == "eva@example.com"
    assert said["message"]["id"] == read["messages"][-1]["id"]
    assert number in [ticket["number"] for ticket in listed["tickets"]]
    page_status, _, page = await get(shared_desk, made["ticket"]["url"].removeprefix(shared_desk.url))
    assert (page_status, "It is found." in page) == (200, True)


# ---- reports


async def report(mia: AgentClient, kind: str, **query: str) -> Json:
    return await mia.get(f"/api/v1/reports/{kind}", department="support", **query)


@pytest.mark.parametrize("kind", SHAPES)
async def test_reports_have_the_shape_that_was_fixed(shared_desk: Desk, guests: Guests, kind: str) -> None:
    await ended(guests, shared_desk)
    mia = await guests.agent(shared_desk, MIA, status=None)

    answer = await report(mia, kind, bucket="hour", tz="Europe/Prague")

    assert answer.keys() >= {"tz", "from", "to", "department", "total", "buckets"}
    assert (answer["tz"], answer["department"]) == ("Europe/Prague", "support")
    assert SHAPES[kind] <= answer["total"].keys()
    assert all(bucket.keys() == {"from", "to"} | answer["total"].keys() for bucket in answer["buckets"])
    assert all(MOMENT.fullmatch(bucket[end]) for bucket in answer["buckets"] for end in ("from", "to"))
    bounds = [(bucket["from"], bucket["to"]) for bucket in answer["buckets"]]
    assert all(earlier[1] == later[0] for earlier, later in pairwise(bounds))
    if kind in {"waits", "volume"}:
        assert [hour["hour"] for hour in answer["by_hour"]] == list(range(24))
    status, _, text = await sheet(mia, kind)
    rows = list(csv.DictReader(io.StringIO(text)))
    assert (status, bool(rows)) == (200, True)


async def sheet(mia: AgentClient, kind: str) -> tuple[int, str, str]:
    status, text = await mia.request("GET", f"/api/v1/reports/{kind}.csv", query={"department": "support"})
    return status, "text/csv", text


async def test_report_of_waits_hides_what_too_few_chats_would_tell(shared_desk: Desk, guests: Guests) -> None:
    mia = await guests.agent(shared_desk, MIA, status=None)

    empty = (await report(mia, "waits", **{"from": "2020-01-01", "to": "2020-01-02"}))["total"]

    assert (empty["n"], empty["answered"], empty["abandoned"]) == (0, 0, 0)
    assert empty["queue_wait"].keys() >= PERCENTILES
    assert empty["first_reply"].keys() >= PERCENTILES
    assert {empty["queue_wait"][name] for name in PERCENTILES} == {None}


async def test_coverage_counts_the_seconds_in_which_somebody_accepted_and_names_the_gap(
    shared_desk: Desk, guests: Guests
) -> None:
    mia = await guests.agent(shared_desk, MIA, status=None)
    ada = await guests.agent(shared_desk, ADA)
    chat = await (visitor := await guests.visitor(shared_desk)).start("Hello")
    await ada.assigned(chat["id"])
    await ada.ask("status:set", {"status": "away", "reason": "lunch"})

    total: Json = {}
    gaps: list[Json] = []
    while not any(gap["cause"] and gap["cause"]["reason"] == "lunch" for gap in gaps):  # the ledger is a second behind
        answer = await report(mia, "coverage")
        total, gaps = answer["total"], answer["gaps"]
        await visitor.ask("page", {"url": "https://shop.example/", "title": ""})

    assert total["open_s"] == pytest.approx(total["covered_s"] + total["uncovered_s"], abs=1)
    assert total["free_s"] <= total["covered_s"]
    gap = next(gap for gap in gaps if gap["cause"] and gap["cause"]["reason"] == "lunch")
    assert gap.keys() == {"from", "to", "duration_s", "cause", "waiting", "left"} | {"began_at", "ended_by"}
    assert gap["cause"] == {"kind": "away", "agent": {"id": ada.id, "name": ADA.name}, "reason": "lunch"}


async def test_performance_is_a_table_of_people_and_everybody_sees_their_own_row(
    shared_desk: Desk, guests: Guests
) -> None:
    await ended(guests, shared_desk)
    mia, ada = await guests.agent(shared_desk, MIA, status=None), await guests.agent(shared_desk, ADA, status=None)

    everybody = await report(mia, "agents")
    own = await ada.get("/api/v1/reports/agents")

    assert everybody.keys() >= {"tz", "from", "to", "department", "agents"}
    assert [row["agent"]["id"] for row in own["agents"]] == [ada.id]
    (row,) = own["agents"]
    assert row.keys() >= {"agent", "n", "first_reply", "exchanges", "solution", "csat", "rated_n"}
    assert row["solution"].keys() >= {"p50_s", "p90_s"}


# ---- for everybody, and for operators


async def test_dot_of_the_loader_knows_openness_for_15_seconds(shared_desk: Desk, guests: Guests) -> None:
    await guests.agent(shared_desk, ADA)
    await knows_accepting(await guests.visitor(shared_desk), 1)
    async with (
        aiohttp.ClientSession(shared_desk.url) as session,
        session.get("/widget/status.json", params={"department": "support"}) as answer,
    ):
        status, cache, told = answer.status, answer.headers["Cache-Control"], await answer.json()

    assert (status, "max-age=15" in cache) == (200, True)
    assert (told["open"], told["accepting"]) == (True, 1)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/healthz", "application/json"),
        ("/readyz", "application/json"),
        ("/metrics", "text/plain"),
        ("/api/v1/openapi.json", "application/json"),
        ("/agent", "text/html"),
        ("/manager", "text/html"),
        ("/widget.js", "text/javascript"),
        ("/widget/app", "text/html"),
    ],
)
async def test_what_is_for_everybody_needs_no_session(shared_desk: Desk, path: str, kind: str) -> None:
    status, found, _ = await get(shared_desk, path)

    assert (status, found) == (200, kind)


@pytest.mark.parametrize("path", ["/", "/mailbox"])
async def test_demo_company_is_not_in_production(shared_desk: Desk, path: str) -> None:
    assert (await get(shared_desk, path))[0] == 404
