"""What admins may: by another site's page, by fields that nobody offered, by filters and colours that are none."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pyotp
import pytest

from tests.attacks import shapes
from tests.attacks.polling import visitor_of
from tests.attacks.scene import IVY, asked, kept_token
from tests.harness.desk import Desk
from tests.harness.fixtures import ADA
from tests.harness.wire import Json
from tests.integration.protocol.firm import CAT, TOM

USERS = "/api/v1/admin/users"
# What a browser sends for a page of anybody's without asking the server first, and JSON, which it would ask about.
KINDS = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json"]
FOREIGN: list[dict[str, str]] = [{}, {"Origin": "https://evil.example"}, {"Origin": "null"}]
RIGHTS: Json = {
    "role": "admin", "ends_at": None, "version": 99, "if_version": None, "may_search": True, "may_export": True,
    "scope": "write",
    "disabled_at": None, "disabled": False,
    "password_hash": "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
    "must_enrol": False, "second_factor": False, "id": "x", "departments": ["support", "sales"],
    "department_ids": ["sales"],
    "capacity": 50, "tier": 3, "created_at": "2020-01-01T00:00:00Z", "sessions": [], "is_admin": True,
    "__proto__": {"role": "admin"},
}  # fmt: skip


async def state_of(desk: Desk) -> Json:
    """All that admins set."""
    ivy = await kept_token(desk, IVY)
    paths = ("users", "departments", "replies", "tokens", "settings", "retention", "consent")
    return {path: (await asked(desk, "GET", f"/api/v1/admin/{path}", token=ivy))[1] for path in paths}


def changing(api: Json, ids: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """(method, path, body) of every route that changes something, as right as its own description makes it."""
    for path, operations in api["paths"].items():
        for method, operation in operations.items():
            if method != "get" and operation.get("description", "").startswith("Role: "):
                content = operation.get("requestBody", {}).get("content", {}).get("application/json")
                body = {} if content is None else shapes.sample(content["schema"], {}, api)
                place = next((path.replace("{id}", ids[part]) for part in ids if part in path), path)
                yield method.upper(), re.sub(r"\{\w+\}", "0" * 24, place), json.dumps(body)


async def test_no_page_of_another_site_changes_anything_with_an_admins_cookie(governed: Desk) -> None:
    """Every route that changes something, of agents, managers and admins."""
    ivy = await kept_token(governed, IVY)
    before = await state_of(governed)
    ids = {"/users/": before["users"]["users"][0]["id"], "/departments/": "support"}
    _, api = await asked(governed, "GET", "/api/v1/openapi.json")
    routes = list(changing(api, ids))

    for method, path, body in routes:
        for kind, origin in product(KINDS, FOREIGN):
            headers = {"Cookie": f"semafor_session={ivy}", "Content-Type": kind, **origin}
            status, _ = await asked(governed, method, path, data=body, headers=headers)
            assert status == 403, (method, path, kind, origin, status)
        for kind in KINDS[:3]:
            if body != "{}":  # what takes no body has none that could be of a wrong kind
                headers = {"Cookie": f"semafor_session={ivy}", "Content-Type": kind, "Origin": governed.url}
                assert (await asked(governed, method, path, data=body, headers=headers))[0] in (404, 422), (
                    method,
                    path,
                )

    assert len([path for _, path, _ in routes if "/admin/" in path]) >= 20
    assert await state_of(governed) == before


async def test_no_field_that_nobody_offered_changes_an_account(governed: Desk) -> None:
    ada, ivy = await kept_token(governed, ADA), await kept_token(governed, IVY)
    before = await _account(governed, ADA.email)

    await asked(governed, "PATCH", "/api/v1/me", token=ada, json=RIGHTS)
    credentials = {**RIGHTS, "email": ADA.email, "password": ADA.password}
    assert (await asked(governed, "POST", "/api/v1/sessions", json=credentials))[1]["agent"]["role"] == "agent"
    for method, path in (("PATCH", f"{USERS}/{before['id']}"), ("POST", USERS), ("POST", "/api/v1/admin/tokens")):
        assert (await asked(governed, method, path, token=ada, json=RIGHTS))[0] == 403, path
    assert await _account(governed, ADA.email) == before

    given = {name: value for name, value in RIGHTS.items() if name not in before or name in ("id", "version")}
    status, answer = await asked(governed, "PATCH", f"{USERS}/{before['id']}", token=ivy, json={**given, "tier": 1})
    assert status == 200, answer
    after = await _account(governed, ADA.email)
    assert {**after, "version": before["version"]} == before
    assert after["version"] <= before["version"] + 1, "counted here, not there"
    assert (await asked(governed, "GET", "/api/v1/me", token=ada))[0] == 200, "the old password and session are good"
    stale = {"name": "Written over", "if_version": before["version"] - 1}
    assert (await asked(governed, "PATCH", f"{USERS}/{before['id']}", token=ivy, json=stale))[0] == 409


async def test_a_token_of_a_program_makes_no_people_and_no_tokens(governed: Desk) -> None:
    ivy = await kept_token(governed, IVY)
    new = {"name": "all", "role": "admin", "departments": [], "scope": "write"}
    made = (await asked(governed, "POST", "/api/v1/admin/tokens", token=ivy, json=new))[1]
    program, own = made["secret"], await _account(governed, IVY.email)
    eve = {
        "email": "eve@desk.example",
        "name": "Eve",
        "role": "admin",
        "departments": [],
        "password": "eve is admin now",
    }

    for method, path, body in (
        ("POST", USERS, eve),
        ("PATCH", f"{USERS}/{own['id']}", {"role": "agent", "departments": ["support"]}),
        ("POST", f"{USERS}/{own['id']}/password", {"password": "eve is admin now"}),
        ("POST", f"{USERS}/{own['id']}/invite", {}),
        ("POST", "/api/v1/admin/tokens", new),
        ("DELETE", f"/api/v1/admin/tokens/{made['token']['id']}", None),
        ("PATCH", "/api/v1/me", {"weekly_report": True}),
    ):
        status, answer = await asked(governed, method, path, token=program, json=body)
        assert (status, answer["error"]["code"]) == (403, "forbidden"), path
    assert await _account(governed, IVY.email) == own
    assert (await asked(governed, "DELETE", f"/api/v1/admin/tokens/{made['token']['id']}", token=ivy))[0] == 200
    assert (await asked(governed, "GET", "/api/v1/me", token=program))[0] == 401


FILTERS = [
    "%", "_ession.", "s%", "session._", "*", ".*", "^session", "session\\", "' OR 1=1 --", '{"$ne":""}', "$ne", "[$gt]",
    "\u0000", "session.\u0000", "agent:%", "agent:_", "agent:.*", "(a+)+$", "\U0001d518" * 60,
]  # fmt: skip


@pytest.mark.parametrize("name", ["actor", "action", "subject", "from", "to", "cursor"])
async def test_filters_of_the_audit_log_are_words_and_no_query(governed: Desk, name: str) -> None:
    ivy = await kept_token(governed, IVY)
    assert (await asked(governed, "GET", "/api/v1/audit", token=ivy))[1]["entries"]
    for value in FILTERS:
        status, answer = await asked(governed, "GET", "/api/v1/audit", token=ivy, params={name: value})
        assert status == 422 or (status, answer["entries"]) == (200, []), (name, value)
    for odd in (f"{name}[$ne]=x", f"{name}[]=x", f"{name}.$gt=", f"{name}[$regex]=.*&{name}[$options]=i"):
        assert (await asked(governed, "GET", f"/api/v1/audit?{odd}", token=ivy))[0] in (200, 422), odd


NO_SETTINGS: list[tuple[str, str, Any]] = [
    *(("widget", "accent", colour) for colour in (
        "red;}*{display:none}", "url(javascript:alert(1))", "#fff}</style><script>", "expression(1)", "var(--x)",
        "#12345",
        "#2f5bd7;background:url(//evil.example)", "rgb(0,0,0)", "\\23 fff", "#ggg", ["#fff"], {"$ne": 1}, 5,
    )),
    *(("sites", "origins", [site]) for site in (
        "javascript:alert(1)", "data:text/html,x", "https://*", "*", "null", "https://a.example; script-src *", "file:///etc",
        "https://a.example 'unsafe-inline'", "https://a.example\r\nX: y", "https://a.example/path",
        "http://u:p@a.example", "//a",
    )),
    *(("widget", "position", side) for side in ("left;}*{}", "<b>", "top", None, 1)),
    ("widget", "texts", {"xx": {"button": "x"}}), ("widget", "texts", {"en": {"button": "{constructor}"}}),
    ("widget", "texts", {"__proto__": {"button": "x"}}), ("widget", "ask", {"name": "javascript:"}), ("widget",
    "offers", {"chat": "<b>"}),
    ("mail", "address", "a@example.com\r\nBcc: all@example.com"), ("mail", "address", "a@example.com,b@example.com"),
]  # fmt: skip


async def test_no_setting_of_the_widget_the_sites_or_mail_holds_what_acts_elsewhere(governed: Desk) -> None:
    ivy = await kept_token(governed, IVY)
    before = await state_of(governed)
    policy = (await _headers(governed, "/widget/app"))["Content-Security-Policy"]

    for group, field, value in NO_SETTINGS:
        path = f"/api/v1/admin/settings/{group}"
        status, answer = await asked(governed, "PATCH", path, token=ivy, json={field: value})
        assert status == 422, (group, field, value, answer)
        assert answer["error"]["field"].split(".")[0] == field

    assert await state_of(governed) == before
    assert (await _headers(governed, "/widget/app"))["Content-Security-Policy"] == policy
    # Nor does a page that embeds the widget get more than a colour in by its address.
    _, plain = await asked(governed, "GET", "/widget/app")
    for colour in (value for _, field, value in NO_SETTINGS if field == "accent" and isinstance(value, str)):
        assert await asked(governed, "GET", "/widget/app", params={"accent": colour}) == (200, plain), colour
    assert (await asked(governed, "GET", "/widget/app", params={"accent": "#2f5bd7"}))[1] != plain


async def test_codes_of_the_second_factor_are_guessed_three_times_and_no_more(governed: Desk) -> None:
    """Side by side, with forged addresses; the right code does not count any more either."""
    token, credentials = await kept_token(governed, CAT), {"email": CAT.email, "password": CAT.password}
    factor = "/api/v1/me/second-factor"
    _, begun = await asked(governed, "POST", factor, token=token, json={"password": CAT.password})
    totp = pyotp.TOTP(begun["secret"])
    _, confirmed = await asked(governed, "POST", f"{factor}/confirm", token=token, json={"code": totp.now()})
    near = {totp.at(datetime.now(UTC), counter_offset=offset) for offset in range(-3, 6)}
    wrong = [code for n in range(20) if (code := f"{n:06}") not in near][:8]

    async def guess(number: int, code: str) -> int:
        headers = {"X-Forwarded-For": f"10.0.0.{number}"}
        body = {**credentials, "code": code}
        return (await asked(governed, "POST", "/api/v1/sessions", json=body, headers=headers))[0]

    without, *guesses = await asyncio.gather(
        asked(governed, "POST", "/api/v1/sessions", json=credentials), *(guess(n, code) for n, code in enumerate(wrong))
    )
    later = [await guess(9, totp.now()), await guess(10, confirmed["recovery_codes"][0])]

    assert (without[0], without[1]["error"]["code"]) == (401, "second_factor")
    assert sorted(guesses) == [401] * 3 + [429] * 5
    assert later == [429, 429]
    assert (await asked(governed, "GET", "/api/v1/me", token=token))[0] == 200, "who is signed in stays so"
    assert (await asked(governed, "POST", "/api/v1/sessions", json={"email": TOM.email, "password": TOM.password}))[
        0
    ] == 201


async def _account(desk: Desk, email: str) -> Json:
    _, answer = await asked(desk, "GET", USERS, token=await kept_token(desk, IVY))
    found: Json = next(user for user in answer["users"] if user["email"] == email)
    return {name: value for name, value in found.items() if not name.startswith("last_")}


async def _headers(desk: Desk, path: str) -> dict[str, str]:
    async with visitor_of(desk) as http, http.get(path) as answer:
        return dict(answer.headers)
