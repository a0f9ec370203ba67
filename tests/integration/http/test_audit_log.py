"""What stands in the audit log of what people do over HTTP, and how it is asked for."""

from __future__ import annotations

from datetime import timedelta

from tests.integration.http.cast import arrive, things
from tests.integration.http.people import Site
from transcripts.audit_chain import Proved, prove


async def test_reading_and_taking_out_is_written_down_and_found(site: Site) -> None:
    people = await arrive(site)
    had = await things(site, people)
    chat = had.chat.id
    ada, holder, boss = await site.as_("ada"), await site.as_("holder"), await site.as_("max")

    for _ in range(3):
        await ada.get(f"/chats/{chat}")
        await holder.get(f"/chats/{chat}")
    await ada.call("GET", f"/chats/{chat}/transcript.json")
    assert await ada.refused("GET", "/chats/unknown") == (404, "not_found", None)
    found = await boss.get("/audit", subject=f"chat:{chat}")

    assert [(entry["action"], entry["actor"]["name"], entry["detail"]) for entry in found["entries"]] == [
        ("chats.exported", "Ada", {"form": "json"}),
        ("chat.read", "Ada", {"by": "page", "department": "support"}),
    ]
    assert isinstance(await prove(site.desk.store), Proved)
    words = str(await boss.get("/audit"))
    assert "Where is my parcel" not in words


async def test_log_is_asked_by_person_kind_and_day(site: Site) -> None:
    boss, today = await site.as_("max"), site.desk.clock.now().astimezone(site.desk.settings.zone).date()
    ada = site.desk.directory.agent_by_email("ada@example.com")
    assert ada is not None
    for number in range(60):
        await site.desk.audit.note(ada if number % 2 else "system", "settings.changed", "settings:widget", n=number)

    first = await boss.get("/audit", actor="ada@example.com", **{"from": str(today)})
    whole = await boss.get("/audit", action="settings", to=str(today + timedelta(days=1)))
    rest = await boss.get("/audit", action="settings", cursor=whole["next"])

    assert [entry["detail"]["n"] for entry in first["entries"]] == list(range(59, 0, -2))
    assert first["next"] is None
    assert [entry["detail"]["n"] for entry in (*whole["entries"], *rest["entries"])] == list(range(59, -1, -1))
    assert (await boss.get("/audit", actor=ada.id, subject="settings:widget"))["entries"] == first["entries"]
    assert (await boss.get("/audit", to=str(today)))["entries"] == []
    assert (await boss.get("/audit", actor="nobody@example.com"))["entries"] == []
    assert await boss.refused("GET", "/audit?from=odd") == (422, "invalid", "from")
    assert await boss.refused("GET", f"/audit?from={today}&to={today}") == (422, "invalid", "to")
