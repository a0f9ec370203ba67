"""One ticket from the phone call to the rating, as its customer's mailbox and its agents' panels tell it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
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
