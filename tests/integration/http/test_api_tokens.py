"""Tokens for programs: what they may, what they may not, and that their end is the end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from server.clock import to_ms
from server.errors import Refusal
from server.services.admin.api_tokens import ApiTokens
from tests.integration.http.people import Signed, Site

TOKENS = "/admin/tokens"


async def made(site: Site, **fields: Any) -> tuple[Signed, dict[str, Any]]:
    """A client with a new token, and how the token is listed."""
    max_ = await site.as_("max")
    answer = await max_.call("POST", TOKENS, status=201, json={"name": "Reports", **fields})
    return Signed(max_.client, answer["secret"]), answer["token"]


async def test_a_token_sees_what_its_role_and_departments_see(site: Site) -> None:
    here, there = await site.chat(), await site.chat(department="sales")
    agent, _ = await made(site, role="agent", departments=["support"])
    admin, _ = await made(site, role="admin", scope="write")

    assert [chat["id"] for chat in (await agent.get("/chats"))["chats"]] == [here.id]
    assert await agent.refused("GET", f"/chats/{there.id}") == (404, "not_found", None)
    assert await agent.refused("GET", "/reports/waits") == (403, "forbidden", None)
    assert {chat["id"] for chat in (await admin.get("/chats"))["chats"]} == {here.id, there.id}
    assert (await agent.get("/me"))["agent"]["name"] == "Reports"


async def test_a_token_that_reads_changes_nothing_and_none_makes_another(site: Site) -> None:
    ticket = await site.ticket()
    reads, _ = await made(site, role="admin")
    writes, listed = await made(site, role="admin", scope="write")
    priority = {"priority": "high"}

    assert await reads.refused("PATCH", f"/tickets/{ticket.number}", json=priority) == (403, "forbidden", None)
    changed = await writes.call("PATCH", f"/tickets/{ticket.number}", json=priority)
    assert changed["ticket"]["priority"] == "high"
    for method, path in (
        ("POST", TOKENS),
        ("GET", TOKENS),
        ("DELETE", f"{TOKENS}/{listed['id']}"),
        ("PATCH", "/me"),
        ("DELETE", "/sessions"),
    ):
        assert (await writes.refused(method, path, **({"json": {}} if method in {"POST", "PATCH"} else {})))[0] == 403
    await writes.call("PATCH", "/admin/settings/widget", json={"accent": "#123456"})
    newest = (await (await site.as_("max")).get("/audit", action="settings.changed"))["entries"][0]
    assert newest["actor"] == {"kind": "token", "id": listed["id"], "name": "Reports"}


async def test_an_ended_or_expired_token_is_refused_at_once_and_elsewhere(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, max_ = site.desk, await site.as_("max")
    program, token = await made(site, role="admin")
    elsewhere = ApiTokens(desk.store, desk.directory, desk.limits, desk.audit, desk.clock)
    await elsewhere.caller(program.token, "192.0.2.1", "GET")
    await program.get("/chats")

    ended = await max_.call("DELETE", f"{TOKENS}/{token['id']}")
    await max_.call("DELETE", f"{TOKENS}/{token['id']}")
    await elsewhere.refresh()

    assert ended["token"]["state"] == "ended"
    assert await program.refused("GET", "/chats") == (401, "unauthorized", None)
    stranger = Signed(max_.client, "smf_" + "x" * 43)
    assert await stranger.refused("GET", "/chats") == (401, "unauthorized", None)
    with pytest.raises(Refusal, match="ended"):
        await elsewhere.caller(program.token, "192.0.2.1", "GET")
    soon = desk.clock.now() + timedelta(minutes=5)
    short, _ = await made(site, role="admin", expires_at=soon.isoformat())
    monkeypatch.setattr(desk.clock, "now_ms", lambda: to_ms(soon) - 1)
    await short.get("/chats")
    monkeypatch.setattr(desk.clock, "now_ms", lambda: to_ms(soon))
    assert await short.refused("GET", "/chats") == (401, "unauthorized", None)
    told = [(entry["action"], entry["subject"]) for entry in (await max_.get("/audit", action="token"))["entries"]]
    assert told.count(("token.ended", f"token:{token['id']}")) == 1
    assert ("token.made", f"token:{token['id']}") in told


async def test_the_secret_is_shown_once_and_kept_nowhere(site: Site) -> None:
    max_ = await site.as_("max")
    program, _ = await made(site, name=" Export \n", role="manager", departments=["sales"])
    await program.get("/reports/waits")

    (listed,) = (await max_.get(TOKENS))["tokens"]

    assert (listed["name"], listed["hint"], listed["scope"]) == ("Export", program.token[-4:], "read")
    assert listed["last_used_at"] is not None
    kept = (await site.desk.store.tokens())[0]
    assert program.token not in repr(kept)
    assert program.token not in str((await max_.get("/audit"))["entries"])
    for wrong, field in (
        ({"name": ""}, "name"),
        ({"name": "x", "role": "agent"}, "departments"),
        ({"name": "x", "role": "manager", "departments": ["gone"]}, "departments"),
        ({"name": "x", "role": "admin", "expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"name": "x", "role": "root"}, "role"),
    ):
        assert (await max_.refused("POST", TOKENS, json=wrong))[2] == field
    assert await max_.refused("DELETE", f"{TOKENS}/nothing") == (404, "not_found", None)


async def test_guesses_at_tokens_and_too_many_requests_are_slowed_down(guarded: Site) -> None:
    client = await guarded.client()
    headers = {"Authorization": "Bearer smf_guess"}

    answers = [(await client.get("/api/v1/chats", headers=headers)).status for _ in range(61)]

    assert (set(answers[:60]), answers[60]) == ({401}, 429)


async def test_the_system_page_tells_what_runs_and_no_secret(site: Site) -> None:
    max_ = await site.as_("max")

    told = await max_.get("/admin/system")

    settings = {setting["name"]: (setting["value"], setting["source"]) for setting in told["settings"]}
    assert settings["SEMAFOR_SITE_NAME"] == ("Acme", "default")
    assert settings["SEMAFOR_SECRET"][0] in (None, "********")
    assert (told["record"]["ready"], told["queue"]["ready"], told["servers"]) == (True, True, 1)
