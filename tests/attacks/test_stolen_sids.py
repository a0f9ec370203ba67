"""An Engine.IO session is its handshake's alone, one request of a kind at a time, and over after the upgrade."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

from tests.attacks.polling import Poller, visitor_of
from tests.attacks.scene import kept_token
from tests.harness.desk import Desk
from tests.harness.fixtures import ADA
from tests.integration.protocol.firm import TOM

UNKNOWN = (400, '{"error":{"code":"invalid","message":"There is no such session."}}')


async def test_a_session_is_not_served_to_another_cookie(target: Desk) -> None:
    ada, tom = [f"semafor_session={await kept_token(target, user)}" for user in (ADA, TOM)]
    async with await Poller.join(target, "/agent", Cookie=ada, Origin=target.url) as victim:
        for stolen in ({}, {"Cookie": tom}, {"Cookie": f"{ada}x"}):
            async with visitor_of(target, **stolen) as thief:
                theirs = Poller(thief, victim.sid, "")
                assert await theirs.poll() == UNKNOWN, stolen
                assert await theirs.post('42/agent,1["status:set",{"status":"away"}]') == UNKNOWN, stolen
                with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                    await thief.ws_connect(theirs.address("websocket"))
                assert refused.value.status == 400

        assert await victim.post('42/agent,7["status:set",{"status":"offline"}]') == (200, "OK")
        assert '"ok":true' in (await victim.poll())[1]


async def test_a_session_is_not_served_to_another_address(target: Desk) -> None:
    async with await Poller.join(target) as victim, visitor_of(target, "127.0.0.2") as thief:
        theirs = Poller(thief, victim.sid, "")

        assert await theirs.poll() == UNKNOWN
        assert await theirs.post('42/visitor,1["page",{"url":"https://x.example"}]') == UNKNOWN
        async with thief.get(f"/socket.io/?EIO=4&transport=polling&sid=&sid={victim.sid}") as hidden:
            assert hidden.status == 400
        # What a client says of its address is not believed where no proxy is trusted.
        async with thief.get(theirs.address(), headers={"X-Forwarded-For": "127.0.0.1"}) as forged:
            assert forged.status == 400
        assert (await victim.post('42/visitor,1["page",{"url":"https://x.example"}]'))[0] == 200


async def test_a_second_poll_beside_one_that_hangs_ends_the_session(target: Desk) -> None:
    async with await Poller.join(target) as poller:
        both = await asyncio.gather(poller.poll(), poller.poll())

        refused = (400, '{"error":{"code":"invalid","message":"One request of a kind at a time."}}')
        assert sorted(both) == [(200, "1"), refused]
        assert await poller.poll() == UNKNOWN


async def test_nothing_is_served_over_http_or_a_second_websocket_after_the_upgrade(target: Desk) -> None:
    async with await Poller.join(target) as poller:
        websocket = await poller.upgrade()
        await websocket.send_str('42/visitor,5["page",{"url":"https://x.example"}]')
        while "43/visitor,5" not in await websocket.receive_str():
            pass

        assert await poller.poll() == UNKNOWN
        assert await poller.post('42/visitor,1["page",{"url":"https://x.example"}]') == UNKNOWN
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await poller.http.ws_connect(poller.address("websocket"))
        await websocket.send_str('42/visitor,6["page",{"url":"https://x.example"}]')
        assert "43/visitor,6" in await websocket.receive_str()
        await websocket.close()


async def test_two_upgrades_of_one_session_do_not_share_it(target: Desk) -> None:
    async with await Poller.join(target) as poller:
        first = await poller.http.ws_connect(poller.address("websocket"))
        await first.send_str("2probe")
        assert await first.receive_str() == "3probe"

        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await poller.http.ws_connect(poller.address("websocket"))

        assert refused.value.status == 400
        await first.close()


async def test_a_session_that_is_over_or_was_never_there_is_refused(target: Desk) -> None:
    async with await Poller.join(target) as poller:
        await poller.post("1")

        assert await poller.poll() == UNKNOWN
        for made_up in ("x", "0" * 20, "../", "%00", "é"):
            assert (await Poller(poller.http, made_up, "").poll())[0] == 400


async def test_no_answer_can_be_read_as_a_script_by_another_sites_page(target: Desk) -> None:
    async with visitor_of(target) as page, page.get("/socket.io/?EIO=4&transport=polling&j=0") as answer:
        assert answer.status == 400
        assert "___eio" not in await answer.text()
