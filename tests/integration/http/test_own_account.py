"""One's own account over HTTP: sessions that can be ended, password, second factor, and what is told of each."""

from __future__ import annotations

import asyncio
from typing import Any

import pyotp
import pytest
from argon2 import PasswordHasher

from server.services.audit.auditing import COMMAND_LINE
from tests.integration.http.people import PASSWORD, Signed, Site
from transcripts.records import Agent

SESSIONS = "/api/v1/sessions"
ADA = {"email": "ada@example.com", "password": PASSWORD}
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
BETTER = "four brown owls at noon"
QUICK_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


def agent_of(site: Site, name: str) -> Agent:
    agent = site.desk.directory.agent_by_email(f"{name}@example.com")
    assert agent is not None
    return agent


async def signed_in(site: Site, given: dict[str, str] = ADA, agent: str = FIREFOX) -> Signed:
    client = await site.client()
    answer = await client.post(SESSIONS, json=given, headers={"User-Agent": agent})
    assert answer.status == 201, await answer.text()
    return Signed(client, (await answer.json())["token"])


async def refused_sign_in(site: Site, **given: str) -> tuple[int, dict[str, Any]]:
    answer = await (await site.client()).post(SESSIONS, json={**ADA, **given})
    return answer.status, (await answer.json())["error"]


async def enrolled(ada: Signed) -> tuple[pyotp.TOTP, list[str]]:
    begun = await ada.call("POST", "/me/second-factor", status=201, json={"password": PASSWORD})
    totp = pyotp.TOTP(begun["secret"])
    confirmed = await ada.call("POST", "/me/second-factor/confirm", json={"code": totp.now()})
    return totp, confirmed["recovery_codes"]


async def actions(site: Site, area: str) -> list[tuple[str, str]]:
    entries, _ = await site.desk.store.audit(None)
    found = [(entry.action, entry.actor) for entry in reversed(entries)]
    return [(action, actor) for action, actor in found if action.startswith(area)]


async def mails_of(site: Site) -> list[tuple[str, str, Any]]:
    mails, _ = await site.desk.store.mails(None, None)
    return [(mail.to, mail.kind, mail.context.get("news")) for mail in reversed(mails)]


async def test_sessions_are_listed_with_where_they_are_and_end_one_by_one_or_all_others(site: Site) -> None:
    ada, phone = await signed_in(site), await signed_in(site, agent="")
    bob = await site.as_("bob")
    third = await signed_in(site)

    listed = (await ada.get("/sessions"))["sessions"]
    here = [session for session in listed if session["current"]]
    assert [(s["device"], s["address"], s["method"]) for s in here] == [("Firefox on Windows", "127.0.0.x", "password")]
    assert [s["device"] for s in listed].count("Unknown device") == 1
    assert len(listed) == 3
    assert all(s["created_at"] <= s["last_used_at"] < s["expires_at"] for s in listed)
    assert not {ada.token, third.token} & {s["id"] for s in listed}

    (theirs,) = [s["id"] for s in listed if s["device"] == "Unknown device"]
    assert await bob.refused("DELETE", f"/sessions/{theirs}") == (404, "not_found", None)
    gone = await ada.client.delete(f"{SESSIONS}/{theirs}", headers={"Authorization": f"Bearer {ada.token}"})
    assert gone.status == 204
    assert await phone.refused("GET", "/me") == (401, "unauthorized", None)
    assert await ada.refused("DELETE", f"/sessions/{theirs}") == (404, "not_found", None)

    assert await ada.call("DELETE", "/sessions/others") == {"ended": 1}
    assert await third.refused("GET", "/me") == (401, "unauthorized", None)
    assert [s["current"] for s in (await ada.get("/sessions"))["sessions"]] == [True]
    assert (await bob.get("/me"))["agent"]["name"] == "Bob"
    ada_is = f"agent:{agent_of(site, 'ada').id}"
    assert await actions(site, "session") == [("session.began", ada_is)] * 3 + [("session.ended", ada_is)] * 2


NO_GOOD: tuple[tuple[dict[str, str], str], ...] = (
    ({"password": "guess", "new_password": BETTER}, "password"),
    ({"password": PASSWORD, "new_password": "short"}, "new_password"),
    ({"password": PASSWORD, "new_password": "x" * 1025}, "new_password"),
    ({"password": PASSWORD}, "new_password"),
    ({"new_password": BETTER}, "password"),
)


async def test_a_password_that_is_no_good_changes_nothing(site: Site) -> None:
    ada = await site.as_("ada")

    for given, field in NO_GOOD:
        assert await ada.refused("POST", "/me/password", json=given) == (422, "invalid", field)

    assert (await ada.get("/sessions"))["sessions"]
    assert agent_of(site, "ada") in await site.desk.store.agents()


async def test_a_new_password_ends_the_other_sessions_and_its_owner_is_told(site: Site) -> None:
    ada, other = await site.as_("ada"), await site.as_("ada")
    assert (await other.get("/me"))["agent"]["name"] == "Ada"

    answer = await ada.client.post(
        "/api/v1/me/password",
        json={"password": PASSWORD, "new_password": BETTER},
        headers={"Authorization": f"Bearer {ada.token}"},
    )

    assert answer.status == 204
    assert await other.refused("GET", "/me") == (401, "unauthorized", None)
    assert (await ada.get("/me"))["agent"]["name"] == "Ada"
    assert (await refused_sign_in(site))[0] == 401
    await signed_in(site, {**ADA, "password": BETTER})
    assert await mails_of(site) == [("ada@example.com", "account_news", "password")]
    assert ("password.changed", f"agent:{agent_of(site, 'ada').id}") in await actions(site, "password")


@pytest.mark.slow  # a dozen whole hashes
async def test_a_second_factor_is_asked_for_and_each_code_counts_once(site: Site) -> None:
    ada = await site.as_("ada")
    assert await ada.refused("POST", "/me/second-factor", json={"password": "guess"}) == (422, "invalid", "password")
    begun = await ada.call("POST", "/me/second-factor", status=201, json={"password": PASSWORD})
    assert begun["uri"].startswith("otpauth://totp/Acme:ada%40example.com?secret=" + begun["secret"])
    assert begun["qr"].startswith("<svg ")
    await signed_in(site)  # not confirmed yet: nothing is asked for
    totp = pyotp.TOTP(begun["secret"])
    now = site.desk.clock.now()
    wrong = "000000" if totp.at(now) != "000000" else "000001"
    assert await ada.refused("POST", "/me/second-factor/confirm", json={"code": wrong}) == (422, "invalid", "code")
    confirmed = await ada.call("POST", "/me/second-factor/confirm", json={"code": totp.at(now)})
    assert len(set(confirmed["recovery_codes"])) == 10

    status, error = await refused_sign_in(site)
    assert (status, error["code"], error.get("field")) == (401, "second_factor", None)
    following = totp.at(now, counter_offset=1)
    assert (await refused_sign_in(site, password="guess", code=following))[1]["code"] == "unauthorized"
    status, error = await refused_sign_in(site, code=totp.at(now))  # the one that confirmed it
    assert (status, error["code"], error["field"]) == (401, "second_factor", "code")
    await signed_in(site, {**ADA, "code": f" {following[:3]} {following[3:]} "})
    assert (await refused_sign_in(site, code=following))[1]["field"] == "code"
    assert (await refused_sign_in(site, code=totp.at(now, counter_offset=9)))[1]["field"] == "code"
    code = confirmed["recovery_codes"][3]
    await signed_in(site, {**ADA, "code": code.upper()})
    assert (await refused_sign_in(site, code=code))[1]["field"] == "code"

    account = await ada.get("/me/account")
    assert account["second_factor"]["on"] is True
    assert account["second_factor"]["recovery_left"] == 9
    renewed = await ada.call("POST", "/me/second-factor/recovery", json={"password": PASSWORD})
    assert (await refused_sign_in(site, code=confirmed["recovery_codes"][5]))[0] == 401
    given = {**ADA, "code": renewed["recovery_codes"][0]}
    clients = [await site.client() for _ in range(3)]
    at_once = await asyncio.gather(*(client.post(SESSIONS, json=given) for client in clients))
    assert sorted(answer.status for answer in at_once) == [201, 401, 401]
    assert await ada.refused("POST", "/me/second-factor", json={"password": PASSWORD}) == (409, "conflict", None)


async def test_an_admin_takes_a_lost_second_factor_away_and_nobody_else_does(site: Site) -> None:
    ada, mia, boss = await site.as_("ada"), await site.as_("mia"), await site.as_("max")
    await enrolled(ada)
    ada_id = agent_of(site, "ada").id
    path = f"/admin/users/{ada_id}/second-factor"

    assert await mia.refused("DELETE", path) == (403, "forbidden", None)
    assert await boss.refused("DELETE", "/admin/users/nobody/second-factor") == (404, "not_found", None)
    assert await boss.call("DELETE", path) == {"ended": True}
    assert await boss.call("DELETE", path) == {"ended": False}

    await signed_in(site)
    admin = f"agent:{agent_of(site, 'max').id}"
    assert await actions(site, "totp") == [("totp.began", f"agent:{ada_id}"), ("totp.ended", admin)]
    assert [news for _, _, news in await mails_of(site)] == ["factor_on", "factor_off"]
    assert await boss.call("DELETE", f"/admin/users/{ada_id}/sessions") == {"ended": 2}
    assert await ada.refused("GET", "/me") == (401, "unauthorized", None)
    assert COMMAND_LINE not in {actor for _, actor in await actions(site, "session")}


async def test_neither_secrets_nor_codes_stand_in_the_record(site: Site) -> None:
    ada = await site.as_("ada")
    begun = await ada.call("POST", "/me/second-factor", status=201, json={"password": PASSWORD})
    codes = (await ada.call("POST", "/me/second-factor/confirm", json={"code": pyotp.TOTP(begun["secret"]).now()}))[
        "recovery_codes"
    ]

    kept = repr(await site.desk.store.credentials(agent_of(site, "ada").id))
    written = kept + repr(await site.desk.store.audit(None))

    assert begun["secret"] not in written
    assert not any(code in written or code.replace("-", "") in written for code in codes)


async def test_where_the_role_needs_a_second_factor_nothing_else_works_before_it_is_set_up(site: Site) -> None:
    site.desk.settings.take_over(second_factor_roles=("agent",))
    client = await site.client()
    answer = await client.post(SESSIONS, json=ADA)
    ada = Signed(client, (await answer.json())["token"])

    assert (await answer.json())["must_enrol"] is True
    for method, path in (("GET", "/me"), ("GET", "/chats"), ("DELETE", "/sessions/others")):
        assert await ada.refused(method, path) == (401, "second_factor", None)
    assert await site.desk.accounts.agent_of(ada.token) is None  # sockets and files ask this
    assert (await ada.get("/me/account"))["second_factor"]["required"] is True
    await enrolled(ada)

    assert (await ada.get("/me"))["agent"]["name"] == "Ada"
    mia = await signed_in(site, {**ADA, "email": "mia@example.com"})
    assert (await mia.get("/me"))["agent"]["name"] == "Mia"


async def test_codes_and_passwords_are_guessed_ten_times_and_no_more(guarded: Site) -> None:
    for name in ("ada", "bob"):  # hashes of a moment each: guesses of a minute must fit into one
        await guarded.desk.store.set_password(agent_of(guarded, name).id, QUICK_HASH)
    await guarded.desk.directory.refresh()
    ada = await guarded.as_("ada")
    totp, _ = await enrolled(ada)
    wrong = "000000" if totp.now() != "000000" else "000001"

    answers = [await refused_sign_in(guarded, code=wrong) for _ in range(11)]

    assert [status for status, _ in answers] == [401] * 10 + [429]
    assert answers[-1][1]["retry_after_s"] > 60
    assert (await refused_sign_in(guarded, code=totp.at(guarded.desk.clock.now(), counter_offset=1)))[0] == 429
    bob = await guarded.as_("bob")
    change = {"password": "guess", "new_password": BETTER}
    guesses = [(await bob.refused("POST", "/me/password", json=change))[0] for _ in range(11)]
    assert guesses == [422] * 10 + [429]
