"""Every report of one small, fixed desk, word for word in tests/golden/reports.json: the manager's page is tested
with the same file (agent_panel/test/manager_reports.test.ts), so that both sides mean the same.

A wanted change: delete the file, run this test, and look at the difference.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from server.services.reports.reports import KINDS, Asked, Reports
from server.settings import Settings
from server.web.reports import as_json
from tests.unit.server.desk_parts import MovedClock, record
from tests.unit.server.made import NOON, at
from transcripts.offered import Offered
from transcripts.operations import Assign, Close, EventText, NewChat, NewMessage, Requeue
from transcripts.port import Store
from transcripts.records import (
    Agent,
    Author,
    Chat,
    Department,
    EstimateShown,
    PresenceRow,
    Proof,
    Rating,
)

GOLDEN = Path(__file__).parents[2] / "golden" / "reports.json"
# The break at noon lies within one hour.
SUPPORT = Department("support", "Support", "mon-sun 08:00-12:10,12:30-18:00", "UTC")
ADA = Agent("ada", "ada@example.com", "Ada", "agent", ("support",), 1, 3, "")
MAX = Agent("max", "max@example.com", "Max", "admin", (), 1, 3, "")
MINUTE = 60
SCORES = [(5, 1, 10), (5, 2, 9), (5, 1, 10), (4, 3, 9), (3, 5, 7), (1, 7, 0)]


async def test_reports_of_a_fixed_desk_are_the_ones_that_the_page_is_tested_with(tmp_path: Path) -> None:
    async with record(tmp_path, SUPPORT, ADA, MAX) as (store, directory):
        await _shift(store)
        for n, scores in enumerate(SCORES):
            await _answered(store, n, Rating(*scores, "Too slow" if scores[0] == 1 else None, at(n * MINUTE + 500)))
        await _lost_its_agent(store)
        await _left(store)
        clock = MovedClock(NOON + timedelta(hours=5))
        reports = Reports(store, directory, clock, Settings(data=tmp_path, tz="UTC"))
        asked = Asked("2026-11-20", "2026-11-21", None, None, None, "hour")
        made = {kind: json.loads(as_json((await reports.make(MAX, kind, asked)).data)) for kind in KINDS}

    _compare(made)


def _compare(made: Mapping[Any, Any]) -> None:
    if not GOLDEN.exists():
        GOLDEN.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", "utf-8")
        raise AssertionError("The file was missing: it is written now. Look at it, and run this test again.")
    assert made == json.loads(GOLDEN.read_text("utf-8"))


async def _shift(store: Store) -> None:
    """Ada is there from 8:00, has lunch from 14:00 to 14:30."""
    for hours, status in ((-4.0, "online"), (2.0, "away"), (2.5, "online")):
        is_there = status == "online"
        reason = None if is_there else "lunch"
        row = PresenceRow("ada", at(hours * 3600), ("support",), status, is_there, is_there, reason, "p")  # type: ignore[arg-type]
        await store.record_presence([row])
    await store.prove_life(Proof("p", at(-4 * 3600), at(5 * 3600)))


async def _asked(store: Store, name: str, asked_s: float) -> Chat:
    new = NewChat(
        id=name,
        visitor_id=f"visitor of {name}",
        client_id="start",
        fingerprint="",
        department_id="support",
        question="Where is my parcel?",
        at=at(asked_s),
        name=None,
        email=None,
        verified=None,
        locale="en",
    )
    return (await store.start_chat(new)).chat


async def _given(store: Store, chat: Chat, at_s: float) -> Chat:
    text = EventText("assigned", "Ada is with you.", {"agent": {"id": "ada"}})
    return await store.assign(Assign(chat.id, "ada", chat.route_version, None, lambda: at(at_s), (text,)))


async def _answered(store: Store, n: int, rating: Rating) -> None:
    asked_s = n * MINUTE
    chat = await _asked(store, f"chat{n}", asked_s)
    await store.record_estimates([EstimateShown(chat.id, at(asked_s), 1, 20.0, 60.0)])
    await _given(store, chat, asked_s + 10 * (n + 1))
    author = Author("agent", "ada", "Ada")
    await store.send_message(NewMessage(chat.id, "answer", author, "On its way.", at(asked_s + 20 * (n + 1))))
    await store.close_chat(Close(chat.id, "agent", "resolved", at(asked_s + 400), ()))
    await store.rate_chat(chat.id, rating)


async def _lost_its_agent(store: Store) -> None:
    """At 14:00, and has her again at 14:30."""
    chat = await _given(store, await _asked(store, "returned", 6900), 6930)
    back = EventText("returned", "Ada had to leave.", {"agent": {"id": "ada"}})
    chat = await store.requeue(Requeue(chat.id, chat.route_version, at(7200), (back,)))
    await _given(store, chat, 9000)


async def _left(store: Store) -> None:
    await _asked(store, "left", 7500)
    await store.record_estimates([EstimateShown("left", at(7500), 1, 20.0, 60.0)])
    await store.close_chat(Close("left", "visitor", "abandoned", at(7800), ()))
    await store.record_offered([Offered("left", at(9000))])
