"""One's own account: password and second factor; and what admins take away for those who lost theirs."""

from __future__ import annotations

from aiohttp import web

from server.errors import not_found
from server.services.accounts.qr import qr_svg
from server.web.account_bodies import FirstCode, PasswordChange, Proof
from server.web.endpoints import Call, Endpoint, Json, Nothing
from server.web.guesses import guess
from server.web.sessions import own_session
from server.wire import moment
from transcripts.records import Agent


async def show(call: Call, _: Nothing) -> Json:
    """What the page /account shows."""
    kept = await call.desk.own_account.factor.of(call.agent)
    return {
        "agent": call.desk.wire.me(call.agent),
        "password_min_chars": call.desk.settings.password_min_chars,
        "second_factor": {
            "on": kept.has_factor,
            "since": moment(kept.factor_since) if kept.has_factor else None,
            "recovery_left": len(kept.recovery),
            "required": call.desk.own_account.factor.is_required(call.agent),
        },
    }


async def change_password(call: Call, given: PasswordChange) -> web.Response:
    keep, own = await own_session(call), call.desk.own_account
    await guess(
        call,
        call.agent.email,
        lambda: own.change_password(call.agent, given.password, given.new_password, keep=keep.token_hash),
    )
    await call.desk.cut_ended(call.agent.id)
    return web.Response(status=204)


async def begin_factor(call: Call, given: Proof) -> Json:
    await own_session(call)
    own = call.desk.own_account
    enrolment = await guess(call, call.agent.email, lambda: own.begin_factor(call.agent, given.password))
    return {"secret": enrolment.secret, "uri": enrolment.uri, "qr": qr_svg(enrolment.uri)}


async def confirm_factor(call: Call, given: FirstCode) -> Json:
    await own_session(call)
    own = call.desk.own_account
    codes = await guess(call, call.agent.email, lambda: own.confirm_factor(call.agent, given.code))
    return {"recovery_codes": list(codes)}


async def renew_recovery(call: Call, given: Proof) -> Json:
    await own_session(call)
    own = call.desk.own_account
    codes = await guess(call, call.agent.email, lambda: own.renew_recovery(call.agent, given.password))
    return {"recovery_codes": list(codes)}


async def end_factor(call: Call, given: Proof) -> web.Response:
    await own_session(call)
    own = call.desk.own_account
    await guess(call, call.agent.email, lambda: own.end_factor(call.agent, given.password))
    return web.Response(status=204)


async def reset_factor(call: Call, _: Nothing) -> Json:
    return {"ended": await call.desk.own_account.reset_factor(call.agent, _account(call))}


async def sign_out_everywhere(call: Call, _: Nothing) -> Json:
    return {"ended": await call.desk.sign_out_everywhere(call.agent, _account(call))}


def _account(call: Call) -> Agent:
    agent = call.desk.directory.agent(call.part("id"))
    if agent is None:
        raise not_found("account")
    return agent


ENDPOINTS = (
    Endpoint(
        "GET",
        "/me/account",
        "One's own account.",
        Nothing,
        show,
        ("agent", "password_min_chars", "second_factor"),
        while_enrolling=True,
    ),
    Endpoint(
        "POST",
        "/me/password",
        "Change one's password; all other sessions end.",
        PasswordChange,
        change_password,
        status=204,
    ),
    Endpoint(
        "POST",
        "/me/second-factor",
        "Begin to set up a second factor: what the app is given, once.",
        Proof,
        begin_factor,
        ("secret", "uri", "qr"),
        status=201,
        while_enrolling=True,
    ),
    Endpoint(
        "POST",
        "/me/second-factor/confirm",
        "The first code: from now on the second factor counts.",
        FirstCode,
        confirm_factor,
        ("recovery_codes",),
        while_enrolling=True,
    ),
    Endpoint(
        "POST",
        "/me/second-factor/recovery",
        "New recovery codes in the place of the old ones.",
        Proof,
        renew_recovery,
        ("recovery_codes",),
    ),
    Endpoint("POST", "/me/second-factor/end", "Take the second factor away.", Proof, end_factor, status=204),
    Endpoint(
        "DELETE",
        "/admin/users/{id}/second-factor",
        "Take somebody's second factor away, who has lost it.",
        Nothing,
        reset_factor,
        ("ended",),
        role="admin",
    ),
    Endpoint(
        "DELETE",
        "/admin/users/{id}/sessions",
        "Sign somebody out everywhere.",
        Nothing,
        sign_out_everywhere,
        ("ended",),
        role="admin",
    ),
)
