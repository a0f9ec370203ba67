"""Signing in and out, where one is signed in, and who one is."""

from __future__ import annotations

from importlib import metadata

from aiohttp import web

from server import access
from server.errors import Refusal
from server.services.accounts.accounts import SESSION_COOKIE, SESSION_LIFE
from server.services.accounts.devices import device_of
from server.web.answers import json_response
from server.web.bodies import Account, SignIn
from server.web.endpoints import Call, Endpoint, Json, Nothing, session_token
from server.web.guesses import guess
from server.web.origin import require_own
from server.wire import moment
from transcripts.records import Agent, Session


async def sign_in(call: Call, given: SignIn) -> web.Response:
    """The token in the answer is for programs; the panel's pages get the same one as a cookie no script can read."""
    public_url = call.desk.wire.public_url
    require_own(call.request, public_url, browser=False)
    call.desk.limits.hit("sign_in", call.address)
    device = device_of(call.request.headers.get("User-Agent", ""))
    token, agent, expires_at = await guess(
        call,
        given.email,
        lambda: call.desk.accounts.sign_in(given.email, given.password, call.address, code=given.code, device=device),
    )
    said: Json = {"token": token, "agent": call.desk.wire.me(agent), "expires_at": moment(expires_at)}
    found = await call.desk.accounts.signed_in(token)
    if found is not None and found.must_enrol:
        said["must_enrol"] = True
    answer = json_response(said, status=201)
    set_cookie(answer, token, public_url)
    return answer


def set_cookie(answer: web.StreamResponse, token: str, public_url: str) -> None:
    """For the panel's pages: no script reads it, and no other site's page makes the browser send it."""
    answer.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=int(SESSION_LIFE.total_seconds()),
        path="/",
        secure=public_url.startswith("https:"),
        httponly=True,
        samesite="Strict",
    )


async def sign_out(call: Call, _: Nothing) -> web.Response:
    token, _by_cookie = session_token(call.request)
    if token is not None:
        await call.desk.accounts.sign_out(token)
        await call.desk.end_session(token)
    answer = web.Response(status=204)
    answer.del_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="Strict")
    return answer


async def list_sessions(call: Call, _: Nothing) -> Json:
    current = await own_session(call)
    found = await call.desk.accounts.sessions_of(call.agent)
    return {"sessions": [_shown(session, current) for session in found]}


async def end_session(call: Call, _: Nothing) -> web.Response:
    await call.desk.accounts.end_session(call.agent, call.part("id"))
    await call.desk.cut_ended(call.agent.id)
    return web.Response(status=204)


async def end_others(call: Call, _: Nothing) -> Json:
    current = await own_session(call)
    ended = await call.desk.accounts.end_sessions(call.agent, call.agent, but=current.token_hash)
    await call.desk.cut_ended(call.agent.id)
    return {"ended": ended}


async def own_session(call: Call) -> Session:
    """The one that the request is made in. Raises Refusal forbidden where it is made in none."""
    token, _ = session_token(call.request)
    found = None if token is None else await call.desk.accounts.signed_in(token)
    if found is None:
        raise Refusal("forbidden", "Sign in as a person to do this.")
    return found.session


async def me(call: Call, _: Nothing) -> Json:
    return {**_own(call, call.agent), "settings": _settings(call), "version": version()}


async def change_me(call: Call, given: Account) -> Json:
    """What one decides about one's own account."""
    if given.weekly_report is not None:
        access.require_role(call.agent, "manager")
        await call.desk.accounts.set_weekly_report(call.agent.id, given.weekly_report)
    agent = call.desk.directory.agent(call.agent.id) or call.agent
    return _own(call, agent)


def _shown(session: Session, current: Session) -> Json:
    return {
        "id": session.id,
        "device": session.device,
        "address": session.address,
        "method": session.method,
        "created_at": moment(session.created_at),
        "last_used_at": moment(session.used_at or session.created_at),
        "expires_at": moment(session.expires_at),
        "current": session.token_hash == current.token_hash,
    }


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
    Endpoint("DELETE", "/sessions", "Sign out.", Nothing, sign_out, status=204, while_enrolling=True),
    Endpoint(
        "GET", "/sessions", "Where one is signed in.", Nothing, list_sessions, ("sessions",), while_enrolling=True
    ),
    Endpoint("DELETE", "/sessions/others", "Sign out everywhere else.", Nothing, end_others, ("ended",)),
    Endpoint("DELETE", "/sessions/{id}", "End one of one's own sessions.", Nothing, end_session, status=204),
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
