"""One budget per person and address, however it is split up: over sockets, transports, namespaces, pages, the API."""

from __future__ import annotations

from urllib.parse import urlsplit

from tests.attacks.polling import Poller, visitor_of
from tests.attacks.scene import Intruders
from tests.harness.desk import Desk
from tests.harness.wire import Json
from tests.integration.protocol.firm import TOM

CONNECTS = 2_010
"""Ten more than an address may in a minute."""


async def test_one_person_has_one_budget_over_sockets_and_transports(tight: Desk, intruders: Intruders) -> None:
    first = await intruders.visitor(tight)
    chat = await first.start("Budget", department="support")
    second = await intruders.visitor(tight, token=first.token)
    third = await Poller.join(tight, auth=f'{{"token":"{first.token}"}}')
    answers: list[Json] = []
    for number in range(12):
        for client in (first, second):
            message = {"chat_id": chat["id"], "client_id": f"n{number}{client is first}", "body": "x"}
            answers.append(await client.call("message:send", message))
    body = f'{{"chat_id":"{chat["id"]}","client_id":"p","body":"x"}}'
    await third.post(f'42/visitor,9["message:send",{body}]')
    said = ""
    while "43/visitor,9" not in said:
        said += (await third.poll())[1]
    await third.close()

    assert [answer["ok"] for answer in answers].count(True) == 20
    refused = [answer["error"] for answer in answers if not answer["ok"]]
    assert {error["code"] for error in refused} == {"rate_limited"}
    assert all(0 < error["retry_after_s"] <= 601 for error in refused)
    assert "rate_limited" in said.partition("43/visitor,9")[2]


async def test_one_person_has_one_budget_over_their_chat_and_their_own_page(tight: Desk, intruders: Intruders) -> None:
    eve = await intruders.visitor(tight)
    chat = await eve.start("Budget", department="sales")
    wanted = {"client_id": "t", "email": "budget@example.com", "question": "x", "department": "sales"}
    own = urlsplit((await eve.ask("chat:to_ticket", wanted))["ticket"]["url"]).path
    said = 0
    async with visitor_of(tight, "127.0.0.30") as page:
        for number in range(12):
            form = {"client_id": f"p{number}", "body": "From my page"}
            async with page.post(own, data=form, allow_redirects=False) as answer:
                said += answer.status == 303
            message = {"chat_id": chat["id"], "client_id": f"c{number}", "body": "From my chat"}
            said += (await eve.call("message:send", message))["ok"]
        form = {"client_id": "late", "body": "And once more"}
        async with page.post(own, data=form, allow_redirects=False) as answer:
            assert answer.status == 429

    assert said == 20


async def test_one_agent_has_one_budget_over_sockets_and_the_api(tight: Desk, intruders: Intruders) -> None:
    eve = await intruders.visitor(tight)
    chat = await eve.start("Budget", department="sales")
    wanted = {"client_id": "t", "email": "budget@example.com", "question": "x", "department": "sales"}
    number = (await eve.ask("chat:to_ticket", wanted))["ticket"]["number"]
    tom, again = await intruders.agent(tight, TOM), await intruders.agent(tight, TOM)
    said, path = 0, f"/api/v1/tickets/{number}/messages"
    for n in range(8):
        answer = {"client_id": f"h{n}", "body": "By the API", "internal": True}
        said += (await tom.request("POST", path, body=answer))[0] == 201
        for client in (tom, again):
            note = {"chat_id": chat["id"], "client_id": f"n{n}{client is tom}", "body": "By socket"}
            said += (await client.call("note:add", note))["ok"]

    assert said == 20
    assert (await tom.request("POST", path, body={"client_id": "late", "body": "x", "internal": True}))[0] == 429


async def test_nonsense_is_counted_as_what_makes_sense_is(tight: Desk, intruders: Intruders) -> None:
    eve = await intruders.visitor(tight)
    again = await intruders.visitor(tight, token=eve.token)
    said = []
    for n in range(32):
        event, given = [("nonsense", {}), ("typing", {"on": "x"}), ("page", []), ("__proto__", {})][n % 4]
        said += [(await client.refused(event, given))["code"] for client in (eve, again)]

    assert (said[:60], said[60:]) == (["invalid"] * 60, ["rate_limited"] * 4)


async def test_a_socket_that_connects_again_and_again_is_counted_like_many(tight: Desk) -> None:
    """To any namespace, let in or refused: each asks for a session or makes a new visitor."""
    for source, tried in (("127.0.0.31", '40/agent,{"token":"a guess"}'), ("127.0.0.33", "40/visitor,{}\n41/visitor,")):
        address = "/socket.io/?EIO=4&transport=websocket"
        async with visitor_of(tight, source) as http, http.ws_connect(address) as websocket:
            said = ""
            for packet in CONNECTS * tried.split("\n"):
                await websocket.send_str(packet)
            while "rate_limited" not in said:
                said = await websocket.receive_str(timeout=20)
    async with visitor_of(tight, "127.0.0.32") as http, http.get("/socket.io/?EIO=4&transport=polling") as answer:
        assert answer.status == 200
