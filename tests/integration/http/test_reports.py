"""Reports over HTTP: who may see which, both forms, and figures of what really happened."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest

from tests.integration.http.people import Site
from transcripts.operations import Assign, Close, NewMessage
from transcripts.records import Author, Chat, PresenceRow, Proof

KINDS = ("coverage", "waits", "volume", "satisfaction", "tickets", "agents", "estimates", "overview")


async def answer(site: Site, chat: Chat, agent_id: str) -> None:
    now = site.desk.clock.now()
    await site.desk.store.assign(Assign(chat.id, agent_id, chat.route_version, None, lambda: now, ()))
    author = Author("agent", agent_id, "Ada")
    await site.desk.store.send_message(NewMessage(chat.id, f"m{chat.id}", author, "On its way.", now))


def agent_id(site: Site, name: str) -> str:
    agent = site.desk.directory.agent_by_email(f"{name}@example.com")
    assert agent is not None
    return agent.id


async def test_chats_that_happened_are_in_every_report(site: Site) -> None:
    answered, left = await site.chat(), await site.chat()
    await site.chat("A price", department="sales")
    await answer(site, answered, agent_id(site, "ada"))
    await site.desk.store.close_chat(Close(left.id, "visitor", "abandoned", site.desk.clock.now(), ()))
    mia = await site.as_("mia")

    waits = (await mia.get("/reports/waits"))["total"]
    volume = (await mia.get("/reports/volume"))["total"]
    agents = (await mia.get("/reports/agents"))["agents"]

    assert (waits["n"], waits["answered"], waits["abandoned"], waits["within_target"]) == (2, 1, 1, 1)
    assert volume == {"started": 2, "answered": 1, "abandoned": 1, "tickets": 0, "messages": 3}
    assert [(row["agent"]["name"], row["n"]) for row in agents] == [("Ada", 1)]


async def test_coverage_is_what_the_ledger_says(site: Site) -> None:
    now = site.desk.clock.now()
    start = now - timedelta(hours=2)
    ada = agent_id(site, "ada")
    row = PresenceRow(ada, start, ("support",), "online", True, True, None, "p")
    away = PresenceRow(ada, start + timedelta(hours=1), ("support",), "away", False, False, "lunch", "p")
    await site.desk.store.prove_life(Proof("p", start, now))
    await site.desk.store.record_presence([row, away])
    mia = await site.as_("mia")

    report = await mia.get(
        "/reports/coverage", **{"from": start.isoformat(), "to": now.isoformat(), "department": "support"}
    )

    assert report["total"] == {
        "open_s": 7200,
        "covered_s": 3600,
        "free_s": 3600,
        "single_s": 3600,
        "uncovered_s": 3600,
    }
    (gap,) = report["gaps"]
    assert gap["cause"] == {"kind": "away", "agent": {"id": ada, "name": "Ada"}, "reason": "lunch"}
    assert report["department"] == "support"


@pytest.mark.parametrize("kind", KINDS)
async def test_reports_are_for_managers_and_their_departments(site: Site, kind: str) -> None:
    ada, mia, admin = await site.as_("ada"), await site.as_("mia"), await site.as_("max")

    for path in (f"/reports/{kind}", f"/reports/{kind}.csv"):
        if kind != "agents":
            assert await ada.refused("GET", path) == (403, "forbidden", None)
        for department in ("sales", "nowhere"):
            assert await mia.refused("GET", path, params={"department": department}) == (404, "not_found", None)
    assert (await admin.get(f"/reports/{kind}", department="sales"))["tz"] == "Europe/Prague"


async def test_an_agent_sees_the_figures_about_themself_and_nobody_elses(site: Site) -> None:
    first, second = await site.chat(), await site.chat()
    await answer(site, first, agent_id(site, "ada"))
    await answer(site, second, agent_id(site, "mia"))
    ada = await site.as_("ada")

    rows = (await ada.get("/reports/agents", agent=agent_id(site, "mia")))["agents"]

    assert [row["agent"]["name"] for row in rows] == ["Ada"]


@pytest.mark.parametrize("kind", KINDS)
async def test_every_report_is_also_a_file(site: Site, kind: str) -> None:
    chat = await site.chat()
    await answer(site, chat, agent_id(site, "ada"))
    mia = await site.as_("mia")

    got = await mia.client.get(
        f"/api/v1/reports/{kind}.csv", params={"bucket": "hour"}, headers={"Authorization": f"Bearer {mia.token}"}
    )
    rows: list[dict[str, Any]] = list(csv.DictReader(io.StringIO(await got.text())))

    assert got.content_type == "text/csv"
    assert got.headers["Content-Disposition"].startswith(f'attachment; filename="semafor_{kind}_')
    assert rows
    if kind != "agents":
        assert {row["tz"] for row in rows} == {"Europe/Prague"}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"from": "x"}, "from"),
        ({"to": "2026-01-01", "from": "2026-01-02"}, "to"),
        ({"tz": "Mars/Base"}, "tz"),
        ({"bucket": "year"}, "bucket"),
        ({"bucket": "hour", "from": "2020-01-01"}, "bucket"),
    ],
)
async def test_what_cannot_be_meant_is_invalid_with_its_field(site: Site, query: dict[str, str], field: str) -> None:
    mia = await site.as_("mia")

    assert await mia.refused("GET", "/reports/waits", params=query) == (422, "invalid", field)
