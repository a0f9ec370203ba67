"""Signing in, staying signed in, and requests that another site's page makes in somebody's name."""

from __future__ import annotations

import pytest

from tests.integration.http.people import PASSWORD, Signed, Site
from transcripts.operations import AgentChanges

SESSIONS = "/api/v1/sessions"
ADA = {"email": "ada@example.com", "password": PASSWORD}


async def test_a_session_begins_with_the_password_and_ends_on_request(site: Site) -> None:
    client = await site.client()
    signed_in = await (await client.post(SESSIONS, json={**ADA, "email": "ADA@example.com"})).json()
    ada = Signed(client, signed_in["token"])
    assert signed_in["agent"]["name"] == "Ada"
    assert (await ada.get("/me"))["agent"]["departments"] == [{"id": "support", "name": "Support"}]

    answer = await ada.client.delete(SESSIONS, headers={"Authorization": f"Bearer {ada.token}"})

    assert answer.status == 204
    assert await ada.refused("GET", "/me") == (401, "unauthorized", None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "ada@example.com", "password": "guess"},
        {"email": "nobody@example.com", "password": PASSWORD},
        {"email": "gone@example.com", "password": PASSWORD},
    ],
)
async def test_every_reason_for_a_refused_sign_in_reads_the_same(site: Site, wrong: dict[str, str]) -> None:
    client = await site.client()

    answer = await client.post(SESSIONS, json=wrong)

    assert answer.status == 401
    assert (await answer.json())["error"] == {
        "code": "unauthorized",
        "message": "This address and password do not fit together. Check both and try again.",
    }


async def test_guessing_passwords_is_slowed_down(guarded: Site) -> None:
    client = await guarded.client()

    answers = [await client.post(SESSIONS, json={**ADA, "password": "guess"}) for _ in range(11)]

    assert {answer.status for answer in answers[:10]} == {401}
    assert answers[10].status == 429
    assert (await answers[10].json())["error"]["retry_after_s"] > 0
    assert int(answers[10].headers["Retry-After"]) > 0


async def test_the_panel_is_signed_in_by_a_cookie_no_script_can_read(site: Site) -> None:
    client = await site.client()

    answer = await client.post(SESSIONS, json=ADA, headers={"Origin": site.home})

    cookie = answer.headers["Set-Cookie"]
    for part in ("semafor_session=", "HttpOnly", "SameSite=Strict", "Secure", "Path=/"):
        assert part in cookie


async def test_a_cookie_changes_nothing_without_our_own_origin(site: Site) -> None:
    ada = await site.as_("ada")
    cookie = {"Cookie": f"semafor_session={ada.token}"}

    for headers in (
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": f"{site.home}.evil.example"},
    ):
        answer = await ada.client.delete(SESSIONS, headers={**cookie, **headers})
        assert (answer.status, (await answer.json())["error"]["code"]) == (403, "forbidden")
    answer = await ada.client.get("/api/v1/me", headers={**cookie, "Origin": "https://evil.example"})
    assert answer.status == 403
    assert (await ada.client.get("/api/v1/me", headers=cookie)).status == 200
    assert (await ada.client.delete(SESSIONS, headers={**cookie, "Origin": site.home})).status == 204


async def test_another_sites_page_cannot_sign_anybody_in(site: Site) -> None:
    client = await site.client()

    answer = await client.post(SESSIONS, json=ADA, headers={"Origin": "https://evil.example"})

    assert answer.status == 403
    assert "Set-Cookie" not in answer.headers


async def test_a_bearer_token_needs_no_origin_and_wins_over_a_cookie(site: Site) -> None:
    ada, mia = await site.as_("ada"), await site.as_("mia")

    me = await mia.call("GET", "/me", headers={"Cookie": f"semafor_session={ada.token}"})

    assert me["agent"]["name"] == "Mia"
    for token in ("", "x", "Basic abc"):
        answer = await ada.client.get(
            "/api/v1/me", headers={"Authorization": token, "Cookie": f"semafor_session={ada.token}"}
        )
        assert answer.status == 401


async def test_a_disabled_account_is_out_at_once(site: Site) -> None:
    ada = await site.as_("ada")
    agent = site.desk.directory.agent_by_email("ada@example.com")
    assert agent is not None

    await site.desk.store.change_agent(agent.id, AgentChanges(disabled_at=site.desk.clock.now()))
    await site.desk.directory.refresh()

    assert await ada.refused("GET", "/me") == (401, "unauthorized", None)


async def test_guessing_is_slowed_down_and_signing_in_often_is_not(guarded: Site) -> None:
    client = await guarded.client()

    often = [(await client.post(SESSIONS, json=ADA)).status for _ in range(12)]
    guesses = [(await client.post(SESSIONS, json={**ADA, "password": "guess"})).status for _ in range(11)]
    refused = await (await client.post(SESSIONS, json=ADA)).json()

    assert set(often) == {201}
    assert guesses == [401] * 10 + [429]
    assert refused["error"]["code"] == "rate_limited"
    assert refused["error"]["retry_after_s"] > 0


async def test_managers_ask_for_the_weekly_report_and_end_it_again(site: Site) -> None:
    mia, ada = await site.as_("mia"), await site.as_("ada")
    assert (await mia.get("/me"))["weekly_report"] is False

    assert (await mia.call("PATCH", "/me", json={"weekly_report": True}))["weekly_report"] is True
    assert (await mia.call("PATCH", "/me", json={}))["weekly_report"] is True
    assert (await mia.get("/me"))["weekly_report"] is True
    assert (await mia.call("PATCH", "/me", json={"weekly_report": False}))["weekly_report"] is False
    assert await ada.refused("PATCH", "/me", json={"weekly_report": True}) == (403, "forbidden", None)
    assert await mia.refused("PATCH", "/me", json={"weekly_report": "x"}) == (422, "invalid", "weekly_report")
