"""An empty desk in the open: whoever has the token of its log makes the first admin, once; nobody else does."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import aiohttp

from tests.attacks.polling import visitor_of
from tests.attacks.scene import asked
from tests.harness.desk import Desk
from tests.harness.fixtures import NewDesk

SETUP = "/api/v1/setup"


def admin(token: Any, name: str = "eve") -> dict[str, Any]:
    password = "a password that nobody has tried"
    return {"token": token, "admin": {"email": f"{name}@example.com", "name": name, "password": password}}


async def test_the_first_run_is_not_guessed_forged_or_won_twice(new_desk: NewDesk) -> None:
    desk = new_desk(departments=(), users=(), settings={"SEMAFOR_RATES": "sign_in=60/600"})
    found = re.search(r"/setup\?token=([\w-]+)", desk.stderr())
    assert found is not None
    token = found[1]
    assert len(token) >= 32

    guesses = [
        "",
        "x",
        token[:-1],
        f"{token}x",
        token.swapcase(),
        f" {token}",
        f"{token}\x00",
        token[::-1],
        "é",
        "%",
        "*",
    ]
    for guess in guesses:
        body = admin(guess)
        assert (await asked(desk, "GET", "/setup", params={"token": guess}))[0] == 404, guess
        assert (await asked(desk, "POST", SETUP, json=body))[0] in (404, 422), guess
    for guess in (None, 0, True, ["x"], {"$ne": None}, {"$gt": ""}, [token], "x" * 201):
        assert (await asked(desk, "POST", SETUP, json=admin(guess)))[0] in (413, 422), guess
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}):
        assert (await asked(desk, "POST", SETUP, json=admin(token), headers=headers))[0] == 403
    plain = {"Content-Type": "text/plain", "Origin": desk.url}
    assert (await asked(desk, "POST", SETUP, data="{}", headers=plain))[0] == 422
    assert desk.cli("user", "list").count("@") == 0

    servers = [desk.url, desk.agent_url]
    race = await asyncio.gather(*(_claimed(servers[n % 2], admin(token, f"racer{n}")) for n in range(12)))

    assert sorted(race) == [201] + [404] * 11
    assert desk.cli("user", "list").count("@") == 1
    assert (await asked(desk, "POST", SETUP, json=admin(token, "late")))[0] == 404
    assert (await asked(desk, "GET", "/setup", params={"token": token}))[0] == 404
    assert desk.stderr().count(token) == len({*servers}), "each server says it once, and never again"
    assert await _flood(desk) == 429


async def _claimed(url: str, body: dict[str, Any]) -> int:
    async with aiohttp.ClientSession(base_url=url) as http, http.post(SETUP, json=body) as answer:
        return answer.status


async def _flood(desk: Desk) -> int:
    """The answer to the last of so many guesses from one address."""
    status = 0
    async with visitor_of(desk, "127.0.0.31") as http:
        for number in range(61):
            async with http.post(SETUP, json=admin(f"guess-{number}")) as answer:
                status = answer.status
    return status
