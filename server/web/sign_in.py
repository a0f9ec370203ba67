"""Signing in through the identity provider: its button, the way there, and the way back.

The attempt stands encrypted in a cookie of ten minutes that only these two addresses get. Whoever the provider names
must have an account here by a verified address; new accounts are made only where SEMAFOR_OIDC_NEW_ACCOUNTS_IN says so.
"""

from __future__ import annotations

import hmac
import json
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Literal
from urllib.parse import parse_qs, quote, urlsplit

from aiohttp import web

from server.clock import to_ms
from server.log import logger
from server.oidc.provider import Attempt, Person, Provider, ProviderError
from server.services.accounts.devices import device_of
from server.signing import BadSignature
from server.web.endpoints import Call, Endpoint, Json, Nothing
from server.web.keys import DESK
from server.web.sessions import set_cookie
from transcripts.address import AddressError, mail_address
from transcripts.records import Agent

if TYPE_CHECKING:
    from server.desk import Desk

PATH = "/sign-in/provider"
CALLBACK = f"{PATH}/callback"
COOKIE = "semafor_sign_in"
WITHIN = timedelta(minutes=10)
HOME = "/agent"
_SEALED_AS = "sign-in"
Why = Literal["unknown", "unverified", "refused", "late", "unavailable"]


class NotSignedInError(Exception):
    """why: a word of the sign-in page."""

    def __init__(self, why: Why, text: str) -> None:
        super().__init__(text)
        self.why: Why = why


async def ways(call: Call, _: Nothing) -> Json:
    """provider: whose button stands on the sign-in page, null where there is none."""
    call.desk.limits.hit("http", call.address)
    return {"provider": call.desk.provider and {"name": call.desk.settings.oidc_name, "url": PATH}}


async def begin(request: web.Request) -> web.Response:
    desk = request.app[DESK]
    desk.limits.hit("sign_in", desk.address_of(request))
    if desk.provider is None:
        raise web.HTTPNotFound
    try:
        attempt, address = await desk.provider.begin()
    except ProviderError as exc:
        logger.warning("provider_failed", error=str(exc))
        return _leads_to(_failed("unavailable"))
    until_ms = to_ms(desk.clock.now() + WITHIN)
    kept = json.dumps({**asdict(attempt), "until_ms": until_ms, "next": request.query.get("next", "")[:200]})
    answer = _leads_to(address)
    answer.set_cookie(
        COOKIE,
        desk.signer.sealed(_SEALED_AS, kept),
        max_age=int(WITHIN.total_seconds()),
        path=PATH,
        secure=desk.wire.public_url.startswith("https:"),
        httponly=True,
        samesite="Lax",  # the provider's page leads back here
    )
    return answer


async def come_back(request: web.Request) -> web.Response:
    desk = request.app[DESK]
    address = desk.address_of(request)
    desk.limits.hit("sign_in", address)
    if desk.provider is None:
        raise web.HTTPNotFound
    try:
        attempt, following = _attempt(request, desk)
        agent = await _account(desk, await _person(request, desk.provider, attempt))
        device = device_of(request.headers.get("User-Agent", ""))
        token, _, _ = await desk.accounts.open_session(agent, address, device=device, by="provider", method="provider")
    except NotSignedInError as exc:
        logger.info("provider_sign_in_refused", why=exc.why, reason=str(exc))
        await desk.accounts.note_failure(None, "provider", address)
        answer = _leads_to(_failed(exc.why))
    else:
        answer = _leads_to(following)
        set_cookie(answer, token, desk.wire.public_url)
    answer.del_cookie(COOKIE, path=PATH, httponly=True, samesite="Lax")
    return answer


def _attempt(request: web.Request, desk: Desk) -> tuple[Attempt, str]:
    """What this browser began, and where it wanted to go. Raises NotSignedInError."""
    try:
        kept = json.loads(desk.signer.unsealed(_SEALED_AS, request.cookies.get(COOKIE, "")))
    except BadSignature as exc:
        raise NotSignedInError("late", "this browser has begun no sign-in") from exc
    attempt = Attempt(kept["state"], kept["nonce"], kept["verifier"])
    if to_ms(desk.clock.now()) >= kept["until_ms"]:
        raise NotSignedInError("late", "it was begun too long ago")
    if not hmac.compare_digest(_given(request, "state").encode(), attempt.state.encode()):
        raise NotSignedInError("refused", "the answer is to another sign-in")
    return attempt, _own_page(kept["next"])


async def _person(request: web.Request, provider: Provider, attempt: Attempt) -> Person:
    code = _given(request, "code")
    if "error" in request.query or not code:
        raise NotSignedInError("refused", "the provider says no")
    try:
        return await provider.finish(attempt, code, request.query.get("iss"))
    except ProviderError as exc:
        raise NotSignedInError(exc.why, str(exc)) from exc


async def _account(desk: Desk, person: Person) -> Agent:
    """Raises NotSignedInError."""
    if person.email is None or not person.verified:
        raise NotSignedInError("unverified", "the address is not verified")
    try:
        email = mail_address(person.email)
    except AddressError as exc:
        raise NotSignedInError("unverified", "the address is none") from exc
    agent = desk.directory.agent_by_email(email)
    if agent is None and desk.settings.oidc_new_accounts_in is not None:
        agent = await desk.own_account.make(email, person.name, desk.settings.oidc_new_accounts_in)
    if agent is None or agent.disabled_at is not None:
        raise NotSignedInError("unknown", "there is no such account")
    return agent


def _own_page(address: str) -> str:
    """A page of ours, whatever was asked for: never another site's."""
    parts = urlsplit(address)
    is_ours = address.startswith(("/agent", "/admin", "/manager", "/account")) and not (parts.scheme or parts.netloc)
    return address if is_ours and "\\" not in address and address.isascii() and address.isprintable() else HOME


def _given(request: web.Request, name: str) -> str:
    """The one value of a query's field; none where it stands there twice."""
    values = parse_qs(request.query_string).get(name, [])
    return values[0].encode("utf-8", "ignore").decode() if len(values) == 1 else ""


def _failed(why: Why) -> str:
    return f"{HOME}?provider={quote(why)}"


def _leads_to(address: str) -> web.Response:
    return web.Response(status=303, headers={"Location": address})


def add_routes(app: web.Application) -> None:
    app.router.add_route("GET", PATH, begin)
    app.router.add_route("GET", CALLBACK, come_back)


ENDPOINTS = (Endpoint("GET", "/sign-in", "How one may sign in.", Nothing, ways, ("provider",), role=None),)
