"""One customer's story from the chat to the rating, on the engines of the run: mails both ways, a moved clock."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import aiohttp
import pytest

from tests.harness.dovecot import Dovecot
from tests.harness.engines import Engines
from tests.harness.fixtures import ADA, MIA, SUPPORT, People
from tests.harness.mailserver import ReceivedMail, SmtpSink
from tests.harness.people import AgentClient
from tests.harness.shifted_clock import ShiftedClock
from tests.harness.wire import Json
from tests.integration.mail.letters import (
    CUSTOMER,
    answer_to,
    bring,
    conversation,
    free_port,
    mail_settings,
    ticket,
    until,
)

HOUR_S = 3600.0
PATIENCE_S = 20.0
PARTS = {"cause": "A loose cable", "done": "Plugged it in.", "fully_solved": True, "can_recur": False}


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    server = Dovecot()
    server.start()
    yield server
    server.kill()
    server.forget()


@pytest.mark.slow
async def test_a_question_lives_from_the_chat_to_the_rating(
    tmp_path: Path, engines: Engines, smtp_sink: SmtpSink, dovecot: Dovecot, people: People
) -> None:
    clock, port = ShiftedClock(tmp_path / "ahead"), free_port()
    polled = {"SEMAFOR_IMAP_URL": dovecot.url, "SEMAFOR_IMAP_POLL_S": "0.2", "SEMAFOR_FIRST_NEWS_S": str(HOUR_S)}
    desk = clock.desk(tmp_path / "desk", {**engines.environment(), **mail_settings(port, smtp_sink, **polled)})
    desk.people([SUPPORT], [ADA, MIA])
    desk.start()
    try:
        ada, visitor = await people.agent(desk, ADA), await people.visitor(desk)
        chat = await visitor.start("The box is dark", name="Eva", email=CUSTOMER)
        await ada.assigned(chat["id"])
        await visitor.say(chat["id"], "No light at all")
        order = {"chat_id": chat["id"], "resolution": "unresolved", "ticket": {"subject": "Dark box"}}
        number = (await ada.ask("chat:close", order))["chat"]["ticket"]["number"]
        made = await smtp_sink.wait_for(says("The box is dark", "No light at all", "Next news by"))
        assert made.subject == f"[#{number}] Dark box"

        await _patch(ada, number, status="solved", message="It should shine now.")
        await smtp_sink.wait_for(says("It should shine now."))
        since = ada.mark()
        await bring(port, answer_to(made, "Still dark, says SMTP"))
        await _open_again(ada, smtp_sink, number, 1, since)
        solved = await _patch(ada, number, status="solved", message="Try once more.")
        told = await smtp_sink.wait_for(says("Try once more."))
        since = ada.mark()
        dovecot.put(answer_to(told, "Still dark, says IMAP"))
        reopened = await _open_again(ada, smtp_sink, number, 2, since)
        assert solved["checkpoint_at"] is None

        clock.move(HOUR_S + 60)
        await ada.wait(
            "alarm", lambda told: (told["kind"], told["on"]) == ("checkpoint_due", True), timeout_s=PATIENCE_S
        )
        await smtp_sink.wait_for(says("did not keep our word", "Next news by"), timeout_s=PATIENCE_S)
        late = await ticket(ada, number)
        assert late["missed_at"] == reopened["checkpoint_at"]
        assert datetime.fromisoformat(late["checkpoint_at"]) > datetime.fromisoformat(reopened["checkpoint_at"])

        await _patch(ada, number, status="solved", message="A cable was loose.", solution=PARTS)
        last = await smtp_sink.wait_for(
            says("A cable was loose.", "A loose cable", "Plugged it in.", "Fully solved", "#rate")
        )
        await _rate(desk.url, last)
        rated = await ticket(ada, number)
        assert (rated["rating"]["score"], rated["rating"]["comment"]) == (5, "Light again")
        assert (rated["status"], rated["solution"], rated["reopened"]) == ("solved", PARTS, 2)
        said = [message["body"] for message in await conversation(ada, number)]
        assert said[:2] == ["It should shine now.", "Still dark, says SMTP"]
        assert said[2:] == ["Try once more.", "Still dark, says IMAP", "A cable was loose."]
        _are_one_thread(smtp_sink, made)
    finally:
        desk.stop()
    assert "Traceback" not in desk.stderr(), desk.stderr()


def says(*words: str) -> Callable[[ReceivedMail], bool]:
    return lambda mail: all(word in mail.text() for word in words)


async def _patch(agent: AgentClient, number: str, **given: object) -> Json:
    status, body = await agent.request("PATCH", f"/api/v1/tickets/{number}", body=given)
    assert status == 200, body
    changed: Json = body["ticket"]
    return changed


async def _open_again(agent: AgentClient, sink: SmtpSink, number: str, times: int, since: int) -> Json:
    """Agents hear of it at once, the customer by mail with the next promise."""
    await agent.wait("ticket", lambda news: (news["number"], news["status"]) == (number, "open"), since=since)
    found = await ticket(agent, number)
    assert (found["status"], found["reopened"], found["solution"]) == ("open", times, None)

    async def acknowledged() -> bool:
        return len([mail for mail in sink.mails if says("your ticket is open again", "Next news by")(mail)]) == times

    await until(acknowledged, "a mail that it is open again")
    return found


async def _rate(url: str, mail: ReceivedMail) -> None:
    found = re.search(rf"{re.escape(url)}(/t/\S+)#rate", mail.text())
    assert found is not None
    async with (
        aiohttp.ClientSession(base_url=url) as session,
        session.post(found[1], data={"score": "5", "comment": "Light again"}) as answer,
    ):
        assert answer.status == 200
        assert "You rated 5 of 5" in await answer.text()


def _are_one_thread(sink: SmtpSink, first: ReceivedMail) -> None:
    """Seven mails: made, twice solved and open again, a promise that was not kept, solved."""
    mails = [mail for mail in sink.mails if mail.recipients == (CUSTOMER,)]
    assert len(mails) == 7
    assert len({mail.message["Message-ID"] for mail in mails}) == 7
    assert {mail.subject for mail in mails} == {first.subject}
    assert {mail.message["In-Reply-To"] for mail in mails[1:]} == {first.message["Message-ID"]}
    assert {mail.message["References"] for mail in mails[1:]} == {first.message["Message-ID"]}
    assert {mail.message["Auto-Submitted"] for mail in mails} == {"auto-generated"}
