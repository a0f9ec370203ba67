"""Nobody at the desk: what its manager finds in the mailbox, with a server that is killed in between."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.harness.fixtures import ADA, MIA, NewDesk, People
from tests.harness.mailserver import ReceivedMail, SmtpSink
from tests.harness.people import AgentClient, new_client_id
from tests.harness.wire import Json

BEGUN, OVER = "Nobody is at the desk: Support", "Somebody is at the desk again: Support"
QUICKLY = {"SEMAFOR_NOBODY_ONLINE_MAIL_S": "1", "SEMAFOR_AGENT_GRACE_S": "1"}
PATIENCE_S = 30.0


def is_about(subject: str, word: str = "") -> Callable[[ReceivedMail], bool]:
    def is_it(mail: ReceivedMail) -> bool:
        return mail.subject == subject and word in mail.text()

    return is_it


@pytest.mark.slow
async def test_manager_is_written_to_once_per_gap_and_again_when_it_is_over_whatever_is_killed(
    new_desk: NewDesk, people: People, smtp_sink: SmtpSink
) -> None:
    desk = new_desk(settings={**QUICKLY, "SEMAFOR_SMTP_URL": smtp_sink.url})

    # Nobody came yet since the desk was started.
    await smtp_sink.wait_for(is_about(BEGUN), timeout_s=PATIENCE_S)
    ada = await people.agent(desk, ADA)
    await smtp_sink.wait_for(is_about(OVER), timeout_s=PATIENCE_S)

    await ada.ask("status:set", {"status": "away", "reason": "lunch"})
    stays, leaves = await people.visitor(desk), await people.visitor(desk)
    await stays.start("Is anybody there?")
    chat = await leaves.start("Hello?")
    await leaves.ask("chat:leave", {"chat_id": chat["id"], "client_id": new_client_id()})
    begun = await smtp_sink.wait_for(is_about(BEGUN, "lunch"), timeout_s=PATIENCE_S)
    desk.kill()
    desk.start()
    mia = await people.agent(desk, MIA, status=None)
    alarm = await mia.wait("alarm", lambda told: told["kind"] == "nobody_online" and told["on"])
    await people.agent(desk, ADA)
    over = await smtp_sink.wait_for(is_about(OVER, "lunch"), timeout_s=PATIENCE_S)

    assert [mail.subject for mail in smtp_sink.mails] == [BEGUN, OVER, BEGUN, OVER]
    assert {mail.recipients for mail in smtp_sink.mails} == {(MIA.email,)}
    assert "Ada Lovelace: away (lunch)." in begun.text()
    assert over.message["In-Reply-To"] == begun.message["Message-ID"]
    assert "There now: Ada Lovelace" in over.text()
    kept = (await mia.get("/api/v1/mails"))["mails"]
    assert [mail["kind"] for mail in kept[::-1]] == ["nobody_online", "nobody_online_over"] * 2
    await _report_says_the_same(mia, over, alarm)


async def _report_says_the_same(mia: AgentClient, over: ReceivedMail, alarm: Json) -> None:
    report = await mia.get("/api/v1/reports/coverage", department="support")
    gap = next(gap for gap in report["gaps"] if gap["cause"]["kind"] == "away")
    assert gap["cause"]["agent"]["name"] == gap["ended_by"]["agent"]["name"] == "Ada Lovelace"
    assert (gap["cause"]["reason"], gap["ended_by"]["kind"]) == ("lunch", "back")
    assert gap["began_at"] == gap["from"] == alarm["since"]
    assert (gap["waiting"], gap["left"]) == (2, 1)
    cost = re.search(r"waited: (\d+), who left: (\d+)", over.text())
    assert cost is not None
    assert (int(cost[1]), int(cost[2])) == (gap["waiting"], gap["left"])
