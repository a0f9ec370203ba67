"""Setting a new password by mail: nobody learns who has an account, and a link works once, for an hour."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from server.administration import OperationError
from server.commands import account_commands
from server.settings import load_settings
from tests.integration.http.people import PASSWORD, Client, Site
from transcripts.mails.account_mails import MASK
from transcripts.records import Mail

BETTER = "four brown owls at noon"
CZECH = {"Accept-Language": "cs"}


async def links(site: Site) -> list[str]:
    """Of the mails that are due, as their readers get them; the newest last."""
    await site.desk.resets.tick()
    found = [await site.desk.mailroom.content(mail, for_addressee=True) for mail in await resets_of(site)]
    return [re.findall(rf"{site.home}(/reset/\S+)", content.text)[0] for content in found]


async def resets_of(site: Site) -> list[Mail]:
    mails, _ = await site.desk.store.mails(None, None)
    return [mail for mail in reversed(mails) if mail.kind == "password_reset"]


async def ask(client: Client, email: str) -> str:
    answer = await client.post("/reset", data={"email": email}, headers=CZECH)
    assert answer.status == 200
    return await answer.text()


async def can_sign_in(client: Client, password: str) -> bool:
    answer = await client.post("/api/v1/sessions", json={"email": "ada@example.com", "password": password})
    return answer.status == 201


async def test_with_a_new_address_sessions_stay_and_links_to_the_old_one_end(site: Site) -> None:
    max_, ada, client = await site.as_("max"), await site.as_("ada"), await site.client()
    own_id = (await ada.call("GET", "/me"))["agent"]["id"]
    user = f"/admin/users/{own_id}"
    await ask(client, "ada@example.com")
    (link,) = await links(site)

    taken = await max_.refused("PATCH", user, json={"email": "MAX@example.com"})
    odd = await max_.refused("PATCH", user, json={"email": "no address"})
    assert (await client.get(link)).status == 200
    changed = await max_.call("PATCH", user, json={"email": "ada.king@example.com"})

    assert taken == odd == (422, "invalid", "email")
    assert changed["user"]["email"] == "ada.king@example.com"
    assert (await ada.call("GET", "/me"))["agent"]["id"] == own_id
    used = await client.post(link, data={"password": BETTER, "again": BETTER})
    assert used.status == 404
    assert not await can_sign_in(client, PASSWORD), "by the old address"
    new = await client.post("/api/v1/sessions", json={"email": "ADA.king@example.com", "password": PASSWORD})
    assert new.status == 201
    (entry,) = (await max_.get("/audit", action="agent.changed"))["entries"]
    assert entry["detail"]["before"] == {"email": "ada@example.com"}
    assert entry["detail"]["after"] == {"email": "ada.king@example.com"}


async def test_the_answer_is_the_same_for_everybody_and_only_accounts_are_mailed(site: Site) -> None:
    client = await site.client()

    pages = {await ask(client, email) for email in ("ADA@example.com", "nobody@example.com", "gone@example.com")}
    found = await links(site)

    assert len(pages) == 1
    assert len(found) == 1
    (mail,) = await resets_of(site)
    assert (mail.to, mail.locale) == ("ada@example.com", "cs")
    for_others = await site.desk.mailroom.content(mail)
    assert MASK in for_others.text
    assert found[0] not in for_others.text + str(for_others.html)
    assert found[0].rpartition("/")[2] not in repr(mail)
    wrong = await client.post("/reset", data={"email": "no address"}, headers=CZECH)
    assert (wrong.status, 'role="alert"' in await wrong.text()) == (422, True)
    assert (await (await client.post("/reset", json={"email": "bob@example.com"})).json()) == {"sent": True}


async def test_a_link_sets_the_password_once_and_ends_all_sessions(site: Site) -> None:
    client, ada = await site.client(), await site.as_("ada")
    await ask(client, "ada@example.com")
    (link,) = await links(site)
    assert (await client.get(link)).status == 200

    for bad in ("short", "Password123!!", "ada@example.com", "x" * 2000, ""):
        refused = await client.post(link, data={"password": bad}, headers=CZECH)
        assert (refused.status, 'role="alert"' in await refused.text()) == (422, True)
    done = await client.post(link, data={"password": BETTER}, headers=CZECH)

    assert (done.status, 'role="status"' in await done.text()) == (200, True)
    assert await ada.refused("GET", "/me") == (401, "unauthorized", None)
    assert await can_sign_in(client, BETTER)
    assert not await can_sign_in(client, PASSWORD)
    assert (await client.get(link)).status == 404
    assert (await client.post(link, data={"password": PASSWORD})).status == 404
    mails, _ = await site.desk.store.mails(None, None)
    assert (mails[0].to, mails[0].kind, mails[0].locale) == ("ada@example.com", "account_news", "cs")
    entries, _ = await site.desk.store.audit(None)
    assert {"password.asked", "password.reset"} <= {entry.action for entry in entries}


async def test_only_the_newest_link_counts_for_an_hour_and_no_other_signed_thing_is_one(site: Site) -> None:
    client = await site.client()
    await ask(client, "ada@example.com")
    (first,) = await links(site)
    await ask(client, "ada@example.com")
    second = (await links(site))[-1]
    ada = site.desk.directory.agent_by_email("ada@example.com")
    assert ada is not None

    forged = [site.desk.signer.link("ticket", f"{ada.id}:x"), site.desk.signer.link("reset", f"{ada.id}:None"), "x"]
    for signed in (*forged, first.rpartition("/")[2], second.rpartition("/")[2][:-2]):
        assert (await client.get(f"/reset/{signed}")).status == 404
        assert (await client.post(f"/reset/{signed}", data={"password": BETTER})).status == 404
    assert (await client.get(second)).status == 200
    kept = await site.desk.store.credentials(ada.id)
    past = site.desk.clock.now() - timedelta(seconds=1)
    await site.desk.store.swap_credentials(replace(kept, version=kept.version + 1, reset_until=past))
    assert (await client.get(second)).status == 404


async def test_the_command_line_mails_a_link_and_takes_a_second_factor_away(
    site: Site, environment: dict[str, str]
) -> None:
    settings, store = load_settings(environment), site.desk.store
    ada = site.desk.directory.agent_by_email("ada@example.com")
    assert ada is not None
    kept = await store.credentials(ada.id)
    with_factor = replace(kept, version=1, factor_secret="x", factor_since=site.desk.clock.now(), recovery=("h",))
    await store.swap_credentials(with_factor)

    await account_commands.reset_password(store, settings, "ADA@example.com")
    assert await account_commands.reset_second_factor(store, settings, "ada@example.com") is True
    assert await account_commands.reset_second_factor(store, settings, "ada@example.com") is False

    assert len(await links(site)) == 1
    assert (await store.credentials(ada.id)).has_factor is False
    for email in ("nobody@example.com", "gone@example.com"):
        with pytest.raises(OperationError):
            await account_commands.reset_password(store, settings, email)
    entries, _ = await store.audit(None)
    assert [(entry.actor, entry.action) for entry in entries] == [
        ("command", "totp.ended"),
        ("command", "password.asked"),
    ]
