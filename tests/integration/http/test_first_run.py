"""The first admin of an empty desk: by the token of its log, once, and by nobody afterwards."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import aiohttp
import pytest

from tests.harness.desk import Desk
from tests.harness.fixtures import NewDesk

PASSWORD = "blue horse sings loudly"
AT_ONCE = 8
pytestmark = pytest.mark.slow


def _announced(desk: Desk) -> list[str]:
    return re.findall(r"/setup\?token=([\w-]+)", desk.stderr())


async def _setup(http: aiohttp.ClientSession, token: str, email: str, **more: Any) -> tuple[int, str]:
    admin = {"email": email, "name": "Nela", "password": PASSWORD, **more}
    async with http.post("/api/v1/setup", json={"token": token, "admin": admin}) as answer:
        return answer.status, await answer.text()


async def _page(http: aiohttp.ClientSession, token: str) -> int:
    async with http.get("/setup", params={"token": token}) as answer:
        return answer.status


async def test_of_all_who_hold_the_token_at_once_one_becomes_admin_and_it_counts_no_more(new_desk: NewDesk) -> None:
    desk = new_desk(departments=[], users=[], settings={"SEMAFOR_LIMITS": "off"})
    (token,) = _announced(desk)
    async with aiohttp.ClientSession(desk.url) as http:
        wrong = [await _setup(http, odd, "eve@desk.example") for odd in ("", "x" * 32, token[:-1], token + "x")]
        assert {status for status, _ in wrong} <= {404, 422}
        assert await _page(http, token) == 200
        assert (await _setup(http, token, "nela@desk.example", password="short"))[0] == 422
        emails = [f"nela{n}@desk.example" for n in range(AT_ONCE)]

        answers = await asyncio.gather(*(_setup(http, token, email) for email in emails))

        assert sorted(status for status, _ in answers) == [201] + [404] * (AT_ONCE - 1)
        assert (await _page(http, token), (await _setup(http, token, "eve@desk.example"))[0]) == (404, 404)
    listed = await asyncio.to_thread(desk.cli, "user", "list")
    assert listed.count("nela") == 1
    await asyncio.to_thread(desk.restart)
    assert _announced(desk) == [token], "nothing is announced where there is an admin"
    async with aiohttp.ClientSession(desk.url) as http:
        assert await _page(http, token) == 404
    (winner,) = [email for email, (status, _) in zip(emails, answers, strict=True) if status == 201]
    assert winner in listed
    assert PASSWORD not in desk.stderr()
