"""One ticket from the phone call to the rating, as its customer's mailbox and its agents' panels tell it."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.harness.desk import Desk
from tests.harness.fixtures import ADA, BOB, MIA, SUPPORT, People
from tests.harness.mailserver import ReceivedMail, SmtpSink
from tests.harness.people import AgentClient, new_client_id
from tests.harness.shifted_clock import ShiftedClock
from tests.harness.wire import Json

HOUR_S = 3600.0
PATIENCE_S = 20.0
SOLUTION = {"cause": "A <b>loose</b> cable", "done": "Plugged it in.\nTwice.", "fully_solved": True, "can_recur": False}


@pytest.fixture
def clock(tmp_path: Path) -> ShiftedClock:
    return ShiftedClock(tmp_path / "ahead")


@pytest.fixture
async def desk(tmp_path: Path, clock: ShiftedClock, smtp_sink: SmtpSink) -> AsyncIterator[Desk]:
    """Promises an hour; its clock can be moved."""
    settings = {
        "SEMAFOR_SMTP_URL": smtp_sink.url,
        "SEMAFOR_FIRST_NEWS_S": str(HOUR_S),
        "SEMAFOR_NOBODY_ONLINE_MAIL_S": "0",
        "SEMAFOR_LIMITS": "off",
    }
    made = clock.desk(tmp_path / "desk", settings)
    made.people([SUPPORT], [ADA, BOB, MIA])
    made.start()
    yield made
    made.stop()
    assert "Traceback" not in made.stderr(), made.stderr()


def says(*words: str) -> Callable[[ReceivedMail], bool]:
    return lambda mail: all(word in mail.text() for word in words)


def alarm(kind: str, *, on: bool = True) -> Callable[[Json], bool]:
    return lambda told: (told["kind"], told["on"]) == (kind, on)


def about(sink: SmtpSink, word: str) -> list[ReceivedMail]:
    return [mail for mail in sink.mails if word in mail.text()]


async def patch(agent: AgentClient, number: str, **given: Any) -> Json:
    status, body = await agent.request("PATCH", f"/api/v1/tickets/{number}", body=given)
    assert status == 200, body
    ticket: Json = body["ticket"]
    return ticket


async def read(agent: AgentClient, number: str) -> Json:
    ticket: Json = (await agent.get(f"/api/v1/tickets/{number}"))["ticket"]
    return ticket


def plus(moment: str, seconds: float) -> datetime:
    return datetime.fromisoformat(moment) + timedelta(seconds=seconds)


@pytest.mark.slow
async def test_a_ticket_keeps_its_promises_or_says_so_and_ends_with_a_rating(
    desk: Desk, clock: ShiftedClock, smtp_sink: SmtpSink, people: People
) -> None:
    ada, bob = await people.agent(desk, ADA, status="away"), await people.agent(desk, BOB, status="away")
    request = {
        "client_id": new_client_id(), "subject": "Box is dark", "email": "eva@example.com", "channel": "phone",
        "phone": "+420 (777) 123-456", "called_before": True, "question": "No light at all.",
    }  # fmt: skip

    made = (await ada.ask("ticket:create", request))["ticket"]
    number = made["number"]
    first = await smtp_sink.wait_for(lambda mail: f"[#{number}]" in mail.subject)
    assert (made["channel"], made["phone"], made["called_before"]) == ("phone", "+420 (777) 123-456", True)
    assert "Next news by" in first.text()
    assert first.recipients == ("eva@example.com",)

    clock.move(HOUR_S - 800)
    soon = await ada.wait("alarm", alarm("checkpoint_soon"), timeout_s=PATIENCE_S)
    assert soon["ticket"] == number
    clock.move(HOUR_S + 60)
    bob_knows = await bob.wait("alarm", alarm("checkpoint_due"), timeout_s=PATIENCE_S)
    assert (bob_knows["ticket"], bob_knows["since"]) == (number, made["checkpoint_at"])
    assert not [told for told in bob.events("alarm") if told["kind"] == "checkpoint_soon"]

    await _missed_once(desk, clock, smtp_sink, people, made)

    later = await people.agent(desk, ADA, status=None)
    await later.wait("alarm", alarm("checkpoint_due"))
    answer = {"client_id": "a", "body": "We look for the cable."}
    status, _ = await later.request("POST", f"/api/v1/tickets/{number}/messages", body=answer)
    assert status == 201
    await later.wait("alarm", alarm("checkpoint_due", on=False), timeout_s=PATIENCE_S)
    assert (await read(later, number))["missed_at"] is None

    solved = await patch(later, number, status="solved", solution=SOLUTION)
    assert (solved["solution"], solved["checkpoint_at"]) == (SOLUTION, None)
    mail = await smtp_sink.wait_for(says("Plugged it in.", "Twice.", "Cause", "Fully solved", "#rate"))
    assert "<b>loose" not in mail.html()
    assert mail.message["In-Reply-To"] == first.message["Message-ID"]
    await _rate(desk, later, number, mail)


async def _missed_once(desk: Desk, clock: ShiftedClock, sink: SmtpSink, people: People, made: Json) -> None:
    """One mail for one promise, whatever the clock and the server do."""
    sorry = await sink.wait_for(says("did not keep our word"), timeout_s=PATIENCE_S)
    assert sorry.message["Auto-Submitted"] == "auto-generated"
    assert "Next news by" in sorry.text()
    clock.move(HOUR_S - 1800)
    desk.kill()
    desk.start()
    clock.move(HOUR_S + 90)
    ada = await people.agent(desk, ADA, status=None)
    ticket = await read(ada, made["number"])
    assert ticket["missed_at"] == made["checkpoint_at"]
    assert datetime.fromisoformat(ticket["checkpoint_at"]) >= plus(made["checkpoint_at"], HOUR_S)
    await ada.wait("alarm", alarm("checkpoint_due"), timeout_s=PATIENCE_S)
    assert len(about(sink, "did not keep our word")) == 1


async def _rate(desk: Desk, agent: AgentClient, number: str, mail: ReceivedMail) -> None:
    found = re.search(rf"{re.escape(desk.url)}(/t/\S+)#rate", mail.text())
    assert found is not None
    async with aiohttp.ClientSession(base_url=desk.url) as session:
        async with session.get(found[1]) as answer:
            page = await answer.text()
        assert 'name="score"' in page
        for score, comment in (("4", "Fine <script>"), ("5", "")):
            async with session.post(found[1], data={"score": score, "comment": comment}) as answer:
                page = await answer.text()
                assert (answer.status, "<script>" in page) == (200, False)
        for wrong in ({"score": "6"}, {"score": "x"}, {}, {"score": "1.5"}):
            async with session.post(found[1], data=wrong) as answer:
                assert answer.status == 422
        async with session.post(found[1][:-3], data={"score": "1"}) as answer:
            assert answer.status == 404
    rating = (await read(agent, number))["rating"]
    assert (rating["score"], rating["comment"]) == (5, None)
    reopened = await patch(
        agent, number, status="open", message="Once more.", checkpoint_at=plus(rating["at"], 9999).isoformat()
    )
    assert reopened["reopened"] == 1
    async with (
        aiohttp.ClientSession(base_url=desk.url) as session,
        session.post(found[1], data={"score": "1"}) as answer,
    ):
        assert answer.status == 409


@pytest.mark.slow
async def test_no_open_ticket_is_ever_without_a_checkpoint_ahead_or_an_alarm(
    desk: Desk, clock: ShiftedClock, people: People
) -> None:
    """Thirty tickets of random lives, over two days that pass in jumps and a kill."""
    mia, chance = await people.agent(desk, MIA, status=None), random.Random(5)
    numbers = [await _make(mia, n) for n in range(30)]
    ahead_s = 0.0
    for turn in range(6):
        for number in chance.sample(numbers, 12):
            await _live(mia, number, chance, datetime.now(UTC) + timedelta(seconds=ahead_s))
        ahead_s += chance.choice([600, HOUR_S, 8 * HOUR_S])
        clock.move(ahead_s)
        if turn == 3:
            desk.kill()
            desk.start()
        mia = await people.agent(desk, MIA, status=None)
        async with asyncio.timeout(PATIENCE_S):
            while lacking := await _without(mia):
                mia = await people.agent(desk, MIA, status=None)
        assert lacking == []


async def _make(agent: AgentClient, n: int) -> str:
    given = {"client_id": f"t{n}", "subject": f"Box {n}", "email": f"eva{n}@example.com"}
    status, body = await agent.request("POST", "/api/v1/tickets", body=given)
    assert status == 201, body
    return str(body["ticket"]["number"])


async def _live(agent: AgentClient, number: str, chance: random.Random, now: datetime) -> None:
    """One thing that somebody does; what breaks a rule is refused, and changes nothing."""
    path = f"/api/v1/tickets/{number}"
    at = (now + timedelta(seconds=chance.choice([-60, 30, HOUR_S, 30 * HOUR_S]))).isoformat()
    news = {"message": "So it stands.", "checkpoint_at": at}
    method, way, given = chance.choice(
        [
            *(("PATCH", path, {"status": status, **news}) for status in ("open", "in_progress", "waiting")),
            ("PATCH", path, {"status": "solved", "solution": SOLUTION}),
            ("PATCH", path, {"status": "closed"}),
            ("PATCH", path, {"status": "open"}),
            ("PATCH", path, {"checkpoint_at": at}),
            ("PATCH", path, {"checkpoint_at": None, "priority": "urgent", "tier": 3}),
            ("POST", f"{path}/messages", {"client_id": at, "body": "An answer."}),
            ("POST", f"{path}/return", {"note": "Back."}),
        ]
    )
    status, body = await agent.request(method, way, body=given)
    assert status in {200, 201, 422}, body


async def _without(agent: AgentClient) -> list[str]:
    """Open tickets that lack both, as an agent sees them who has just connected."""
    now = datetime.fromisoformat(agent.hello["server_time"])
    lacking: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await agent.get("/api/v1/tickets", cursor=cursor)
        cursor = page["next"]
        # They follow the hello, and are there when a question asked after it has its answer.
        alarmed = {told["ticket"] for told in agent.events("alarm") if told["kind"] == "checkpoint_due" and told["on"]}
        for ticket in page["tickets"]:
            if ticket["status"] in {"solved", "closed"}:
                assert (ticket["checkpoint_at"], ticket["missed_at"]) == (None, None)
                continue
            is_late = datetime.fromisoformat(ticket["checkpoint_at"]) <= now or ticket["missed_at"] is not None
            if is_late and ticket["number"] not in alarmed:
                lacking.append(ticket["number"])
    return lacking
