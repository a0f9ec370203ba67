"""Signing in and out, and who one is."""

from __future__ import annotations

from datetime import datetime
from importlib import metadata

from aiohttp import web

from server import access
from server.errors import Refusal
from server.services.accounts import SESSION_LIFE
from server.web.answers import json_response
from server.web.bodies import Account, SignIn
from server.web.endpoints import COOKIE, Call, Endpoint, Json, Nothing, session_token
from server.web.origin import require_own
from server.wire import moment
from transcripts.records import Agent


async def sign_in(call: Call, given: SignIn) -> web.Response:
    """The token in the answer is for programs; the panel's pages get the same one as a cookie no script can read."""
    public_url = call.desk.wire.public_url
    require_own(call.request, public_url, browser=False)
    call.desk.limits.hit("sign_in", call.address)
    token, agent, expires_at = await _guess(call, given)
    answer = json_response(
        {"token": token, "agent": call.desk.wire.me(agent), "expires_at": moment(expires_at)}, status=201
    )
    answer.set_cookie(
        COOKIE,
        token,
        max_age=int(SESSION_LIFE.total_seconds()),
        path="/",
        secure=public_url.startswith("https:"),
        httponly=True,
        samesite="Strict",
    )
    return answer


async def _guess(call: Call, given: SignIn) -> tuple[str, Agent, datetime]:
    """One guess at an account after the other: side by side each would come before the others are counted."""
    account, limits = given.email.casefold(), call.desk.limits
    limits.check("sign_in_failed", account)
    async with call.desk.accounts.turn_of(account):
        limits.check("sign_in_failed", account)
        try:
            return await call.desk.accounts.sign_in(given.email, given.password, call.address)
        except Refusal as refusal:
            if refusal.code == "unauthorized":
                limits.hit("sign_in_failed", account)
            raise


async def sign_out(call: Call, _: Nothing) -> web.Response:
    token, _by_cookie = session_token(call.request)
    if token is not None:
        await call.desk.accounts.sign_out(token)
        await call.desk.end_session(token)
    answer = web.Response(status=204)
    answer.del_cookie(COOKIE, path="/", httponly=True, samesite="Strict")
    return answer


async def me(call: Call, _: Nothing) -> Json:
    return {**_own(call, call.agent), "settings": _settings(call), "version": version()}


async def change_me(call: Call, given: Account) -> Json:
    """What one decides about one's own account."""
    if given.weekly_report is not None:
        access.require_role(call.agent, "manager")
        await call.desk.accounts.set_weekly_report(call.agent.id, given.weekly_report)
    agent = call.desk.directory.agent(call.agent.id) or call.agent
    return _own(call, agent)


def _own(call: Call, agent: Agent) -> Json:
    """One's account, and what one may change oneself."""
    return {"agent": call.desk.wire.me(agent), "weekly_report": agent.weekly_report}


def _settings(call: Call) -> Json:
    """What the pages need to judge figures by: the targets, and the zone of days in reports."""
    settings = call.desk.settings
    return {
        "service_target_s": settings.service_target_s,
        "alarm_after_s": settings.alarm_after_s,
        "tz": settings.tz,
        "site_name": settings.site_name,
    }


def version() -> str:
    try:
        return metadata.version("semafor")
    except metadata.PackageNotFoundError:
        return "source"


ENDPOINTS = (
    Endpoint("POST", "/sessions", "Sign in.", SignIn, sign_in, ("token", "agent", "expires_at"), role=None, status=201),
    Endpoint("DELETE", "/sessions", "Sign out.", Nothing, sign_out, status=204),
    Endpoint("GET", "/me", "Who is signed in.", Nothing, me, ("agent", "weekly_report", "settings", "version")),
    Endpoint(
        "PATCH",
        "/me",
        "Change what is one's own: the weekly report by mail (managers).",
        Account,
        change_me,
        ("agent", "weekly_report"),
    ),
)
