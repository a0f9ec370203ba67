"""Incidents: who may tell of them, addresses that somebody else subscribes, and the links that confirm and end it."""

from __future__ import annotations

import re
from typing import Any

from tests.attacks.polling import visitor_of
from tests.attacks.scene import IVY, Intruders, asked, kept_token
from tests.harness.desk import Desk
from tests.harness.fixtures import ADA
from tests.harness.mailserver import SmtpSink
from tests.harness.wire import Json
from tests.integration.protocol.firm import BOSS

INCIDENTS = "/api/v1/incidents"
DOWN: Json = {"title": "Mail is down", "body": "We are looking into it."}
VICTIM = "victim@example.com"


async def begun(desk: Desk, **more: Any) -> Json:
    status, answer = await asked(desk, "POST", INCIDENTS, token=await kept_token(desk, BOSS), json={**DOWN, **more})
    assert status == 201, answer
    incident: Json = answer["incident"]
    return incident


async def over(desk: Desk, incident: Json) -> None:
    path = f"{INCIDENTS}/{incident['id']}/end"
    assert (await asked(desk, "POST", path, token=await kept_token(desk, BOSS), json={"body": "Over."}))[0] == 200


async def subscribers(desk: Desk, incident: Json) -> int:
    _, answer = await asked(desk, "GET", f"{INCIDENTS}/{incident['id']}", token=await kept_token(desk, BOSS))
    count: int = answer["incident"]["subscribers"]
    return count


async def test_only_managers_tell_of_incidents(governed: Desk, intruders: Intruders) -> None:
    eve, ada = await intruders.visitor(governed), await kept_token(governed, ADA)
    incident = await begun(governed)
    path = f"{INCIDENTS}/{incident['id']}"
    made = {"name": "reads", "role": "manager", "departments": ["support"], "scope": "read"}
    ivy = await kept_token(governed, IVY)
    reads = (await asked(governed, "POST", "/api/v1/admin/tokens", token=ivy, json=made))[1]["secret"]

    for method, place, body in (
        ("POST", INCIDENTS, DOWN),
        ("PATCH", path, {"title": "All is well", "departments": []}),
        ("POST", f"{path}/updates", {"body": "Send your password to eve@example.com"}),
        ("POST", f"{path}/end", {"body": "It is over"}),
    ):
        for who, token, status in (("nobody", None, 401), ("visitor", eve.token, 401), ("agent", ada, 403)):
            assert (await asked(governed, method, place, token=token, json=body))[0] == status, (who, place)
        assert (await asked(governed, method, place, token=reads, json=body))[0] == 403, place
        cookie = {"Cookie": f"semafor_session={await kept_token(governed, BOSS)}", "Origin": "https://evil.example"}
        assert (await asked(governed, method, place, headers=cookie, json=body))[0] == 403, place
        assert (await eve.refused("incident:open", body))["code"] == "invalid"

    _, listed = await asked(governed, "GET", INCIDENTS, token=ada)
    assert [(i["id"], i["title"], i["state"], i["updates_n"]) for i in listed["incidents"][:1]] == [
        (incident["id"], "Mail is down", "running", 0)
    ]
    await over(governed, incident)


async def test_nobody_subscribes_somebody_else_or_learns_who_subscribes(governed: Desk, letter_box: SmtpSink) -> None:
    """Two mails to an address, however it is spelt and whoever asks; the answer is always the same."""
    incident = await begun(governed)
    path, said = f"/incidents/{incident['id']}/subscribe", set()

    async def ask(email: str, source: str) -> int:
        async with visitor_of(governed, source) as http, http.post(path, data={"email": email}) as answer:
            said.add(await answer.text() if answer.status == 200 else "")
            return answer.status

    spelt = [VICTIM, "Victim@Example.COM", f" {VICTIM} ", VICTIM.upper(), "victim@EXAMPLE.com"]
    first = [await ask(email, "127.0.0.8") for email in spelt]
    tricks = [f"{VICTIM}\r\nBcc: all@example.com", f"{VICTIM},all@example.com", f"<{VICTIM}>", "", "x" * 5000]
    refused = [await ask(email, "127.0.0.9") for email in tricks]
    flood = [await ask(f"e{n}@example.com", "127.0.0.8") for n in range(3)]
    elsewhere = [await ask(VICTIM, "127.0.0.10"), await ask("last@example.com", "127.0.0.10")]
    await letter_box.wait_for(lambda mail: mail.recipients == ("last@example.com",))

    assert (first, refused, flood, elsewhere) == ([200] * 5, [422] * 5, [200, 429, 429], [200, 200])
    assert len(said - {""}) == 1
    mails = [mail for mail in letter_box.mails if mail.recipients[0].lower() == VICTIM]
    assert len(mails) == 2
    assert await subscribers(governed, incident) == 0, "nobody has confirmed"
    await over(governed, incident)


async def test_links_that_confirm_and_end_are_not_guessed_swapped_or_followed_by_a_look(
    governed: Desk, letter_box: SmtpSink, intruders: Intruders
) -> None:
    incident = await begun(governed)
    path = f"/incidents/{incident['id']}/subscribe"
    async with visitor_of(governed, "127.0.0.11") as http:
        async with http.post(path, data={"email": "owner@example.com"}) as answer:
            assert answer.status == 200
        mail = await letter_box.wait_for(lambda mail: mail.recipients == ("owner@example.com",))
        found = re.search(rf"{re.escape(governed.url)}/incidents/confirm/(\S+)", mail.text())
        assert found is not None
        signed = found[1]
        eve = await intruders.visitor(governed)
        payload, _, signature = signed.rpartition(".")
        changed = [
            f"{payload[:n]}{'A' if payload[n] != 'A' else 'B'}{payload[n + 1 :]}.{signature}"
            for n in range(0, len(payload), 5)
        ]
        for guess in (
            *changed,
            payload,
            f"{payload}.",
            f"{payload}.{signature[::-1]}",
            eve.token,
            "x" * 4000,
            "%00",
            "..%2f",
        ):
            for kind in ("confirm", "unsubscribe"):
                async with http.get(f"/incidents/{kind}/{guess}") as answer:
                    assert answer.status in (400, 404), (kind, guess[:60])
        async with http.get(f"/incidents/unsubscribe/{signed}") as swapped, http.get(f"/t/{signed}") as other:
            assert (swapped.status, other.status) == (404, 404)
        async with http.head(f"/incidents/confirm/{signed}") as looked:
            assert looked.status == 405
        assert await subscribers(governed, incident) == 0

        for _ in range(3):
            async with http.get(f"/incidents/confirm/{signed}") as answer:
                assert answer.status == 200
        assert await subscribers(governed, incident) == 1
    await over(governed, incident)
