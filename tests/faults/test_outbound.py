"""Mails through a server that refuses, greylists, drips, resets and dies, sent by a desk that is killed as well.

Judged by Message-ID, from what the mail server took and what the record says: nothing is lost, nothing is unseen, and
twice comes only what SMTP cannot tell: a try that ended between the dot and the answer, or one whose answer died with
somebody.
SEMAFOR_TEST_MAILS says how many (150, or 10,000 where SEMAFOR_TEST_STORM=long).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.faults.hostile_smtp import HostileServer, Taken
from tests.faults.judge_mails import Kept, mail_complaints
from tests.faults.mails import all_rest, ask_for_tickets, let_time_pass, mails_of
from tests.faults.profile import MAILS
from tests.faults.results import tell
from tests.harness.desk import Desk
from tests.harness.fixtures import MIA, SUPPORT
from tests.harness.people import AgentClient

SEED = 20261122
ROUNDS_MAX = 40
IDLE_S = 2.5
"""So long without a connection: whatever the record says, nobody tries any more."""
LOOK_S = 0.1


@pytest.mark.slow
async def test_no_mail_is_lost_or_unseen_and_twice_comes_only_what_smtp_cannot_tell(tmp_path: Path) -> None:
    server = HostileServer(SEED)
    await server.start()
    desk = Desk(tmp_path / "desk", {"SEMAFOR_SMTP_URL": server.url, "SEMAFOR_LIMITS": "off"})
    desk.people((SUPPORT,), (MIA,))
    try:
        desk.start()
        deaths = await _send(desk, server)
        mails = mails_of(desk)
        listed = await _seen_by_manager(desk)
    finally:
        desk.kill()
        await server.stop()

    wrong = mail_complaints(mails, server.taken, deaths)
    logging.getLogger(__name__).info("%s", _figures(server, mails, deaths))
    tell(f"{_figures(server, mails, deaths)}; {len(wrong)} complaints")
    assert wrong == [], "\n".join(wrong[:20])
    assert sum(mail.to.endswith("@example.org") for mail in mails) == MAILS
    assert listed == Counter(mail.state for mail in mails)
    assert {mail.to for mail in mails if mail.state == "failed"} == {
        mail.to for mail in mails if server.refuses_for_good(mail.to)
    }
    assert len(server.faults) >= 9, "every kind of fault was met"


async def _send(desk: Desk, server: HostileServer) -> list[float]:
    """Have the mails queued and sent, through deaths of both sides. Returns when they died."""
    deaths: list[float] = []
    await ask_for_tickets(desk, MAILS)
    for number in range(ROUNDS_MAX):
        await _sent_for_a_while(desk, server)
        if not [mail for mail in mails_of(desk) if mail.state == "due"]:
            return deaths
        if number % 3 == 2:
            await server.stop()
            deaths.append(time.time())
            await server.start()
        desk.kill()
        deaths.append(time.time())
        let_time_pass(desk)
        await asyncio.to_thread(desk.start)
    raise AssertionError(f"after {ROUNDS_MAX} rounds mails are still due")


async def _sent_for_a_while(desk: Desk, server: HostileServer) -> None:
    """A quarter of the mails tried, or nothing left to be tried before a pause is over."""
    trying = asyncio.create_task(server.until(server.tries + MAILS // 4, idle_s=IDLE_S))
    while not trying.done() and not all_rest(desk):
        await asyncio.wait({trying}, timeout=LOOK_S)
    trying.cancel()
    await asyncio.gather(trying, return_exceptions=True)


async def _seen_by_manager(desk: Desk) -> Counter[str]:
    """What the mail list says of each mail, read to its end."""
    mia = await AgentClient.sign_in(desk.url, MIA, status=None)
    states: Counter[str] = Counter()
    cursor = ""
    async with mia:
        while True:
            page = await mia.get("/api/v1/mails", cursor=cursor)
            states.update(mail["state"] for mail in page["mails"])
            cursor = page["next"] or ""
            if not cursor:
                return states


def _figures(server: HostileServer, mails: Sequence[Kept], deaths: Sequence[float]) -> str:
    times = Counter(one.message_id for one in server.taken)
    states = dict(Counter(mail.state for mail in mails))
    twice = sum(n > 1 for n in times.values())
    course = f"{len(mails)} mails {states}, {server.tries} tries, {len(deaths)} deaths, {twice} taken more than once"
    return f"{course}; {dict(server.faults)}"


# ---- the judge itself ----------------------------------------------------------------------------------------------

SENT = Kept("<1>", "a@example.org", "sent", None)
TOLD, UNTOLD = Taken("<1>", 9.9, 10.0, is_told=True), Taken("<1>", 8.9, 9.0, is_told=False)
FAULTLESS = {
    "sent once": ([SENT], [TOLD], []),
    "twice around the dot": ([SENT], [UNTOLD, TOLD], []),
    "twice around a death": ([SENT], [TOLD, Taken("<1>", 19.9, 20.0, is_told=True)], [10.5]),
    "said to the dead": ([SENT], [TOLD, Taken("<1>", 19.9, 20.0, is_told=True)], [9.95]),
    "failed with a reason": ([Kept("<1>", "a@example.org", "failed", "550 no")], [], []),
}
PLANTED = {
    "lost": ([SENT], [], []),
    "still due": ([Kept("<1>", "a@example.org", "due", None)], [], []),
    "no reason": ([Kept("<1>", "a@example.org", "failed", None)], [], []),
    "taken and failed": ([Kept("<1>", "a@example.org", "failed", "550 no")], [TOLD], []),
    "twice after an answer": ([SENT], [TOLD, Taken("<1>", 19.9, 20.0, is_told=True)], []),
    "once more, untold": ([SENT], [TOLD, Taken("<1>", 19.9, 20.0, is_told=False)], []),
    "death too late": ([SENT], [TOLD, Taken("<1>", 19.9, 20.0, is_told=True)], [16.0]),
    "death after both": ([SENT], [TOLD, Taken("<1>", 10.9, 11.0, is_told=True)], [12.0]),
    "death before both": ([SENT], [TOLD, Taken("<1>", 19.9, 20.0, is_told=True)], [9.8]),
    "nobody's": ([], [TOLD], []),
}


@pytest.mark.parametrize("name", FAULTLESS)
def test_judge_has_nothing_against_what_smtp_cannot_tell(name: str) -> None:
    assert mail_complaints(*FAULTLESS[name]) == []


@pytest.mark.parametrize("name", PLANTED)
def test_judge_sees_what_was_planted(name: str) -> None:
    assert len(mail_complaints(*PLANTED[name])) == 1
