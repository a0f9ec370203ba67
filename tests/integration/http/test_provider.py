"""Signing in through a real OpenID Connect provider, and through one that means no good."""

from __future__ import annotations

import json
import re
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import jwt
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from server.settings import SettingsError, load_settings
from tests.harness.provider import CLIENT_ID, CLIENT_SECRET, running_provider
from tests.integration.http.people import HOME, Client, Site, desk_of

BACK = f"{HOME}/sign-in/provider/callback"
Environment = Mapping[str, str]


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with running_provider(BACK) as found:
        yield found


def settings_for(environment: Environment, folder: Path, issuer: str, **more: Any) -> Any:
    client = {"oidc_client_id": CLIENT_ID, "oidc_client_secret": CLIENT_SECRET, "oidc_name": "Acme Login"}
    return load_settings(environment, data=folder, limits="off", oidc_issuer=issuer, **client, **more)


@pytest.fixture
async def site(tmp_path: Path, environment: Environment, issuer: str) -> AsyncIterator[Site]:
    made = Site(await desk_of(settings_for(environment, tmp_path, issuer)), HOME)
    yield made
    await made.close()


async def begun(client: Client, following: str = "") -> tuple[str, str]:
    """(the address at the provider, the cookie of the attempt)."""
    answer = await client.get("/sign-in/provider", params={"next": following}, allow_redirects=False)
    assert answer.status == 303
    cookie = answer.cookies["semafor_sign_in"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/sign-in/provider")
    return answer.headers["Location"], cookie.value


async def through_the_forms(address: str, login: str) -> str:
    """As a person at the provider: where it leads back to."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        answer = await browser.get(address, allow_redirects=False)
        for _ in range(12):
            if answer.status in (302, 303):
                address = answer.headers["Location"]
                if address.startswith(HOME):
                    return address
                answer = await browser.get(str(answer.url.join(answer.url.__class__(address))), allow_redirects=False)
                continue
            page = await answer.text()
            action = re.findall(r'action="([^"]+)"', page)[0]
            prompt = re.findall(r'name="prompt" value="(\w+)"', page)[0]
            form = {"prompt": prompt, "login": login, "password": "any"}
            answer = await browser.post(action, data=form, allow_redirects=False)
    raise AssertionError("the provider led nowhere")


async def back(client: Client, address: str, cookie: str) -> aiohttp.ClientResponse:
    parts = urlsplit(address)
    headers = {"Cookie": f"semafor_sign_in={cookie}", "User-Agent": "curl/8"}
    return await client.get(f"{parts.path}?{parts.query}", headers=headers, allow_redirects=False)


async def test_who_the_provider_knows_by_a_verified_address_is_signed_in(site: Site) -> None:
    client = await site.client()
    ways = await (await client.get("/api/v1/sign-in")).json()
    assert ways == {"provider": {"name": "Acme Login", "url": "/sign-in/provider"}}
    address, cookie = await begun(client, "/manager/people")
    asked = parse_qs(urlsplit(address).query)
    assert (asked["response_type"], asked["code_challenge_method"]) == (["code"], ["S256"])
    assert CLIENT_SECRET not in address
    led = await through_the_forms(address, "ADA@example.com")

    answer = await back(client, led, cookie)

    assert (answer.status, answer.headers["Location"]) == (303, "/manager/people")
    session = answer.cookies["semafor_session"]
    assert (session["httponly"], session["samesite"], session["secure"]) == (True, "Strict", True)
    headers = {"Cookie": f"semafor_session={session.value}"}
    me = await (await client.get("/api/v1/me", headers=headers)).json()
    assert me["agent"]["email"] == "ada@example.com"
    (listed,) = (await (await client.get("/api/v1/sessions", headers=headers)).json())["sessions"]
    assert (listed["method"], listed["device"]) == ("provider", "curl")
    again = await back(client, led, cookie)  # the code is used up
    assert again.headers["Location"] == "/agent?provider=refused"
    assert "semafor_session" not in again.cookies


@pytest.mark.parametrize(
    ("login", "why"),
    [
        ("stranger@example.com", "unknown"),
        ("gone@example.com", "unknown"),
        ("unverified:ada@example.com", "unverified"),
    ],
)
async def test_nobody_else_is(site: Site, login: str, why: str) -> None:
    client = await site.client()
    address, cookie = await begun(client, "https://evil.example/")

    answer = await back(client, await through_the_forms(address, login), cookie)

    assert answer.headers["Location"] == f"/agent?provider={why}"
    assert "semafor_session" not in answer.cookies
    assert site.desk.directory.agent_by_email("stranger@example.com") is None


async def test_an_answer_counts_only_in_the_browser_that_asked_and_as_it_was_asked(site: Site) -> None:
    client = await site.client()
    address, cookie = await begun(client)
    _, other = await begun(client)
    led = await through_the_forms(address, "ada@example.com")

    for changed, with_cookie, why in (
        (led, "", "late"),
        (led, "forged", "late"),
        (led, other, "refused"),
        (re.sub(r"state=[^&]+", "state=x", led), cookie, "refused"),
        (f"{led}&state=x", cookie, "refused"),
        (re.sub(r"iss=[^&]+", "iss=https%3A%2F%2Fevil.example", led), cookie, "refused"),
        (re.sub(r"code=[^&]+", "error=access_denied", led), cookie, "refused"),
        (re.sub(r"code=[^&]+", "code=x", led), cookie, "refused"),
    ):
        answer = await back(client, changed, with_cookie)
        assert (answer.status, answer.headers["Location"]) == (303, f"/agent?provider={why}"), changed
        assert "semafor_session" not in answer.cookies
    assert (await back(client, led, cookie)).headers["Location"] == "/agent"


async def test_a_department_that_is_named_takes_new_people_in(
    tmp_path: Path, environment: Environment, issuer: str
) -> None:
    site = Site(await desk_of(settings_for(environment, tmp_path, issuer, oidc_new_accounts_in="sales")), HOME)
    try:
        client = await site.client()
        address, cookie = await begun(client)
        answer = await back(client, await through_the_forms(address, "new@example.com"), cookie)

        assert answer.headers["Location"] == "/agent"
        made = site.desk.directory.agent_by_email("new@example.com")
        assert made is not None
        assert (made.role, made.department_ids, made.name) == ("agent", ("sales",), "Called by the provider")
    finally:
        await site.close()


# ---- a provider that means no good


@dataclass
class Hostile:
    """Signs what the test says. claims: in the place of the honest ones; None leaves one out."""

    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    other: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    url: str = ""
    nonce: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    signing: str = "own"
    userinfo: dict[str, Any] = field(default_factory=dict)

    def token(self) -> str:
        now = int(time.time())
        claims = {
            "iss": self.url,
            "sub": "1",
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 60,
            "nonce": self.nonce,
            "email": "ada@example.com",
            "email_verified": True,
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.signing == "none":
            return jwt.encode(claims, "", algorithm="none", headers={"kid": "k1"})
        if self.signing == "symmetric":
            return jwt.encode(claims, CLIENT_SECRET.ljust(64), algorithm="HS256", headers={"kid": "k1"})
        return jwt.encode(claims, self.other if self.signing == "foreign" else self.key, "RS256", {"kid": "k1"})

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/.well-known/openid-configuration", self._configuration)
        app.router.add_get("/keys", self._keys)
        app.router.add_post("/token", self._token)
        app.router.add_get("/userinfo", self._userinfo)
        return app

    async def _configuration(self, _: web.Request) -> web.Response:
        places = {"authorization": "auth", "token": "token", "userinfo": "userinfo"}
        said = {f"{name}_endpoint": f"{self.url}/{path}" for name, path in places.items()}
        return web.json_response({"issuer": self.url, "jwks_uri": f"{self.url}/keys", **said})

    async def _keys(self, _: web.Request) -> web.Response:
        key = {**json.loads(RSAAlgorithm.to_jwk(self.key.public_key())), "kid": "k1", "use": "sig"}
        return web.json_response({"keys": [key]})

    async def _token(self, request: web.Request) -> web.Response:
        assert (await request.post())["code_verifier"]
        return web.json_response({"id_token": self.token(), "access_token": "a", "token_type": "Bearer"})

    async def _userinfo(self, _: web.Request) -> web.Response:
        return web.json_response(self.userinfo)


LIES: tuple[tuple[dict[str, Any], str, dict[str, Any], str], ...] = (
    ({"nonce": "another"}, "own", {}, "refused"),
    ({"nonce": None}, "own", {}, "refused"),
    ({"aud": "another"}, "own", {}, "refused"),
    ({"aud": [CLIENT_ID, "another"]}, "own", {}, "refused"),
    ({"azp": "another"}, "own", {}, "refused"),
    ({"iss": "https://evil.example"}, "own", {}, "refused"),
    ({"exp": int(time.time()) - 3600}, "own", {}, "refused"),
    ({"exp": None}, "own", {}, "refused"),
    ({"iat": int(time.time()) + 3600}, "own", {}, "refused"),
    ({"sub": None}, "own", {}, "refused"),
    ({}, "foreign", {}, "refused"),
    ({}, "none", {}, "refused"),
    ({}, "symmetric", {}, "refused"),
    ({"email_verified": False}, "own", {}, "unverified"),
    ({"email_verified": None}, "own", {}, "unverified"),
    ({"email": ["ada@example.com"]}, "own", {}, "unverified"),
    ({"email": None}, "own", {"sub": "2", "email": "ada@example.com", "email_verified": True}, "refused"),
    ({"email": None}, "own", {"sub": "1"}, "unverified"),
)


async def test_a_token_that_is_not_the_providers_own_for_this_sign_in_opens_nothing(
    tmp_path: Path, environment: Environment
) -> None:
    hostile = Hostile()
    server = TestServer(hostile.app())
    await server.start_server()
    hostile.url = str(server.make_url("")).rstrip("/")
    site = Site(await desk_of(settings_for(environment, tmp_path, hostile.url)), HOME)
    try:
        client = await site.client()
        for claims, signing, userinfo, why in (*LIES, ({}, "own", {}, None)):
            address, cookie = await begun(client)
            asked = parse_qs(urlsplit(address).query)
            hostile.nonce, hostile.claims, hostile.signing, hostile.userinfo = (
                asked["nonce"][0],
                claims,
                signing,
                userinfo,
            )
            answer = await back(client, f"{BACK}?code=c&state={asked['state'][0]}", cookie)
            expected = "/agent" if why is None else f"/agent?provider={why}"
            assert answer.headers["Location"] == expected, (claims, signing)
            assert ("semafor_session" in answer.cookies) is (why is None)
    finally:
        await site.close()
        await server.close()


async def test_a_provider_that_does_not_answer_is_said(tmp_path: Path, environment: Environment) -> None:
    site = Site(await desk_of(settings_for(environment, tmp_path, "http://127.0.0.1:9")), HOME)
    try:
        client = await site.client()
        answer = await client.get("/sign-in/provider", allow_redirects=False)
        assert answer.headers["Location"] == "/agent?provider=unavailable"
        plain = await client.get("/sign-in/provider/callback?code=x&state=y", allow_redirects=False)
        assert plain.headers["Location"] == "/agent?provider=late"
    finally:
        await site.close()


@pytest.mark.parametrize(
    "environ",
    [
        {"SEMAFOR_OIDC_ISSUER": "https://login.example"},
        {"SEMAFOR_OIDC_CLIENT_ID": "x", "SEMAFOR_OIDC_CLIENT_SECRET": "y"},
        {
            "SEMAFOR_OIDC_ISSUER": "http://127.0.0.1.login.example",
            "SEMAFOR_OIDC_CLIENT_ID": "x",
            "SEMAFOR_OIDC_CLIENT_SECRET": "y",
        },
    ],
)
def test_half_a_provider_and_one_over_plain_http_are_refused(environ: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="SEMAFOR_OIDC_"):
        load_settings(environ)
